package dl

import "unsafe"

// An Arg is one argument of a C function. See the package comment for what it
// guarantees.
type Arg struct {
	word    uintptr
	pointer unsafe.Pointer
}

// Null is a null pointer, or zero.
var Null Arg

// Int passes an integer of any width; signed ones are sign-extended.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](v T) Arg {
	return Arg{word: uintptr(v)}
}

// Bool passes a C bool or a flag that is 0 or 1.
func Bool(v bool) Arg {
	if v {
		return Arg{word: 1}
	}
	return Arg{}
}

// Word passes a handle, or an address of C memory. Never pass an address of Go
// memory this way: use [Ptr] or [Slice].
func Word(w uintptr) Arg { return Arg{word: w} }

// Ptr passes the address of a Go variable. A nil pointer is passed as null.
func Ptr[T any](p *T) Arg { return Pointer(unsafe.Pointer(p)) }

// Slice passes the address of a slice's first element; null for a slice
// without any, even if it has capacity.
func Slice[T any](s []T) Arg {
	if len(s) == 0 {
		return Arg{}
	}
	return Pointer(unsafe.Pointer(unsafe.SliceData(s)))
}

// Str passes a copy of s with a terminating NUL. C must not keep or change it.
// C sees s end at its first NUL byte: refuse such names before they come here.
func Str(s string) Arg {
	terminated := make([]byte, len(s)+1)
	copy(terminated, s)
	return Slice(terminated)
}

// Pointer passes Go memory whose type is not known here.
func Pointer(p unsafe.Pointer) Arg { return Arg{pointer: escape(p)} }

// Value is the integer or handle that the argument passes; of an argument that
// points to Go memory it is 0.
func (a Arg) Value() uintptr { return a.word }

// Text is the text that [Str] passes; "" for an argument that points nowhere.
func (a Arg) Text() string {
	if a.pointer == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(a.pointer, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(a.pointer), n))
}

// Memory is the Go memory that the argument points to, of which the caller knows
// the size.
func (a Arg) Memory() unsafe.Pointer { return a.pointer }

var heap struct {
	always  bool // never set: it is there for the compiler
	pointer unsafe.Pointer
}

// escape makes the compiler place what p points to on the heap: the compiler
// must assume that p is stored in a global variable. A goroutine's stack moves when
// it grows, which C cannot follow; the heap does not move.
func escape(p unsafe.Pointer) unsafe.Pointer {
	if heap.always {
		heap.pointer = p
	}
	return p
}
