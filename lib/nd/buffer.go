package nd

import (
	"strconv"
	"unsafe"
)

// element lists the types that buffers are made of: one for each DType.
type element interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// A buffer is the memory of an array and of all its views. It hides the element
// type from Array, which is not generic because the type of a dataset is known
// at run time only.
type buffer interface {
	at(i int) float64
	put(i int, v float64)
	text(i int) string
	fits(i int, t DType) bool      // whether the element is a value of an integer type
	memory() (unsafe.Pointer, int) // first byte and number of elements
	copyTo(dst buffer, l layout)   // l.a walks the receiver, l.b walks dst
	sumTo(dst buffer, l layout)
	minTo(dst buffer, l layout)
	maxTo(dst buffer, l layout)
}

type typed[T element] []T

func (b typed[T]) at(i int) float64     { return float64(b[i]) }
func (b typed[T]) put(i int, v float64) { b[i] = T(v) }

func (b typed[T]) text(i int) string {
	switch v := any(b[i]).(type) {
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case uint64:
		return strconv.FormatUint(v, 10)
	}
	return strconv.FormatInt(int64(b[i]), 10)
}

func (b typed[T]) memory() (unsafe.Pointer, int) {
	return unsafe.Pointer(unsafe.SliceData(b)), len(b)
}

func (b typed[T]) copyTo(dst buffer, l layout) {
	switch dst := dst.(type) {
	case typed[int8]:
		convert(b, dst, l)
	case typed[int16]:
		convert(b, dst, l)
	case typed[int32]:
		convert(b, dst, l)
	case typed[int64]:
		convert(b, dst, l)
	case typed[uint8]:
		convert(b, dst, l)
	case typed[uint16]:
		convert(b, dst, l)
	case typed[uint32]:
		convert(b, dst, l)
	case typed[uint64]:
		convert(b, dst, l)
	case typed[float32]:
		convert(b, dst, l)
	case typed[float64]:
		convert(b, dst, l)
	}
}

func convert[S, D element](src typed[S], dst typed[D], l layout) {
	same, isSame := any(dst).(typed[S])
	l.rows(func(i, j, n, di, dj int) {
		if isSame && di == 1 && dj == 1 {
			copy(same[j:j+n], src[i:i+n])
			return
		}
		for range n {
			dst[j] = D(src[i])
			i += di
			j += dj
		}
	})
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
	}
	return nil
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
	}
	return nil
}
