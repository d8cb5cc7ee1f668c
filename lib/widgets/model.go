package widgets

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/comm"
)

// The words of ipywidgets' messages, version 2.1 of
// https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
const (
	target        = "jupyter.widget"
	control       = "jupyter.widget.control"
	protocol      = "2.1.0"
	viewType      = "application/vnd.jupyter.widget-view+json"
	controls      = "@jupyter-widgets/controls"
	controlsSince = "2.0.0"
)

// A Widget is something that the front end draws.
type Widget interface {
	core() *model
	String() string
	MIMEBundle() map[string]any
}

// A model is what the front end and the session both know of a widget.
type model struct {
	id       string
	children []Widget
	text     func() string                // the widget as a line of text
	take     func(state map[string]any)   // what the front end has changed
	event    func(content map[string]any) // what has happened there

	mu      sync.Mutex
	state   map[string]any
	comm    *comm.Comm     // nil until the widget is shown
	pending map[string]any // fields that the front end is told of later
	told    time.Time
}

// redraw is the least time between two changes that the front end is told of, so
// that a widget may be set in a tight loop.
const redraw = 50 * time.Millisecond

// begin fills in what every widget has. Name is that of ipywidgets' class.
func (m *model) begin(name string, state map[string]any) {
	m.beginIn(controls, controlsSince, name, state)
}

func (m *model) beginIn(module, version, name string, state map[string]any) {
	var id [16]byte
	rand.Read(id[:])
	m.id = hex.EncodeToString(id[:])
	m.state = map[string]any{
		"_model_module": module, "_model_module_version": version, "_model_name": name + "Model",
		"_view_module": module, "_view_module_version": version, "_view_name": name + "View",
		"_dom_classes": []string{}, "layout": nil,
	}
	maps.Copy(m.state, state)
}

func (m *model) core() *model { return m }

// String returns the widget as a line of text, or of more if others are in it.
func (m *model) String() string { return m.text() }

// MIMEBundle shows the widget: the front end is told what to draw.
func (m *model) MIMEBundle() map[string]any {
	err := m.open()
	switch {
	case errors.Is(err, comm.ErrNone):
		why := strings.TrimPrefix(err.Error(), comm.ErrNone.Error()+": ")
		return map[string]any{"text/plain": m.text() + "\n(no widget: " + why + ")"}
	case err != nil:
		return map[string]any{"text/plain": m.text() + "\n(no widget: " + err.Error() + ")"}
	}
	return map[string]any{
		viewType:     map[string]any{"version_major": 2, "version_minor": 0, "model_id": m.id},
		"text/plain": m.text() + "\n(no widget: this front end lacks ipywidgets; JupyterLab has them with pip install jupyterlab_widgets)",
	}
}

// open makes the widget, and before it those that are in it, known to the front
// end.
func (m *model) open() error {
	for _, child := range m.children {
		if err := child.core().open(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.comm != nil {
		return nil
	}
	comm.Accept(control, answerStates)
	c, err := comm.Open(target, m.id, map[string]any{"state": m.state, "buffer_paths": []any{}}, map[string]any{"version": protocol}, m.receive)
	if err != nil {
		return err
	}
	m.comm = c
	remember(m)
	return nil
}

// drawn reports whether a front end may be drawing the widget.
func (m *model) drawn() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.comm != nil && !m.comm.Closed()
}

// Close removes the widget from the front end.
func (m *model) Close() {
	m.mu.Lock()
	c := m.comm
	m.mu.Unlock()
	if c != nil {
		forget(m)
		_ = c.Close() // fails only if nobody is there to draw it
	}
}

// set changes a field of the state. The front end hears of it at once, or if it has
// just heard of another change, soon.
func (m *model) set(field string, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.setLocked(field, value)
}

func (m *model) setLocked(field string, value any) {
	m.state[field] = value
	if m.comm == nil {
		return
	}
	wait := redraw - time.Since(m.told)
	switch {
	case m.pending != nil:
		m.pending[field] = value
	case wait > 0:
		m.pending = map[string]any{field: value}
		comm.Later(wait, func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.sendPendingLocked()
		})
	default:
		m.sendLocked(map[string]any{field: value}, "")
	}
}

func (m *model) sendPendingLocked() {
	if state := m.pending; state != nil {
		m.pending = nil
		m.sendLocked(state, "")
	}
}

// sendLocked tells the front end about fields of the state. An error means that
// nobody is there any more.
func (m *model) sendLocked(state map[string]any, capture string) {
	if m.comm == nil {
		return
	}
	m.sendPendingLocked()
	m.told = time.Now()
	data := map[string]any{"method": "update", "state": state, "buffer_paths": []any{}}
	if capture != "" {
		_ = m.comm.SendCapture(data, capture)
		return
	}
	_ = m.comm.Send(data)
}

// receive takes a message of the front end.
func (m *model) receive(data map[string]any) {
	switch data["method"] {
	case "update":
		if state, ok := data["state"].(map[string]any); ok && m.take != nil {
			m.take(state)
		}
	case "custom":
		if content, ok := data["content"].(map[string]any); ok && m.event != nil {
			m.event(content)
		}
	case "request_state":
		m.mu.Lock()
		defer m.mu.Unlock()
		m.sendLocked(m.state, "")
	}
}
