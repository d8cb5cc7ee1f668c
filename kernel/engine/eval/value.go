package eval

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/galago-hpc/galago/lib/rt"
)

// value evaluates an expression that has one value. What is a variable in Go
// comes back addressable and settable.
func (m *Machine) value(n *Node) reflect.Value {
	switch n.Op {
	case Constant:
		return constant(n)
	case Nil:
		return reflect.Zero(n.Type.resolve())
	case Var:
		p, ok := rt.Lookup(n.Unit, n.Name)
		if !ok {
			panic("the engine does not hold the variable " + n.Name)
		}
		return reflect.ValueOf(p).Elem()
	case Global:
		return reflect.ValueOf(symbol(n)).Elem()
	case Func:
		f, ok := rt.FunctionOf(n.Unit, n.Name)
		if !ok {
			panic("the engine does not hold the function " + n.Name)
		}
		return reflect.ValueOf(f)
	case Symbol:
		return reflect.ValueOf(symbol(n))
	case Field:
		return field(m.value(&n.Args[0]), n.Index)
	case Index:
		x := m.value(&n.Args[0])
		return index(x, m.value(&n.Args[1]))
	case Lookup:
		x := m.value(&n.Args[0])
		return lookup(x, m.value(&n.Args[1]))
	case Slice:
		return m.slice(n)
	case Deref:
		return deref(m.value(&n.Args[0]))
	case Address:
		return m.address(&n.Args[0])
	case Convert:
		return m.value(&n.Args[0]).Convert(n.Type.resolve())
	case Unary:
		return unary(n.Name, m.value(&n.Args[0]))
	case IsNil:
		return reflect.ValueOf(m.value(&n.Args[0]).IsNil())
	case Binary:
		x := detach(m.value(&n.Args[0]))
		y := m.value(&n.Args[1])
		if isComparison(n.Name) {
			return compare(n.Name, x, y).Convert(n.Type.resolve())
		}
		return binary(n.Name, x, y)
	case And:
		x := m.value(&n.Args[0])
		if x.Bool() {
			return m.value(&n.Args[1])
		}
		return detach(x)
	case Or:
		x := m.value(&n.Args[0])
		if x.Bool() {
			return detach(x)
		}
		return m.value(&n.Args[1])
	case Struct, List, Map:
		return m.composite(n)
	case Len:
		return reflect.ValueOf(length(m.value(&n.Args[0])))
	case Cap:
		return reflect.ValueOf(capacity(m.value(&n.Args[0])))
	case Append:
		return m.append(n)
	case Make:
		return m.make(n)
	case New:
		return reflect.New(n.Type.resolve())
	default:
		values := m.values(n)
		if len(values) != 1 {
			panic(fmt.Sprintf("%s has %d values", n.Op, len(values)))
		}
		return values[0]
	}
}

func symbol(n *Node) any {
	s := rt.Symbol(n.Path, n.Name)
	if s == nil {
		panic(fmt.Sprintf("the engine does not hold %s.%s", n.Path, n.Name))
	}
	return s
}

// constant makes a value of a basic kind. Floating-point numbers are written in
// hexadecimal, so that no bit is lost.
func constant(n *Node) reflect.Value {
	v := reflect.New(n.Type.resolve()).Elem()
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(n.Text == "true")
	case reflect.String:
		v.SetString(string(n.Bytes))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float(n.Text))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float(n.Text), float(string(n.Bytes))))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		u, err := strconv.ParseUint(n.Text, 10, 64)
		demand(err)
		v.SetUint(u)
	default:
		i, err := strconv.ParseInt(n.Text, 10, 64)
		demand(err)
		v.SetInt(i)
	}
	return v
}

func float(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	demand(err)
	return f
}

func demand(err error) {
	if err != nil {
		panic(fmt.Sprintf("read a constant: %v", err))
	}
}

// deref follows a pointer; a nil one is the run-time error that it is in Go.
func deref(p reflect.Value) reflect.Value {
	if p.IsNil() {
		nilPointer()
	}
	return p.Elem()
}

// nilPointer panics as the dereference of a nil pointer does.
func nilPointer() {
	var p *int
	*p = 0
}

// field returns a field of a struct or of what x points to. Unexported ones
// are opened up: the checker has seen that the code may use them.
func field(x reflect.Value, i int) reflect.Value {
	if x.Kind() == reflect.Pointer {
		x = deref(x)
	}
	if x.Type().Field(i).IsExported() {
		return x.Field(i)
	}
	if !x.CanAddr() {
		c := reflect.New(x.Type()).Elem()
		c.Set(x)
		x = c
	}
	f := x.Field(i)
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
}

