package nd

import (
	"math"
	"slices"
)

// Sum adds up the elements along the axes given, or all of them. Integers give
// Int64 or Uint64, floats Float64. A wrong axis panics with an [*IndexError].
func (a *Array) Sum(axes ...int) *Array {
	dtype := Float64
	switch {
	case a.dtype.Signed():
		dtype = Int64
	case a.dtype.Unsigned():
		dtype = Uint64
	}
	out, l := a.reduction(dtype, axes)
	a.buf.sumTo(out.buf, l)
	return out
}

// Mean averages the elements along the axes given, or all of them, as Float64.
// The mean of no elements is NaN. A wrong axis panics with an [*IndexError].
func (a *Array) Mean(axes ...int) *Array {
	out, l := a.reduction(Float64, axes)
	a.buf.sumTo(out.buf, l)
	mean := out.buf.(typed[float64])
	n := float64(a.Len()) / float64(len(mean))
	for i := range mean {
		mean[i] /= n
	}
	return out
}

// Min returns the smallest elements along the axes given, or of all, in the
// array's own type; NaN if one of them is NaN. Of no elements it is NaN, as
// Float64. A wrong axis panics with an [*IndexError].
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
	for axis, stride := range a.strides {
		if len(axes) > 0 && !a.reduced(axis, axes) {
			first.strides = append(first.strides, stride)
		}
	}
	first.copyInto(out)
	reduce(a.buf, out.buf, l)
	return out
}

// reduction returns the array for the result and the layout that walks the
// elements (first buffer) with their places in it (second buffer).
func (a *Array) reduction(dtype DType, axes []int) (*Array, layout) {
	for _, axis := range axes {
		if n := len(a.shape); axis < -n || axis >= n {
			panic(&IndexError{Axis: -2, Index: axis, Length: n, Shape: slices.Clone(a.shape)})
		}
	}
	var kept []int
	for axis, n := range a.shape {
		if len(axes) > 0 && !a.reduced(axis, axes) {
			kept = append(kept, n)
		}
	}
	out := New(dtype, kept...)
	strides := make([]int, len(a.shape))
	k := 0
	for axis := range a.shape {
		if len(axes) > 0 && !a.reduced(axis, axes) {
			strides[axis] = out.strides[k]
			k++
		}
	}
	return out, layout{shape: a.shape, offA: a.offset, a: a.strides, b: strides}.sorted()
}

func (a *Array) reduced(axis int, axes []int) bool {
	return slices.Contains(axes, axis) || slices.Contains(axes, axis-len(a.shape))
}

func (b typed[T]) sumTo(dst buffer, l layout) {
	switch dst := dst.(type) {
	case typed[int64]:
		accumulate(b, dst, l)
	case typed[uint64]:
		accumulate(b, dst, l)
	case typed[float64]:
		accumulate(b, dst, l)
	}
}

func accumulate[T, A element](src typed[T], dst typed[A], l layout) {
	l.rows(func(i, j, n, di, dj int) {
		if dj == 0 {
			dst[j] += pairwise[T, A](src, i, n, di)
			return
		}
		for range n {
			dst[j] += A(src[i])
			i += di
			j += dj
		}
	})
}

// pairwise adds n elements, halving the run until it is short: the rounding
// error grows with log n and not with n. The four running sums are independent
// of each other, which the processor likes.
func pairwise[T, A element](src typed[T], i, n, step int) A {
	if n > 256 {
		half := n / 2
		return pairwise[T, A](src, i, half, step) + pairwise[T, A](src, i+half*step, n-half, step)
	}
	var s0, s1, s2, s3 A
	for ; n >= 4; n -= 4 {
		s0 += A(src[i])
		s1 += A(src[i+step])
		s2 += A(src[i+2*step])
		s3 += A(src[i+3*step])
		i += 4 * step
	}
	for ; n > 0; n-- {
		s0 += A(src[i])
		i += step
	}
	return (s0 + s1) + (s2 + s3)
}

func (b typed[T]) minTo(dst buffer, l layout) {
	out := dst.(typed[T])
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if v := b[i]; v < out[j] || v != v {
				out[j] = v
			}
			i += di
			j += dj
		}
	})
}

func (b typed[T]) maxTo(dst buffer, l layout) {
	out := dst.(typed[T])
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if v := b[i]; v > out[j] || v != v {
				out[j] = v
			}
			i += di
			j += dj
		}
	})
}
