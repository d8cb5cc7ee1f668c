package nd

import (
	"fmt"
	"math"
	"slices"
)

// CountNonzero counts the elements that are not 0 along the axes given, or all of
// them, as Int64. A wrong axis panics with an [*IndexError].
func (a *Array) CountNonzero(axes ...int) *Array {
	out, l := a.reduction(Int64, axes)
	a.buf.countTo(out.buf, l)
	return out
}

// Any returns, as Bool, whether any element along the axes given, or of all, is
// true, that is not 0. A wrong axis panics with an [*IndexError].
func (a *Array) Any(axes ...int) *Array { return a.CountNonzero(axes...).Convert(Bool) }

// All returns, as Bool, whether all elements are true, by the rules of Any.
func (a *Array) All(axes ...int) *Array {
	out, _ := a.CountNonzero(axes...).Eq(int64(a.reducedLen(axes)))
	return out
}

// Var returns the variance of the elements along the axes given, or of all: the
// mean of the squared distances from the mean, as Float64. A wrong axis panics
// with an [*IndexError].
func (a *Array) Var(axes ...int) *Array {
	out := a.squares(a, axes)
	out.scale(a.reducedLen(axes))
	return out
}

// Std returns the standard deviation, the square root of Var.
func (a *Array) Std(axes ...int) *Array { return a.Var(axes...).Sqrt() }

// SampleVar is Var divided by n-1 instead of n, NumPy's var with ddof=1: the
// variance that a sample suggests. It is NaN for less than two elements.
func (a *Array) SampleVar(axes ...int) *Array {
	out := a.squares(a, axes)
	out.scale(max(0, a.reducedLen(axes)-1))
	return out
}

// SampleStd returns the square root of SampleVar.
func (a *Array) SampleStd(axes ...int) *Array { return a.SampleVar(axes...).Sqrt() }

// squares sums up the squared distances of x from its mean.
func (a *Array) squares(x *Array, axes []int) *Array {
	away, _ := x.Sub(x.Mean(append(slices.Clone(axes), KeepDims)...))
	if away.dtype.Complex() {
		away = away.fromComplex(func(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) })
	} else {
		_ = away.MulInPlace(away)
	}
	return away.Sum(axes...)
}

// lines returns the array with the axes that are reduced, all if there are none,
// as its last one, and the shape of the result. It is a view where one suffices.
func (a *Array) lines(axes []int) (*Array, []int) {
	a.checkAxes(axes)
	keep := slices.Contains(axes, KeepDims)
	var kept, gone, outer, shape []int
	n := 1
	for axis, length := range a.shape {
		if a.reduced(axis, axes) {
			gone = append(gone, axis)
			n *= length
			if keep {
				shape = append(shape, 1)
			}
			continue
		}
		kept = append(kept, axis)
		outer = append(outer, length)
		shape = append(shape, length)
	}
	turned := a.permuted(append(kept, gone...))
	if len(gone) != 1 {
		turned = turned.reshaped(append(outer, n))
	}
	return turned, shape
}

// eachLine calls do for each line along the last axis: where it begins, and the
// number of the line.
func (a *Array) eachLine(do func(at, k int)) {
	last := len(a.shape) - 1
	k := 0
	outer := layout{shape: a.shape[:last], offA: a.offset, a: a.strides[:last], b: make([]int, last)}
	outer.rows(func(i, _, n, di, _ int) {
		for range n {
			do(i, k)
			i += di
			k++
		}
	})
}

// lineValues calls do with the elements of each line as float64s in memory that do
// may change, and returns the results.
func (a *Array) lineValues(axes []int, do func(line []float64) float64) *Array {
	if a.dtype.Complex() {
		a = a.Real()
	}
	lines, shape := a.lines(axes)
	last := len(lines.shape) - 1
	n, stride := lines.shape[last], lines.strides[last]
	out := New(Float64, shape...)
	results := elementsOf[float64](out.buf)
	line := make([]float64, n)
	boxed := bufferOf(line)
	lines.eachLine(func(at, k int) {
		lines.buf.copyRun(boxed, at, 0, n, stride, 1)
		results[k] = do(line)
	})
	return out
}

// Median returns the middle of the sorted elements along the axes given, or of
// all, as Float64: the mean of the two middle ones if their number is even; NaN if
// one is NaN or if there are none. Of complex numbers it takes the real parts. A
// wrong axis panics with an [*IndexError].
func (a *Array) Median(axes ...int) *Array { return a.lineValues(axes, median) }

