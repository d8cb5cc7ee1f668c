package forge

import (
	"reflect"
	"unsafe"
)

// The structures below are those of Go's internal/abi, which every type of a
// program is described by. TestRuntime compares them with what the compiler makes.

type rtype struct {
	size, pointers    uintptr
	hash              uint32
	flags             uint8
	align, fieldAlign uint8
	kind              uint8
	equal             func(a, b unsafe.Pointer) bool
	gcData            *byte
	name, pointerTo   int32
}

const (
	flagUncommon  = 1 << 0
	flagExtraStar = 1 << 1
	flagNamed     = 1 << 2
	flagRegular   = 1 << 3
)

type structType struct {
	rtype
	pkgPath *byte
	fields  []structField
}

type structField struct {
	name   *byte
	t      *rtype
	offset uintptr
}

type interfaceType struct {
	rtype
	pkgPath *byte
	methods []interfaceMethod
}

type interfaceMethod struct{ name, t int32 }

type pointerType struct {
	rtype
	elem *rtype
}

type funcType struct {
	rtype
	in, out uint16
}

type uncommon struct {
	pkgPath          int32
	methods, exports uint16
	offset           uint32
	_                uint32
}

type method struct{ name, t, ifn, tfn int32 }

// kindSizes are the sizes of the structures that describe types of a kind.
var kindSizes = map[reflect.Kind]uintptr{
	reflect.Array: 48 + 24, reflect.Chan: 48 + 16, reflect.Func: 48 + 8, reflect.Interface: 48 + 32, reflect.Map: 48 + 64,
	reflect.Pointer: 48 + 8, reflect.Slice: 48 + 8, reflect.Struct: 48 + 32,
}

func kindSize(k reflect.Kind) uintptr {
	if n, ok := kindSizes[k]; ok {
		return n
	}
	return 48
}

type eface struct {
	t    *rtype
	data unsafe.Pointer
}

// raw returns the structure behind a type.
func raw(t reflect.Type) *rtype {
	var i any = t
	return (*rtype)((*eface)(unsafe.Pointer(&i)).data)
}

// typeOf makes a reflect.Type of the structure behind it.
func typeOf(t *rtype) reflect.Type {
	e := eface{t: t}
	return reflect.TypeOf(*(*any)(unsafe.Pointer(&e)))
}

// nameBytes encodes a name as the run-time system does.
func nameBytes(name, tag string, exported, embedded bool) *byte {
	var flags byte
	if exported {
		flags |= 1
	}
	if tag != "" {
		flags |= 2
	}
	if embedded {
		flags |= 8
	}
	b := append([]byte{flags}, length(len(name))...)
	b = append(b, name...)
	if tag != "" {
		b = append(b, length(len(tag))...)
		b = append(b, tag...)
	}
	keep(b)
	return &b[0]
}

func length(n int) []byte {
	var b []byte
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}
