package interpret

import (
	"go/types"
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/kernel/interpret/forge"
)

// A class says in which form an expression's value is handed on.
type class uint8

const (
	intClass       class = iota // all integers, as int64 that holds the bits of the type, extended
	floatClass                  // float32 (rounded) and float64
	complexClass                // both
	boolClass                   // bool
	stringClass                 // string
	pointerClass                // one word: pointers, maps, channels, functions
	sliceClass                  // slices
	interfaceClass              // interfaces, as an any whose dynamic value is plain or boxed
	memoryClass                 // structs and arrays, in memory
)

// A sliceHeader is a slice as it lies in memory.
type sliceHeader struct {
	data          unsafe.Pointer
	length, space int
}

func classOf(t types.Type) class {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch info := t.Info(); {
		case info&types.IsInteger != 0:
			return intClass
		case info&types.IsFloat != 0:
			return floatClass
		case info&types.IsComplex != 0:
			return complexClass
		case info&types.IsBoolean != 0:
			return boolClass
		case info&types.IsString != 0:
			return stringClass
		}
		return pointerClass
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return pointerClass
	case *types.Slice:
		return sliceClass
	case *types.Interface:
		return interfaceClass
	}
	return memoryClass
}

// An expr is a compiled expression. The function of its class evaluates it;
// memory evaluates into memory that nothing else refers to.
type expr struct {
	t       types.Type
	class   class
	integer func(*frame) int64
	float   func(*frame) float64
	complex func(*frame) complex128
	boolean func(*frame) bool
	text    func(*frame) string
	pointer func(*frame) unsafe.Pointer
	slice   func(*frame) sliceHeader
	dynamic func(*frame) any
	memory  func(*frame, unsafe.Pointer)
	// place, of a memoryClass value that lies somewhere already, is its address. It is to
	// be read before anything else runs.
	place func(*frame) unsafe.Pointer
}

// A kindOf is the exact machine type of an integer or float.
func kindOf(t types.Type) types.BasicKind {
	if b, ok := t.Underlying().(*types.Basic); ok {
		return b.Kind()
	}
	return types.Invalid
}

// wrap returns a function that cuts an integer to the width of its type.
func wrap(k types.BasicKind) func(int64) int64 {
	switch k {
	case types.Int8:
		return func(v int64) int64 { return int64(int8(v)) }
	case types.Int16:
		return func(v int64) int64 { return int64(int16(v)) }
	case types.Int32, types.UntypedRune:
		return func(v int64) int64 { return int64(int32(v)) }
	case types.Uint8:
		return func(v int64) int64 { return int64(uint8(v)) }
	case types.Uint16:
		return func(v int64) int64 { return int64(uint16(v)) }
	case types.Uint32:
		return func(v int64) int64 { return int64(uint32(v)) }
	}
	return nil
}

func unsigned(k types.BasicKind) bool {
	switch k {
	case types.Uint, types.Uint8, types.Uint16, types.Uint32, types.Uint64, types.Uintptr:
		return true
	}
	return false
}

func loadInteger(k types.BasicKind, p unsafe.Pointer) int64 {
	switch k {
	case types.Int8:
		return int64(*(*int8)(p))
	case types.Int16:
		return int64(*(*int16)(p))
	case types.Int32:
		return int64(*(*int32)(p))
	case types.Uint8:
		return int64(*(*uint8)(p))
	case types.Uint16:
		return int64(*(*uint16)(p))
	case types.Uint32:
		return int64(*(*uint32)(p))
	}
	return *(*int64)(p)
}

func storeInteger(k types.BasicKind, p unsafe.Pointer, v int64) {
	switch k {
	case types.Int8, types.Uint8:
		*(*int8)(p) = int8(v)
	case types.Int16, types.Uint16:
		*(*int16)(p) = int16(v)
	case types.Int32, types.Uint32:
		*(*int32)(p) = int32(v)
	default:
		*(*int64)(p) = v
	}
}

