package nd

import (
	"bytes"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// Views whose strides are of no importance, and those of empty arrays.
func TestOddViews(t *testing.T) {
	column := must(must(Of([]float64{1, 2, 3})).Sel(":, None"))
	for _, values := range []*Array{column, must(From([][]float64{{1, 2, 3}})).T()} {
		a := Zeros(6)
		if err := a.Put(values, "[[1],[2],[3]]"); err != nil || a.String() != "[0. 1. 2. 3. 0. 0.]" {
			t.Errorf("put a column: %v, %v", a, err)
		}
	}
	table := must(Arange(0.0, 12, 1).Reshape(3, 4))
	none := must(table.Sel(must(must(table.Sel(":, 0")).Gt(100.0))))
	empty := must(none.Sel(":, 2"))
	if got := must(empty.Where(must(empty.Lt(3.0)))); got.Len() != 0 {
		t.Errorf("where in an empty view: %v", got)
	}
	if got := empty.NaNSum().String(); got != "0.0" {
		t.Errorf("sum of an empty view: %v", got)
	}
	if got := must(Zeros(3).Sel(must(Zeros(0, 2).Convert(Int64).Sel(":, 1")))); got.Len() != 0 {
		t.Errorf("an empty view as a list: %v", got)
	}
}

// What NumPy's functions say at the ends of what numbers can be.
func TestExtremes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got  *Array
		want string
	}{
		{must(must(Of([]float64{0, 1})).Dot(must(Of([]float64{nan, 2})))), "nan"},
		{must(must(Of([]float32{0, 1}, 1, 2)).Dot(must(Of([]float32{float32(inf), 2}, 2, 1)))), "[[nan]]"},
		{must(must(Of([]float64{0, 1})).Dot(must(Of([]float64{3, 2})))), "2.0"},
		{Arange[int64](1700000000000000000, 1700000000000000003, 1), "[1700000000000000000 1700000000000000001 1700000000000000002]"},
		{Arange[uint64](1<<63, 1<<63+250, 100), "[9223372036854775808 9223372036854775908 9223372036854776008]"},
		{Arange[int8](100, -100, -60), "[100  40 -20 -80]"},
		{Arange[int8](5, 5, 1), "[]"},
		{Geomspace(1e-200, 1e200, 5), "[1.e-200 1.e-100 1.e+000 1.e+100 1.e+200]"},
		{Geomspace(-1, -100, 3), "[  -1.  -10. -100.]"},
		{must(Of([]float64{1e15, 1e-15, 0.1, 1e-4})).Log10(), "[ 15. -15.  -1.  -4.]"},
		{must(Of([]complex128{1e-10 + 1e-12i})).Expm1(), "[1.e-10+1.e-12j]"},
		{must(must(Of([]float32{0.1})).SearchSortedRight(0.1)), "0"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s, NumPy says %s", got, c.want)
		}
	}
}

func TestWrongArguments(t *testing.T) {
	_, _, many := must(Of([]int64{17e17, 17e17})).Histogram(4)
	_, _, narrow := must(Of([]float64{1, 1 + 0x1p-52})).Histogram(10)
	_, add := Zeros(2).Add(&Array{})
	_, large := Zeros(3).Sel([]uint64{math.MaxUint64})
	_, one := Zeros(3).Sel(uint64(math.MaxUint64))
	path := filepath.Join(t.TempDir(), "x.npy")
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"histogram of one number": {many, "too many"}, "narrow histogram": {narrow, "too many"},
		"add": {add, "was not made"}, "put": {Zeros(2).Put(&Array{}, ":"), "was not made"},
		"assign": {Zeros(2).Assign(&Array{}), "was not made"}, "assign nil": {Zeros(2).Assign(nil), "was not made"},
		"copy": {Zeros().CopyTo(&Array{}), "was not made"}, "save": {(&Array{}).Save(path), "was not made"},
		"save many":              {SaveNPZ(path, map[string]*Array{"a": nil}), "was not made"},
		"write":                  {(&Array{}).WriteNPY(&bytes.Buffer{}), "was not made"},
		"a list of large places": {large, "outside axis 0"}, "a large place": {one, "outside axis 0"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: %v, expected %q", name, c.err, c.says)
		}
	}
	if found, _ := filepath.Glob(path); found != nil {
		t.Errorf("%s was written", found)
	}
	for _, axes := range [][]int{{0, 0}, {0, -2}} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.Contains(r.(error).Error(), "comes twice") {
					t.Errorf("sum over %v: %v", axes, r)
				}
			}()
			Ones(2, 3).Sum(axes...)
		}()
	}
	if got := Ones(2, 3).Sum(0, KeepDims, 1).String(); got != "[[6.]]" {
		t.Error(got)
	}
}
