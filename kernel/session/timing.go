package session

import (
	"context"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// timingImport makes the functions of lib/rt/timing known to generated code, under a
// name that users' code cannot have and the session does not keep.
const timingImport = `import ΞTiming "github.com/galago-hpc/galago/lib/rt/timing"`

// timeLine runs the statements of a line once and says what they took.
func (s *Session) timeLine(ctx context.Context, code string, emit func(event.Event)) error {
	if code == "" {
		return usageError("%time", "it takes what is to be run")
	}
	fragments, err := s.lineFragments(ctx, code)
	if err != nil {
		return err
	}
	return s.time(ctx, fragments, emit)
}

// timeBlock is timeLine for a whole cell.
func (s *Session) timeBlock(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	if _, argument := cutName(segment.Text); argument != "" {
		return usageError("%%time", "what is to be run stands in the lines below it")
	}
	fragments, err := s.bodyFragments(ctx, segment)
	if err != nil {
		return err
	}
	return s.time(ctx, fragments, emit)
}

// time runs Go as a cell does, with a stopwatch that stops when the cell ends or
// shows its value.
func (s *Session) time(ctx context.Context, fragments []cell.Fragment, emit func(event.Event)) error {
	watch := []cell.Fragment{
		{Kind: cell.Import, Text: timingImport, Line: s.line, Column: 1},
		{Kind: cell.Statement, Text: "defer ΞTiming.Time()()", Line: s.line, Column: 1},
	}
	unit, err := s.check(append(watch, fragments...), emit)
	if err != nil {
		return err
	}
	if err := s.install(ctx, unit); err != nil {
		return err
	}
	return s.engineRun(ctx, unit.Number, emit)
}

// lineFragments cuts Go that stands at the end of a directive's line.
func (s *Session) lineFragments(ctx context.Context, code string) ([]cell.Fragment, error) {
	before := 0
	if lines := strings.Split(s.sources[s.current], "\n"); s.line <= len(lines) {
		before = max(strings.LastIndex(lines[s.line-1], code), 0)
	}
	return s.fragments(ctx, strings.Repeat(" ", before)+code, s.line)
}

// bodyFragments cuts the Go below a block directive.
func (s *Session) bodyFragments(ctx context.Context, segment cell.Segment) ([]cell.Fragment, error) {
	for _, part := range cell.Split(segment.Body) {
		if part.Kind != cell.Go {
			return nil, check.Diagnostics{{Cell: s.current, Line: segment.Line + part.Line, Column: 1, Message: "only Go is measured: directives and shell lines stand in other cells"}}
		}
	}
	return s.fragments(ctx, segment.Body, segment.Line+1)
}