// load makes an expression of the value at a place.
func (m *Machine) load(t types.Type, at func(*frame) unsafe.Pointer) *expr {
	e := &expr{t: t, class: classOf(t)}
	k := kindOf(t)
	switch e.class {
	case intClass:
		switch k {
		case types.Int, types.Int64, types.Uint, types.Uint64, types.Uintptr:
			e.integer = func(f *frame) int64 { return *(*int64)(at(f)) }
		default:
			e.integer = func(f *frame) int64 { return loadInteger(k, at(f)) }
		}
	case floatClass:
		if k == types.Float32 {
			e.float = func(f *frame) float64 { return float64(*(*float32)(at(f))) }
		} else {
			e.float = func(f *frame) float64 { return *(*float64)(at(f)) }
		}
	case complexClass:
		if k == types.Complex64 {
			e.complex = func(f *frame) complex128 { return complex128(*(*complex64)(at(f))) }
		} else {
			e.complex = func(f *frame) complex128 { return *(*complex128)(at(f)) }
		}
	case boolClass:
		e.boolean = func(f *frame) bool { return *(*bool)(at(f)) }
	case stringClass:
		e.text = func(f *frame) string { return *(*string)(at(f)) }
	case pointerClass:
		e.pointer = func(f *frame) unsafe.Pointer { return *(*unsafe.Pointer)(at(f)) }
	case sliceClass:
		e.slice = func(f *frame) sliceHeader { return *(*sliceHeader)(at(f)) }
	case interfaceClass:
		r := m.types.layout(t)
		switch r {
		case anyType:
			e.dynamic = func(f *frame) any { return *(*any)(at(f)) }
		default:
			e.dynamic = func(f *frame) any { return loadInterface(r, at(f)) }
		}
	case memoryClass:
		r := m.types.layout(t)
		copyTo := copier(r)
		e.place = at
		e.memory = func(f *frame, to unsafe.Pointer) { copyTo(to, at(f)) }
	}
	return e
}

// copier returns a function that copies a value of a type.
func copier(r reflect.Type) func(to, from unsafe.Pointer) {
	if r.Size() == 0 {
		return func(to, from unsafe.Pointer) {}
	}
	return func(to, from unsafe.Pointer) {
		if from == nil {
			nilDereference()
		}
		reflect.NewAt(r, to).Elem().Set(reflect.NewAt(r, from).Elem())
	}
}

func clearer(r reflect.Type) func(unsafe.Pointer) {
	switch r.Kind() {
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Float64, reflect.Uintptr:
		return func(p unsafe.Pointer) { *(*int64)(p) = 0 }
	}
	return func(p unsafe.Pointer) { reflect.NewAt(r, p).Elem().SetZero() }
}

// An emptyInterface is an any as it lies in memory.
type emptyInterface struct{ t, data unsafe.Pointer }

// dataOf returns the data word of an interface's value.
func dataOf(v any) unsafe.Pointer { return (*emptyInterface)(unsafe.Pointer(&v)).data }

// loadInterface reads an interface with methods.
func loadInterface(r reflect.Type, p unsafe.Pointer) any {
	if r == errorType {
		return *(*error)(p)
	}
	v := reflect.NewAt(r, p).Elem()
	if v.IsNil() {
		return nil
	}
	return v.Elem().Interface()
}

