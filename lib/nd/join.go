package nd

import (
	"fmt"
	"slices"
)

// Concatenate joins arrays along an axis that they have; all other axes must be
// equally long. Elements meet in one type as [Promote] says.
func Concatenate(axis int, arrays ...*Array) (*Array, error) {
	if len(arrays) == 0 {
		return nil, fmt.Errorf("concatenate: there is no array")
	}
	if err := made(arrays...); err != nil {
		return nil, fmt.Errorf("concatenate: %w", err)
	}
	first := arrays[0]
	if n := len(first.shape); axis < -n || axis >= n {
		return nil, &IndexError{Axis: -2, Index: axis, Length: n, Shape: slices.Clone(first.shape)}
	}
	axis = first.axis(axis)
	shape, dtype := slices.Clone(first.shape), first.dtype
	for k, a := range arrays[1:] {
		other := slices.Clone(a.shape)
		if len(other) == len(shape) {
			shape[axis] += other[axis]
			other[axis] = shape[axis]
		}
		if !slices.Equal(other, shape) {
			return nil, fmt.Errorf("concatenate along axis %d: array %d has shape %v and array 0 has %v: all other axes must be equally long", axis, k+1, Shape(a.shape), Shape(first.shape))
		}
		dtype = Promote(dtype, a.dtype)
	}
	out := unset(dtype, shape...)
	at := 0
	for _, a := range arrays {
		part := &Array{dtype: dtype, buf: out.buf, offset: at * out.strides[axis], shape: a.shape, strides: out.strides}
		if a.Len() > 0 {
			a.copyInto(part)
		}
		at += a.shape[axis]
	}
	return out, nil
}

// Stack joins arrays of one shape along a new axis.
func Stack(axis int, arrays ...*Array) (*Array, error) {
	if err := made(arrays...); err != nil {
		return nil, fmt.Errorf("stack: %w", err)
	}
	parts := make([]*Array, len(arrays))
	for k, a := range arrays {
		if !slices.Equal(a.shape, arrays[0].shape) {
			return nil, fmt.Errorf("stack: array %d has shape %v and array 0 has %v: all must be equal", k, Shape(a.shape), Shape(arrays[0].shape))
		}
		var err error
		if parts[k], err = a.ExpandDims(axis); err != nil {
			return nil, err
		}
	}
	return Concatenate(axis, parts...)
}

// Split cuts an axis into parts, as views. If it cannot be cut into equal ones,
// the first are longer by one. A wrong axis or a number of parts that is not
// positive is an error.
func (a *Array) Split(parts, axis int) ([]*Array, error) {
	if parts < 1 {
		return nil, fmt.Errorf("split into %d parts: there must be one at least", parts)
	}
	if n := len(a.shape); axis < -n || axis >= n {
		return nil, &IndexError{Axis: -2, Index: axis, Length: n, Shape: slices.Clone(a.shape)}
	}
	n := a.shape[a.axis(axis)]
	var cuts []int
	at := 0
	for k := range parts - 1 {
		at += n/parts + int(truth(k < n%parts))
		cuts = append(cuts, at)
	}
	return a.SplitAt(cuts, axis)
}

// SplitAt cuts an axis before each of the places, as views.
func (a *Array) SplitAt(places []int, axis int) ([]*Array, error) {
	if n := len(a.shape); axis < -n || axis >= n {
		return nil, &IndexError{Axis: -2, Index: axis, Length: n, Shape: slices.Clone(a.shape)}
	}
	axis = a.axis(axis)
	out := make([]*Array, 0, len(places)+1)
	from := 0
	for _, place := range append(slices.Clone(places), End) {
		out = append(out, a.cut(axis, R(from, place)))
		from = place
	}
	return out, nil
}

// cut returns the view that a range selects of one axis.
func (a *Array) cut(axis int, x Index) *Array {
	s := make(Selection, axis+1)
	for k := range axis {
		s[k] = All
	}
	s[axis] = x
	v, _ := a.Slice(s...) // a range is never an error
	return v
}

// Tile returns copies of the array side by side, as many along each axis as is
// said; axes that are missing on either side are put in front. A negative number
// is an error.
func (a *Array) Tile(repeats ...int) (*Array, error) {
	if slices.ContainsFunc(repeats, func(n int) bool { return n < 0 }) {
		return nil, fmt.Errorf("tile an array %v times: that is negative", repeats)
	}
	shape := slices.Clone(a.shape)
	for len(shape) < len(repeats) {
		shape = slices.Insert(shape, 0, 1)
	}
	for len(repeats) < len(shape) {
		repeats = slices.Insert(slices.Clone(repeats), 0, 1)
	}
	// Each axis is seen as two: the repetitions and what is repeated.
	var wide, narrow, final []int
	for axis, n := range shape {
		wide = append(wide, repeats[axis], n)
		narrow = append(narrow, 1, n)
		final = append(final, repeats[axis]*n)
	}
	if err := checkShape(wide); err != nil {
		return nil, fmt.Errorf("tile: %w", err)
	}
	return a.reshaped(narrow).broadcast(wide).Copy().reshaped(final), nil
}

// Repeat returns an array in which each element occurs n times in a row along an
// axis. A negative n or a wrong axis is an error.
func (a *Array) Repeat(n, axis int) (*Array, error) {
	if n < 0 {
		return nil, fmt.Errorf("repeat elements %d times: that is negative", n)
	}
	if axes := len(a.shape); axis < -axes || axis >= axes {
		return nil, &IndexError{Axis: -2, Index: axis, Length: axes, Shape: slices.Clone(a.shape)}
	}
	axis = a.axis(axis)
	final := slices.Clone(a.shape)
	final[axis] *= n
	if err := checkShape(slices.Insert(slices.Clone(a.shape), axis, n)); err != nil {
		return nil, fmt.Errorf("repeat: %w", err)
	}
	return a.inserted(axis+1, n).Copy().reshaped(final), nil
}
