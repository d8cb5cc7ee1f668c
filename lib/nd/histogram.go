package nd

import (
	"fmt"
	"math"
	"slices"
)

// Histogram counts the elements in bins of equal width between bounds, which are
// the smallest and the largest element if none are given. It returns the counts,
// as Int64, and the bins+1 edges, as Float64. The last bin includes its right
// edge; elements outside the bounds, and NaN, are not counted. Without bounds
// elements that are not finite are an error.
//
//	counts, edges, err := a.Histogram(20)
//	counts, edges, err := a.Histogram(20, -1, 1)
func (a *Array) Histogram(bins int, bounds ...float64) (counts, edges *Array, err error) {
	fail := func(format string, v ...any) (*Array, *Array, error) {
		return nil, nil, fmt.Errorf("histogram of %d bins: "+format, append([]any{bins}, v...)...)
	}
	if a.dtype.Complex() {
		return fail("complex numbers have no bins; use Abs, Real or Imag")
	}
	if bins < 1 {
		return fail("there must be one at least")
	}
	var low, high float64
	switch {
	case len(bounds) == 2:
		low, high = bounds[0], bounds[1]
	case len(bounds) != 0:
		return fail("bounds are two numbers, not %d", len(bounds))
	case a.Len() == 0:
		low, high = 0, 1
	default:
		low, high = a.Min().Item(), a.Max().Item()
	}
	if math.IsNaN(low+high) || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return fail("its bounds are %v and %v: give finite ones", low, high)
	}
	if low > high {
		return fail("its bounds are %v and %v: the first must be the smaller", low, high)
	}
	if math.IsInf(high-low, 0) {
		return fail("its bounds are %v and %v: they are too far apart", low, high)
	}
	if low == high {
		low, high = low-0.5, high+0.5
	}
	edges = Linspace(low, high, bins+1)
	counts = New(Int64, bins)
	edge, count := elementsOf[float64](edges.buf), elementsOf[int64](counts.buf)
	for k := range bins {
		if edge[k] >= edge[k+1] {
			return fail("too many for bounds %v and %v", low, high)
		}
	}
	width, n := high-low, float64(bins)
	a.eachFloat(func(block []float64) {
		for _, v := range block {
			if !(v >= low && v <= high) {
				continue
			}
			k := int((v - low) / width * n)
			if k >= bins {
				k = bins - 1
			}
			// Rounding may have put it into a neighbour.
			if v < edge[k] {
				k--
			} else if v >= edge[k+1] && k != bins-1 {
				k++
			}
			count[k]++
		}
	})
	return counts, edges, nil
}

// HistogramEdges counts the elements between edges, which must not decrease: bin k
// reaches from edge k up to but not including edge k+1, the last one includes its
// right edge. The counts are of Int64. Edges are what [From] takes.
func (a *Array) HistogramEdges(edges any) (*Array, error) {
	e, err := From(edges)
	if err != nil {
		return nil, fmt.Errorf("histogram: the edges: %w", err)
	}
	if len(e.shape) != 1 || e.Len() < 2 || e.dtype.Complex() || a.dtype.Complex() {
		return nil, fmt.Errorf("histogram: edges of %v and shape %v for elements of %v: they must be two real numbers at least, along one axis", e.dtype, Shape(e.shape), a.dtype)
	}
	edge := e.Float64s()
	for k := 1; k < len(edge); k++ {
		if !(edge[k] >= edge[k-1]) {
			return nil, fmt.Errorf("histogram: edge %d is %v after %v: edges must not decrease", k, edge[k], edge[k-1])
		}
	}
	counts := New(Int64, len(edge)-1)
	count := elementsOf[int64](counts.buf)
	last := len(edge) - 1
	a.eachFloat(func(block []float64) {
		for _, v := range block {
			if !(v >= edge[0] && v <= edge[last]) {
				continue
			}
			// The bin belongs to the last edge that is not greater.
			k, _ := slices.BinarySearchFunc(edge, v, func(edge, v float64) int {
				if edge <= v {
					return -1
				}
				return 1
			})
			if v == edge[last] {
				k = last
			}
			count[min(k, last)-1]++
		}
	})
	return counts, nil
}

// eachFloat calls do with the elements as float64s, in blocks and in any order.
func (a *Array) eachFloat(do func(block []float64)) {
	f := newFeed[float64](a, min(blockSize, a.Len()))
	l := layout{shape: a.shape, offA: a.offset, a: a.strides, b: make([]int, len(a.shape))}.sorted()
	l.rows(func(i, _, n, di, _ int) {
		for n > 0 {
			m := min(n, blockSize)
			do(f.next(i, m, di))
			i, n = i+m*di, n-m
		}
	})
}
