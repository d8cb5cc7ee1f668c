package h5

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// A View is a dataset as a sequence of values of a Go type; see [As].
type View[T any] struct {
	d      *Dataset
	inner  int // how many of the last axes a T has
	failed error
}

// As views a dataset as values of T. T takes up as many of the last axes as it has
// levels: for a dataset of shape (1000, 3), [3]float64 is a row, []float64 too, and
// float64 a single element. The elements are converted as by [Dataset.ReadInto]. That
// T does not fit is an error of each method.
//
//	stars := h5.As[[3]float64](d)
//	x, err := stars.Index(-1)                    // [3]float64, the last row
//	rows, err := stars.Slice(10, 20)             // [][3]float64
//	for star, err := range stars.All() { ... }   // all of them, read block by block
func As[T any](d *Dataset) View[T] {
	v := View[T]{d: d}
	shape := d.Shape()
	t := reflect.TypeFor[T]()
	for e := t; e.Kind() == reflect.Array || e.Kind() == reflect.Slice; e = e.Elem() {
		v.inner++
	}
	if file := d.Type(); v.inner > 0 && !d.direct && file != nil {
		// What the elements take up themselves is not of the axes.
		if v.inner, v.failed = levelsFor(t, file, len(shape)); v.failed != nil {
			return v
		}
	}
	if v.inner > len(shape) {
		v.failed = fmt.Errorf("%v has %d levels and the shape %v has %d axes", t, v.inner, shape, len(shape))
		return v
	}
	for axis := len(shape) - v.inner; axis < len(shape); axis, t = axis+1, t.Elem() {
		if t.Kind() == reflect.Array && t.Len() != shape[axis] {
			v.failed = fmt.Errorf("%v does not fit the last axes of shape %v", reflect.TypeFor[T](), shape)
		}
	}
	return v
}

// Len returns how many places the first axis has, and 1 for a single value.
func (v View[T]) Len() int {
	shape := v.d.Shape()
	if v.failed != nil {
		return 0
	}
	if len(shape) == v.inner {
		return 1
	}
	return shape[0]
}

// Shape returns the lengths of the axes that T does not take up.
func (v View[T]) Shape() Shape {
	shape := v.d.Shape()
	return shape[:max(len(shape)-v.inner, 0)]
}

// At reads the value at a place: one index for each axis that T does not take up.
// Negative indices count from the end.
func (v View[T]) At(index ...int) (T, error) {
	var value T
	const op = "read"
	if v.failed != nil {
		return value, v.d.error(op, v.d.path, v.failed)
	}
	outer := len(v.d.extent()) - v.inner
	if len(index) != outer {
		return value, v.d.error(op, v.d.path, fmt.Errorf("%d indices for %d axes", len(index), outer))
	}
	if v.d.readPlace(&value, index) {
		return value, nil
	}
	selection := make([]any, len(index))
	for axis, i := range index {
		selection[axis] = i
	}
	err := v.d.ReadInto(&value, selection...)
	return value, err
}

// Index is [View.At] for a view with one axis.
func (v View[T]) Index(i int) (T, error) { return v.At(i) }

// Slice reads what is at the places i to j-1 of the first axis, in row-major order.
// Unlike [nd.R] it takes no negative numbers, and both must exist, as in Go.
func (v View[T]) Slice(i, j int) ([]T, error) {
	const op = "read"
	v.d.upToDate()
	switch n := v.Len(); {
	case v.failed != nil:
		return nil, v.d.error(op, v.d.path, v.failed)
	case len(v.d.extent()) == v.inner:
		return nil, v.d.error(op, v.d.path, errors.New("a single value has no axis to slice; use At"))
	case i < 0 || j < i || j > n:
		return nil, v.d.error(op, v.d.path, fmt.Errorf("%d:%d is outside axis 0 of length %d", i, j, n))
	}
	values := make([]T, 0)
	if outer := len(v.d.extent()) - v.inner; outer > 1 {
		return v.flat(i, j, outer)
	}
	err := v.d.ReadInto(&values, nd.R(i, j))
	return values, err
}