// Quantile returns what a fraction q of the elements along the axes given, or of
// all, is below, as Float64, interpolated between neighbours; NaN if one is NaN or
// if there are none. q outside of 0 to 1 is an error, a wrong axis panics with an
// [*IndexError].
func (a *Array) Quantile(q float64, axes ...int) (*Array, error) {
	if !(q >= 0 && q <= 1) {
		return nil, fmt.Errorf("quantile %v: it must be from 0 to 1", q)
	}
	return a.lineValues(axes, func(line []float64) float64 { return quantile(line, q) }), nil
}

// Percentile is Quantile with p from 0 to 100.
func (a *Array) Percentile(p float64, axes ...int) (*Array, error) {
	if !(p >= 0 && p <= 100) {
		return nil, fmt.Errorf("percentile %v: it must be from 0 to 100", p)
	}
	return a.Quantile(p/100, axes...)
}

func median(line []float64) float64 {
	n := len(line)
	if n == 0 || slices.ContainsFunc(line, isNaN[float64]) {
		return math.NaN()
	}
	upper := nth(line, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(line[:n/2]) + upper) / 2
}

// quantile interpolates as NumPy does, from the nearer of the two neighbours.
func quantile(line []float64, q float64) float64 {
	n := len(line)
	if n == 0 || slices.ContainsFunc(line, isNaN[float64]) {
		return math.NaN()
	}
	at := q * float64(n-1)
	k := min(int(at), n-1)
	below := nth(line, k)
	if k == n-1 {
		return below
	}
	above, t := slices.Min(line[k+1:]), at-float64(k)
	if t >= 0.5 {
		return above - (above-below)*(1-t)
	}
	return below + (above-below)*t
}

// nth brings the element to place k that belongs there in sorted order, smaller
// ones before it and larger ones behind it, and returns it.
func nth(x []float64, k int) float64 {
	low, high := 0, len(x)-1
	for low < high {
		// The median of three is a good guess, whatever the order is.
		middle := (low + high) / 2
		if x[middle] < x[low] {
			x[middle], x[low] = x[low], x[middle]
		}
		if x[high] < x[low] {
			x[high], x[low] = x[low], x[high]
		}
		if x[high] < x[middle] {
			x[high], x[middle] = x[middle], x[high]
		}
		pivot := x[middle]
		i, j := low, high
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return x[k]
		}
	}
	return x[k]
}

// ArgMin returns, as Int64, where the smallest element is along the axes given, or
// among all: its index, counted in row-major order over these axes. It is the
// first of equal ones, the first NaN if there is one, and -1 if there are none. A
// wrong axis panics with an [*IndexError].
func (a *Array) ArgMin(axes ...int) *Array { return a.argExtreme(axes, opLt) }

// ArgMax returns where the largest element is, by the rules of ArgMin.
func (a *Array) ArgMax(axes ...int) *Array { return a.argExtreme(axes, opGt) }

func (a *Array) argExtreme(axes []int, o op) *Array {
	lines, shape := a.lines(axes)
	out := New(Int64, shape...)
	places := elementsOf[int64](out.buf)
	last := len(lines.shape) - 1
	n, stride := lines.shape[last], lines.strides[last]
	lines.eachLine(func(at, k int) { places[k] = int64(lines.buf.argExtreme(o, at, n, stride)) })
	return out
}

func (b typed[T]) argExtreme(o op, i, n, step int) int {
	if n == 0 {
		return -1
	}
	best, at := b[i], 0
	if best != best {
		return 0
	}
	if step == 1 {
		// The extreme is found first, and then where it stands: two simple loops
		// are faster than one.
		x := b[i : i+n]
		if o == opLt {
			best = minRun(x, best)
		} else {
			best = maxRun(x, best)
		}
		for k, v := range x {
			if v == best || v != v {
				return k
			}
		}
	}
	for k := 1; k < n; k++ {
		i += step
		v := b[i]
		if v == best {
			continue
		}
		if v != v {
			return k
		}
		if (v < best) == (o == opLt) {
			best, at = v, k
		}
	}
	return at
}

func (b complexes[T]) argExtreme(o op, i, n, step int) int {
	if n == 0 {
		return -1
	}
	better, best, at := compareComplexKernel[T](o), b[i], 0
	var yes [1]boolean
	for k := range n {
		v := b[i+k*step]
		if isComplexNaN(complex128(v)) {
			return k
		}
		if better(yes[:], []T{v}, []T{best}); yes[0] != 0 {
			best, at = v, k
		}
	}
	return at
}
