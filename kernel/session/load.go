package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
)

// firstFile is the number of the first loaded file. Files are numbered as cells
// are, because code knows its place by the number of its cell; no notebook has
// so many cells.
const firstFile = 1_000_000

// deepestLoad is how many files may load one another.
const deepestLoad = 32

// loadFile runs the content of a file as if it stood in the cell.
func (s *Session) loadFile(ctx context.Context, argument string, emit func(event.Event)) error {
	typed, path, err := s.onePath("%load", argument)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if again, e := os.ReadFile(path + ".go"); e == nil {
			text, err, typed = again, nil, typed+".go"
		}
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", typed, err)
	}
	if !utf8.Valid(text) {
		return fmt.Errorf("load %s: it is not a text in UTF-8", typed)
	}
	if s.loading == deepestLoad {
		return fmt.Errorf("load %s: %d files load one another; does one load itself?", typed, deepestLoad)
	}
	number := firstFile + len(s.files)
	s.mu.Lock()
	s.files[number], s.sources[number] = typed, string(text)
	s.mu.Unlock()
	s.loading++
	defer func(current, compiledAs, line int) {
		s.stand(current, compiledAs)
		s.line = line
		s.loading--
	}(s.current, s.compiledAs, s.line)
	s.stand(number, 0)
	for _, segment := range cell.Split(string(text)) {
		if err := s.segment(ctx, segment, emit); err != nil {
			return s.describe(err) // as long as the session knows where it is
		}
	}
	return nil
}

// place is how a user knows the file of a position: a loaded one has a name.
func (s *Session) place(file string) string {
	var number int
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := fmt.Sscanf(file, "cell %d", &number); err == nil && s.files[number] != "" {
		return s.files[number]
	}
	return file
}
