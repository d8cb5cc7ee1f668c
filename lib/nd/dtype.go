package nd

import (
	"reflect"
	"unsafe"
)

// A DType is the type of an array's elements.
type DType uint8

// The element types.
const (
	Invalid DType = iota
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float32
	Float64
	Bool
	Complex64
	Complex128
)

var dtypes = [...]struct {
	name string
	size int
	kind reflect.Kind
}{
	Invalid: {"invalid", 0, reflect.Invalid},
	Int8:    {"int8", 1, reflect.Int8},
	Int16:   {"int16", 2, reflect.Int16},
	Int32:   {"int32", 4, reflect.Int32},
	Int64:   {"int64", 8, reflect.Int64},
	Uint8:   {"uint8", 1, reflect.Uint8},
	Uint16:  {"uint16", 2, reflect.Uint16},
	Uint32:  {"uint32", 4, reflect.Uint32},
	Uint64:  {"uint64", 8, reflect.Uint64},
	Float32: {"float32", 4, reflect.Float32},
	Float64: {"float64", 8, reflect.Float64},
	Bool:    {"bool", 1, reflect.Bool},

	Complex64:  {"complex64", 8, reflect.Complex64},
	Complex128: {"complex128", 16, reflect.Complex128},
}

// String returns the Go name of the type, such as "int32".
func (t DType) String() string {
	if int(t) >= len(dtypes) {
		t = Invalid
	}
	return dtypes[t].name
}

// Size returns the size of an element in bytes.
func (t DType) Size() int {
	if int(t) >= len(dtypes) {
		return 0
	}
	return dtypes[t].size
}

// Float reports whether t is a floating-point type.
func (t DType) Float() bool { return t == Float32 || t == Float64 }

// Signed reports whether t is a signed integer type.
func (t DType) Signed() bool { return t >= Int8 && t <= Int64 }

// Unsigned reports whether t is an unsigned integer type.
func (t DType) Unsigned() bool { return t >= Uint8 && t <= Uint64 }

// Integer reports whether t is an integer type, signed or not; Bool is none.
func (t DType) Integer() bool { return t >= Int8 && t <= Uint64 }

// Complex reports whether t is a complex type.
func (t DType) Complex() bool { return t == Complex64 || t == Complex128 }

// Number is the real numbers that an array can hold. The types int and uint are held as Int64
// and Uint64 (as Int32 and Uint32 where they have 32 bits), named types as
// what they are made of.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64
}

// Element is what an array can hold.
type Element interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64 |
		~bool | ~complex64 | ~complex128
}

// DTypeFor returns the element type that holds values of T.
func DTypeFor[T Element]() DType { return dtypeOfKind(reflect.TypeFor[T]().Kind()) }

// DTypeOf returns the element type that holds values of the Go type t, or
// Invalid if t is no number and no bool.
func DTypeOf(t reflect.Type) DType {
	if t == nil {
		return Invalid
	}
	return dtypeOfKind(t.Kind())
}

func dtypeOfKind(kind reflect.Kind) DType {
	switch kind {
	case reflect.Int:
		return pick(unsafe.Sizeof(int(0)) == 8, Int64, Int32)
	case reflect.Uint, reflect.Uintptr:
		return pick(unsafe.Sizeof(uint(0)) == 8, Uint64, Uint32)
	}
	for t := Int8; t <= Complex128; t++ {
		if dtypes[t].kind == kind {
			return t
		}
	}
	return Invalid
}

func pick(first bool, a, b DType) DType {
	if first {
		return a
	}
	return b
}
