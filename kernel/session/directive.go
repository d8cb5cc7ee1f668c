package session

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/engine"
)

// A lineDirective is a command to the session in a line of its own, such as
// %cd data.
type lineDirective struct {
	usage   string // what follows the name
	summary string // one line for %help
	run     func(s *Session, ctx context.Context, argument string, emit func(event.Event)) error
}

// lineDirectives are the line directives by name. It is filled by an init
// function because %help shows the table that it stands in.
var lineDirectives map[string]lineDirective

func init() {
	lineDirectives = map[string]lineDirective{
		"cd":  {"FOLDER", "change the working directory of cells, shell lines and ranks", (*Session).chdir},
		"get": {"MODULE[@VERSION] ...", "add Go modules to the session; without an argument, list those that were added", (*Session).get},
	}
}

// directive obeys a line such as %cd data.
func (s *Session) directive(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	name, argument, _ := strings.Cut(segment.Text, " ")
	d, ok := lineDirectives[name]
	if !ok {
		return &event.Failure{Name: "error", Message: fmt.Sprintf("unknown directive %%%s", name), Hint: "line directives: %cd FOLDER; block directives, in a cell's first line: " + blockNames}
	}
	return d.run(s, ctx, strings.TrimSpace(argument), emit)
}

// chdir changes the working directory of cells, shell lines and ranks.
func (s *Session) chdir(_ context.Context, to string, _ func(event.Event)) error {
	if to == "" || to == "~" || strings.HasPrefix(to, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return fmt.Errorf("%%cd: %w", err)
		}
		to = filepath.Join(home, strings.TrimPrefix(to, "~"))
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(s.options.Dir, to)
	}
	if _, err := s.engine.command(engine.Command{Operation: engine.Chdir, Path: to}); err != nil {
		return s.crashed(err)
	}
	s.options.Dir = to
	return nil
}
