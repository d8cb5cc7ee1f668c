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

// A blockDirective is a command in a cell's first line that governs the rest of
// the cell, such as %%mpi -n 8.
type blockDirective struct {
	usage   string
	summary string
	run     func(s *Session, ctx context.Context, segment cell.Segment, emit func(event.Event)) error
}

// lineDirectives and blockDirectives are the directives by name. They are filled
// by an init function because %help shows the tables that it stands in.
var (
	lineDirectives  map[string]lineDirective
	blockDirectives map[string]blockDirective
)

func init() {
	lineDirectives = map[string]lineDirective{
		"cd":       {"FOLDER", "change the working directory of cells, shell lines and ranks", (*Session).chdir},
		"env":      {"[NAME | NAME=VALUE | -u NAME]", "list, show, set or unset environment variables of cells, shell lines and ranks", (*Session).environment},
		"get":      {"MODULE[@VERSION] ...", "add Go modules to the session; without an argument, list those that were added", (*Session).get},
		"help":     {"[NAME]", "list the directives, or explain one", (*Session).help},
		"inspect":  {"[-s] NAME", "show a name's signature, documentation, place and value; -s adds its source", (*Session).inspectName},
		"load":     {"FILE", "run the Go code of a file as if it stood in the cell", (*Session).loadFile},
		"memlimit": {"[8GiB|512MiB|90%|off]", "show or set how much memory the engine may use", (*Session).memlimit},
		"pwd":      {"", "print the working directory", (*Session).printDirectory},
		"reset":    {"[-f]", "forget all names and free the memory of all variables", (*Session).reset},
		"rm":       {"NAME...", "forget names and free the memory of variables", (*Session).remove},
		"time":     {"STATEMENTS", "run Go once and print what it took", (*Session).timeLine},
		"timeit":   {"[-n LOOPS] [-r ROUNDS] GO", "measure how long an expression or statements take", (*Session).timeitLine},
		"who":      {"[PATTERN...]", "list variables with type and size, functions, types, constants, imports", (*Session).who},
		"whos":     {"[PATTERN...]", "the same as %who", (*Session).who},
	}
	blockDirectives = map[string]blockDirective{
		"mpi":       {"-n RANKS [--label] [--show]", "run the cell on MPI ranks, with the launcher that suits the machine", (*Session).ranks},
		"mpiexec":   {"-n RANKS [--label] [--show] [OPTION...]", "run the cell on MPI ranks with mpiexec and its options", (*Session).ranks},
		"srun":      {"-n RANKS [--label] [--show] [OPTION...]", "run the cell on MPI ranks with Slurm's srun and its options", (*Session).ranks},
		"time":      {"", "run the cell once and print what it took", (*Session).timeBlock},
		"timeit":    {"[-n LOOPS] [-r ROUNDS] [SETUP]", "measure how long the cell takes; the setup is run before each round", (*Session).timeitBlock},
		"writefile": {"[-a] FILE", "write the rest of the cell to a file, or append it", (*Session).writeFile},
	}
}

// directive obeys a line such as %cd data.
func (s *Session) directive(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	name, argument := cutName(segment.Text)
	d, ok := lineDirectives[name]
	if !ok {
		return unknownDirective("%" + name)
	}
	s.line = segment.Line
	return d.run(s, ctx, argument, emit)
}

// block obeys a block directive such as %%mpi -n 8.
func (s *Session) block(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	name, _ := cutName(segment.Text)
	d, ok := blockDirectives[name]
	if !ok {
		return unknownDirective("%%" + name)
	}
	s.line = segment.Line
	return d.run(s, ctx, segment, emit)
}

// cutName separates a directive's name from what follows it.
func cutName(text string) (name, argument string) {
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimSpace(text[end:])
}

// chdir changes the working directory of cells, shell lines and ranks.
func (s *Session) chdir(_ context.Context, to string, _ func(event.Event)) error {
	if words, err := splitWords(to); err == nil && len(words) == 1 {
		to = words[0] // without quotes
	}
	if to == "" {
		to = "~"
	}
	to, err := s.path(to)
	if err != nil {
		return fmt.Errorf("%%cd: %w", err)
	}
	if _, err := s.engine.command(engine.Command{Operation: engine.Chdir, Path: to}); err != nil {
		return s.crashed(err)
	}
	s.mu.Lock()
	s.options.Dir = to
	s.mu.Unlock()
	return nil
}

// printDirectory prints the working directory.
func (s *Session) printDirectory(_ context.Context, argument string, emit func(event.Event)) error {
	if argument != "" {
		return usageError("%pwd", "it takes nothing")
	}
	emit(event.Event{Kind: event.Stdout, Text: s.options.Dir + "\n"})
	return nil
}

// path turns what a user types into an absolute path: ~ is the home folder, and
// what is relative begins at the working directory.
func (s *Session) path(typed string) (string, error) {
	if typed == "~" || strings.HasPrefix(typed, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		typed = filepath.Join(home, typed[1:])
	}
	if !filepath.IsAbs(typed) {
		typed = filepath.Join(s.options.Dir, typed)
	}
	return typed, nil
}

// onePath reads the only argument of a directive, a path, which quotes may
// surround.
func (s *Session) onePath(directive, argument string) (typed, path string, err error) {
	words, err := splitWords(argument)
	switch {
	case err != nil:
		return "", "", usageError(directive, err.Error())
	case len(words) != 1:
		return "", "", usageError(directive, fmt.Sprintf("it takes one file, not %d; a name with spaces is put in quotes", len(words)))
	}
	path, err = s.path(words[0])
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", directive, err)
	}
	return words[0], path, nil
}
