package guard

import (
	"bytes"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/goroutines"
)

const (
	// idle is how long an unfinished line waits for its end.
	idle = 100 * time.Millisecond
	// crashing is how long what looks like the report of a crash is held back
	// after its last byte; a program that is still alive then has not crashed.
	crashing = 3 * time.Second
	// dying is the same once there is a stack: the runtime takes its time to
	// walk a million frames.
	dying = time.Minute
	// mostHeld bounds the memory that a report takes. The runtime itself
	// prints at most 100 frames of each goroutine.
	mostHeld = 8 << 20
)

// An output turns what the pump reads into records of the log. What the Go
// runtime prints about a crash is held back, because it becomes the rank's
// error and a file instead of a thousand lines in a notebook.
type output struct {
	log *journal

	mu       sync.Mutex
	out, err stream
	held     []byte // from the first line of a crash report on
	holding  bool
	heldAt   time.Time
	reported bool // the program has sent an error event
	timer    *time.Timer

	company time.Duration // how long the reply to an error waits for other ranks
	hurry   chan struct{} // closed when there is nothing to wait for
}

func newOutput(log *journal) *output {
	o := &output{log: log, out: stream{kind: event.Stdout}, err: stream{kind: event.Stderr}, hurry: make(chan struct{})}
	o.timer = time.AfterFunc(time.Hour, o.tick)
	return o
}

func (o *output) emit(e event.Event) { o.log.write(Record{Event: e}) }

// handle is the pump's handler.
func (o *output) handle(e event.Event) event.Reply {
	reply := o.take(e)
	// A program that has failed ends by MPI_Abort, and the launcher then kills
	// all ranks. It goes on when it has the reply: others that fail for the
	// same reason get the time to say so.
	if e.Kind == event.Error && o.company > 0 {
		select {
		case <-time.After(o.company):
		case <-o.hurry:
		}
	}
	return reply
}

func (o *output) take(e event.Event) event.Reply {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch e.Kind {
	case event.Stdout:
		o.out.add(e.Text, o.emit)
		o.timer.Reset(idle)
	case event.Stderr:
		o.stderr(e.Text)
		o.timer.Reset(idle)
	case event.Comm:
		return event.Reply{Error: "a rank has no widgets: return values to the session and use them there"}
	case event.Input:
		o.flush()
		return event.Reply{Error: "a rank cannot ask for input: read it in a cell of its own and use the variable here"}
	default:
		o.flush()
		o.reported = o.reported || e.Kind == event.Error
		o.emit(e)
		o.timer.Reset(idle)
	}
	return event.Reply{}
}

func (o *output) stderr(text string) {
	if o.holding {
		o.held = append(o.held, text...)
		o.heldAt = time.Now()
		if len(o.held) > mostHeld {
			o.release()
		}
		return
	}
	all := []byte(text)
	if len(o.err.part) > 0 {
		all = append(append(make([]byte, 0, len(o.err.part)+len(text)), o.err.part...), text...)
	}
	at := goroutines.Begin(all)
	if at < 0 {
		o.err.add(text, o.emit)
		return
	}
	o.err.part = o.err.part[:0]
	if at > 0 {
		o.err.add(string(all[:at]), o.emit)
		o.err.flush(o.emit)
	}
	o.held = append([]byte(nil), all[at:]...)
	o.holding, o.heldAt = true, time.Now()
}

// flush passes on unfinished lines, so that what follows comes after them.
func (o *output) flush() {
	o.out.flush(o.emit)
	o.err.flush(o.emit)
}

// release passes on what was held back: it is ordinary text.
func (o *output) release() {
	if o.holding {
		o.emit(event.Event{Kind: event.Stderr, Text: string(o.held)})
		o.holding, o.held = false, nil
	}
}

// tick runs when nothing has come for a while.
func (o *output) tick() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
	if o.holding {
		limit := crashing
		if certain(o.held) {
			limit = dying
		}
		if wait := limit - time.Since(o.heldAt); wait > 0 {
			o.timer.Reset(wait)
		} else {
			o.release()
		}
	}
	o.log.flush()
}

// certain says whether a report is more than a line that looks like one.
func certain(report []byte) bool {
	return bytes.Contains(report, []byte("\ngoroutine ")) || bytes.Contains(report, []byte("\nruntime: ")) || bytes.Contains(report, []byte("\nfatal error: "))
}

// end takes the rest, and returns what was held back and whether the program
// has reported an error by itself.
func (o *output) end() (held []byte, reported bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.timer.Stop()
	o.flush()
	held, o.held, o.holding = o.held, nil, false
	return held, o.reported
}
