package widgets

import (
	"fmt"
	"reflect"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
	"github.com/galago-hpc/galago/lib/rt"
)

// Interact shows controls for the arguments of f and, below them, what f prints,
// shows and returns. When a control moves, f is called again and its output
// replaced.
//
// Controls are given in the order of f's parameters, each as one of
//
//	a widget               IntSlider, FloatSlider, Checkbox, Text, Dropdown
//	a value                where the control begins
//	[2]T{from, to}         the range of a slider
//	a slice of values      a choice
//
// Those that are not given are a slider from 0 to 100 or, for floats, from 0 to 1,
// an empty checkbox, an empty text. If the last result of f is an error that is not
// nil, it is shown as that of a cell is. The error that Interact returns says which
// argument has no control.
func Interact(f any, controls ...any) error {
	i, err := NewInteraction(f, controls...)
	if err != nil {
		return err
	}
	return mime.Display(i)
}

// An Interaction is what [Interact] shows, as a value.
type Interaction struct {
	Box
	Output *Output
	call   func()
}

// NewInteraction is Interact for a part of something larger. It calls f once.
func NewInteraction(f any, controls ...any) (*Interaction, error) {
	function := reflect.ValueOf(f)
	if function.Kind() != reflect.Func || function.IsNil() {
		return nil, fmt.Errorf("interact with a %T: it takes a function", f)
	}
	t := function.Type()
	if t.IsVariadic() {
		return nil, fmt.Errorf("interact with a %v: it takes a function with a fixed number of parameters", t)
	}
	if len(controls) > t.NumIn() {
		return nil, fmt.Errorf("interact with a %v: there are %d controls for %d parameters", t, len(controls), t.NumIn())
	}
	i := &Interaction{Output: NewOutput()}
	arguments := make([]argument, t.NumIn())
	var children []Widget
	for n := range arguments {
		var given any
		if n < len(controls) {
			given = controls[n]
		}
		a, err := newArgument(t.In(n), given)
		if err != nil {
			return nil, fmt.Errorf("interact with a %v: parameter %d: %w", t, n+1, err)
		}
		arguments[n] = a
		children = append(children, a.widget)
	}
	i.call = func() {
		in := make([]reflect.Value, len(arguments))
		for n, a := range arguments {
			in[n] = a.value()
		}
		showResults(function.Call(in))
	}
	i.fill("VBox", append(children, i.Output))
	for _, a := range arguments {
		a.watch(func() { i.Output.Replace(i.call) })
	}
	i.Output.Do(i.call)
	return i, nil
}

// showResults shows what the function has returned, as that of a cell's last
// expression.
func showResults(results []reflect.Value) {
	var values []any
	for _, r := range results {
		values = append(values, r.Interface())
	}
	if last := len(values) - 1; last >= 0 && results[last].Type() == reflect.TypeFor[error]() {
		if err, _ := values[last].(error); err != nil {
			rt.Must0(err)
		}
		values = values[:last]
	}
	if len(values) == 0 {
		return
	}
	data, metadata := mime.Values(values...)
	sink := event.Default()
	if sink == nil {
		fmt.Println(data[mime.Plain])
		return
	}
	_, _ = sink.Send(event.Event{Kind: event.Display, Data: data, Metadata: metadata})
}
