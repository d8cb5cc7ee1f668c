// Package measure has what the benchmarks make of their samples.
package measure

import "slices"

// Median returns the middle of the values, the mean of the two middle ones if
// their number is even, and 0 if there are none.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
