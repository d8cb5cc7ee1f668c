package widgets

import (
	"fmt"
	"reflect"
)

// An argument is a function's parameter with its control.
type argument struct {
	widget Widget
	value  func() reflect.Value
	watch  func(f func())
}

// newArgument makes the control that was asked for, or that suits the type.
func newArgument(t reflect.Type, given any) (argument, error) {
	if w, ok := given.(Widget); ok {
		return fromWidget(t, w)
	}
	v := reflect.ValueOf(given)
	switch {
	case !v.IsValid():
		return fromNothing(t)
	case v.Kind() == reflect.Slice && v.Type().Elem().AssignableTo(t):
		return fromChoice(v)
	case v.Kind() == reflect.Array && v.Len() == 2 && suits(v.Type().Elem(), t):
		return fromRange(t, v.Index(0), v.Index(1))
	case suits(v.Type(), t):
		return fromValue(t, v)
	}
	return argument{}, fmt.Errorf("a %T is no control for a %v: give a widget, a value, a range [2]%v{from, to}, or a choice []%v{...}", given, t, t, t)
}

// suits says whether a value of one type may stand for one of another: both are
// integers, or numbers, or of one kind.
func suits(from, to reflect.Type) bool {
	return from.Kind() == to.Kind() || integer(from) && (integer(to) || float(to)) || float(from) && float(to)
}

func integer(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uintptr
}

func float(t reflect.Type) bool { return t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64 }

// bind connects a widget with a parameter.
func bind[T any](t reflect.Type, w Widget, get func() T, observe func(func(T))) (argument, error) {
	if !suits(reflect.TypeFor[T](), t) {
		return argument{}, fmt.Errorf("a %T is no control for a %v", w, t)
	}
	return argument{
		widget: w,
		value:  func() reflect.Value { return reflect.ValueOf(get()).Convert(t) },
		watch:  func(f func()) { observe(func(T) { f() }) },
	}, nil
}

func fromWidget(t reflect.Type, w Widget) (argument, error) {
	switch w := w.(type) {
	case *IntSlider:
		return bind(t, w, w.Value, w.OnChange)
	case *FloatSlider:
		return bind(t, w, w.Value, w.OnChange)
	case *Checkbox:
		return bind(t, w, w.Value, w.OnChange)
	case *Text:
		return bind(t, w, w.Value, w.OnChange)
	case *Dropdown:
		return bind(t, w, w.Value, w.OnChange)
	}
	return argument{}, fmt.Errorf("a %T has no value: use IntSlider, FloatSlider, Checkbox, Text or Dropdown", w)
}

func fromNothing(t reflect.Type) (argument, error) {
	switch {
	case integer(t):
		return fromWidget(t, NewIntSlider(0, 100, 50))
	case float(t):
		return fromWidget(t, NewFloatSlider(0, 1, 0.5))
	case t.Kind() == reflect.Bool:
		return fromWidget(t, NewCheckbox("", false))
	case t.Kind() == reflect.String:
		return fromWidget(t, NewText(""))
	}
	return argument{}, fmt.Errorf("no control suits a %v: give a choice, []%v{...}", t, t)
}

// fromValue makes a control that begins at a value: a slider has as much room on
// both sides as the value is from zero.
func fromValue(t reflect.Type, v reflect.Value) (argument, error) {
	switch {
	case integer(t):
		n := int(v.Convert(reflect.TypeFor[int]()).Int())
		if n == 0 {
			return fromWidget(t, NewIntSlider(0, 100, 0))
		}
		return fromWidget(t, NewIntSlider(min(0, 2*n), max(0, 2*n), n))
	case float(t):
		x := v.Convert(reflect.TypeFor[float64]()).Float()
		if x == 0 {
			return fromWidget(t, NewFloatSlider(0, 1, 0))
		}
		return fromWidget(t, NewFloatSlider(min(0, 2*x), max(0, 2*x), x))
	case t.Kind() == reflect.Bool:
		return fromWidget(t, NewCheckbox("", v.Bool()))
	case t.Kind() == reflect.String:
		return fromWidget(t, NewText(v.String()))
	}
	return argument{}, fmt.Errorf("no control suits a %v: give a choice, []%v{...}", t, t)
}

func fromRange(t reflect.Type, from, to reflect.Value) (argument, error) {
	switch {
	case integer(t):
		a, b := int(from.Convert(reflect.TypeFor[int]()).Int()), int(to.Convert(reflect.TypeFor[int]()).Int())
		if a > b {
			return argument{}, fmt.Errorf("a range from %d to %d is empty", a, b)
		}
		return fromWidget(t, NewIntSlider(a, b, a+(b-a)/2))
	case float(t):
		a, b := from.Convert(reflect.TypeFor[float64]()).Float(), to.Convert(reflect.TypeFor[float64]()).Float()
		if !(a <= b) {
			return argument{}, fmt.Errorf("a range from %g to %g is empty", a, b)
		}
		return fromWidget(t, NewFloatSlider(a, b, a+(b-a)/2))
	}
	return argument{}, fmt.Errorf("a %v has no range", t)
}

// fromChoice lets the user choose between values, which are named as fmt prints
// them.
func fromChoice(values reflect.Value) (argument, error) {
	if values.Len() == 0 {
		return argument{}, fmt.Errorf("there is nothing to choose from")
	}
	names := make([]string, values.Len())
	for i := range names {
		names[i] = fmt.Sprintf("%+v", values.Index(i))
	}
	d := NewDropdown(names...)
	if len(d.options) < len(names) {
		return argument{}, fmt.Errorf("two of the choices %q look the same", names)
	}
	return argument{
		widget: d,
		value:  func() reflect.Value { return values.Index(d.Index()) },
		watch:  func(f func()) { d.OnChange(func(string) { f() }) },
	}, nil
}
