package widgets

import "sync"

// A value is a widget that holds one: a slider, a text. The front end and the
// session both may change it.
type value[T comparable] struct {
	model
	field  string              // of the state
	encode func(T) any         // what the front end is told
	decode func(any) (T, bool) // what it tells
	bound  func(T) T           // the nearest value that is possible

	valueMu   sync.Mutex
	current   T
	observers []func(T)
}

// hold begins with a value.
func (w *value[T]) hold(field string, first T) {
	w.field, w.take = field, w.changed
	w.current = w.nearest(first)
	w.state[field] = w.wire(w.current)
}

func (w *value[T]) nearest(v T) T {
	if w.bound == nil {
		return v
	}
	return w.bound(v)
}

func (w *value[T]) wire(v T) any {
	if w.encode == nil {
		return v
	}
	return w.encode(v)
}

// Value returns the present value.
func (w *value[T]) Value() T {
	w.valueMu.Lock()
	defer w.valueMu.Unlock()
	return w.current
}

// Set changes the value, to the nearest one that is possible, and calls what
// listens to changes.
func (w *value[T]) Set(v T) {
	v = w.nearest(v)
	if w.replace(v) {
		w.set(w.field, w.wire(v))
		w.tell(v)
	}
}

// OnChange has f called with the new value whenever it has changed, by the user
// or by Set.
func (w *value[T]) OnChange(f func(T)) {
	w.valueMu.Lock()
	defer w.valueMu.Unlock()
	w.observers = append(w.observers, f)
}

// changed takes what the front end says that the value is now.
func (w *value[T]) changed(state map[string]any) {
	told, ok := state[w.field]
	if !ok {
		return
	}
	said, ok := w.decode(told)
	if !ok {
		return
	}
	v := w.nearest(said)
	fresh := w.replace(v)
	w.mu.Lock()
	if w.state[w.field] = w.wire(v); v != said {
		w.setLocked(w.field, w.wire(v))
	}
	w.mu.Unlock()
	if fresh {
		w.tell(v)
	}
}

// replace makes v the present value and reports whether it was another one.
func (w *value[T]) replace(v T) bool {
	w.valueMu.Lock()
	defer w.valueMu.Unlock()
	fresh := v != w.current
	w.current = v
	return fresh
}

func (w *value[T]) tell(v T) {
	w.valueMu.Lock()
	observers := w.observers[:len(w.observers):len(w.observers)]
	w.valueMu.Unlock()
	for _, f := range observers {
		f(v)
	}
}

// label sets the text that stands before the widget.
func (w *value[T]) label(text string) { w.set("description", text) }

// named puts the label before a widget as text.
func (m *model) named(text string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if label, _ := m.state["description"].(string); label != "" {
		return label + " = " + text
	}
	return text
}

func number(v any) (float64, bool) {
	f, ok := v.(float64)
	return f, ok
}
