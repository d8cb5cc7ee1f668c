package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

func interruptedFailure() *event.Failure {
	return &event.Failure{Name: "interrupt", Message: "interrupted"}
}

// syntax places an error of the scanner in the cell at hand.
func (s *Session) syntax(err error) error {
	var e *cell.SyntaxError
	if !errors.As(err, &e) {
		return err
	}
	return check.Diagnostics{{Cell: s.current, Line: e.Line, Column: e.Column, Message: e.Message}}
}

// describe turns an error into what the user sees.
func (s *Session) describe(err error) *event.Failure {
	var failure *event.Failure
	var diagnostics check.Diagnostics
	switch {
	case errors.As(err, &diagnostics):
		return &event.Failure{Name: "compile", Message: s.draw(diagnostics)}
	case errors.As(err, &failure):
		if error(failure) != err {
			around := *failure
			around.Message = err.Error()
			failure = &around
		}
		for i := range failure.Stack {
			frame := &failure.Stack[i]
			s.mu.Lock()
			if s.compiledAs != 0 && frame.File == check.FileName(s.compiledAs) {
				frame.File = check.FileName(s.current) // the same text, run again
			}
			s.mu.Unlock()
			if line := s.sourceLine(frame.File, frame.Line); line != "" {
				frame.Source = strings.TrimSpace(line)
			}
			frame.File = s.place(frame.File)
		}
		return failure
	case errors.Is(err, context.Canceled):
		return interruptedFailure()
	}
	return &event.Failure{Name: "error", Message: err.Error()}
}

// draw writes diagnostics with the lines that they are about.
func (s *Session) draw(diagnostics check.Diagnostics) string {
	var b strings.Builder
	for i, d := range diagnostics {
		if i > 0 {
			b.WriteString("\n")
		}
		file := check.FileName(d.Cell)
		fmt.Fprintf(&b, "%s, line %d: %s", s.place(file), d.Line, d.Message)
		if line := s.sourceLine(file, d.Line); line != "" {
			lead := line[:min(max(d.Column-1, 0), len(line))]
			b.WriteString("\n    " + line + "\n    " + blank(lead) + "^")
		}
	}
	return b.String()
}

// blank turns text into white space of the same width; tabs stay tabs.
func blank(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, text)
}

func (s *Session) sourceLine(file string, line int) string {
	var number int
	if _, err := fmt.Sscanf(file, "cell %d", &number); err != nil {
		return ""
	}
	s.mu.Lock()
	lines := strings.Split(s.sources[number], "\n")
	s.mu.Unlock()
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[line-1], "\r")
}

// Render draws a failure for a person, a line or more to a string.
func (s *Session) Render(f *event.Failure, color bool) []string { return Render(f, color) }

// Render draws a failure for a person, a line or more to a string, with
// terminal colours if color is set.
func Render(f *event.Failure, color bool) []string {
	paint := func(code, text string) string {
		if !color {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
	title := f.Name
	if f.Rank != nil {
		title += fmt.Sprintf(" on rank %d", *f.Rank)
	}
	lines := []string{paint("1;31", title+": ") + f.Message}
	for _, frame := range f.Stack {
		text := "  at " + frame.File
		if frame.Line > 0 {
			text += fmt.Sprintf(", line %d", frame.Line)
		}
		if frame.Function != "" {
			text += ", in " + frame.Function
		}
		if frame.Source != "" {
			text += "\n        " + paint("2", frame.Source)
		}
		lines = append(lines, text)
	}
	if f.Hint != "" {
		lines = append(lines, paint("36", "hint: ")+f.Hint)
	}
	return lines
}