// flat reads values that have more than one axis themselves, row after row: Go has no
// slice with as many levels as there happen to be axes.
func (v View[T]) flat(i, j, outer int) ([]T, error) {
	shape := v.d.extent()
	inner := 1
	for _, n := range shape[1:outer] {
		inner *= n
	}
	values := make([]T, (j-i)*inner)
	if a := nd.Share(&values); a != nil && a.Len() > 0 && v.d.dtype != nd.Invalid {
		full := slices.Clone(shape)
		full[0] = j - i
		a, err := a.Reshape(full...)
		if err == nil {
			err = v.d.ReadInto(a, nd.R(i, j))
		}
		return values, err
	}
	values = values[:0]
	places := make([]int, outer-1)
	row := make([]T, 0, shape[outer-1])
	for range (j - i) * inner / max(shape[outer-1], 1) {
		selection := make(nd.Selection, outer)
		selection[0] = nd.I(i + places[0])
		for axis := 1; axis < outer-1; axis++ {
			selection[axis] = nd.I(places[axis])
		}
		selection[outer-1] = nd.All
		if err := v.d.ReadInto(&row, selection); err != nil {
			return nil, err
		}
		values = append(values, row...)
		if v.inner > 0 {
			// A T may hold memory of its own, which the next row would reuse.
			row = nil
		}
		for axis := outer - 2; axis >= 0; axis-- {
			if places[axis]++; axis == 0 || places[axis] < shape[axis] {
				break
			}
			places[axis] = 0
		}
	}
	return values, nil
}

// Rows goes over the first axis and yields what is at each place, in row-major order:
// for a View[float64] of a dataset with two axes, its rows. It reads block by block,
// and ends with the first error.
func (v View[T]) Rows() iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		each := 1
		for _, n := range v.Shape()[min(1, len(v.Shape())):] {
			each *= n
		}
		for values, err := range v.blocks() {
			if err != nil {
				yield(nil, err)
				return
			}
			for k := 0; k+each <= len(values) && each > 0; k += each {
				if !yield(values[k:k+each:k+each], nil) {
					return
				}
			}
		}
	}
}

// All goes over all values in row-major order. It reads block by block, and ends with
// the first error.
func (v View[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for values, err := range v.blocks() {
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, value := range values {
				if !yield(value, nil) {
					return
				}
			}
		}
	}
}

// blocks reads about a megabyte at a time, in whole chunks.
func (v View[T]) blocks() iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		if v.failed == nil && len(v.d.Shape()) == v.inner {
			value, err := v.At()
			yield([]T{value}, err)
			return
		}
		n := v.Len()
		if v.failed != nil {
			_, err := v.Slice(0, 0)
			yield(nil, err)
			return
		}
		step := v.d.blockRows()
		for i := 0; i < n; i += step {
			values, err := v.Slice(i, min(i+step, n))
			if !yield(values, err) || err != nil {
				return
			}
		}
	}
}

// blockRows returns how many places of the first axis make a good block.
func (d *Dataset) blockRows() int {
	const block = 1 << 20
	row := max(d.elementSize(), 1)
	for _, n := range d.extent()[1:] {
		row *= max(n, 1)
	}
	rows := max(block/row, 1)
	if len(d.chunks) > 0 {
		rows = max(rows/d.chunks[0], 1) * d.chunks[0]
	}
	return rows
}

// Rows goes over the first axis and reads what is at each place as an array with one
// axis less. It reads block by block, and ends with the first error.
//
//	for row, err := range d.Rows() { ... }
func (d *Dataset) Rows() iter.Seq2[*nd.Array, error] {
	return func(yield func(*nd.Array, error) bool) {
		shape := slices.Clone(d.Shape())
		if len(shape) == 0 {
			yield(nil, d.error("read", d.path, errors.New("a single value has no rows")))
			return
		}
		step := d.blockRows()
		for i := 0; i < shape[0]; i += step {
			block, err := d.Read(nd.R(i, min(i+step, shape[0])))
			if err != nil {
				yield(nil, err)
				return
			}
			for k := range block.Shape()[0] {
				row, err := block.Slice(nd.I(k))
				if !yield(row, err) {
					return
				}
			}
		}
	}
}
