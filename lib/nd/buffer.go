package nd

import (
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// A boolean is a bool that arithmetic can be done with: a byte that is 0 or 1,
// as Go keeps a bool.
type boolean uint8

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

type float interface{ float32 | float64 }

// number lists the types that have an order.
type number interface{ integer | float | boolean }

type complexNumber interface{ complex64 | complex128 }

// element lists the types that buffers are made of: one for each DType.
type element interface{ number | complexNumber }

// A buffer is the memory of an array and of all its views. It hides the element
// type from Array, which is not generic because the type of a dataset is known
// at run time only. No generic type stands in its methods: whatever imports the
// package would compile all of them again.
type buffer interface {
	at(i int) float64
	put(i int, v float64)
	atComplex(i int) complex128
	putComplex(i int, v complex128)
	text(i int) string
	fits(i int, t DType) bool      // whether the element is a value of another type
	memory() (unsafe.Pointer, int) // first byte and number of elements

	// copyRun copies n elements, converted, from i on, di apart, to j on, dj apart.
	copyRun(dst buffer, i, j, n, di, dj int)
	// take copies the elements at the points, counted from i on, to j on, dj apart,
	// in a buffer of the same type.
	take(dst buffer, i, j int, points []int, dj int)

	sumTo(dst buffer, l layout)
	prodTo(dst buffer, l layout)
	minTo(dst buffer, l layout)
	maxTo(dst buffer, l layout)
	countTo(dst buffer, l layout) // elements that are not 0; dst is of Int64

	// argExtreme returns which of n elements from i on is the extreme one.
	argExtreme(o op, i, n, step int) int

	sortRuns(n int)                 // sorts each run of n elements
	argSort(at int, places []int64) // the order of len(places) elements from at on
	changes(at int, marks []boolean)
	multiplyTo(at int, x buffer, xAt int, y buffer, yAt int, m, k, n int) // matrices, row by row
	searchTo(values buffer, places []int64, right bool)
}

// typed is the buffer of real numbers and bools, complexes that of complex ones.
type typed[T number] []T

type complexes[T complexNumber] []T

func (b typed[T]) at(i int) float64 { return float64(b[i]) }

func (b typed[T]) put(i int, v float64) {
	if d, ok := any(b).(typed[boolean]); ok {
		d[i] = truth(v != 0)
		return
	}
	b[i] = T(v)
}

func (b typed[T]) atComplex(i int) complex128     { return complex(float64(b[i]), 0) }
func (b typed[T]) putComplex(i int, v complex128) { b.put(i, real(v)) }

func (b complexes[T]) at(i int) float64               { return real(complex128(b[i])) }
func (b complexes[T]) put(i int, v float64)           { b[i] = T(complex(v, 0)) }
func (b complexes[T]) atComplex(i int) complex128     { return complex128(b[i]) }
func (b complexes[T]) putComplex(i int, v complex128) { b[i] = T(v) }

// text writes an element as Python prints a number.
func (b typed[T]) text(i int) string {
	switch v := any(b[i]).(type) {
	case float32:
		return floatText(float64(v), 32)
	case float64:
		return floatText(v, 64)
	case uint64:
		return strconv.FormatUint(v, 10)
	case boolean:
		if v != 0 {
			return "True"
		}
		return "False"
	}
	return strconv.FormatInt(int64(b[i]), 10)
}

func (b complexes[T]) text(i int) string {
	return complexText(complex128(b[i]), int(unsafe.Sizeof(b[i]))*4)
}

func (b typed[T]) memory() (unsafe.Pointer, int) {
	return unsafe.Pointer(unsafe.SliceData(b)), len(b)
}

func (b complexes[T]) memory() (unsafe.Pointer, int) {
	return unsafe.Pointer(unsafe.SliceData(b)), len(b)
}

func truth(v bool) boolean {
	if v {
		return 1
	}
	return 0
}

// newBuffer returns zeroed memory for n elements.
func newBuffer(t DType, n int) buffer {
	switch t {
	case Int8:
		return make(typed[int8], n)
	case Int16:
		return make(typed[int16], n)
	case Int32:
		return make(typed[int32], n)
	case Int64:
		return make(typed[int64], n)
	case Uint8:
		return make(typed[uint8], n)
	case Uint16:
		return make(typed[uint16], n)
	case Uint32:
		return make(typed[uint32], n)
	case Uint64:
		return make(typed[uint64], n)
	case Float32:
		return make(typed[float32], n)
	case Float64:
		return make(typed[float64], n)
	case Bool:
		return make(typed[boolean], n)
	case Complex64:
		return make(complexes[complex64], n)
	case Complex128:
		return make(complexes[complex128], n)
	}
	return nil
}

// unsetBuffer returns memory for n elements that has not been cleared, which would
// take as long as filling it. Only a strings.Builder gets such memory; the one
// byte that is written makes the place of the string certain.
func unsetBuffer(t DType, n int) buffer {
	size := n * t.Size()
	if size < 1<<15 || size/t.Size() != n {
		return newBuffer(t, n)
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteByte(0)
	return bufferAt(t, unsafe.Pointer(unsafe.StringData(b.String())), n)
}

// bufferAt returns the n elements of type t that begin at p, without a copy.
func bufferAt(t DType, p unsafe.Pointer, n int) buffer {
	switch t {
	case Int8:
		return typed[int8](unsafe.Slice((*int8)(p), n))
	case Int16:
		return typed[int16](unsafe.Slice((*int16)(p), n))
	case Int32:
		return typed[int32](unsafe.Slice((*int32)(p), n))
	case Int64:
		return typed[int64](unsafe.Slice((*int64)(p), n))
	case Uint8:
		return typed[uint8](unsafe.Slice((*uint8)(p), n))
	case Uint16:
		return typed[uint16](unsafe.Slice((*uint16)(p), n))
	case Uint32:
		return typed[uint32](unsafe.Slice((*uint32)(p), n))
	case Uint64:
		return typed[uint64](unsafe.Slice((*uint64)(p), n))
	case Float32:
		return typed[float32](unsafe.Slice((*float32)(p), n))
	case Float64:
		return typed[float64](unsafe.Slice((*float64)(p), n))
	case Bool:
		return typed[boolean](unsafe.Slice((*boolean)(p), n))
	case Complex64:
		return complexes[complex64](unsafe.Slice((*complex64)(p), n))
	case Complex128:
		return complexes[complex128](unsafe.Slice((*complex128)(p), n))
	}
	return nil
}

// elementsOf returns the memory of a buffer whose elements are of type T.
func elementsOf[T element](b buffer) []T {
	p, n := b.memory()
	return unsafe.Slice((*T)(p), n)
}

// rawElements returns the memory of an array as elements of another type of the
// same size.
func rawElements[T element](a *Array) []T { return elementsOf[T](a.buf) }

// bufferOf makes a buffer of a slice.
func bufferOf[T element](data []T) buffer {
	return bufferAt(dtypeOf[T](), unsafe.Pointer(unsafe.SliceData(data)), len(data))
}

// dtypeOf returns the DType whose buffers are made of T.
func dtypeOf[T element]() DType {
	var zero T
	switch any(zero).(type) {
	case int8:
		return Int8
	case int16:
		return Int16
	case int32:
		return Int32
	case int64:
		return Int64
	case uint8:
		return Uint8
	case uint16:
		return Uint16
	case uint32:
		return Uint32
	case uint64:
		return Uint64
	case float32:
		return Float32
	case float64:
		return Float64
	case boolean:
		return Bool
	case complex64:
		return Complex64
	}
	return Complex128
}

func isNaN[T number](v T) bool { return v != v }

func isComplexNaN(v complex128) bool { return math.IsNaN(real(v)) || math.IsNaN(imag(v)) }
