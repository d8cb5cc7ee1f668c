package ode

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The vector instructions give what the plain loops give, for all lengths and
// numbers of stages, and write nothing beyond.
func TestCombine(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	fill := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = random.NormFloat64()
		}
		return v
	}
	for n := 4; n <= 40; n += 4 {
		for stages := 1; stages <= 16; stages++ {
			y, k, w, h := fill(n), fill(n*stages), fill(stages), random.Float64()
			w[random.IntN(stages)] = 0
			want, got := make([]float64, n), fill(n+4)
			guard := [4]float64(got[n:])
			combinePlain(want, y, k, w, h)
			combine(got[:n], y, k, w, h)
			for i := range want {
				if math.Abs(got[i]-want[i]) > 1e-13 {
					t.Fatalf("n = %d, %d stages, element %d: %g, want %g", n, stages, i, got[i], want[i])
				}
			}
			if guard != [4]float64(got[n:]) {
				t.Fatalf("n = %d, %d stages: wrote beyond the end", n, stages)
			}
		}
	}
}
