package widgets

import (
	"github.com/galago-hpc/galago/internal/comm"
	"github.com/galago-hpc/galago/internal/event"
)

// An Output is a place for what functions print and show.
type Output struct{ model }

// NewOutput returns an empty output.
func NewOutput() *Output {
	o := &Output{}
	o.beginIn("@jupyter-widgets/output", "1.0.0", "Output", map[string]any{"msg_id": "", "outputs": []any{}})
	o.text = func() string { return "" }
	o.take = func(state map[string]any) {
		if outputs, ok := state["outputs"]; ok { // for a page that is opened again
			o.mu.Lock()
			defer o.mu.Unlock()
			o.state["outputs"] = outputs
		}
	}
	return o
}

// Do calls f and adds what is printed and shown meanwhile. Where no widgets are
// drawn that is shown where it always is.
func (o *Output) Do(f func()) { o.capture(f, false) }

// Replace is Do in place of what the output holds, which stays until f shows
// something, so that nothing flickers.
func (o *Output) Replace(f func()) { o.capture(f, true) }

// Clear empties the output.
func (o *Output) Clear() { o.set("outputs", []any{}) }

func (o *Output) capture(f func(), replace bool) {
	if o.open() != nil || !o.drawn() {
		f()
		return
	}
	take := func(capture string) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.sendLocked(map[string]any{"msg_id": ""}, capture)
	}
	take("msg_id")
	if replace {
		_, _ = event.Default().Send(event.Event{Kind: event.Clear, Wait: true})
	}
	done := false
	defer func() {
		// The failure of a callback, which is told when the callback has ended,
		// belongs here, too. That of a cell belongs to the cell.
		if done || !comm.Delivering() {
			take("")
		}
	}()
	f()
	done = true
}
