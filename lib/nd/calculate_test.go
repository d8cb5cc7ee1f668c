package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// sample returns an array of a type with numbers that are likely to find mistakes,
// in memory that may be strided, turned or reversed.
func sample(rng *rand.Rand, dtype DType, shape []int) *Array {
	wide := make([]int, len(shape))
	selection := make(Selection, len(shape))
	for axis, n := range shape {
		switch step := rng.IntN(4); {
		case step == 0:
			wide[axis], selection[axis] = 2*n+1, RS(1, End, 2)
		case step == 1:
			wide[axis], selection[axis] = n, Step(-1)
		default:
			wide[axis], selection[axis] = n, All
		}
	}
	turn := len(shape) > 1 && rng.IntN(3) == 0
	if turn {
		slices.Reverse(wide)
		slices.Reverse(selection)
	}
	a := New(dtype, wide...)
	special := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 2, math.Inf(1), math.Inf(-1), math.NaN(), 1e300, 1e-300, 3, -7, 1e8}
	number := func() float64 {
		if rng.IntN(4) == 0 {
			return special[rng.IntN(len(special))]
		}
		return rng.NormFloat64() * 10
	}
	for i := range product(wide) {
		switch {
		case dtype.Complex():
			a.buf.putComplex(i, complex(number(), number()))
		case dtype.Float():
			a.buf.put(i, number())
		case dtype == Bool:
			a.buf.put(i, float64(rng.IntN(2)))
		case dtype.Unsigned() && rng.IntN(8) == 0:
			a.buf.put(i, math.Ldexp(1, 8*dtype.Size()-1))
		case dtype.Signed() && rng.IntN(8) == 0:
			a.buf.put(i, -math.Ldexp(1, 8*dtype.Size()-1))
		default:
			n := rng.IntN(40)
			if dtype.Signed() {
				n -= 20
			}
			a.buf.put(i, float64(n))
		}
	}
	a, err := a.Slice(selection...)
	if err != nil {
		panic(err)
	}
	for axis, n := range a.shape {
		if n != a.shape[axis] {
			panic("shape")
		}
	}
	if turn {
		a = a.T()
	}
	return a
}

func sampleShape(rng *rand.Rand) []int {
	shape := make([]int, rng.IntN(4))
	for axis := range shape {
		shape[axis] = []int{1, 2, 3, 5, 17}[rng.IntN(5)]
	}
	return shape
}

// partner returns a shape that can be broadcast with another.
func partner(rng *rand.Rand, shape []int) []int {
	other := slices.Clone(shape)
	for axis := range other {
		if rng.IntN(4) == 0 {
			other[axis] = 1
		}
	}
	return other[rng.IntN(len(other)+1):]
}

func anyType(rng *rand.Rand) DType { return Int8 + DType(rng.IntN(int(Complex128))) }

// A trial is an expression for NumPy and what the package makes of it.
type trial struct {
	ask
	about     string
	got       *Array
	err       error
	tolerance float64 // relative, 0 for bit by bit
}

// compare puts trials to NumPy. Elements must be equal, NaN where NumPy has NaN;
// errors must be where NumPy has errors.
func compare(t *testing.T, p *peer, trials []trial, least int) {
	t.Helper()
	questions := make([]ask, len(trials))
	for k := range trials {
		questions[k] = trials[k].ask
	}
	good, bad := 0, 0
	for k, want := range p.ask(t, questions...) {
		x := trials[k]
		if bad > 12 {
			t.Fatal("too many differences")
		}
		if x.err != nil || want.Error != "" {
			if (x.err != nil) != (want.Error != "") {
				t.Errorf("%s: error %v, NumPy: %q", x.about, x.err, want.Error)
				bad++
			}
			continue
		}
		good++
		w := want.array(t)
		if x.got.dtype != w.dtype || !slices.Equal(x.got.shape, w.shape) {
			t.Errorf("%s: %v of %v, NumPy: %v of %v", x.about, Shape(x.got.shape), x.got.dtype, Shape(w.shape), w.dtype)
			bad++
			continue
		}
		if i := differ(x.got, w, x.tolerance); i >= 0 {
			t.Errorf("%s: element %d is\n%s, NumPy:\n%s", x.about, i, x.got.Contiguous().buf.text(x.got.Contiguous().offset+i), w.buf.text(i))
			bad++
		}
	}
	if good < least {
		t.Errorf("only %d of %d cases were valid", good, len(trials))
	}
}

