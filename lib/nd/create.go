package nd

import (
	"fmt"
	"math"
)

// Ones returns an array of float64 ones.
func Ones(shape ...int) *Array { return Full(1.0, shape...) }

// Full returns an array in which every element is v.
func Full[T Element](v T, shape ...int) *Array {
	a := New(DTypeFor[T](), shape...)
	one, _ := Of([]T{v})
	_ = a.Assign(one)
	return a
}

// Arange returns start, start+step and so on up to but not including stop, in the
// type of the arguments: int gives Int64. It panics with an error if the step is 0
// or the numbers are not finite.
//
//	nd.Arange(0, 10, 1)
//	nd.Arange(0.0, 1, 0.1)
func Arange[T Number](start, stop, step T) *Array {
	n := math.Ceil((float64(stop) - float64(start)) / float64(step))
	if one, two := T(1), T(2); one/two == 0 && step != 0 { // integers are counted exactly
		switch from, to, by := uint64(start), uint64(stop), uint64(step); {
		case step > 0 && start < stop:
			n = float64((to-from-1)/by + 1)
		case step < 0 && start > stop:
			n = float64((from-to-1)/-by + 1)
		default:
			n = 0
		}
	}
	if step == 0 || !(math.Abs(n) < math.MaxInt/16) {
		panic(fmt.Errorf("range from %v to %v by steps of %v: it has no end", start, stop, step))
	}
	data := make([]T, max(0, int(n)))
	// The steps are those between the first two, as rounding leaves them.
	next := start + step
	for i := range data {
		data[i] = start + T(i)*(next-start)
	}
	a, _ := Of(data)
	return a
}

// Linspace returns n numbers as Float64 that divide the way from start to stop,
// which is included, into equal parts. It panics with an error if n is negative.
func Linspace(start, stop float64, n int) *Array {
	a := New(Float64, n)
	data := elementsOf[float64](a.buf)
	parts := float64(n - 1)
	step := (stop - start) / parts
	for i := range data {
		if step == 0 {
			data[i] = float64(i)/parts*(stop-start) + start
		} else {
			data[i] = float64(i)*step + start
		}
	}
	if n > 1 {
		data[n-1] = stop
	}
	if n == 1 {
		data[0] = start
	}
	return a
}

// Logspace returns 10 to the powers that Linspace returns.
func Logspace(start, stop float64, n int) *Array {
	a := Linspace(start, stop, n)
	for i, v := range elementsOf[float64](a.buf) {
		elementsOf[float64](a.buf)[i] = math.Pow(10, v)
	}
	return a
}

// Geomspace returns n numbers as Float64, each the same multiple of the one before,
// from start to stop, which is included. Both must be of one sign and not 0, or
// the numbers are NaN. It panics with an error if n is negative.
func Geomspace(start, stop float64, n int) *Array {
	sign := math.Copysign(1, start)
	a := Linspace(math.Log10(start*sign), math.Log10(stop*sign), n)
	data := elementsOf[float64](a.buf)
	for i, v := range data {
		data[i] = sign * math.Pow(10, v)
	}
	if n > 0 {
		data[0] = start
	}
	if n > 1 {
		data[n-1] = stop
	}
	return a
}

// Eye returns a Float64 matrix of n rows and columns with ones on the diagonal.
func Eye(n int) *Array {
	a := Zeros(n, n)
	data := elementsOf[float64](a.buf)
	for i := range n {
		data[i*(n+1)] = 1
	}
	return a
}

// Meshgrid returns, for axes of coordinates, arrays of one shape with an axis for
// each of them, the k-th of which holds the k-th coordinate of every point: views
// that repeat the coordinates without a copy. It is NumPy's meshgrid with
// indexing="ij". The coordinates must have one axis each.
func Meshgrid(axes ...*Array) ([]*Array, error) {
	if err := made(axes...); err != nil {
		return nil, fmt.Errorf("meshgrid: %w", err)
	}
	shape := make([]int, len(axes))
	for k, x := range axes {
		if len(x.shape) != 1 {
			return nil, fmt.Errorf("meshgrid: coordinates %d have shape %v: they must have one axis", k, Shape(x.shape))
		}
		shape[k] = x.shape[0]
	}
	grids := make([]*Array, len(axes))
	for k, x := range axes {
		strides := make([]int, len(axes))
		strides[k] = x.strides[0]
		grids[k] = &Array{dtype: x.dtype, buf: x.buf, offset: x.offset, shape: append([]int{}, shape...), strides: strides}
	}
	return grids, nil
}