// store returns a function that evaluates an expression and stores the value.
// The expression may not read what it overwrites, if it is in memory.
func (m *Machine) store(e *expr) func(*frame, unsafe.Pointer) {
	k := kindOf(e.t)
	switch e.class {
	case intClass:
		g := e.integer
		switch k {
		case types.Int, types.Int64, types.Uint, types.Uint64, types.Uintptr:
			return func(f *frame, p unsafe.Pointer) { *(*int64)(p) = g(f) }
		}
		return func(f *frame, p unsafe.Pointer) { storeInteger(k, p, g(f)) }
	case floatClass:
		g := e.float
		if k == types.Float32 {
			return func(f *frame, p unsafe.Pointer) { *(*float32)(p) = float32(g(f)) }
		}
		return func(f *frame, p unsafe.Pointer) { *(*float64)(p) = g(f) }
	case complexClass:
		g := e.complex
		if k == types.Complex64 {
			return func(f *frame, p unsafe.Pointer) { *(*complex64)(p) = complex64(g(f)) }
		}
		return func(f *frame, p unsafe.Pointer) { *(*complex128)(p) = g(f) }
	case boolClass:
		g := e.boolean
		return func(f *frame, p unsafe.Pointer) { *(*bool)(p) = g(f) }
	case stringClass:
		g := e.text
		return func(f *frame, p unsafe.Pointer) { *(*string)(p) = g(f) }
	case pointerClass:
		g := e.pointer
		return func(f *frame, p unsafe.Pointer) { *(*unsafe.Pointer)(p) = g(f) }
	case sliceClass:
		g := e.slice
		return func(f *frame, p unsafe.Pointer) { *(*sliceHeader)(p) = g(f) }
	case interfaceClass:
		g, put := e.dynamic, m.interfaceStore(e.t)
		return func(f *frame, p unsafe.Pointer) { put(p, g(f)) }
	}
	return e.memory
}

// interfaceStore returns a function that stores a dynamic value in a variable
// of an interface type.
func (m *Machine) interfaceStore(t types.Type) func(unsafe.Pointer, any) {
	r := m.types.layout(t)
	if r == anyType {
		return func(p unsafe.Pointer, v any) { *(*any)(p) = v }
	}
	return func(p unsafe.Pointer, v any) {
		if v == nil {
			reflect.NewAt(r, p).Elem().SetZero()
			return
		}
		if r == errorType {
			*(*error)(p) = v.(error)
			return
		}
		reflect.NewAt(r, p).Elem().Set(reflect.ValueOf(v))
	}
}

// toAny makes a function that evaluates an expression and puts the value into
// an interface.
func (m *Machine) toAny(e *expr) func(*frame) any {
	if e.class == interfaceClass {
		return e.dynamic
	}
	r := m.types.layout(e.t)
	switch r {
	case basicTypes[types.Int]:
		g := e.integer
		return func(f *frame) any { return int(g(f)) }
	case basicTypes[types.Float64]:
		g := e.float
		return func(f *frame) any { return g(f) }
	case basicTypes[types.String]:
		g := e.text
		return func(f *frame) any { return g(f) }
	case basicTypes[types.Bool]:
		g := e.boolean
		return func(f *frame) any { return g(f) }
	}
	put := m.store(e)
	return func(f *frame) any {
		v := reflect.New(r)
		put(f, v.UnsafePointer())
		return v.Elem().Interface()
	}
}

// fromAny makes an expression of a dynamic value of type t, or of nil, which
// stands for zero.
func (m *Machine) fromAny(t types.Type, g func(*frame) any) *expr {
	r := m.types.layout(t)
	zero := reflect.New(r).UnsafePointer()
	return m.load(t, func(f *frame) unsafe.Pointer {
		v := g(f)
		if v == nil {
			return zero
		}
		return valueOf(r, v)
	})
}

// valueOf returns where the value in an interface lies. It must not be written to.
func valueOf(r reflect.Type, v any) unsafe.Pointer {
	data := dataOf(v)
	if forge.Direct(r) {
		p := new(unsafe.Pointer)
		*p = data
		return unsafe.Pointer(p)
	}
	return data
}

func nilDereference() {
	var p *int
	_ = *p
}

// float32 arithmetic is rounded after each operation.
func round(k types.BasicKind) func(float64) float64 {
	if k == types.Float32 {
		return func(v float64) float64 { return float64(float32(v)) }
	}
	return nil
}
