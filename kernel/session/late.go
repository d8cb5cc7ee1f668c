package session

import (
	"sync"

	"github.com/galago-hpc/galago/internal/event"
)

// mostLate bounds what is kept of the output of goroutines between two cells,
// in bytes of text and in figures.
const (
	mostLate        = 256 << 10
	mostLateFigures = 100
)

// A lateOutput keeps what goroutines print and show while no cell runs, for a
// front end that cannot show it then. The next cell shows it first.
type lateOutput struct {
	mu      sync.Mutex
	events  []event.Event
	text    int
	figures int
	left    outlet // counts what did not fit
}

func (l *lateOutput) put(e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e.Kind {
	case event.Stdout, event.Stderr:
		if l.text += len(e.Text); l.text > mostLate {
			l.left.leave(e)
			return
		}
	case event.Display, event.Update, event.Clear:
		if l.figures++; l.figures > mostLateFigures {
			l.left.dropped++
			return
		}
	}
	l.events = append(l.events, e)
}

// deliver passes on what was kept.
func (l *lateOutput) deliver(emit func(event.Event)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == 0 && l.left.left == 0 {
		return
	}
	emit(event.Event{Kind: event.Note, Text: "from goroutines, since the last cell:\n"})
	for _, e := range l.events {
		emit(e)
	}
	l.left.emit = emit
	l.left.end()
	l.events, l.text, l.figures = nil, 0, 0
}
