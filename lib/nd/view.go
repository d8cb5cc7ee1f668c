package nd

import (
	"fmt"
	"slices"
)

// Slice returns what the indices select: integers remove their axis, ranges keep
// it, axes that are not named are kept whole. The result is a view that shares
// the memory of the array, and a copy if there are lists or masks among the
// indices; [Array.Put] writes to what they select.
//
//	v, err := a.Slice(nd.R(0, 10), nd.Step(2), nd.I(-1))
func (a *Array) Slice(index ...Index) (*Array, error) {
	c, err := Selection(index).Choose(a.shape)
	if err != nil {
		return nil, err
	}
	if c.Lists {
		return a.gather(c), nil
	}
	return a.view(c), nil
}

// Sel is Slice with the selection as NumPy writes it, or any mixture that
// [Select] takes.
//
//	v, err := a.Sel("0:10, ::2, -1")
//	v, err := a.Sel("0:10", []int{1, 3, 5}, -1)
func (a *Array) Sel(selection ...any) (*Array, error) {
	s, err := Select(selection...)
	if err != nil {
		return nil, err
	}
	return a.Slice(s...)
}

// view returns the view that a choice without lists selects.
func (a *Array) view(c *Choice) *Array {
	v := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset, shape: c.Shape()}
	v.strides = make([]int, 0, len(v.shape))
	for _, p := range c.Picks {
		if p.Axis < 0 {
			v.strides = append(v.strides, 0)
			continue
		}
		stride := a.strides[p.Axis]
		if p.Count > 0 {
			v.offset += p.Start * stride
		}
		if !p.Drop {
			v.strides = append(v.strides, p.Step*stride)
		}
	}
	if product(v.shape) == 0 {
		v.offset = 0
	}
	return v
}

// Transpose returns a view with the axes in the order given, or reversed if no
// order is given.
func (a *Array) Transpose(axes ...int) (*Array, error) {
	n := len(a.shape)
	if len(axes) == 0 {
		for axis := n - 1; axis >= 0; axis-- {
			axes = append(axes, axis)
		}
	}
	sorted := slices.Clone(axes)
	slices.Sort(sorted)
	for i, axis := range sorted {
		if len(axes) != n || axis != i {
			return nil, fmt.Errorf("transpose an array of shape %v: %v is not an order of its %d axes", Shape(a.shape), axes, n)
		}
	}
	return a.permuted(axes), nil
}

// permuted is Transpose by an order that is known to be one.
func (a *Array) permuted(axes []int) *Array {
	v := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset}
	for _, axis := range axes {
		v.shape = append(v.shape, a.shape[axis])
		v.strides = append(v.strides, a.strides[axis])
	}
	return v
}

// Reshape returns the elements in another shape, of which one length may be -1.
// The result shares memory if the array is contiguous and is a copy otherwise.
func (a *Array) Reshape(shape ...int) (*Array, error) {
	full, err := completeShape(shape, a.Len())
	if err != nil {
		return nil, fmt.Errorf("reshape an array of shape %v: %w", Shape(a.shape), err)
	}
	return a.reshaped(full), nil
}

// reshaped is Reshape to a shape that fits.
func (a *Array) reshaped(shape []int) *Array {
	c := a.Contiguous()
	return &Array{dtype: c.dtype, buf: c.buf, offset: c.offset, shape: shape, strides: contiguousStrides(shape)}
}

// Ravel returns the elements in row-major order along one axis, by the rules of
// Reshape.
func (a *Array) Ravel() *Array { return a.reshaped([]int{a.Len()}) }