func differ(got, want *Array, tolerance float64) int {
	g := got.Contiguous()
	for i := range want.Len() {
		v, w := g.buf.atComplex(g.offset+i), want.buf.atComplex(i)
		if !got.dtype.Float() && !got.dtype.Complex() {
			if g.buf.text(g.offset+i) != want.buf.text(i) {
				return i
			}
			continue
		}
		size := math.Hypot(real(w), imag(w))
		if !near(real(v), real(w), tolerance, size) || !near(imag(v), imag(w), tolerance, size) {
			return i
		}
	}
	return -1
}

func near(v, w, tolerance, size float64) bool {
	if v == w || math.IsNaN(v) && math.IsNaN(w) {
		return tolerance > 0 || math.Signbit(v) == math.Signbit(w) || math.IsNaN(v)
	}
	return tolerance > 0 && math.Abs(v-w) <= tolerance*max(size, 1e-300)
}

type binaryCase struct {
	name, python string
	call         func(a *Array, b any) (*Array, error)
	tolerance    float64
	noComplex    bool // for complex numbers NumPy has another way
}

var binaryCases = []binaryCase{
	{"Add", "a + b", (*Array).Add, 0, false},
	{"Sub", "a - b", (*Array).Sub, 0, false},
	{"Mul", "a * b", (*Array).Mul, 1e-6, false},
	{"Div", "a / b", (*Array).Div, 1e-6, true},
	{"FloorDiv", "a // b", (*Array).FloorDiv, 0, false},
	{"Mod", "a % b", (*Array).Mod, 0, false},
	{"Minimum", "np.minimum(a, b)", (*Array).Minimum, 0, true},
	{"Maximum", "np.maximum(a, b)", (*Array).Maximum, 0, true},
	{"BitAnd", "a & b", (*Array).BitAnd, 0, false},
	{"BitOr", "a | b", (*Array).BitOr, 0, false},
	{"BitXor", "a ^ b", (*Array).BitXor, 0, false},
	{"And", "np.logical_and(a, b)", (*Array).And, 0, false},
	{"Or", "np.logical_or(a, b)", (*Array).Or, 0, false},
	{"Xor", "np.logical_xor(a, b)", (*Array).Xor, 0, false},
	{"Eq", "a == b", (*Array).Eq, 0, false},
	{"Ne", "a != b", (*Array).Ne, 0, false},
	{"Lt", "a < b", (*Array).Lt, 0, false},
	{"Le", "a <= b", (*Array).Le, 0, false},
	{"Gt", "a > b", (*Array).Gt, 0, false},
	{"Ge", "a >= b", (*Array).Ge, 0, false},
}

func TestArithmeticIsNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(11, 12))
	var trials []trial
	for range 300 {
		for _, c := range binaryCases {
			shape := sampleShape(rng)
			a := sample(rng, anyType(rng), shape)
			b := sample(rng, anyType(rng), partner(rng, shape))
			if c.noComplex && (a.dtype.Complex() || b.dtype.Complex()) {
				continue
			}
			if rng.IntN(2) == 0 {
				a, b = b, a
			}
			x := trial{ask: about(c.python, map[string]*Array{"a": a, "b": b}), tolerance: c.tolerance}
			x.about = fmt.Sprintf("%s of %v %v and %v %v", c.name, a.dtype, Shape(a.shape), b.dtype, Shape(b.shape))
			x.got, x.err = c.call(a, b)
			if !a.dtype.Complex() && !b.dtype.Complex() {
				x.tolerance = 0
			}
			trials = append(trials, x)
		}
	}
	compare(t, p, trials, 4000)
}