// index returns an element. The bounds are checked by indexing a slice of the
// same length, for the error that compiled code gives.
func index(x, i reflect.Value) reflect.Value {
	if x.Kind() == reflect.Pointer {
		x = deref(x)
	}
	at := place64(i)
	_ = make([]struct{}, x.Len())[at]
	return x.Index(int(at))
}

// place64 is the value of an index of any integer type. One that does not fit
// an int is out of range of everything.
func place64(i reflect.Value) int64 {
	if i.CanUint() {
		if u := i.Uint(); u <= math.MaxInt64 {
			return int64(u)
		}
		return math.MaxInt64
	}
	return i.Int()
}

func lookup(m, key reflect.Value) reflect.Value {
	if v := m.MapIndex(convertible(key, m.Type().Key())); v.IsValid() {
		return v
	}
	return reflect.Zero(m.Type().Elem())
}

// convertible wraps a value in an interface where a type demands one.
func convertible(v reflect.Value, t reflect.Type) reflect.Value {
	if v.Type() == t {
		return v
	}
	c := reflect.New(t).Elem()
	c.Set(v)
	return c
}

func (m *Machine) slice(n *Node) reflect.Value {
	x := m.value(&n.Args[0])
	if x.Kind() == reflect.Pointer {
		x = deref(x)
	}
	bounds := [3]int{0, length(x), 0}
	for i := range bounds {
		if arg := &n.Args[i+1]; arg.Op != "" {
			bounds[i] = int(place64(m.value(arg)))
		}
	}
	if x.Kind() == reflect.String {
		return reflect.ValueOf(x.String()[bounds[0]:bounds[1]]).Convert(x.Type())
	}
	empty := make([]struct{}, x.Len(), x.Cap())
	if n.Args[3].Op != "" {
		_ = empty[bounds[0]:bounds[1]:bounds[2]]
		return x.Slice3(bounds[0], bounds[1], bounds[2])
	}
	_ = empty[bounds[0]:bounds[1]]
	return x.Slice(bounds[0], bounds[1])
}

// address returns a pointer to a variable, or to a fresh copy of a literal.
func (m *Machine) address(n *Node) reflect.Value {
	v := m.value(n)
	if n.Op == Struct || n.Op == List || n.Op == Map {
		v = detach(v)
		if !v.CanAddr() {
			c := reflect.New(v.Type())
			c.Elem().Set(v)
			return c
		}
	}
	return v.Addr()
}

func length(x reflect.Value) int {
	if x.Kind() == reflect.Pointer {
		return x.Type().Elem().Len()
	}
	return x.Len()
}

func capacity(x reflect.Value) int {
	if x.Kind() == reflect.Pointer {
		return x.Type().Elem().Len()
	}
	return x.Cap()
}

func (m *Machine) composite(n *Node) reflect.Value {
	t := n.Type.resolve()
	if n.Op == Map {
		v := reflect.MakeMapWithSize(t, len(n.Args)/2)
		for i := 0; i < len(n.Args); i += 2 {
			key := convertible(m.value(&n.Args[i]), t.Key())
			v.SetMapIndex(key, convertible(m.value(&n.Args[i+1]), t.Elem()))
		}
		return v
	}
	v := reflect.New(t).Elem()
	if t.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(t, n.Length, n.Length))
	}
	for i := range n.Args {
		element := m.value(&n.Args[i])
		if n.Op == Struct {
			field(v, n.Fields[i]).Set(element)
		} else {
			v.Index(n.Fields[i]).Set(element)
		}
	}
	return v
}

func (m *Machine) append(n *Node) reflect.Value {
	s := detach(m.value(&n.Args[0]))
	var values []reflect.Value
	for i := range n.Args[1:] {
		values = append(values, detach(m.value(&n.Args[i+1])))
	}
	if !n.Spread {
		return reflect.Append(s, values...)
	}
	if values[0].Kind() == reflect.String {
		return reflect.AppendSlice(s, reflect.ValueOf([]byte(values[0].String())).Convert(s.Type()))
	}
	return reflect.AppendSlice(s, values[0])
}

func (m *Machine) make(n *Node) reflect.Value {
	t := n.Type.resolve()
	var sizes [2]int
	for i := range n.Args {
		sizes[i] = int(place64(m.value(&n.Args[i])))
	}
	switch t.Kind() {
	case reflect.Slice:
		return reflect.MakeSlice(t, sizes[0], max(sizes[0], sizes[1]))
	case reflect.Map:
		return reflect.MakeMapWithSize(t, sizes[0])
	default:
		return reflect.MakeChan(t, sizes[0])
	}
}
