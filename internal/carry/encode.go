package carry

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Encode returns v in the form that [Decode] reads. v may be a [reflect.Value], which
// stands for the value that it holds. A pointer stands for what it points to as well:
// see Decode. The error is an [Error] if v, or a part of it, has no value to carry.
//
// Nothing may change v meanwhile.
func Encode(v any) ([]byte, error) {
	value, ok := v.(reflect.Value)
	if !ok {
		value = reflect.ValueOf(v)
	}
	if !value.IsValid() {
		// An untyped nil: an interface that holds nothing.
		value = reflect.New(reflect.TypeFor[any]()).Elem()
	}
	// The variable is encoded where it lies, if it lies anywhere, so that a value
	// that points to itself is one object.
	if !value.CanAddr() {
		box := reflect.New(value.Type()).Elem()
		box.Set(value)
		value = box
	}
	t, at := value.Type(), value.Addr().UnsafePointer()
	e := encoder{}
	err := e.run(t, at)
	var wrong *Error
	if errors.As(err, &wrong) {
		// The path to an object is not kept on the way, since it is rarely asked for.
		e = encoder{tracing: true}
		err = e.run(t, at)
	}
	if err != nil {
		return nil, err
	}
	return e.buf, nil
}

type encoder struct {
	buf     []byte
	ids     map[identity]int
	objects []object // of which those from next on are still to be written
	next    int
	depth   int

	tracing bool
	path    []string
}

// An identity is what makes two references lead to the same object.
type identity struct {
	at  unsafe.Pointer
	t   reflect.Type // of the variable, the elements or the map
	len int          // of slices; variable for other references
}

const variable = -1

// An object is a variable, the elements of a slice, or a map.
type object struct {
	plan *plan          // of a variable, an element, or the map
	at   unsafe.Pointer // of the first element
	n    int            // elements; 1 for a variable
	m    reflect.Value  // a map
	many bool           // the elements of a slice
	path string         // when tracing
}

func (e *encoder) run(t reflect.Type, at unsafe.Pointer) error {
	name, err := typeName(t)
	if err != nil {
		name = t.String()
	}
	e.buf = append(e.buf, magic...)
	e.buf = append(e.buf, layout)
	e.text(shapeOf(t))
	e.text(name)
	e.ids = map[identity]int{{at, t, variable}: 0}
	e.objects = append(e.objects, object{plan: planOf(t), at: at, n: 1})
	for ; e.next < len(e.objects); e.next++ {
		o := e.objects[e.next]
		if e.tracing {
			e.path = append(e.path[:0], o.path)
		}
		if o.m.IsValid() {
			err = e.entries(o)
		} else {
			err = e.elements(o.plan, o.at, o.n, o.many)
		}
		if err != nil {
			return err
		}
	}
	parts, err := e.parts()
	if err != nil {
		return err
	}
	e.number(len(parts))
	for _, p := range parts {
		e.number(p.id)
		e.number(p.of)
		e.number(int(p.offset))
	}
	return nil
}

func (e *encoder) number(n int)  { e.buf = binary.AppendUvarint(e.buf, uint64(n)) }
func (e *encoder) text(s string) { e.number(len(s)); e.buf = append(e.buf, s...) }

// elements writes n values that lie one after the other.
func (e *encoder) elements(p *plan, at unsafe.Pointer, n int, indexed bool) error {
	if p.way == byFlat {
		size := int(p.size) * n
		e.buf = append(slices.Grow(e.buf, size), unsafe.Slice((*byte)(at), size)...)
		return nil
	}
	if p.min == 0 {
		return nil
	}
	for i := range n {
		if e.tracing && indexed {
			e.path = append(e.path, fmt.Sprintf("[%d]", i))
		}
		if err := e.value(p, unsafe.Add(at, uintptr(i)*p.size)); err != nil {
			return err
		}
		if e.tracing && indexed {
			e.path = e.path[:len(e.path)-1]
		}
	}
	return nil
}

func (e *encoder) entries(o object) error {
	key, elem := reflect.New(o.plan.key.t), reflect.New(o.plan.elem.t)
	e.number(o.m.Len())
	for it := o.m.MapRange(); it.Next(); {
		key.Elem().Set(it.Key())
		elem.Elem().Set(it.Value())
		if e.tracing {
			step := fmt.Sprintf("[%v]", it.Key())
			if it.Key().Kind() == reflect.String {
				step = fmt.Sprintf("[%q]", it.Key().String())
			}
			e.path = append(e.path, step)
		}
		if err := e.value(o.plan.key, key.UnsafePointer()); err != nil {
			return err
		}
		if err := e.value(o.plan.elem, elem.UnsafePointer()); err != nil {
			return err
		}
		if e.tracing {
			e.path = e.path[:len(e.path)-1]
		}
	}
	return nil
}

// deepest bounds the values within values that are not behind a reference: interfaces
// that hold structs that hold interfaces.
const deepest = 10000

