package session

import (
	"context"
	"fmt"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// A compiledText is Go that was run before. As long as its names mean what they
// meant, it is run again without being compiled.
type compiledText struct {
	unit  *check.Unit
	cell  int // in which it was compiled
	names check.Meaning
}

// remember notes what was compiled from a text.
func (s *Session) remember(segment cell.Segment, unit *check.Unit) {
	if unit.Runs() && len(unit.Notes) == 0 && !s.folders {
		s.texts[place(segment)] = compiledText{unit, s.current, s.world.Meaning(segment.Text)}
	}
}

// place tells equal texts in different lines apart: their errors name lines.
func place(segment cell.Segment) string { return fmt.Sprintf("%d:%s", segment.Line, segment.Text) }

// again runs a text that was compiled before, and reports whether it could.
func (s *Session) again(ctx context.Context, segment cell.Segment, emit func(event.Event)) (bool, error) {
	t, ok := s.texts[place(segment)]
	if !ok || !s.world.Meaning(segment.Text).Equal(t.names) {
		return false, nil
	}
	if err := s.need(ctx, t.unit.Number); err != nil {
		return true, err
	}
	s.stand(s.current, t.cell)
	return true, s.engineRun(ctx, t.unit.Number, emit)
}
