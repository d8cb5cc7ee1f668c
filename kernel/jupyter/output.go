package jupyter

import (
	"fmt"
	"strings"
	"sync"

	"github.com/galago-hpc/galago/internal/event"
)

// An output turns the events of one cell into messages, in order.
type output struct {
	k      *kernel
	parent *message
	number int  // execution count of the cell
	silent bool // nothing is published

	mu    sync.Mutex
	text  gatherer
	value string // text/plain of the cell's value
	paged bool   // what is shown goes to pages
	pages []any
}

func newOutput(k *kernel, parent *message, silent bool) *output {
	o := &output{k: k, parent: parent, silent: silent}
	o.text.send = func(name, text string) {
		k.publish(parent, "stream", object{"name": name, "text": text})
	}
	o.text.lock = &o.mu
	return o
}

// emit may be called by any goroutine, even after the cell has ended.
func (o *output) emit(e event.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if plain, isText := e.Data["text/plain"].(string); e.Kind == event.Value && isText {
		o.value = plain
	}
	if o.paged && e.Kind == event.Display {
		o.pages = append(o.pages, object{"source": "page", "data": orEmpty(e.Data), "start": 0})
		return
	}
	if e.Kind == event.Comm {
		o.text.flush()
		o.k.sendComm(o.parent, *e.Message)
	}
	if o.silent {
		return
	}
	switch e.Kind {
	case event.Stdout:
		o.text.write("stdout", e.Text)
	case event.Stderr:
		o.text.write("stderr", e.Text)
	case event.Note:
		o.text.write("stderr", strings.TrimSuffix(e.Text, "\n")+"\n")
	case event.Display:
		o.show("display_data", e, object{"transient": transient(e.ID)})
	case event.Update:
		o.show("update_display_data", e, object{"transient": transient(e.ID)})
	case event.Value:
		content := object{"execution_count": o.number}
		if e.ID != "" {
			content["transient"] = transient(e.ID)
		}
		o.show("execute_result", e, content)
	case event.Clear:
		o.text.flush()
		o.k.publish(o.parent, "clear_output", object{"wait": e.Wait})
	}
}

// show publishes data. What cannot be written as JSON, NaN in
// application/json for one, becomes a line of text that says so.
func (o *output) show(kind string, e event.Event, content object) {
	content["data"] = orEmpty(e.Data)
	content["metadata"] = orEmpty(e.Metadata)
	o.text.flush()
	if err := o.k.publish(o.parent, kind, content); err != nil {
		o.text.write("stderr", fmt.Sprintf("galago: a value cannot be shown: %v\n", err))
	}
}

func transient(id string) object {
	if id == "" {
		return object{}
	}
	return object{"display_id": id}
}

func orEmpty[M ~map[string]any](m M) M {
	if m == nil {
		return M{}
	}
	return m
}

// flush sends all text that is still held back.
func (o *output) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.finish()
}

func (o *output) result() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.value
}
