package session

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// get obeys %get MODULE[@VERSION] ...: cells may import the modules' packages
// from then on.
func (s *Session) get(ctx context.Context, argument string, emit func(event.Event)) error {
	words, err := splitWords(argument)
	if err != nil {
		return fmt.Errorf("read %%get %s: %w", argument, err)
	}
	if len(words) == 0 {
		return s.listModules(ctx, emit)
	}
	for _, word := range words {
		if strings.HasPrefix(word, "-") && word != "-u" {
			return fmt.Errorf("%%get does not know the option %s: it takes modules, each with a version if you like, and -u for newer versions of what they require", word)
		}
	}
	return s.builder.Get(ctx, words, func(text string) { emit(event.Event{Kind: event.Note, Text: text}) })
}

func (s *Session) listModules(ctx context.Context, emit func(event.Event)) error {
	modules, err := s.builder.Got(ctx)
	if err != nil {
		return err
	}
	text := "this session has no modules but Galago's own; %get MODULE adds one\n"
	if len(modules) > 0 {
		text = strings.Join(modules, "\n") + "\n"
	}
	emit(event.Event{Kind: event.Stdout, Text: text})
	return nil
}

// inModule obeys !*COMMAND, by which GoNB's notebooks work on the module of
// their cells. Of these commands a session has go get.
func (s *Session) inModule(ctx context.Context, command string, emit func(event.Event)) error {
	rest, ok := strings.CutPrefix(strings.Join(strings.Fields(command), " ")+" ", "go get ")
	if !ok {
		return &event.Failure{Name: "error", Message: fmt.Sprintf("!*%s: of the commands that work on a session's module there is go get only", command), Hint: "%get MODULE[@VERSION] adds a module; !COMMAND runs a shell command in the working directory"}
	}
	return s.get(ctx, strings.TrimSpace(rest), emit)
}

// fragments cuts Go into its pieces and makes what it imports available.
// Imports of folders, which begin with a dot, become those of what they hold.
func (s *Session) fragments(ctx context.Context, text string, line int) ([]cell.Fragment, error) {
	fragments, err := cell.Fragments(text, line)
	if err != nil {
		return nil, s.syntax(err)
	}
	s.folders = false
	for i := range fragments {
		if fragments[i].Kind == cell.Import {
			if err := s.provide(ctx, &fragments[i]); err != nil {
				return nil, err
			}
		}
	}
	return fragments, nil
}

// provide compiles the packages of an import. A text that is no import stays
// for the checker to complain about.
func (s *Session) provide(ctx context.Context, f *cell.Fragment) error {
	const before = "package p\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", before+f.Text+"\n", parser.ImportsOnly)
	if err != nil {
		return nil
	}
	var problems check.Diagnostics
	grown := 0
	for _, spec := range file.Imports {
		written, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		at := fset.Position(spec.Path.Pos())
		path, err := s.importable(ctx, written)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			row, column := f.Line+at.Line-2, at.Column
			if at.Line == 2 {
				column += f.Column - 1
			}
			problems = append(problems, check.Diagnostic{Cell: s.current, Line: row, Column: column, Message: fmt.Sprintf("could not import %s: %v", written, err)})
			continue
		}
		if path != written {
			s.folders = true
			quoted := strconv.Quote(path)
			start := at.Offset - len(before) + grown
			f.Text = f.Text[:start] + quoted + f.Text[start+len(spec.Path.Value):]
			grown += len(quoted) - len(spec.Path.Value)
		}
	}
	if problems != nil {
		return problems
	}
	return nil
}

// importable returns the import path of a package that a cell names, once it
// is compiled.
func (s *Session) importable(ctx context.Context, written string) (string, error) {
	path := written
	switch written {
	case "unsafe":
		return path, nil
	case "C":
		return "", errors.New(`a cell cannot use C itself: put the code that does into a folder and import that, as in import "./folder"`)
	}
	if written == "." || written == ".." || strings.HasPrefix(written, "./") || strings.HasPrefix(written, "../") {
		var err error
		if path, err = s.builder.Local(ctx, filepath.Join(s.options.Dir, written)); err != nil {
			return "", err
		}
	}
	return path, s.builder.Provide(ctx, path)
}
