package nd

import (
	"fmt"
	"iter"
	"slices"
	"unsafe"
)

// Elements is a view of an array whose elements have the type T: for loops that
// read and write elements one by one, at the speed of a slice. It shares the
// memory of the array.
type Elements[T Element] struct {
	data    []T // from the lowest element on
	first   int // where the first element is in data
	shape   []int
	strides []int

	// The first three axes again, where they can be read without checks.
	axes int
	n    [3]uint
	step [3]int
}

// View returns the elements of an array as values of T, which must be their Go type
// or a type made of it.
//
//	v, err := nd.View[float64](a)
//	for i := range v.Len() { sum += v.At1(i) }
//	for x := range v.All() { sum += x }
func View[T Element](a *Array) (*Elements[T], error) {
	if want := DTypeFor[T](); want != a.dtype {
		return nil, fmt.Errorf("view an array of %v as %v: the types differ; use Convert", a.dtype, want)
	}
	v := &Elements[T]{shape: slices.Clone(a.shape), strides: slices.Clone(a.strides), axes: len(a.shape)}
	for axis := range min(3, len(a.shape)) {
		v.n[axis], v.step[axis] = uint(a.shape[axis]), a.strides[axis]
	}
	if a.Len() == 0 {
		return v, nil
	}
	low, high := a.offset, a.offset
	for axis, n := range a.shape {
		low, high = low+min(0, (n-1)*a.strides[axis]), high+max(0, (n-1)*a.strides[axis])
	}
	p, _ := a.buf.memory()
	v.data = unsafe.Slice((*T)(unsafe.Add(p, low*a.dtype.Size())), high-low+1)
	v.first = a.offset - low
	return v, nil
}

// Len returns the length of the first axis, or 1 if there are no axes.
func (v *Elements[T]) Len() int {
	if len(v.shape) == 0 {
		return 1
	}
	return v.shape[0]
}

// Shape returns the lengths of the axes.
func (v *Elements[T]) Shape() []int { return slices.Clone(v.shape) }

// At returns an element. Indices are not negative; a wrong one panics with an
// [*IndexError].
func (v *Elements[T]) At(index ...int) T { return v.data[v.position(index)] }

// Set changes an element, by the rules of At.
func (v *Elements[T]) Set(x T, index ...int) { v.data[v.position(index)] = x }

// At1 is At for one axis.
func (v *Elements[T]) At1(i int) T {
	if v.axes != 1 || uint(i) >= v.n[0] {
		v.wrong(i)
	}
	return v.data[v.first+i*v.step[0]]
}

// At2 is At for two axes.
func (v *Elements[T]) At2(i, j int) T {
	if v.axes != 2 || uint(i) >= v.n[0] || uint(j) >= v.n[1] {
		v.wrong(i, j)
	}
	return v.data[v.first+i*v.step[0]+j*v.step[1]]
}

// At3 is At for three axes.
func (v *Elements[T]) At3(i, j, k int) T {
	if v.axes != 3 || uint(i) >= v.n[0] || uint(j) >= v.n[1] || uint(k) >= v.n[2] {
		v.wrong(i, j, k)
	}
	return v.data[v.first+i*v.step[0]+j*v.step[1]+k*v.step[2]]
}

// Set1 is Set for one axis.
func (v *Elements[T]) Set1(x T, i int) {
	if v.axes != 1 || uint(i) >= v.n[0] {
		v.wrong(i)
	}
	v.data[v.first+i*v.step[0]] = x
}

// Set2 is Set for two axes.
func (v *Elements[T]) Set2(x T, i, j int) {
	if v.axes != 2 || uint(i) >= v.n[0] || uint(j) >= v.n[1] {
		v.wrong(i, j)
	}
	v.data[v.first+i*v.step[0]+j*v.step[1]] = x
}

// Set3 is Set for three axes.
func (v *Elements[T]) Set3(x T, i, j, k int) {
	if v.axes != 3 || uint(i) >= v.n[0] || uint(j) >= v.n[1] || uint(k) >= v.n[2] {
		v.wrong(i, j, k)
	}
	v.data[v.first+i*v.step[0]+j*v.step[1]+k*v.step[2]] = x
}

// All goes through the elements in row-major order.
func (v *Elements[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, row := range v.rows() {
			for i := range row.n {
				if !yield(v.data[row.at+i*row.step]) {
					return
				}
			}
		}
	}
}

// Pointers goes through the places of the elements in row-major order, with the
// index of each in that order:
//
//	for i, p := range v.Pointers() { *p = float64(i) }
func (v *Elements[T]) Pointers() iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		k := 0
		for _, row := range v.rows() {
			for i := range row.n {
				if !yield(k, &v.data[row.at+i*row.step]) {
					return
				}
				k++
			}
		}
	}
}

// A row is elements that lie step apart.
type row struct{ at, n, step int }

// rows goes through the elements in as few rows as there can be.
func (v *Elements[T]) rows() iter.Seq2[int, row] {
	l := layout{shape: v.shape, offA: v.first, a: v.strides, b: v.strides}
	return func(yield func(int, row) bool) {
		k, more := 0, true
		l.rows(func(i, _, n, di, _ int) {
			if more {
				more = yield(k, row{i, n, di})
				k++
			}
		})
	}
}

func (v *Elements[T]) position(index []int) int {
	if len(index) != len(v.shape) {
		v.wrong(index...)
	}
	at := v.first
	for axis, i := range index {
		if uint(i) >= uint(v.shape[axis]) {
			v.wrong(index...)
		}
		at += i * v.strides[axis]
	}
	return at
}

// wrong panics with what is wrong with an index.
func (v *Elements[T]) wrong(index ...int) {
	shape := slices.Clone(v.shape)
	if len(index) == len(shape) {
		for axis, i := range index {
			if i < 0 || i >= shape[axis] {
				panic(&IndexError{Axis: axis, Index: i, Length: shape[axis], Shape: shape})
			}
		}
	}
	panic(&IndexError{Axis: -1, Index: len(index), Length: len(shape), Shape: shape})
}
