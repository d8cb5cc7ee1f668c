package nd

import (
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// An Array is an n-dimensional array of numbers of one type, or a view of a part
// of one. Views share memory; Copy ends the sharing. An Array is no safer for
// concurrent use than a Go slice is.
type Array struct {
	dtype   DType
	buf     buffer
	offset  int
	shape   []int
	strides []int // in elements
}

// New returns an array of zeros. Without a shape it holds one number and has no
// axes. It panics with an error if the type is no element type or a length is
// negative.
func New(dtype DType, shape ...int) *Array {
	if dtype.Size() == 0 {
		panic(fmt.Errorf("new array: %v is not an element type", dtype))
	}
	if err := checkShape(shape); err != nil {
		panic(fmt.Errorf("new array: %w", err))
	}
	shape = slices.Clone(shape)
	return contiguous(dtype, newBuffer(dtype, product(shape)), shape)
}

// unset is New for an array of which every element will be written: what is in
// its memory is not said.
func unset(dtype DType, shape ...int) *Array {
	if err := checkShape(shape); err != nil { // views may repeat more than memory holds
		panic(fmt.Errorf("new array: %w", err))
	}
	shape = slices.Clone(shape)
	return contiguous(dtype, unsetBuffer(dtype, product(shape)), shape)
}

// Zeros returns an array of float64 zeros.
func Zeros(shape ...int) *Array { return New(Float64, shape...) }

// Of returns an array with the memory of data, which it shares. One length of
// the shape may be -1: it is worked out from the others. Without a shape the
// array has one axis.
func Of[T Element](data []T, shape ...int) (*Array, error) {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	shape, err := completeShape(shape, len(data))
	if err != nil {
		return nil, fmt.Errorf("array of %d elements: %w", len(data), err)
	}
	dtype := DTypeFor[T]()
	return contiguous(dtype, bufferAt(dtype, unsafe.Pointer(unsafe.SliceData(data)), len(data)), shape), nil
}

func contiguous(dtype DType, buf buffer, shape []int) *Array {
	return &Array{dtype: dtype, buf: buf, shape: shape, strides: contiguousStrides(shape)}
}

// DType returns the type of the elements.
func (a *Array) DType() DType { return a.dtype }

// Shape returns the lengths of the axes.
func (a *Array) Shape() []int { return slices.Clone(a.shape) }

// Strides returns, for each axis, how many elements lie between neighbours.
func (a *Array) Strides() []int { return slices.Clone(a.strides) }

// NDim returns the number of axes.
func (a *Array) NDim() int { return len(a.shape) }

// Len returns the number of elements.
func (a *Array) Len() int { return product(a.shape) }

// At returns an element as a float64. Negative indices count from the end. A
// wrong index panics with an [*IndexError]. 64-bit integers beyond 2^53 are
// rounded; [Data] has them exactly.
func (a *Array) At(index ...int) float64 { return a.buf.at(a.position(index)) }

// Set changes an element; v is converted to the element type as Go converts. A
// wrong index panics with an [*IndexError].
func (a *Array) Set(v float64, index ...int) { a.buf.put(a.position(index), v) }

// Item returns the only element of an array that has one. It panics with an
// error if there are more or none.
func (a *Array) Item() float64 {
	if n := a.Len(); n != 1 {
		panic(fmt.Errorf("item of an array of shape %v: it has %d elements, not one", Shape(a.shape), n))
	}
	return a.buf.at(a.offset)
}

// Fill sets every element to v.
func (a *Array) Fill(v float64) {
	_ = a.Assign(&Array{dtype: Float64, buf: typed[float64]{v}})
}

func (a *Array) position(index []int) int {
	if len(index) != len(a.shape) {
		panic(&IndexError{Axis: -1, Index: len(index), Length: len(a.shape), Shape: slices.Clone(a.shape)})
	}
	p := a.offset
	for axis, i := range index {
		n := a.shape[axis]
		if i < -n || i >= n {
			panic(&IndexError{Axis: axis, Index: i, Length: n, Shape: slices.Clone(a.shape)})
		}
		if i < 0 {
			i += n
		}
		p += i * a.strides[axis]
	}
	return p
}

// made returns an error if one of several arrays is none.
func made(arrays ...*Array) error {
	for k, a := range arrays {
		if a == nil || a.buf == nil {
			return fmt.Errorf("array %d of %d was not made: it is nil, or the zero Array", k, len(arrays))
		}
	}
	return nil
}

func checkShape(shape []int) error {
	n := 1
	for axis, k := range shape {
		if k < 0 {
			return fmt.Errorf("length %d of axis %d is negative", k, axis)
		}
		if k > 0 && n > math.MaxInt/16/k {
			return fmt.Errorf("shape %v has too many elements", Shape(slices.Clone(shape)))
		}
		n *= max(k, 1)
	}
	return nil
}

// completeShape replaces a -1 by what is missing and checks the number of
// elements.
func completeShape(shape []int, n int) ([]int, error) {
	shape = slices.Clone(shape)
	open, known := -1, 1
	for axis, k := range shape {
		if k == -1 && open < 0 {
			open = axis
			continue
		}
		known *= k
	}
	if open >= 0 && known > 0 && n%known == 0 {
		shape[open] = n / known
	}
	if err := checkShape(shape); err != nil {
		return nil, err
	}
	if product(shape) != n {
		return nil, fmt.Errorf("shape %v has %d elements, not %d", Shape(shape), product(shape), n)
	}
	return shape, nil
}