func (e *encoder) value(p *plan, at unsafe.Pointer) error {
	switch p.way {
	case byFlat:
		e.buf = append(e.buf, unsafe.Slice((*byte)(at), p.size)...)
	case byBool:
		b := byte(0)
		if *(*bool)(at) {
			b = 1
		}
		e.buf = append(e.buf, b)
	case byString:
		e.text(*(*string)(at))
	case byArray:
		return e.elements(p.elem, at, p.t.Len(), true)
	case byStruct:
		return e.structure(p, at)
	case byTime:
		t := (*time.Time)(at).Round(0)
		return e.structure(p, unsafe.Pointer(&t))
	case byPointer:
		target := *(*unsafe.Pointer)(at)
		if name, ok := wellKnown[target]; ok {
			e.number(2)
			e.text(name)
			return nil
		}
		e.reference(identity{target, p.elem.t, variable}, object{plan: p.elem, at: target, n: 1})
	case bySlice:
		s := reflect.NewAt(p.t, at).Elem()
		first := s.UnsafePointer()
		e.reference(identity{first, p.elem.t, s.Len()}, object{plan: p.elem, at: first, n: s.Len(), many: true})
	case byMap:
		m := reflect.NewAt(p.t, at).Elem()
		if !m.IsNil() {
			// A reference of its own: the variable may change before it is written.
			m = reflect.ValueOf(m.Interface())
		}
		e.reference(identity{m.UnsafePointer(), p.t, variable}, object{plan: p, m: m})
	case byInterface:
		return e.held(p, at)
	case byMethod:
		return e.method(p, at)
	case byZero:
		for _, b := range unsafe.Slice((*byte)(at), p.size) {
			if b != 0 {
				return e.fail(p.t, p.reason)
			}
		}
		e.buf = append(e.buf, 0)
	}
	return nil
}

func (e *encoder) structure(p *plan, at unsafe.Pointer) error {
	for i := range p.fields {
		f := &p.fields[i]
		if e.tracing {
			e.path = append(e.path, "."+fieldName(f.name))
		}
		if err := e.value(f.plan, unsafe.Add(at, f.offset)); err != nil {
			return err
		}
		if e.tracing {
			e.path = e.path[:len(e.path)-1]
		}
	}
	return nil
}

// reference writes a reference to o.
func (e *encoder) reference(who identity, o object) {
	if who.at == nil {
		e.number(0)
		return
	}
	if id, ok := e.ids[who]; ok {
		e.number(3 + id)
		return
	}
	e.ids[who] = len(e.objects)
	e.number(1)
	if o.many {
		e.number(o.n)
	}
	if e.tracing {
		o.path = e.where()
	}
	e.objects = append(e.objects, o)
}

// held writes the value that an interface holds.
func (e *encoder) held(p *plan, at unsafe.Pointer) error {
	v := reflect.NewAt(p.t, at).Elem()
	if v.IsNil() {
		e.number(0)
		return nil
	}
	v = v.Elem()
	if e.depth++; e.depth > deepest {
		return e.fail(p.t, "interfaces are nested too deeply")
	}
	defer func() { e.depth-- }()
	name, err := typeName(v.Type())
	if err != nil {
		if reason := obstacle(v.Type()); reason != "" {
			return e.fail(v.Type(), reason)
		}
		return e.fail(p.t, "the interface holds a value whose "+err.Error())
	}
	e.text(name)
	e.text(shapeOf(v.Type()))
	box := reflect.New(v.Type())
	box.Elem().Set(v)
	return e.value(planOf(v.Type()), box.UnsafePointer())
}

// obstacle says why no value of a type, or of what it refers to, can be carried. It is
// a better answer than that the type has no name.
func obstacle(t reflect.Type) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return planOf(t).reason
}

// method writes what the value makes of itself.
func (e *encoder) method(p *plan, at unsafe.Pointer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = e.fail(p.t, fmt.Sprintf("its method for encoding it panics: %v", r))
		}
	}()
	var data []byte
	switch v := reflect.NewAt(p.t, at).Interface(); p.method {
	case binaryMarshaller:
		data, err = v.(encoding.BinaryMarshaler).MarshalBinary()
	case gobMarshaller:
		data, err = v.(gobEncoder).GobEncode()
	case textMarshaller:
		data, err = v.(encoding.TextMarshaler).MarshalText()
	}
	if err != nil {
		return e.fail(p.t, "it does not encode itself: "+err.Error())
	}
	e.number(len(data))
	e.buf = append(e.buf, data...)
	return nil
}

func (e *encoder) where() string { return strings.Join(e.path, "") }

// place is where, as errors show it.
func (e *encoder) place() string { return strings.TrimPrefix(e.where(), ".") }

func (e *encoder) fail(t reflect.Type, reason string) error {
	return &Error{Path: e.place(), Type: t.String(), Reason: reason}
}
