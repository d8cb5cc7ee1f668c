package eval

import (
	"reflect"

	"github.com/galago-hpc/galago/lib/rt"
)

// values evaluates an expression that may have several values: a call, or the
// two-valued forms of other expressions.
func (m *Machine) values(n *Node) []reflect.Value {
	switch n.Op {
	case Call:
		return m.call(n)
	case Must:
		results := m.values(&n.Args[0])
		last := len(results) - 1
		err, _ := results[last].Interface().(error)
		m.line = n.Line
		rt.Must0(err)
		return results[:last]
	case Found:
		x := m.value(&n.Args[0])
		v := x.MapIndex(convertible(m.value(&n.Args[1]), x.Type().Key()))
		found := v.IsValid()
		if !found {
			v = reflect.Zero(x.Type().Elem())
		}
		return []reflect.Value{v, reflect.ValueOf(found)}
	}
	return []reflect.Value{m.value(n)}
}

func (m *Machine) call(n *Node) []reflect.Value {
	var f reflect.Value
	if target := &n.Args[0]; target.Op == Method {
		f = m.method(target)
	} else {
		f = detach(m.value(target))
	}
	var arguments []reflect.Value
	if len(n.Args) == 2 && !n.Spread && (n.Args[1].Op == Call || n.Args[1].Op == Must) {
		arguments = m.values(&n.Args[1]) // f(g()) with as many results as g has
	} else {
		for i := range n.Args[1:] {
			arguments = append(arguments, detach(m.value(&n.Args[i+1])))
		}
	}
	m.line = n.Line
	if f.IsNil() {
		nilPointer()
	}
	if n.Spread {
		return f.CallSlice(arguments)
	}
	return f.Call(arguments)
}

// method finds the function of x.Name, with its receiver.
func (m *Machine) method(n *Node) reflect.Value {
	x := m.value(&n.Args[0])
	switch {
	case n.Pointer:
		x = x.Addr()
	case x.Kind() == reflect.Interface && x.IsNil():
		nilPointer()
	case x.Kind() != reflect.Interface:
		x = detach(x) // the receiver is evaluated before the arguments
	}
	f := x.MethodByName(n.Name)
	if !f.IsValid() && x.Kind() == reflect.Pointer {
		f = deref(x).MethodByName(n.Name)
	}
	if !f.IsValid() {
		panic("the engine does not hold the method " + n.Name + " of " + x.Type().String())
	}
	return f
}
