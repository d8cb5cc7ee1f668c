package nd

import (
	"fmt"
	"math"
	"slices"
)

// The reductions that leave NaN out. For types without NaN they are the same as
// those that do not. Wrong axes panic with an [*IndexError].

// hasNaN reports whether the type of the elements has NaNs.
func (t DType) hasNaN() bool { return t.Float() || t.Complex() }

// without returns a copy with v in place of NaN, and how many elements are counted
// along the axes.
func (a *Array) without(v float64, axes []int) (filled, counts *Array) {
	good := a.IsNaN().Not()
	filled, _ = Where(good, a, scalar(v).Convert(a.dtype))
	return filled, good.CountNonzero(axes...)
}

// NaNSum is Sum of what is not NaN.
func (a *Array) NaNSum(axes ...int) *Array {
	if a.dtype.hasNaN() {
		a, _ = a.without(0, axes)
	}
	return a.Sum(axes...)
}

// NaNProd is Prod of what is not NaN.
func (a *Array) NaNProd(axes ...int) *Array {
	if a.dtype.hasNaN() {
		a, _ = a.without(1, axes)
	}
	return a.Prod(axes...)
}

// NaNMean is Mean of what is not NaN, NaN if all is.
func (a *Array) NaNMean(axes ...int) *Array {
	if !a.dtype.hasNaN() {
		return a.Mean(axes...)
	}
	filled, counts := a.without(0, axes)
	sum := filled.Sum(axes...)
	_ = sum.DivInPlace(counts)
	return sum
}

// NaNVar is Var of what is not NaN, NaN if all is.
func (a *Array) NaNVar(axes ...int) *Array {
	if !a.dtype.hasNaN() {
		return a.Var(axes...)
	}
	away, _ := a.Sub(a.NaNMean(append(slices.Clone(axes), KeepDims)...))
	if away.dtype.Complex() {
		away = away.Abs()
	}
	_ = away.MulInPlace(away)
	filled, counts := away.without(0, axes)
	sum := filled.Sum(axes...)
	_ = sum.DivInPlace(counts)
	return sum
}

// NaNStd is the square root of NaNVar.
func (a *Array) NaNStd(axes ...int) *Array { return a.NaNVar(axes...).Sqrt() }

// NaNMin is Min of what is not NaN, NaN if all is.
func (a *Array) NaNMin(axes ...int) *Array { return a.nanExtreme(axes, math.Inf(1), (*Array).Min) }

// NaNMax is Max of what is not NaN, NaN if all is.
func (a *Array) NaNMax(axes ...int) *Array { return a.nanExtreme(axes, math.Inf(-1), (*Array).Max) }

func (a *Array) nanExtreme(axes []int, limit float64, reduce func(*Array, ...int) *Array) *Array {
	if !a.dtype.hasNaN() || a.Len() == 0 {
		return reduce(a, axes...)
	}
	filled, counts := a.without(limit, axes)
	out := reduce(filled, axes...)
	empty, _ := counts.Eq(0)
	out, _ = Where(empty, scalar(math.NaN()).Convert(a.dtype), out)
	return out
}

// NaNArgMin is ArgMin of what is not NaN, -1 if all is.
func (a *Array) NaNArgMin(axes ...int) *Array {
	return a.nanArg(axes, math.Inf(1), (*Array).ArgMin)
}

// NaNArgMax is ArgMax of what is not NaN, -1 if all is.
func (a *Array) NaNArgMax(axes ...int) *Array {
	return a.nanArg(axes, math.Inf(-1), (*Array).ArgMax)
}

func (a *Array) nanArg(axes []int, limit float64, reduce func(*Array, ...int) *Array) *Array {
	if !a.dtype.hasNaN() || a.Len() == 0 {
		return reduce(a, axes...)
	}
	filled, counts := a.without(limit, axes)
	empty, _ := counts.Eq(0)
	out, _ := Where(empty, -1, reduce(filled, axes...))
	return out
}

// NaNMedian is Median of what is not NaN, NaN if all is.
func (a *Array) NaNMedian(axes ...int) *Array {
	return a.lineValues(axes, func(line []float64) float64 { return median(withoutNaN(line)) })
}

// NaNQuantile is Quantile of what is not NaN, NaN if all is.
func (a *Array) NaNQuantile(q float64, axes ...int) (*Array, error) {
	if !(q >= 0 && q <= 1) {
		return nil, fmt.Errorf("quantile %v: it must be from 0 to 1", q)
	}
	return a.lineValues(axes, func(line []float64) float64 { return quantile(withoutNaN(line), q) }), nil
}

// NaNPercentile is NaNQuantile with p from 0 to 100.
func (a *Array) NaNPercentile(p float64, axes ...int) (*Array, error) {
	if !(p >= 0 && p <= 100) {
		return nil, fmt.Errorf("percentile %v: it must be from 0 to 100", p)
	}
	return a.NaNQuantile(p/100, axes...)
}

// withoutNaN moves what is not NaN to the front. The line keeps its memory: it is
// filled again for the next one.
func withoutNaN(line []float64) []float64 {
	k := 0
	for _, v := range line {
		if v == v {
			line[k] = v
			k++
		}
	}
	return line[:k]
}
