package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// printable returns an array whose numbers are of one of the kinds that are
// written in different ways.
func printable(rng *rand.Rand, dtype DType, shape []int) *Array {
	a := New(dtype, shape...)
	kind, special := rng.IntN(8), rng.IntN(4) == 0
	number := func() float64 {
		if special && rng.IntN(5) == 0 {
			return []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1)}[rng.IntN(5)]
		}
		switch kind {
		case 0:
			return rng.NormFloat64()
		case 1:
			return float64(rng.IntN(2000)-1000) / 8
		case 2:
			return float64(rng.IntN(100))
		case 3:
			return math.Exp(20 * rng.NormFloat64())
		case 4:
			return math.Round(rng.NormFloat64() * 1e5)
		case 5:
			return rng.Float64() / 3
		case 6:
			return math.Exp(300 * rng.NormFloat64())
		}
		return math.Round(rng.NormFloat64()*1e4) / 1e3
	}
	for i := range a.Len() {
		switch {
		case dtype.Complex():
			a.buf.putComplex(i, complex(number(), number()))
		case dtype.Float():
			a.buf.put(i, number())
		case dtype == Bool:
			a.buf.put(i, float64(rng.IntN(2)))
		default:
			// Integers of all lengths.
			bits := rng.Uint64() >> rng.IntN(64)
			one, _ := Of([]uint64{bits})
			one.buf.copyRun(a.buf, 0, i, 1, 1, 1)
		}
	}
	return a
}

func TestPrintingIsNumPys(t *testing.T) {
	p := startPeer(t)
	rng := rand.New(rand.NewPCG(33, 34))
	shapes := [][]int{{}, {1}, {5}, {40}, {4, 3}, {2, 3, 4}, {1, 1}, {2, 30}, {3, 1, 2, 2}, {0}, {0, 3}, {2, 0}, {7, 7, 3}, {90}, {1001}, {40, 40}, {3, 400}, {400, 3}, {2, 2, 300}, {12, 12, 12}, {1, 1, 2000}}
	styles := []struct {
		python  string
		options PrintOptions
	}{
		{"str(a)", NumPyStyle},
		{"repr(a)", NumPyStyle},
		{"np.array2string(a, precision=3)", PrintOptions{3, 1000, 3, 75, false, " "}},
		{"np.array2string(a, suppress_small=True)", PrintOptions{8, 1000, 3, 75, true, " "}},
		{"np.array2string(a, threshold=20, edgeitems=2, max_line_width=40, separator=',')", PrintOptions{8, 20, 2, 40, false, ","}},
		{"np.array2string(a, precision=0, separator=', ')", PrintOptions{0, 1000, 3, 75, false, ", "}},
	}
	var questions []ask
	var texts []string
	for range 25 {
		for _, shape := range shapes {
			for dtype := Int8; dtype <= Complex128; dtype++ {
				style := styles[rng.IntN(len(styles))]
				if rng.IntN(2) == 0 {
					style = styles[rng.IntN(2)]
				}
				a := printable(rng, dtype, shape)
				questions = append(questions, about(style.python, map[string]*Array{"a": a}))
				switch style.python {
				case "str(a)":
					texts = append(texts, a.String())
				case "repr(a)":
					texts = append(texts, a.Repr())
				default:
					texts = append(texts, a.Text(style.options))
				}
			}
		}
	}
	bad := 0
	for k, want := range p.ask(t, questions...) {
		if want.Error != "" {
			t.Fatal(want.Error)
		}
		if texts[k] != want.Text {
			if bad++; bad > 8 {
				t.Fatalf("and more; %d were compared", k)
			}
			x := questions[k].Arrays["a"]
			ours, numpys := strings.Split(texts[k], "\n"), strings.Split(want.Text, "\n")
			line := 0
			for line < min(len(ours), len(numpys))-1 && ours[line] == numpys[line] {
				line++
			}
			t.Errorf("%s of %v %v, line %d:\n%s\nNumPy:\n%s", questions[k].Expr, x.Shape, x.DType, line, ours[line], numpys[line])
		}
	}
}

func TestPrintedByFmt(t *testing.T) {
	a, err := From([][]bool{{true, false}, {false, true}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(a); got != "[[ True False]\n [False  True]]" {
		t.Errorf("%s", got)
	}
	if got := fmt.Sprint((*Array)(nil), &Array{}, New(Float32, 2).Repr(), scalar(2.0), scalar(1+2i)); got != "[] []array([0., 0.], dtype=float32)2.0 (1+2j)" {
		t.Errorf("%s", got)
	}
}
