package plt

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// histogram counts values in bins of equal width. It returns the bins' edges, one
// more than there are bins, and the counts.
func histogram(values []float64, bins int) (edges, counts []float64, err error) {
	low, high, ok := bounds(values)
	if !ok {
		return nil, nil, errors.New("no finite values")
	}
	if bins < 0 || bins > 1_000_000 {
		return nil, nil, fmt.Errorf("%d bins: 1 to 1,000,000 are possible, or 0 for a number that suits", bins)
	}
	if low == high {
		low, high = low-0.5, high+0.5
	}
	if bins == 0 {
		bins = suitableBins(values, low, high)
	}
	edges, counts = make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = low + (high-low)*float64(i)/float64(bins)
	}
	for _, v := range values {
		if i, ok := bin(v, low, high, bins); ok {
			counts[i]++
		}
	}
	return edges, counts, nil
}

// bin finds the bin of a value; the last one contains its upper edge.
func bin(v, low, high float64, bins int) (int, bool) {
	if !(v >= low && v <= high) {
		return 0, false
	}
	return min(int((v-low)/(high-low)*float64(bins)), bins-1), true
}

// suitableBins follows Freedman and Diaconis: a width of twice the range between
// the quartiles over the cube root of the number of values.
func suitableBins(values []float64, low, high float64) int {
	sorted := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return !finite(v) })
	slices.Sort(sorted)
	n := len(sorted)
	width := 2 * (sorted[n*3/4] - sorted[n/4]) / math.Cbrt(float64(n))
	if !(width > 0) {
		return min(max(1, int(math.Sqrt(float64(n)))), 100)
	}
	return int(min(max(1, math.Ceil((high-low)/width)), 200))
}
