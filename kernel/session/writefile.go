package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
)

// writeFile writes the rest of the cell to a file.
func (s *Session) writeFile(_ context.Context, segment cell.Segment, emit func(event.Event)) error {
	_, argument := cutName(segment.Text)
	flag, rest := cutName(argument)
	flags, word := os.O_WRONLY|os.O_CREATE|os.O_TRUNC, "Writing"
	if flag == "-a" || flag == "--append" {
		argument, flags = rest, os.O_WRONLY|os.O_CREATE|os.O_APPEND
	}
	typed, path, err := s.onePath("%%writefile", argument)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		word = "Overwriting"
		if flags&os.O_APPEND != 0 {
			word = "Appending to"
		}
	}
	text := segment.Body
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n" // front ends cut the end of a cell's last line off
	}
	file, err := os.OpenFile(path, flags, 0o666)
	if errors.Is(err, fs.ErrNotExist) {
		folder := filepath.Dir(path)
		return &event.Failure{Name: "error", Message: fmt.Sprintf("write %s: there is no folder %s", typed, folder), Hint: "!mkdir -p '" + folder + "' makes it"}
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", typed, err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", typed, err)
	}
	emit(event.Event{Kind: event.Stdout, Text: word + " " + typed + "\n"})
	return nil
}
