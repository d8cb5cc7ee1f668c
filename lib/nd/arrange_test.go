package nd

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestArrangingIsNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(25, 26))
	var trials []trial
	try := func(python string, arrays map[string]*Array, got *Array, err error) {
		trials = append(trials, trial{ask: about(python, arrays), about: python + " of " + arrays["a"].dtype.String() + Shape(arrays["a"].shape).String(), got: got, err: err, tolerance: 1e-300})
	}
	for range 50 {
		for dtype := Int8; dtype <= Complex128; dtype++ {
			shape := sampleShape(rng)
			if len(shape) == 0 {
				shape = []int{4}
			}
			a, b := sample(rng, dtype, shape), sample(rng, anyType(rng), shape)
			ab := map[string]*Array{"a": a, "b": b}
			axis := rng.IntN(2*len(shape)) - len(shape)
			n := rng.IntN(9) - 4
			got, err := Concatenate(axis, a, b, a)
			try(fmt.Sprintf("np.concatenate([a, b, a], %d)", axis), ab, got, err)
			got, err = Stack(axis, a, b)
			try(fmt.Sprintf("np.stack([a, b], %d)", axis), ab, got, err)
			try(fmt.Sprintf("np.roll(a, %d, %d)", n, axis), ab, a.Roll(n, axis), nil)
			try(fmt.Sprintf("np.flip(a, %d)", axis), ab, a.Flip(axis), nil)
			try("np.flip(a)", ab, a.Flip(), nil)
			try(fmt.Sprintf("np.swapaxes(a, 0, %d)", axis), ab, a.SwapAxes(0, axis), nil)
			try(fmt.Sprintf("np.moveaxis(a, %d, 0)", axis), ab, a.MoveAxis(axis, 0), nil)
			try(fmt.Sprintf("np.moveaxis(a, 0, %d)", axis), ab, a.MoveAxis(0, axis), nil)
			try("np.squeeze(a)", ab, must2(t)(a.Squeeze()), nil)
			try("a.T", ab, a.T(), nil)
			got, err = a.Tile(2, 3)
			try("np.tile(a, (2, 3))", ab, got, err)
			got, err = a.Repeat(3, axis)
			try(fmt.Sprintf("np.repeat(a, 3, %d)", axis), ab, got, err)
			try(fmt.Sprintf("np.sort(a, %d)", axis), ab, a.Sort(axis), nil)
			try(fmt.Sprintf("np.argsort(a, %d, kind='stable')", axis), ab, a.ArgSort(axis), nil)
			parts, err := a.Split(3, axis)
			if err != nil {
				t.Fatal(err)
			}
			try(fmt.Sprintf("np.array_split(a, 3, %d)[1]", axis), ab, parts[1], nil)
			if !dtype.Complex() { // which of several NaNs stays is not said
				try("np.unique(a)", ab, a.Unique(), nil)
			}
			_, counts := a.UniqueCounts()
			try("np.unique(a, return_counts=True)[1]", ab, counts, nil)
			_, inverse := a.UniqueInverse()
			try("np.unique(a, return_inverse=True)[1].reshape(a.shape)", ab, inverse, nil)
			try("np.nonzero(a)[-1]", ab, a.Nonzero()[len(shape)-1], nil)
			mask := b.Convert(Bool)
			got, err = a.Where(mask)
			try("a[m]", map[string]*Array{"a": a, "m": mask}, got, err)
			got, err = Where(mask, a, 3)
			try("np.where(m, a, 3)", map[string]*Array{"a": a, "m": mask}, got, err)
			got, err = Where(mask, 2.5, a)
			try("np.where(m, 2.5, a)", map[string]*Array{"a": a, "m": mask}, got, err)
			if !dtype.Complex() {
				got, err = a.Clip(-2.5, 3.5)
				try("np.clip(a, -2.5, 3.5)", ab, got, err)
			}
			if !dtype.Float() && !dtype.Complex() {
				try(fmt.Sprintf("np.diff(a, 1, %d)", axis), ab, a.Diff(1, axis), nil)
				try(fmt.Sprintf("np.cumsum(a, %d)", axis), ab, a.CumSum(axis), nil)
				try(fmt.Sprintf("np.cumprod(a, %d)", axis), ab, a.CumProd(axis), nil)
			}
			if len(shape) > 1 {
				got, err = a.Diagonal()
				try("np.diagonal(a)", ab, got, err)
			}
		}
	}
	compare(t, p, trials, 12000)
}

