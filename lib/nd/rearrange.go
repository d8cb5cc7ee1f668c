package nd

import (
	"fmt"
	"slices"
)

// T returns a view with the axes in reverse order, the transpose of a matrix.
func (a *Array) T() *Array {
	axes := make([]int, len(a.shape))
	for k := range axes {
		axes[k] = len(axes) - 1 - k
	}
	return a.permuted(axes)
}

// SwapAxes returns a view with two axes exchanged. A wrong axis panics with an
// [*IndexError].
func (a *Array) SwapAxes(i, j int) *Array {
	i, j = a.axis(i), a.axis(j)
	axes := make([]int, len(a.shape))
	for k := range axes {
		axes[k] = k
	}
	axes[i], axes[j] = j, i
	return a.permuted(axes)
}

// MoveAxis returns a view with an axis moved to another place, the others staying
// in order. A wrong axis panics with an [*IndexError].
func (a *Array) MoveAxis(from, to int) *Array {
	from, to = a.axis(from), a.axis(to)
	var axes []int
	for k := range a.shape {
		if k != from {
			axes = append(axes, k)
		}
	}
	return a.permuted(slices.Insert(axes, to, from))
}

// ExpandDims returns a view with a new axis of length 1, which has the number
// given in the result. It is an error if the result has no such axis.
func (a *Array) ExpandDims(axis int) (*Array, error) {
	n := len(a.shape) + 1
	if axis < -n || axis >= n {
		return nil, fmt.Errorf("expand an array of shape %v: the result has no axis %d", Shape(a.shape), axis)
	}
	if axis < 0 {
		axis += n
	}
	return a.inserted(axis, 1), nil
}

// inserted returns a view with a new axis that repeats everything n times.
func (a *Array) inserted(axis, n int) *Array {
	return &Array{dtype: a.dtype, buf: a.buf, offset: a.offset,
		shape: slices.Insert(slices.Clone(a.shape), axis, n), strides: slices.Insert(slices.Clone(a.strides), axis, 0)}
}

// Squeeze returns a view without the axes given, which must be of length 1, or
// without all that are. An axis of another length is an error, one that does not
// exist panics with an [*IndexError].
func (a *Array) Squeeze(axes ...int) (*Array, error) {
	a.checkAxes(axes)
	v := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset}
	for axis, n := range a.shape {
		named := len(axes) > 0 && a.reduced(axis, axes)
		switch {
		case named && n != 1:
			return nil, fmt.Errorf("squeeze an array of shape %v: axis %d is %d long, not 1", Shape(a.shape), axis, n)
		case named, len(axes) == 0 && n == 1:
			continue
		}
		v.shape, v.strides = append(v.shape, n), append(v.strides, a.strides[axis])
	}
	return v, nil
}

// Flip returns a view with the order of the elements reversed along the axes given,
// or along all. A wrong axis panics with an [*IndexError].
func (a *Array) Flip(axes ...int) *Array {
	a.checkAxes(axes)
	s := make(Selection, len(a.shape))
	for axis := range s {
		s[axis] = All
		if a.reduced(axis, axes) {
			s[axis] = Step(-1)
		}
	}
	v, _ := a.Slice(s...) // whole axes are never an error
	return v
}

// Roll returns a copy with the elements moved along an axis by shift places; those
// that leave it at the end come back at the beginning. A wrong axis panics with an
// [*IndexError].
func (a *Array) Roll(shift, axis int) *Array {
	axis = a.axis(axis)
	n := a.shape[axis]
	if n == 0 {
		return a.Copy()
	}
	if shift %= n; shift < 0 {
		shift += n
	}
	out, _ := Concatenate(axis, a.cut(axis, R(n-shift, End)), a.cut(axis, R(0, n-shift)))
	return out
}

// Diagonal returns a view of the elements with equal indices on the first two
// axes, which become one, the last. It is an error if the array has less than two.
func (a *Array) Diagonal() (*Array, error) {
	if len(a.shape) < 2 {
		return nil, fmt.Errorf("diagonal of an array of shape %v: it has less than two axes", Shape(a.shape))
	}
	return &Array{dtype: a.dtype, buf: a.buf, offset: a.offset,
		shape:   append(slices.Clone(a.shape[2:]), min(a.shape[0], a.shape[1])),
		strides: append(slices.Clone(a.strides[2:]), a.strides[0]+a.strides[1])}, nil
}
