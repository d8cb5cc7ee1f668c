package nd

import (
	"fmt"
	"slices"
)

// Slice returns the view that the indices select: integers remove their axis,
// ranges keep it, axes that are not named are kept whole. The view shares the
// memory of the array.
//
//	v, err := a.Slice(nd.R(0, 10), nd.Step(2), nd.I(-1))
func (a *Array) Slice(index ...Index) (*Array, error) {
	region, err := Selection(index).Resolve(a.shape)
	if err != nil {
		return nil, err
	}
	v := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset, shape: region.Shape()}
	v.strides = make([]int, 0, len(v.shape))
	for axis, r := range region {
		if r.Count > 0 {
			v.offset += r.Start * a.strides[axis]
		}
		if !r.Drop {
			v.strides = append(v.strides, r.Step*a.strides[axis])
		}
	}
	return v, nil
}

// Sel is Slice with the selection as NumPy writes it, such as "0:10, ::2, -1".
func (a *Array) Sel(selection string) (*Array, error) {
	s, err := Parse(selection)
	if err != nil {
		return nil, err
	}
	return a.Slice(s...)
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
	v := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset}
	for _, axis := range axes {
		v.shape = append(v.shape, a.shape[axis])
		v.strides = append(v.strides, a.strides[axis])
	}
	return v, nil
}

// Reshape returns the elements in another shape, of which one length may be -1.
// The result shares memory if the array is contiguous and is a copy otherwise.
func (a *Array) Reshape(shape ...int) (*Array, error) {
	full, err := completeShape(shape, a.Len())
	if err != nil {
		return nil, fmt.Errorf("reshape an array of shape %v: %w", Shape(a.shape), err)
	}
	c := a.Contiguous()
	return &Array{dtype: c.dtype, buf: c.buf, offset: c.offset, shape: full, strides: contiguousStrides(full)}, nil
}
