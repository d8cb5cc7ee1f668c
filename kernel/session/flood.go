package session

import (
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/event"
)

// What a cell may show. A front end keeps all of it, and a browser has to draw
// it.
const (
	textBurst  = 4 << 20 // bytes of text that are shown at once
	textRate   = 2 << 10 // bytes a second that are shown besides
	textResume = 16 << 10
	tailSize   = 4 << 10 // bytes of the end of what was left out that are shown

	figureBurst = 2_000     // figures, updates and the like that are shown at once
	figureRate  = 20        // a second besides
	figureBytes = 256 << 20 // bytes of them
)

// An outlet passes on what a cell prints and shows, until that is a flood. Then
// it counts, and shows from time to time how far the cell has come.
type outlet struct {
	emit func(event.Event)
	now  func() time.Time

	mu      sync.Mutex
	began   time.Time
	text    int64 // bytes of text passed on
	figures int64
	weight  int64 // bytes of figures passed on

	left    int64  // bytes of text left out since the last note
	lines   int64  // ends of lines in them
	tail    []byte // their end
	stream  event.Kind
	dropped int                    // figures left out
	updates map[string]event.Event // the last of each that was left out
	order   []string
}

func newOutlet(emit func(event.Event)) *outlet {
	return &outlet{emit: emit, now: time.Now, began: time.Now(), updates: map[string]event.Event{}}
}

// put takes an event. It may be called by any goroutine, also after end.
func (o *outlet) put(e event.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch e.Kind {
	case event.Stdout, event.Stderr:
		o.print(e)
	case event.Display, event.Update, event.Clear:
		o.show(e)
	default: // what Galago itself says, and the value
		o.emit(e)
	}
}

func (o *outlet) seconds() int64 { return int64(o.now().Sub(o.began) / time.Second) }

func (o *outlet) print(e event.Event) {
	room := textBurst + textRate*o.seconds() - o.text
	if o.left > 0 {
		if room < textResume {
			o.leave(e)
			return
		}
		o.tell()
		room -= tailSize
	}
	if int64(len(e.Text)) <= room {
		o.text += int64(len(e.Text))
		o.emit(e)
		return
	}
	cut := max(int(room), 0)
	if end := strings.LastIndexByte(e.Text[:cut], '\n'); end >= 0 {
		cut = end + 1
	}
	for cut > 0 && cut < len(e.Text) && !utf8.RuneStart(e.Text[cut]) {
		cut--
	}
	if cut > 0 {
		o.emit(event.Event{Kind: e.Kind, Text: e.Text[:cut]})
	}
	o.text = textBurst + textRate*o.seconds()
	o.leave(event.Event{Kind: e.Kind, Text: e.Text[cut:]})
}

// leave counts text that is not shown.
func (o *outlet) leave(e event.Event) {
	o.left += int64(len(e.Text))
	o.lines += int64(strings.Count(e.Text, "\n"))
	o.stream = e.Kind
	if len(e.Text) >= tailSize {
		o.tail = append(o.tail[:0], e.Text[len(e.Text)-tailSize:]...)
		return
	}
	o.tail = append(o.tail, e.Text...)
	if extra := len(o.tail) - tailSize; extra > 0 {
		o.tail = append(o.tail[:0], o.tail[extra:]...)
	}
}

// tell says how much was left out, and shows the end of it.
func (o *outlet) tell() {
	tail := string(o.tail)
	if int64(len(tail)) < o.left {
		if end := strings.IndexByte(tail, '\n'); end >= 0 && end < len(tail)-1 {
			tail = tail[end+1:]
		}
		for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
			tail = tail[1:]
		}
		left, lines := o.left-int64(len(tail)), o.lines-int64(strings.Count(tail, "\n"))
		o.emit(event.Event{Kind: event.Note, Text: fmt.Sprintf("\n%s in %d lines of output are not shown; it goes on with:\n", size(left), lines)})
	}
	o.emit(event.Event{Kind: o.stream, Text: tail})
	o.text += int64(len(tail))
	o.left, o.lines, o.tail = 0, 0, o.tail[:0]
}

func (o *outlet) show(e event.Event) {
	weight := weigh(e.Data)
	if o.figures < figureBurst+figureRate*o.seconds() && o.weight+weight <= figureBytes {
		o.figures++
		o.weight += weight
		delete(o.updates, e.ID)
		o.emit(e)
		return
	}
	o.dropped++
	if e.Kind == event.Update && (len(o.updates) < figureBurst) {
		if _, known := o.updates[e.ID]; !known {
			o.order = append(o.order, e.ID)
		}
		o.updates[e.ID] = e
	}
}

// end shows what is known only now: how much was left out, and the last state
// of figures that were updated too often.
func (o *outlet) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.left > 0 {
		o.tell()
	}
	for _, id := range o.order {
		if e, ok := o.updates[id]; ok {
			o.dropped--
			o.emit(e)
		}
	}
	o.order, o.updates = nil, map[string]event.Event{}
	if o.dropped > 0 {
		o.emit(event.Event{Kind: event.Note, Text: fmt.Sprintf("%d figures and updates are not shown: they came faster than they can be drawn\n", o.dropped)})
		o.dropped = 0
	}
}

// weigh estimates the size of a figure, in bytes.
func weigh(b event.Bundle) int64 {
	n := int64(0)
	for _, v := range b {
		if text, ok := v.(string); ok {
			n += int64(len(text))
		} else {
			n += 1 << 10
		}
	}
	return n
}

// size writes a number of bytes for a person.
func size(bytes int64) string {
	units := []struct {
		name  string
		bytes int64
	}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}
	for _, u := range units {
		if bytes >= u.bytes {
			return fmt.Sprintf("%.4g %s", float64(bytes)/float64(u.bytes), u.name)
		}
	}
	return fmt.Sprintf("%d bytes", bytes)
}
