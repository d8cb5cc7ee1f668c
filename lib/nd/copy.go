package nd

import (
	"fmt"
	"slices"
	"unsafe"
)

// IsContiguous reports whether the elements lie in memory one after the other,
// the last index running fastest.
func (a *Array) IsContiguous() bool {
	step := 1
	for axis := len(a.shape) - 1; axis >= 0; axis-- {
		n := a.shape[axis]
		if n == 0 {
			return true
		}
		if n > 1 && a.strides[axis] != step {
			return false
		}
		step *= n
	}
	return true
}

// Contiguous returns the array itself if it is contiguous, and a copy that is
// otherwise.
func (a *Array) Contiguous() *Array {
	if a.IsContiguous() {
		return a
	}
	return a.Copy()
}

// Copy returns a contiguous array with memory of its own.
func (a *Array) Copy() *Array { return a.Convert(a.dtype) }

// Convert returns a copy with elements of another type, converted as Go
// converts: to an integer type fractions are cut off, and values that do not
// fit wrap around or are undefined. Complex numbers lose their imaginary part
// when they become real, true is 1, and everything but 0 becomes true.
func (a *Array) Convert(dtype DType) *Array {
	c := unset(dtype, a.shape...)
	a.copyInto(c)
	return c
}

func (a *Array) copyInto(dst *Array) {
	copyLayout(a.buf, dst.buf, layout{shape: dst.shape, offA: a.offset, offB: dst.offset, a: a.strides, b: dst.strides})
}

// Assign copies the elements of src, converted as by Convert. The shapes must be
// equal, or src must hold one number, which then goes everywhere.
func (a *Array) Assign(src *Array) error {
	if err := made(a, src); err != nil {
		return fmt.Errorf("assign an array: %w", err)
	}
	if src.Len() == 1 {
		src = &Array{dtype: src.dtype, buf: src.buf, offset: src.offset, shape: a.shape, strides: make([]int, len(a.shape))}
	}
	if !slices.Equal(a.shape, src.shape) {
		return fmt.Errorf("assign an array of shape %v to one of shape %v: the shapes differ", Shape(src.shape), Shape(a.shape))
	}
	if overlap(a, src) {
		src = src.Copy()
	}
	src.copyInto(a)
	return nil
}

// overlap reports whether two arrays may share memory. It compares whole
// buffers, which errs on the side of one copy too many.
func overlap(a, b *Array) bool {
	p, n := a.buf.memory()
	q, m := b.buf.memory()
	aEnd := uintptr(p) + uintptr(n*a.dtype.Size())
	bEnd := uintptr(q) + uintptr(m*b.dtype.Size())
	return uintptr(p) < bEnd && uintptr(q) < aEnd
}

// Data returns the elements in row-major order as a slice of T, which must be
// the Go type of the elements (or a type made of it). The slice is the array's
// own memory if it is contiguous, and a copy otherwise.
func Data[T Element](a *Array) ([]T, error) {
	if want := DTypeFor[T](); want != a.dtype {
		return nil, fmt.Errorf("data of an array of %v as %v: the types differ; use Convert or Float64s", a.dtype, want)
	}
	c := a.Contiguous()
	n := c.Len()
	if n == 0 {
		return []T{}, nil
	}
	return unsafe.Slice((*T)(c.pointer()), n), nil
}

// Float64s returns all elements in row-major order, converted, in a new slice.
func (a *Array) Float64s() []float64 {
	c := a.Convert(Float64)
	return elementsOf[float64](c.buf)
}

// Bytes returns the memory of a contiguous array, in the machine's byte order,
// without a copy, and nil if the array is not contiguous or has no elements.
func (a *Array) Bytes() []byte {
	if n := a.Len(); n > 0 && a.IsContiguous() {
		return unsafe.Slice((*byte)(a.pointer()), n*a.dtype.Size())
	}
	return nil
}

// pointer returns the address of the first element of an array that has one.
func (a *Array) pointer() unsafe.Pointer {
	p, _ := a.buf.memory()
	return unsafe.Add(p, a.offset*a.dtype.Size())
}
