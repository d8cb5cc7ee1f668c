package nd

import (
	"math/rand/v2"
	"testing"
	"time"
)

// testdata/bench.py times the same operations of NumPy:
//
//	go test -run - -bench AgainstNumPy ./lib/nd; python lib/nd/testdata/bench.py
const benchLen = 1_000_000

func benchArrays(dtype DType) (a, b *Array) {
	rng := rand.New(rand.NewPCG(1, 2))
	a, b = New(Float64, benchLen), New(Float64, benchLen)
	for i := range benchLen {
		a.buf.put(i, rng.NormFloat64()*1000)
		b.buf.put(i, rng.NormFloat64()*1000)
	}
	return a.Convert(dtype), b.Convert(dtype)
}

func BenchmarkAgainstNumPy(b *testing.B) {
	x, y := benchArrays(Float64)
	x32, y32 := benchArrays(Float32)
	i64, j64 := benchArrays(Int64)
	out := New(Float64, benchLen)
	matrix, _ := x.Reshape(1000, 1000)
	wide, _ := x.Reshape(1000, 1000)
	row, _ := y.Slice(R(0, 1000))
	triples, _ := x.Slice(R(0, 999999))
	triples, _ = triples.Reshape(-1, 3)
	three, _ := y.Slice(R(0, 3))
	mask, _ := x.Gt(0)
	rng := rand.New(rand.NewPCG(3, 4))
	places := New(Int64, benchLen)
	for i := range benchLen {
		places.buf.put(i, float64(rng.IntN(benchLen)))
	}
	rows := New(Int64, 1000)
	for i := range 1000 {
		rows.buf.put(i, float64(rng.IntN(1000)))
	}
	small, _ := matrix.Sel("0:300, 0:300")
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"add", func() { _, _ = x.Add(y) }},
		{"add_in_place", func() { _ = out.AddInPlace(y) }},
		{"add_float32", func() { _, _ = x32.Add(y32) }},
		{"add_int64", func() { _, _ = i64.Add(j64) }},
		{"mul_scalar", func() { _, _ = x.Mul(2.5) }},
		{"div", func() { _, _ = x.Div(y) }},
		{"add_mixed", func() { _, _ = x.Add(i64) }},
		{"add_row", func() { _, _ = wide.Add(row) }},
		{"add_transposed", func() { _, _ = wide.Add(wide.T()) }},
		{"add_triples", func() { _, _ = triples.Add(three) }},
		{"greater", func() { _, _ = x.Gt(0.0) }},
		{"sqrt", func() { x.Sqrt() }},
		{"exp", func() { x.Exp() }},
		{"sum", func() { x.Sum() }},
		{"sum_axis0", func() { matrix.Sum(0) }},
		{"sum_axis1", func() { matrix.Sum(1) }},
		{"sum_int64", func() { i64.Sum() }},
		{"mean", func() { x.Mean() }},
		{"std", func() { x.Std() }},
		{"min", func() { x.Min() }},
		{"argmax", func() { x.ArgMax() }},
		{"median", func() { x.Median() }},
		{"sort", func() { x.Sort(0) }},
		{"sort_float32", func() { x32.Sort(0) }},
		{"sort_int64", func() { i64.Sort(0) }},
		{"argsort", func() { x.ArgSort(0) }},
		{"unique_int64", func() { i64.Unique() }},
		{"cumsum", func() { x.CumSum(0) }},
		{"fancy", func() { _, _ = x.Slice(Places(places)) }},
		{"fancy_rows", func() { _, _ = matrix.Slice(Places(rows)) }},
		{"fancy_columns", func() { _, _ = matrix.Slice(All, Places(rows)) }},
		{"mask", func() { _, _ = x.Where(mask) }},
		{"strided_copy", func() { v, _ := x.Slice(Step(2)); v.Copy() }},
		{"transpose_copy", func() { matrix.T().Copy() }},
		{"astype", func() { x.Convert(Float32) }},
		{"histogram", func() { _, _, _ = x.Histogram(100) }},
		{"searchsorted", func() { _, _ = row.Sort(0).SearchSorted(x) }},
		{"dot", func() { _, _ = small.Dot(small) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			least := time.Hour
			for b.Loop() {
				start := time.Now()
				c.do()
				least = min(least, time.Since(start))
			}
			b.ReportMetric(float64(least.Nanoseconds()), "min-ns")
		})
	}
}

func BenchmarkElements(b *testing.B) {
	x, _ := benchArrays(Float64)
	m, _ := x.Reshape(1000, 1000)
	v, err := View[float64](m)
	if err != nil {
		b.Fatal(err)
	}
	for name, do := range map[string]func() float64{
		"At2": func() (s float64) {
			for i := range 1000 {
				for j := range 1000 {
					s += v.At2(i, j)
				}
			}
			return s
		},
		"All": func() (s float64) {
			for x := range v.All() {
				s += x
			}
			return s
		},
	} {
		b.Run(name, func(b *testing.B) {
			least := time.Hour
			for b.Loop() {
				start := time.Now()
				do()
				least = min(least, time.Since(start))
			}
			b.ReportMetric(float64(least.Nanoseconds()), "min-ns")
		})
	}
}