func must2(t *testing.T) func(*Array, error) *Array {
	return func(a *Array, err error) *Array {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// From some length on numbers are sorted digit by digit.
func TestLongSortsAreNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(27, 28))
	var trials []trial
	for dtype := Int8; dtype <= Complex128; dtype++ {
		for _, shape := range [][]int{{3000}, {2, 1111}, {1500, 2}} {
			a := sample(rng, dtype, shape)
			axis := 0
			if shape[0] == 2 {
				axis = 1
			}
			arrays := map[string]*Array{"a": a}
			trials = append(trials,
				trial{ask: about(fmt.Sprintf("np.sort(a, %d)", axis), arrays), about: "sort " + dtype.String(), got: a.Sort(axis), tolerance: 1e-300},
				trial{ask: about(fmt.Sprintf("np.argsort(a, %d, kind='stable')", axis), arrays), about: "argsort " + dtype.String(), got: a.ArgSort(axis)})
			if !dtype.Complex() {
				trials = append(trials, trial{ask: about("np.unique(a)", arrays), about: "unique " + dtype.String(), got: a.Unique(), tolerance: 1e-300})
			}
			b := a.Copy()
			b.SortInPlace(axis)
			trials = append(trials, trial{ask: about(fmt.Sprintf("np.sort(a, %d)", axis), arrays), about: "sort in place " + dtype.String(), got: b, tolerance: 1e-300})
			view, _ := a.Copy().Sel("::-1")
			view.SortInPlace(axis)
			trials = append(trials, trial{ask: about(fmt.Sprintf("np.sort(a[::-1], %d)", axis), arrays), about: "sort a view in place " + dtype.String(), got: view, tolerance: 1e-300})
		}
	}
	compare(t, p, trials, len(trials))
}

func TestSearchAndHistogramsAreNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(29, 30))
	var trials []trial
	for range 200 {
		a, v := sample(rng, anyType(rng), []int{20}).Sort(0), sample(rng, anyType(rng), sampleShape(rng))
		arrays := map[string]*Array{"a": a, "v": v}
		got, err := a.SearchSorted(v)
		trials = append(trials, trial{ask: about("np.searchsorted(a, v)", arrays), about: fmt.Sprintf("search %v in %v", v.dtype, a.dtype), got: got, err: err})
		got, err = a.SearchSortedRight(v)
		trials = append(trials, trial{ask: about("np.searchsorted(a, v, 'right')", arrays), about: fmt.Sprintf("search %v in %v, right", v.dtype, a.dtype), got: got, err: err})
	}
	for k := range 300 {
		a := New(Float64, 500)
		for i := range 500 {
			a.Set(rng.NormFloat64()*3, i)
			if k%3 == 0 {
				a.Set(float64(rng.IntN(40))/10, i) // on the edges
			}
		}
		if k%7 == 0 {
			a = a.Convert(Float64)
			a.Fill(2.5)
		}
		arrays := map[string]*Array{"a": a}
		bins := 1 + rng.IntN(60)
		counts, edges, err := a.Histogram(bins)
		trials = append(trials,
			trial{ask: about(fmt.Sprintf("np.histogram(a, %d)[0]", bins), arrays), about: "counts", got: counts, err: err},
			trial{ask: about(fmt.Sprintf("np.histogram(a, %d)[1]", bins), arrays), about: "edges", got: edges, err: err, tolerance: 1e-300})
		counts, edges, err = a.Histogram(bins, -1, 3.3)
		trials = append(trials,
			trial{ask: about(fmt.Sprintf("np.histogram(a, %d, (-1, 3.3))[0]", bins), arrays), about: "counts within bounds", got: counts, err: err},
			trial{ask: about(fmt.Sprintf("np.histogram(a, %d, (-1, 3.3))[1]", bins), arrays), about: "edges within bounds", got: edges, err: err, tolerance: 1e-300})
		counts, err = a.HistogramEdges([]float64{-3, -0.5, 0.1, 0.1, 0.3, 2, 3.9})
		trials = append(trials, trial{ask: about("np.histogram(a, [-3, -0.5, 0.1, 0.1, 0.3, 2, 3.9])[0]", arrays), about: "counts between edges", got: counts, err: err})
	}
	compare(t, p, trials, 1800)
	a, column := iota64(3), iota64(1, 1)
	for name, err := range map[string]error{
		"no bins":     third(a.Histogram(0)),
		"one bound":   third(a.Histogram(3, 1)),
		"turned":      third(a.Histogram(3, 2, 1)),
		"NaN":         third(must2(t)(a.Mul(nan)).Histogram(3)),
		"decreasing":  second(a.HistogramEdges([]float64{1, 0})),
		"one edge":    second(a.HistogramEdges([]float64{1})),
		"two axes":    second(iota64(2, 2).SearchSorted(1)),
		"a text":      second(a.SearchSorted("x")),
		"split 0":     fourth(a.Split(0, 0)),
		"tile":        second(a.Tile(-1)),
		"repeat":      second(a.Repeat(2, 1)),
		"concatenate": second(Concatenate(0, a, iota64(2, 2))),
		"nothing":     second(Concatenate(0)),
		"axis":        second(Concatenate(1, a)),
		"stack":       second(Stack(0, a, iota64(2))),
		"squeeze":     second(a.Squeeze(0)),
		"dot":         second(a.Dot(iota64(2))),
		"shapes":      second(a.Add(iota64(2))),
		"strings":     second(a.Add("x")),
		"broadcast":   second(a.BroadcastTo(2)),
		"negative":    second(a.BroadcastTo(-1, 3)),
		"in place":    iota64(1).AddInPlace(a),
		"kind":        New(Int8, 3).AddInPlace(a),
		"far apart":   third(a.Histogram(3, -1.7e308, 1.7e308)),
		"nil":         second(a.Dot(nil)),
		"nil operand": second(a.Add((*Array)(nil))),
		"nil mask":    second(a.Where(nil)),
		"nil choice":  second(Where(nil, 1, 2)),
		"nil part":    second(Concatenate(0, a, nil)),
		"nil layer":   second(Stack(0, nil, a)),
		"nil axis":    fourth(Meshgrid(nil)),
		"many":        second(a.Repeat(1<<62, 0)),
		"many tiles":  second(a.Tile(1 << 62)),
		"huge":        second(must(column.BroadcastTo(1<<30, 1)).Add(must(column.BroadcastTo(1, 1<<30)))),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second(_ *Array, err error) error   { return err }
func third(_, _ *Array, err error) error { return err }
func fourth(_ []*Array, err error) error { return err }

func TestProductsAreNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(31, 32))
	var trials []trial
	for _, shapes := range [][2][]int{{{3}, {3}}, {{2, 3}, {3}}, {{3}, {3, 4}}, {{2, 3}, {3, 4}}, {{5, 2, 3}, {3, 4}}, {{5, 1, 2, 3}, {2, 3, 4}}, {{1, 1}, {1, 1}}, {{70, 80}, {80, 90}}} {
		for dtype := Int8; dtype <= Complex128; dtype++ {
			if dtype == Bool {
				continue
			}
			a, b := tame(sample(rng, dtype, shapes[0])), tame(sample(rng, anyType(rng), shapes[1]))
			x := trial{about: fmt.Sprintf("%v%v @ %v%v", a.dtype, Shape(a.shape), b.dtype, Shape(b.shape)), tolerance: 1e-5}
			if dtype.Complex() || b.dtype.Complex() {
				a, b = a.Real(), b.Real()
				a, b = tame(a).Convert(dtype), tame(b)
			}
			// Sums of integers are made in 64 bits, not in the type of the elements.
			x.ask = about("np.matmul(a, b) if np.result_type(a, b).kind in 'fc' else np.matmul(a.astype(w), b.astype(w))", map[string]*Array{"a": a, "b": b})
			x.Exec = "w = np.uint64 if np.result_type(a, b).kind == 'u' else np.int64"
			x.got, x.err = a.Dot(b)
			trials = append(trials, x)
		}
	}
	compareLoosely(t, p, trials)
}

