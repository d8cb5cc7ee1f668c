package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// sampleAxes draws axes of an array, and how Python writes them.
func sampleAxes(rng *rand.Rand, ndim int, several bool) (axes []int, python string) {
	if ndim == 0 || rng.IntN(4) == 0 {
		return nil, "None"
	}
	all := rng.Perm(ndim)
	axes = all[:1]
	if several {
		axes = all[:1+rng.IntN(ndim)]
	}
	words := make([]string, len(axes))
	for k := range axes {
		if rng.IntN(2) == 0 {
			axes[k] -= ndim
		}
		words[k] = fmt.Sprint(axes[k])
	}
	if !several {
		return axes, words[0]
	}
	return axes, "(" + strings.Join(words, ", ") + ",)"
}

func TestReductionsAreNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(23, 24))
	type reduction struct {
		python    string
		call      func(a *Array, axes ...int) *Array
		tolerance float64
		several   bool
		types     func(DType) bool
	}
	all := func(DType) bool { return true }
	real := func(t DType) bool { return !t.Complex() }
	quantile := func(q float64) func(a *Array, axes ...int) *Array {
		return func(a *Array, axes ...int) *Array {
			out, err := a.Quantile(q, axes...)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	nanQuantile := func(a *Array, axes ...int) *Array {
		out, err := a.NaNPercentile(30, axes...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	wide := "dtype=(np.complex128 if a.dtype.kind == 'c' else np.float64)"
	cases := []reduction{
		{"np.sum(a, %s, keepdims=%s, dtype=(np.complex128 if a.dtype.kind == 'c' else np.float64 if a.dtype.kind == 'f' else None))", (*Array).Sum, 1e-9, true, all},
		{"np.prod(a, %s, keepdims=%s, dtype=(np.complex128 if a.dtype.kind == 'c' else np.float64 if a.dtype.kind == 'f' else None))", (*Array).Prod, 1e-9, true, real},
		{"np.mean(a, %s, keepdims=%s, " + wide + ")", (*Array).Mean, 1e-9, true, all},
		{"np.var(a.astype(np.float64), %s, keepdims=%s)", (*Array).Var, 1e-5, true, func(t DType) bool { return t == Int8 || t == Uint16 || t == Bool || t == Float64 }},
		{"np.std(a, %s, keepdims=%s)", (*Array).Std, 1e-9, true, func(t DType) bool { return t == Float64 || t == Int16 }},
		{"np.std(a, %s, keepdims=%s, ddof=1)", (*Array).SampleStd, 1e-9, true, func(t DType) bool { return t == Float64 || t == Int32 }},
		{"np.min(a, %s, keepdims=%s)", (*Array).Min, 1e-300, true, all},
		{"np.max(a, %s, keepdims=%s)", (*Array).Max, 1e-300, true, all},
		{"np.any(a, %s, keepdims=%s)", (*Array).Any, 0, true, all},
		{"np.all(a, %s, keepdims=%s)", (*Array).All, 0, true, all},
		{"np.count_nonzero(a, %s, keepdims=%s)", (*Array).CountNonzero, 0, true, all},
		{"np.argmin(a, %s, keepdims=%s)", (*Array).ArgMin, 0, false, all},
		{"np.argmax(a, %s, keepdims=%s)", (*Array).ArgMax, 0, false, all},
		{"np.median(a.astype(np.float64), %s, keepdims=%s)", (*Array).Median, 1e-15, true, real},
		{"np.quantile(a.astype(np.float64), 0.3, %s, keepdims=%s)", quantile(0.3), 1e-12, true, real},
		{"np.quantile(a.astype(np.float64), 0.95, %s, keepdims=%s)", quantile(0.95), 1e-12, true, real},
		{"np.nansum(a, %s, keepdims=%s, dtype=(np.complex128 if a.dtype.kind == 'c' else np.float64 if a.dtype.kind == 'f' else None))", (*Array).NaNSum, 1e-9, true, all},
		{"np.nanprod(a, %s, keepdims=%s, dtype=(np.float64 if a.dtype.kind == 'f' else None))", (*Array).NaNProd, 1e-9, true, real},
		{"np.nanmean(a, %s, keepdims=%s, " + wide + ")", (*Array).NaNMean, 1e-9, true, all},
		{"np.nanstd(a, %s, keepdims=%s)", (*Array).NaNStd, 1e-9, true, func(t DType) bool { return t == Float64 || t == Int32 }},
		{"np.nanmin(a, %s, keepdims=%s)", (*Array).NaNMin, 1e-300, true, real},
		{"np.nanmax(a, %s, keepdims=%s)", (*Array).NaNMax, 1e-300, true, real},
		{"np.nanmedian(a.astype(np.float64), %s, keepdims=%s)", (*Array).NaNMedian, 1e-15, true, real},
		{"np.nanpercentile(a.astype(np.float64), 30, %s, keepdims=%s)", nanQuantile, 1e-12, true, real},
		{"np.nanargmin(a, %s, keepdims=%s)", (*Array).NaNArgMin, 0, false, real},
		{"np.nanargmax(a, %s, keepdims=%s)", (*Array).NaNArgMax, 0, false, real},
	}
	var trials []trial
	for _, c := range cases {
		for dtype := Int8; dtype <= Complex128; dtype++ {
			if !c.types(dtype) {
				continue
			}
			for range 8 {
				a := sample(rng, dtype, sampleShape(rng))
				if strings.Contains(c.python, "quantile") || strings.Contains(c.python, "percentile") || strings.Contains(c.python, "std") || strings.Contains(c.python, "var") || strings.Contains(c.python, "median") {
					a = tame(a)
				}
				if dtype.Complex() && !strings.Contains(c.python, "any") {
					// Which of several NaNs comes out, and what infinities add up to, is not said.
					a = finite(a)
				}
				axes, python := sampleAxes(rng, a.NDim(), c.several)
				keep := "False"
				if rng.IntN(2) == 0 {
					keep, axes = "True", append(slices.Clone(axes), KeepDims)
				}
				x := trial{ask: about(fmt.Sprintf(c.python, python, keep), map[string]*Array{"a": a}), tolerance: c.tolerance}
				x.about = fmt.Sprintf("%s of %v %v", x.Expr, dtype, Shape(a.shape))
				x.got = c.call(a, axes...)
				if strings.Contains(c.python, "nanarg") && x.got.Min().Item() < 0 {
					continue // NumPy refuses what is all NaN
				}
				trials = append(trials, x)
			}
		}
	}
	compare(t, p, trials, 1500)
}

// tame replaces infinite and extreme numbers, with which the results depend on how
// exactly differences are written.
func tame(a *Array) *Array {
	if !a.dtype.Float() {
		return a
	}
	return a.Apply(func(v float64) float64 {
		if math.IsInf(v, 0) || math.Abs(v) > 1e6 {
			return 4
		}
		return v
	}).Convert(a.dtype)
}

// finite replaces what is not, and what is extreme.
func finite(a *Array) *Array {
	b := a.Copy()
	bad := must(b.IsFinite().And(must(b.Abs().Lt(1e6)))).Not()
	return must(Where(bad, 3-4i, b))
}

func must(a *Array, err error) *Array {
	if err != nil {
		panic(err)
	}
	return a
}

func TestAxesThatDoNotExistPanic(t *testing.T) {
	a := iota64(2, 3)
	for name, call := range map[string]func(){
		"Sum": func() { a.Sum(2) }, "ArgMin": func() { a.ArgMin(-3) }, "Median": func() { a.Median(5) }, "Sort": func() { a.Sort(2) },
		"CumSum": func() { a.CumSum(-3) }, "Flip": func() { a.Flip(2) }, "Roll": func() { a.Roll(1, 2) }, "SwapAxes": func() { a.SwapAxes(0, 2) },
		"ArgSort": func() { a.ArgSort(9) }, "Diff": func() { a.Diff(1, 2) }, "Squeeze": func() { _, _ = a.Squeeze(4) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(*IndexError); !ok || err.Axis != -2 {
					t.Errorf("%s: %v", name, err)
				}
			}()
			call()
		}()
	}
}

func TestReductionsOfNothing(t *testing.T) {
	empty := New(Float64, 0, 3)
	for name, got := range map[string]*Array{"Median": empty.Median(), "Std": empty.Std(0), "NaNMean": empty.NaNMean(), "NaNMin": empty.NaNMin(), "Quantile": empty.NaNMedian(0)} {
		if got.IsNaN().All().Item() != 1 {
			t.Errorf("%s of nothing: %v", name, got)
		}
	}
	if empty.Prod().Item() != 1 || empty.All().Item() != 1 || empty.Any().Item() != 0 || empty.ArgMin().Item() != -1 || empty.CountNonzero().Item() != 0 {
		t.Error("products or places of nothing")
	}
	if s := empty.Sort(0); !slices.Equal(s.Shape(), []int{0, 3}) {
		t.Errorf("sorted: %v", s.Shape())
	}
	for _, q := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := empty.Quantile(q); err == nil {
			t.Errorf("quantile %v was accepted", q)
		}
	}
}
