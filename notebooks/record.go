package notebooks

import (
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// A recorder turns what happens while cells run into outputs, as a Jupyter
// front end does.
type recorder struct {
	shown map[string][]*Output // by the id under which it can be updated
	cell  *Cell
	clear bool // the outputs are to be removed once something new arrives

	stream  *Output // the last output, if it is a stream that may go on
	printed []byte  // its text, until flush
}

func newRecorder() *recorder { return &recorder{shown: map[string][]*Output{}} }

// start makes cell the one that shows what comes next.
func (r *recorder) start(cell *Cell) {
	r.flush()
	r.cell, r.clear = cell, false
}

// record applies one event to the outputs.
func (r *recorder) record(e event.Event) {
	switch e.Kind {
	case event.Stdout:
		r.text("stdout", e.Text)
	case event.Stderr:
		r.text("stderr", e.Text)
	case event.Note: // Galago's own word: a line of its own, beside the program's output
		r.text("stderr", strings.TrimSuffix(e.Text, "\n")+"\n")
	case event.Display:
		o := &Output{Type: DisplayData, Data: e.Data, Metadata: e.Metadata, id: e.ID}
		if e.ID != "" {
			r.shown[e.ID] = append(r.shown[e.ID], o)
		}
		r.add(o)
	case event.Update: // wherever it is shown, earlier cells included
		for _, o := range r.shown[e.ID] {
			o.Data, o.Metadata = e.Data, e.Metadata
		}
	case event.Value:
		o := &Output{Type: ExecuteResult, Data: e.Data, Metadata: e.Metadata, id: e.ID}
		if e.ID != "" {
			r.shown[e.ID] = append(r.shown[e.ID], o)
		}
		r.add(o)
	case event.Clear:
		r.clear = e.Wait
		if !e.Wait {
			r.flush()
			r.cell.Outputs = nil
		}
	}
}

func (r *recorder) add(o *Output) {
	r.flush()
	if r.clear {
		r.cell.Outputs, r.clear = nil, false
	}
	r.cell.Outputs = append(r.cell.Outputs, o)
}

// text joins what is printed to one stream without anything in between.
func (r *recorder) text(name, text string) {
	if text == "" {
		return
	}
	if r.stream == nil || r.stream.Name != name || r.clear {
		o := &Output{Type: Stream, Name: name}
		r.add(o)
		r.stream = o
	}
	r.printed = appendStream(r.printed, text)
}

// flush gives what was printed to its output.
func (r *recorder) flush() {
	if r.stream != nil {
		r.stream.Text = string(r.printed)
	}
	r.stream, r.printed = nil, r.printed[:0]
}

// fail records the error that ended the cell.
func (r *recorder) fail(f *event.Failure, traceback []string) {
	value, _, _ := strings.Cut(f.Message, "\n")
	r.add(&Output{Type: ErrorOutput, ErrorName: f.Name, ErrorValue: value, Traceback: traceback})
}

// finish gives the execution count to the cell and to its result.
func (r *recorder) finish(count int) {
	r.flush()
	r.cell.ExecutionCount = count
	for _, o := range r.cell.Outputs {
		if o.Type == ExecuteResult {
			o.ExecutionCount = count
		}
	}
}