// compareLoosely compares products, whose terms may cancel each other, by the size
// of the largest element.
func compareLoosely(t *testing.T, p *peer, trials []trial) {
	t.Helper()
	for _, x := range trials {
		want := p.ask(t, x.ask)[0]
		if x.err != nil || want.Error != "" {
			t.Errorf("%s: %v, NumPy: %s", x.about, x.err, want.Error)
			continue
		}
		w := want.array(t)
		if w.dtype != x.got.dtype || fmt.Sprint(w.Shape()) != fmt.Sprint(x.got.Shape()) {
			t.Errorf("%s: %v %v, NumPy: %v %v", x.about, x.got.dtype, x.got.Shape(), w.dtype, w.Shape())
			continue
		}
		away := must2(t)(x.got.Convert(Complex128).Sub(w.Convert(Complex128))).Abs().NaNMax().Item()
		if size := w.Convert(Complex128).Abs().NaNMax().Item(); away > 1e-5*size {
			t.Errorf("%s: differs by %v of %v", x.about, away, size)
		}
	}
}

func TestCreationIsNumPys(t *testing.T) {
	p := startPeer(t)
	grids, err := Meshgrid(iota64(3), Arange[int16](0, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	var trials []trial
	for python, got := range map[string]*Array{
		"np.linspace(0, 1, 11)":              Linspace(0, 1, 11),
		"np.linspace(3, -2.7, 50)":           Linspace(3, -2.7, 50),
		"np.linspace(5, 9, 1)":               Linspace(5, 9, 1),
		"np.linspace(5, 9, 0)":               Linspace(5, 9, 0),
		"np.linspace(0, 5e-324, 5)":          Linspace(0, 5e-324, 5),
		"np.arange(0, 1, 0.1)":               Arange(0, 1, 0.1),
		"np.arange(1, 0, -0.3)":              Arange(1, 0, -0.3),
		"np.arange(-3, 7, 2)":                Arange(-3, 7, 2),
		"np.arange(7, 3)":                    Arange(7, 3, 1),
		"np.arange(0, 5, 2, dtype=np.uint8)": Arange[uint8](0, 5, 2),
		"np.arange(0, 1, .1, dtype='f4')":    Arange[float32](0, 1, .1),
		"np.ones((2, 3))":                    Ones(2, 3),
		"np.full((2, 2), True)":              Full(true, 2, 2),
		"np.full(3, 2j)":                     Full(2i, 3),
		"np.full(3, 7)":                      Full(7, 3),
		"np.eye(4)":                          Eye(4),
		"np.meshgrid(np.arange(3.), np.arange(4, dtype='i2'), indexing='ij')[1]": grids[1],
		"np.meshgrid(np.arange(3.), np.arange(4, dtype='i2'), indexing='ij')[0]": grids[0],
	} {
		trials = append(trials, trial{ask: ask{Expr: python}, about: python, got: got})
	}
	for python, got := range map[string]*Array{"np.logspace(-2, 3, 17)": Logspace(-2, 3, 17), "np.geomspace(2, 2000, 9)": Geomspace(2, 2000, 9)} {
		trials = append(trials, trial{ask: ask{Expr: python}, about: python, got: got, tolerance: 1e-14})
	}
	compare(t, p, trials, len(trials))
	for _, call := range []func(){func() { Arange(0, 1, 0) }, func() { Arange(0.0, 1, nan) }, func() { Linspace(0, 1, -1) }} {
		func() {
			defer func() {
				if _, ok := recover().(error); !ok {
					t.Error("no panic with an error")
				}
			}()
			call()
		}()
	}
}

var nan = func() float64 { z := 0.0; return z / z }()
