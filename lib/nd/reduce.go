package nd

import (
	"fmt"
	"math"
	"slices"
)

// KeepDims among the axes of a reduction keeps the axes that are reduced, with
// length 1, so that the result can be broadcast against the array:
//
//	centred, err := a.Sub(a.Mean(1, nd.KeepDims))
const KeepDims = math.MinInt

// Sum adds up the elements along the axes given, or all of them. Integers and
// bools give Int64 or Uint64, floats Float64, complex numbers Complex128. A wrong
// axis panics with an [*IndexError].
func (a *Array) Sum(axes ...int) *Array {
	out, l := a.reduction(a.dtype.wide(), axes)
	a.buf.sumTo(out.buf, l)
	return out
}

// Prod multiplies the elements, by the rules of Sum. The product of none is 1.
func (a *Array) Prod(axes ...int) *Array {
	out, l := a.reduction(a.dtype.wide(), axes)
	out.Fill(1)
	a.buf.prodTo(out.buf, l)
	return out
}

// wide returns the type in which elements are summed up.
func (t DType) wide() DType {
	switch {
	case t.Signed() || t == Bool:
		return Int64
	case t.Unsigned():
		return Uint64
	case t.Complex():
		return Complex128
	}
	return Float64
}

// Mean averages the elements along the axes given, or all of them, as Float64 or
// Complex128. The mean of no elements is NaN. A wrong axis panics with an
// [*IndexError].
func (a *Array) Mean(axes ...int) *Array {
	out, l := a.reduction(pick(a.dtype.Complex(), Complex128, Float64), axes)
	a.buf.sumTo(out.buf, l)
	out.scale(a.reducedLen(axes))
	return out
}

// scale divides the elements of a new array by n.
func (a *Array) scale(n float64) {
	_ = a.DivInPlace(n)
}

// reducedLen returns how many elements each element of a reduction is made of.
func (a *Array) reducedLen(axes []int) float64 {
	n := 1
	for axis, length := range a.shape {
		if a.reduced(axis, axes) {
			n *= length
		}
	}
	return float64(n)
}

// Min returns the smallest elements along the axes given, or of all, in the
// array's own type; NaN if one of them is NaN. Of no elements it is NaN, as
// Float64. Complex numbers are ordered by their real parts and then by the
// imaginary ones. A wrong axis panics with an [*IndexError].
func (a *Array) Min(axes ...int) *Array { return a.extreme(axes, buffer.minTo) }

// Max returns the largest elements, by the rules of Min.
func (a *Array) Max(axes ...int) *Array { return a.extreme(axes, buffer.maxTo) }

func (a *Array) extreme(axes []int, reduce func(buffer, buffer, layout)) *Array {
	if a.Len() == 0 {
		out, _ := a.reduction(Float64, axes)
		out.Fill(math.NaN())
		return out
	}
	out, l := a.reduction(a.dtype, axes)
	// The first element of each group is the first candidate, so that no
	// identity is needed for any type.
	first := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset, shape: out.shape}
	keep := slices.Contains(axes, KeepDims)
	for axis, stride := range a.strides {
		switch {
		case !a.reduced(axis, axes):
			first.strides = append(first.strides, stride)
		case keep:
			first.strides = append(first.strides, 0)
		}
	}
	first.copyInto(out)
	reduce(a.buf, out.buf, l)
	return out
}

// reduction returns the array for the result and the layout that walks the
// elements (first buffer) with their places in it (second buffer).
func (a *Array) reduction(dtype DType, axes []int) (*Array, layout) {
	a.checkAxes(axes)
	keep := slices.Contains(axes, KeepDims)
	var kept []int
	for axis, n := range a.shape {
		switch {
		case !a.reduced(axis, axes):
			kept = append(kept, n)
		case keep:
			kept = append(kept, 1)
		}
	}
	out := New(dtype, kept...)
	strides := make([]int, len(a.shape))
	k := 0
	for axis := range a.shape {
		switch {
		case !a.reduced(axis, axes):
			strides[axis] = out.strides[k]
			k++
		case keep:
			k++
		}
	}
	return out, layout{shape: a.shape, offA: a.offset, a: a.strides, b: strides}.sorted()
}

// checkAxes panics with an [*IndexError] at an axis that does not exist, and with an
// error at one that comes twice.
func (a *Array) checkAxes(axes []int) {
	n := len(a.shape)
	for k, axis := range axes {
		switch {
		case axis == KeepDims:
		case axis < -n || axis >= n:
			panic(&IndexError{Axis: -2, Index: axis, Length: n, Shape: slices.Clone(a.shape)})
		case slices.ContainsFunc(axes[:k], func(other int) bool { return other != KeepDims && (other-axis)%n == 0 }):
			panic(fmt.Errorf("axis %d comes twice in %v", axis, axes))
		}
	}
}

// axis returns an axis counted from the front, by the rules of checkAxes.
func (a *Array) axis(axis int) int {
	if n := len(a.shape); axis < -n || axis >= n {
		panic(&IndexError{Axis: -2, Index: axis, Length: n, Shape: slices.Clone(a.shape)})
	}
	if axis < 0 {
		axis += len(a.shape)
	}
	return axis
}

// reduced reports whether a reduction along axes, all if there are none, reduces
// an axis.
func (a *Array) reduced(axis int, axes []int) bool {
	all := !slices.ContainsFunc(axes, func(axis int) bool { return axis != KeepDims })
	return all || slices.Contains(axes, axis) || slices.Contains(axes, axis-len(a.shape))
}