// Plain constants of Go are what Python's numbers are to NumPy.
func TestConstantsAreWeak(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(13, 14))
	constants := map[string]any{"2": 2, "-1": -1, "300": 300, "2.5": 2.5, "(2+1j)": 2 + 1i, "0.1": 0.1, "np.float32(0.1)": float32(0.1), "np.int64(7)": int64(7), "np.uint8(200)": uint8(200), "True": true, "2**40": 1 << 40, "float('nan')": math.NaN()}
	var trials []trial
	for dtype := Int8; dtype <= Complex128; dtype++ {
		for text, v := range constants {
			for _, c := range binaryCases {
				if c.noComplex && (dtype.Complex() || text == "(2+1j)") {
					continue
				}
				a := sample(rng, dtype, []int{7})
				q := about(c.python, map[string]*Array{"a": a})
				q.Exec = "b = " + text
				x := trial{ask: q, tolerance: c.tolerance, about: fmt.Sprintf("%s of %v and %s", c.name, dtype, text)}
				x.got, x.err = c.call(a, v)
				trials = append(trials, x)
			}
		}
	}
	compare(t, p, trials, 1000)
}

func TestPowersAreNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(15, 16))
	var trials []trial
	for range 1200 {
		shape := sampleShape(rng)
		a, b := sample(rng, anyType(rng), shape), sample(rng, anyType(rng), partner(rng, shape))
		if a.dtype.Complex() || b.dtype.Complex() {
			continue
		}
		if b.dtype.Integer() {
			b, _ = b.Mod(int64(6))
		}
		x := trial{ask: about("a ** b", map[string]*Array{"a": a, "b": b}), about: fmt.Sprintf("power of %v and %v", a.dtype, b.dtype), tolerance: 1e-6}
		x.got, x.err = a.Pow(b)
		trials = append(trials, x)
	}
	compare(t, p, trials, 600)
}

func TestInPlaceIsNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(17, 18))
	ops := map[string]func(a *Array, b any) error{"+=": (*Array).AddInPlace, "-=": (*Array).SubInPlace, "*=": (*Array).MulInPlace, "/=": (*Array).DivInPlace}
	var trials []trial
	for range 400 {
		for op, call := range ops {
			shape := sampleShape(rng)
			a, b := sample(rng, anyType(rng), shape), sample(rng, anyType(rng), partner(rng, shape))
			if op == "/=" && (a.dtype.Complex() || b.dtype.Complex()) {
				continue
			}
			q := about("a", map[string]*Array{"a": a, "b": b})
			q.Exec = "a " + op + " b"
			x := trial{ask: q, about: fmt.Sprintf("%v %s %v", a.dtype, op, b.dtype), got: a}
			if a.dtype.Complex() {
				x.tolerance = 1e-6
			}
			before := a.Copy()
			if x.err = call(a, b); x.err != nil && differ(a, before, 0) >= 0 {
				t.Errorf("%s fails and changes elements", x.about)
			}
			trials = append(trials, x)
		}
	}
	compare(t, p, trials, 500)
	// An array may be its own operand, and a shifted view of it too.
	a := iota64(6)
	head, _ := a.Sel("0:5")
	tail, _ := a.Sel("1:6")
	if err := tail.AddInPlace(head); err != nil || fmt.Sprint(a.Float64s()) != "[0 1 3 5 7 9]" {
		t.Errorf("a shifted view: %v %v", a, err)
	}
	if err := a.SubInPlace(a); err != nil || a.Any().Item() != 0 {
		t.Errorf("minus itself: %v %v", a, err)
	}
}

func TestFunctionsAreNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(19, 20))
	type unary struct {
		python    string
		call      func(*Array) *Array
		tolerance float64
		floats    bool // NumPy takes smaller floats for small integers
		finite    bool // complex infinities are not compared
	}
	cases := []unary{
		{"-a", (*Array).Neg, 0, false, false}, {"np.abs(a)", (*Array).Abs, 1e-6, false, false}, {"np.sign(a)", (*Array).Sign, 1e-6, false, true},
		{"np.sqrt(a)", (*Array).Sqrt, 1e-6, true, true}, {"np.exp(a)", (*Array).Exp, 1e-6, true, true}, {"np.log(a)", (*Array).Log, 1e-6, true, true},
		{"np.log10(a)", (*Array).Log10, 1e-6, true, true}, {"np.log2(a)", (*Array).Log2, 1e-6, true, true}, {"np.sin(a)", (*Array).Sin, 1e-6, true, true},
		{"np.cos(a)", (*Array).Cos, 1e-6, true, true}, {"np.tanh(a)", (*Array).Tanh, 1e-6, true, true}, {"np.arctan(a)", (*Array).Atan, 1e-6, true, true},
		{"np.floor(a)", (*Array).Floor, 0, false, true}, {"np.ceil(a)", (*Array).Ceil, 0, false, true}, {"np.trunc(a)", (*Array).Trunc, 0, false, true}, {"np.round(a)", func(a *Array) *Array { return a.Round(0) }, 0, false, true},
		{"np.round(a, 2)", func(a *Array) *Array { return a.Round(2) }, 0, false, false},
		{"np.isnan(a)", (*Array).IsNaN, 0, false, false}, {"np.isinf(a)", (*Array).IsInf, 0, false, false}, {"np.isfinite(a)", (*Array).IsFinite, 0, false, false},
		{"np.real(a)", (*Array).Real, 0, false, false}, {"np.imag(a)", (*Array).Imag, 0, false, false}, {"np.conj(a)", (*Array).Conj, 0, false, false}, {"np.angle(a)", (*Array).Angle, 1e-6, true, true},
		{"np.logical_not(a)", (*Array).Not, 0, false, false}, {"np.expm1(a)", (*Array).Expm1, 1e-6, true, true}, {"np.log1p(a)", (*Array).Log1p, 1e-6, true, true},
	}
	var trials []trial
	for _, c := range cases {
		for dtype := Int8; dtype <= Complex128; dtype++ {
			if c.finite && dtype.Complex() || dtype == Bool && (c.python == "-a" || c.python == "np.sign(a)") {
				continue
			}
			if c.floats && rank(dtype) < 2 && dtype != Int64 && dtype != Int32 {
				continue
			}
			if dtype == Bool && (c.python == "np.round(a, 2)" || c.python == "np.round(a)" || c.python == "np.conj(a)") {
				continue
			}
			for range 4 {
				a := sample(rng, dtype, sampleShape(rng))
				x := trial{ask: about(c.python, map[string]*Array{"a": a}), about: fmt.Sprintf("%s of %v", c.python, dtype), tolerance: c.tolerance, got: c.call(a)}
				trials = append(trials, x)
			}
		}
	}
	compare(t, p, trials, 500)
}

func TestComplexFunctions(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(21, 22))
	a := New(Complex128, 50)
	for i := range 50 {
		a.SetComplex(complex(rng.NormFloat64(), rng.NormFloat64()), i)
	}
	b, _ := a.Add(0.5)
	var trials []trial
	for python, call := range map[string]func(*Array) (*Array, error){
		"np.sqrt(a)":    func(a *Array) (*Array, error) { return a.Sqrt(), nil },
		"np.exp(a)":     func(a *Array) (*Array, error) { return a.Exp(), nil },
		"np.log(a)":     func(a *Array) (*Array, error) { return a.Log(), nil },
		"np.sin(a)":     func(a *Array) (*Array, error) { return a.Sin(), nil },
		"np.arccos(a)":  func(a *Array) (*Array, error) { return a.Acos(), nil },
		"np.sign(a)":    func(a *Array) (*Array, error) { return a.Sign(), nil },
		"np.exp2(a)":    func(a *Array) (*Array, error) { return a.Exp2(), nil },
		"np.log2(a)":    func(a *Array) (*Array, error) { return a.Log2(), nil },
		"np.rint(a)":    func(a *Array) (*Array, error) { return a.Round(0), nil },
		"np.angle(a)":   func(a *Array) (*Array, error) { return a.Angle(), nil },
		"a / b":         func(a *Array) (*Array, error) { return a.Div(b) },
		"a ** b":        func(a *Array) (*Array, error) { return a.Pow(b) },
		"np.sort(a)":    func(a *Array) (*Array, error) { return a.Sort(0), nil },
		"a < b":         func(a *Array) (*Array, error) { return a.Lt(b) },
		"np.var(a)":     func(a *Array) (*Array, error) { return a.Var(), nil },
		"np.nanvar(a)":  func(a *Array) (*Array, error) { return a.NaNVar(), nil },
		"np.cumprod(a)": func(a *Array) (*Array, error) { return a.CumProd(0), nil },
	} {
		x := trial{ask: about(python, map[string]*Array{"a": a, "b": b}), about: python, tolerance: 1e-12}
		x.got, x.err = call(a)
		trials = append(trials, x)
	}
	compare(t, p, trials, len(trials))
}
