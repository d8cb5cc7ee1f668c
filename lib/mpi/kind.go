package mpi

import (
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/internal/dl"
)

// Element is what a buffer can be made of: the numbers of Go and bool, and
// types defined from them. An int travels as 64 bits, a bool as C's bool.
type Element interface {
	~bool |
		~int8 | ~int16 | ~int32 | ~int64 | ~int |
		~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint |
		~float32 | ~float64 | ~complex64 | ~complex128
}

// A kind is an element type as MPI sees it.
type kind uint8

const (
	boolean kind = iota
	int8s
	int16s
	int32s
	int64s
	uint8s
	uint16s
	uint32s
	uint64s
	float32s
	float64s
	complex64s
	complex128s
	kinds // their number
)

var kindNames = [kinds]string{
	"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
	"float32", "float64", "complex64", "complex128",
}

func (k kind) String() string { return kindNames[k] }

var kindOfReflect = [...]kind{
	reflect.Bool: boolean,
	reflect.Int8: int8s, reflect.Int16: int16s, reflect.Int32: int32s, reflect.Int64: int64s, reflect.Int: int64s,
	reflect.Uint8: uint8s, reflect.Uint16: uint16s, reflect.Uint32: uint32s, reflect.Uint64: uint64s, reflect.Uint: uint64s,
	reflect.Float32: float32s, reflect.Float64: float64s,
	reflect.Complex64: complex64s, reflect.Complex128: complex128s,
}

// kindOf tells T's kind, by what T is underneath.
func kindOf[T Element]() kind { return kindOfReflect[reflect.TypeFor[T]().Kind()] }

// A buffer is a slice without its type, ready to be handed to C.
type buffer struct {
	data dl.Arg
	at   unsafe.Pointer // the same address, for comparing and copying in Go
	n    int            // elements
	size uintptr        // of one element, in bytes
	kind kind
}

func bufferOf[T Element](s []T) buffer {
	var zero T
	return buffer{dl.Slice(s), unsafe.Pointer(unsafe.SliceData(s)), len(s), unsafe.Sizeof(zero), kindOf[T]()}
}

// bytes is the buffer's memory.
func (b buffer) bytes() []byte { return unsafe.Slice((*byte)(b.at), uintptr(b.n)*b.size) }

// part is the n elements from first on.
func (b buffer) part(first, n int) buffer {
	if n == 0 {
		return buffer{size: b.size, kind: b.kind}
	}
	at := unsafe.Add(b.at, uintptr(first)*b.size)
	return buffer{dl.Pointer(at), at, n, b.size, b.kind}
}

// overlaps reports whether a and b share memory.
func overlaps(a, b buffer) bool {
	if a.n == 0 || b.n == 0 {
		return false
	}
	return uintptr(a.at) < uintptr(b.at)+uintptr(b.n)*b.size &&
		uintptr(b.at) < uintptr(a.at)+uintptr(a.n)*a.size
}

// same reports whether a and b are the same memory, so that MPI is to work in
// place.
func same(a, b buffer) bool { return a.n > 0 && a.n == b.n && a.at == b.at }
