package nd

import (
	"fmt"
	"slices"
)

// BroadcastShapes returns the shape that arrays of all these shapes have together:
// shapes are aligned at their last axes, and lengths at one place must be equal
// or 1.
func BroadcastShapes(shapes ...[]int) ([]int, error) {
	var out []int
	for _, shape := range shapes {
		var err error
		if out, err = broadcastShapes(out, shape); err != nil {
			return nil, err
		}
	}
	return slices.Clone(out), nil
}

func broadcastShapes(a, b []int) ([]int, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) == 0 || slices.Equal(a, b) {
		return a, nil
	}
	out := slices.Clone(a)
	for k, n := range b {
		axis := len(a) - len(b) + k
		switch {
		case out[axis] == n || n == 1:
		case out[axis] == 1:
			out[axis] = n
		default:
			return nil, fmt.Errorf("shapes %v and %v cannot be broadcast together", Shape(slices.Clone(a)), Shape(slices.Clone(b)))
		}
	}
	return out, nil
}

// broadcastStrides returns the strides that make an array of one shape appear as
// one of another, to which it can be broadcast.
func broadcastStrides(shape, strides, to []int) []int {
	out := make([]int, len(to))
	for k, n := range shape {
		if axis := len(to) - len(shape) + k; n != 1 || to[axis] == 1 {
			out[axis] = strides[k]
		}
	}
	return out
}

// BroadcastTo returns a view of another shape, in which axes of length 1 and axes
// that are missing in front are repeated without a copy. Writing to such a view
// changes all repetitions.
func (a *Array) BroadcastTo(shape ...int) (*Array, error) {
	if err := checkShape(shape); err != nil {
		return nil, fmt.Errorf("broadcast an array of shape %v: %w", Shape(a.shape), err)
	}
	together, err := broadcastShapes(a.shape, shape)
	if err != nil || !slices.Equal(together, shape) {
		return nil, fmt.Errorf("an array of shape %v cannot be broadcast to %v", Shape(a.shape), Shape(slices.Clone(shape)))
	}
	return a.broadcast(shape), nil
}

// broadcast is BroadcastTo a shape that is known to fit.
func (a *Array) broadcast(shape []int) *Array {
	return &Array{dtype: a.dtype, buf: a.buf, offset: a.offset, shape: slices.Clone(shape), strides: broadcastStrides(a.shape, a.strides, shape)}
}

// stretched is BroadcastTo for values that are assigned: axes of length 1 in front
// that are too many do not count.
func (a *Array) stretched(shape []int) (*Array, error) {
	for len(a.shape) > len(shape) && a.shape[0] == 1 {
		a = &Array{dtype: a.dtype, buf: a.buf, offset: a.offset, shape: a.shape[1:], strides: a.strides[1:]}
	}
	return a.BroadcastTo(shape...)
}
