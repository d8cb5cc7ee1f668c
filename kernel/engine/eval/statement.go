package eval

import (
	"reflect"

	"github.com/galago-hpc/galago/lib/rt"
)

// A Machine runs one program.
type Machine struct {
	unit int
	line int // of the call or statement at hand
}

// Run makes the program's variables, as those of a unit, and executes its
// statements. Panics are those of the code.
func (m *Machine) Run(unit int, p *Program) {
	m.unit = unit
	for _, v := range p.Variables {
		rt.Variable(unit, v.Name, reflect.New(v.Type.resolve()).Interface())
	}
	for i := range p.Statements {
		m.execute(&p.Statements[i])
	}
}

// Line is where the program is, or where it has failed.
func (m *Machine) Line() int { return m.line }

func (m *Machine) execute(n *Node) {
	m.line = n.Line
	switch n.Op {
	case Assign:
		m.assign(n)
	case Update:
		left := m.place(&n.Args[0])
		left.store(binary(n.Name, left.load(), m.value(&n.Args[1])))
	case Zero:
		target := m.value(&n.Args[0])
		target.Set(reflect.Zero(target.Type()))
	case Do, Ignore:
		m.values(&n.Args[0])
	case Value:
		rt.Value(interfaces(m.values(&n.Args[0]))...)
	case Result:
		rt.Results(interfaces(m.values(&n.Args[0]))...)
	case Delete:
		m.value(&n.Args[0]).SetMapIndex(m.value(&n.Args[1]), reflect.Value{})
	default:
		panic("the engine does not know the statement " + string(n.Op))
	}
}

func interfaces(values []reflect.Value) []any {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v.Interface()
	}
	return list
}

// assign evaluates the operands on the left, then the right side, then assigns
// from left to right, as the specification has it.
func (m *Machine) assign(n *Node) {
	places := make([]place, n.Length)
	for i := range places {
		places[i] = m.place(&n.Args[i])
	}
	right := n.Args[n.Length:]
	var values []reflect.Value
	if len(right) == 1 && n.Length > 1 {
		values = m.values(&right[0])
	} else {
		for i := range right {
			values = append(values, detach(m.value(&right[i])))
		}
	}
	for i, p := range places {
		p.store(values[i])
	}
}

// detach copies a value out of the variable that it was read from.
func detach(v reflect.Value) reflect.Value {
	if !v.CanAddr() {
		return v
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// A place is what an assignment writes to.
type place struct {
	target reflect.Value // of a variable; a map, if there is a key
	key    reflect.Value
	blank  bool
}

func (m *Machine) place(n *Node) place {
	switch n.Op {
	case Blank:
		return place{blank: true}
	case Lookup:
		return place{target: m.value(&n.Args[0]), key: detach(m.value(&n.Args[1]))}
	default:
		return place{target: m.value(n)}
	}
}

func (p place) load() reflect.Value {
	if p.key.IsValid() {
		return lookup(p.target, p.key)
	}
	return p.target
}

func (p place) store(v reflect.Value) {
	switch {
	case p.blank:
	case p.key.IsValid():
		element := reflect.New(p.target.Type().Elem()).Elem()
		element.Set(v)
		p.target.SetMapIndex(p.key, element)
	default:
		p.target.Set(v)
	}
}
