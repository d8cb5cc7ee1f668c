package nd

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func iota64(shape ...int) *Array {
	a := New(Float64, shape...)
	for i := range a.buf.(typed[float64]) {
		a.buf.put(i, float64(i))
	}
	return a
}

func TestViewsShareMemory(t *testing.T) {
	a := iota64(4, 5, 3)
	v, err := a.Sel("1:3, ::-2, -1")
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Shape(); !slices.Equal(got, []int{2, 3}) {
		t.Fatalf("shape %v", got)
	}
	if got, want := v.At(1, 0), a.At(2, 4, 2); got != want {
		t.Errorf("element %v, want %v", got, want)
	}
	v.Set(-7, 0, -1)
	if got := a.At(1, 0, 2); got != -7 {
		t.Errorf("the change through the view is not seen: %v", got)
	}
	c := v.Copy()
	c.Fill(0)
	if a.At(1, 0, 2) != -7 {
		t.Error("a copy shares memory")
	}
	w, err := a.Transpose()
	if err != nil || !slices.Equal(w.Shape(), []int{3, 5, 4}) || w.At(2, 4, 1) != a.At(1, 4, 2) {
		t.Errorf("transpose: %v %v", w.Shape(), err)
	}
	if r, err := w.Reshape(-1, 4); err != nil || r.At(5, 2) != w.At(1, 0, 2) {
		t.Errorf("reshape of a view: %v", err)
	}
}

func TestIndexErrors(t *testing.T) {
	a := iota64(4, 5)
	for _, bad := range [][]int{{4, 0}, {0, -6}, {1}, {1, 2, 3}} {
		func() {
			defer func() {
				err, ok := recover().(error)
				var index *IndexError
				if !ok || !errors.As(err, &index) || !strings.Contains(err.Error(), "(4, 5)") {
					t.Errorf("At%v: %v", bad, err)
				}
			}()
			a.At(bad...)
		}()
	}
	for _, bad := range []string{"4", "0, -6", "0, 0, 0", "::0", "1 2", "a", "1.5", "..., ...", "1:2:3:4", ",", "1,,2"} {
		if _, err := a.Sel(bad); err == nil {
			t.Errorf("selection %q was accepted", bad)
		}
	}
	if _, err := a.Slice(RS(0, 4, 0)); err == nil {
		t.Error("a step of 0 was accepted")
	}
}

func TestTypedSelectionIsTheText(t *testing.T) {
	for text, typed := range map[string]Selection{
		"0:10, ::100, 2": {R(0, 10), Step(100), I(2)},
		"3, :, 0":        {I(3), All, I(0)},
		"..., -1":        {Ellipsis, I(-1)},
		"3:":             {R(3, End)},
		"5:0:-2":         {RS(5, 0, -2)},
	} {
		s, err := Parse(text)
		if err != nil || s.String() != typed.String() {
			t.Errorf("%q: %v, %v; typed: %v", text, s, err, typed)
		}
		if shape := []int{12, 200, 3}; len(s) == 3 {
			x, _ := s.Resolve(shape)
			y, err := typed.Resolve(shape)
			if err != nil || !reflect.DeepEqual(x, y) {
				t.Errorf("%q: %v and %v", text, x, y)
			}
		}
	}
}

func TestIntegersAreSummedExactly(t *testing.T) {
	big, _ := Of([]int64{1 << 53, 1, 1 << 53, 1})
	if got, _ := Data[int64](big.Sum()); got[0] != 1<<54+2 {
		t.Errorf("sum %v", got)
	}
	bytes, _ := Of(slices.Repeat([]int8{127}, 1000))
	if got := bytes.Sum().Item(); got != 127000 {
		t.Errorf("sum of int8: %v", got)
	}
	if got := bytes.Mean().Item(); got != 127 {
		t.Errorf("mean of int8: %v", got)
	}
	if bytes.Max().DType() != Int8 || bytes.Sum().DType() != Int64 || bytes.Mean().DType() != Float64 {
		t.Error("types of the results")
	}
	huge, _ := Of([]uint64{math.MaxUint64})
	if huge.Sum().DType() != Uint64 || huge.Max().String() != "18446744073709551615" {
		t.Error("uint64 loses digits")
	}
}

func TestFloatSumsArePairwise(t *testing.T) {
	data := slices.Repeat([]float32{0.1}, 10_000_000)
	a, _ := Of(data)
	want := float64(float32(0.1)) * 1e7
	if got := a.Sum().Item(); math.Abs(got-want) > 1e-12*want {
		t.Errorf("sum %v, want %v", got, want)
	}
}

func TestNothingAndNaN(t *testing.T) {
	empty := New(Int32, 0, 3)
	for name, v := range map[string]float64{"mean": empty.Mean().Item(), "min": empty.Min().Item(), "max": empty.Max(0).At(2)} {
		if !math.IsNaN(v) {
			t.Errorf("%s of nothing is %v", name, v)
		}
	}
	if empty.Sum().Item() != 0 || empty.String() != "[]" {
		t.Error("sum or text of nothing")
	}
	a, _ := From([][]float64{{1, math.NaN(), 3}, {4, 5, 6}})
	if m := a.Min(1); !math.IsNaN(m.At(0)) || m.At(1) != 4 {
		t.Errorf("min with a NaN: %v", m)
	}
	if m := a.Max(); !math.IsNaN(m.Item()) {
		t.Errorf("max with a NaN: %v", m)
	}
}

func TestFromGoValues(t *testing.T) {
	type celsius float64
	type point [3]float32
	flat := []float64{1, 2, 3}
	points := []point{{1, 2, 3}, {4, 5, 6}}
	for _, c := range []struct {
		v     any
		shape []int
		dtype DType
		last  float64
	}{
		{3, []int{}, Int64, 3},
		{uint16(9), []int{}, Uint16, 9},
		{flat, []int{3}, Float64, 3},
		{points, []int{2, 3}, Float32, 6},
		{[2][2]int8{{1, 2}, {3, 4}}, []int{2, 2}, Int8, 4},
		{&[2]int32{7, 8}, []int{2}, Int32, 8},
		{[][]celsius{{1, 2}, {3, 4}, {5, 6}}, []int{3, 2}, Float64, 6},
		{[][2][]uint8{{{1}, {2}}, {{3}, {4}}}, []int{2, 2, 1}, Uint8, 4},
	} {
		a, err := From(c.v)
		if err != nil {
			t.Errorf("%T: %v", c.v, err)
			continue
		}
		last := slices.Repeat([]int{-1}, len(c.shape))
		if !slices.Equal(a.Shape(), c.shape) || a.DType() != c.dtype || a.At(last...) != c.last {
			t.Errorf("%T: shape %v of %v, last %v", c.v, a.Shape(), a.DType(), a.At(last...))
		}
	}
	a, _ := From(points)
	a.Set(-1, 1, 1)
	if points[1][1] != -1 {
		t.Error("one piece of memory was copied")
	}
	if e, err := From([][3]float64{}); err != nil || !slices.Equal(e.Shape(), []int{0, 3}) {
		t.Errorf("empty: %v", err)
	}
	for _, bad := range []any{nil, "text", []string{"a"}, [][]int{{1}, {2, 3}}, struct{}{}, (*Array)(nil), []any{1}, (*int)(nil), [][][]int{{{1}}, {}}} {
		if _, err := From(bad); err == nil {
			t.Errorf("%#v was accepted", bad)
		}
	}
}

func TestCopyToGoValues(t *testing.T) {
	a := iota64(2, 3)
	var points [][3]float32
	var rows [][]int
	var whole [2][3]float64
	for _, dst := range []any{&points, &rows, &whole} {
		if err := a.CopyTo(dst); err != nil {
			t.Fatalf("%T: %v", dst, err)
		}
	}
	if points[1][2] != 5 || rows[1][2] != 5 || whole[1][2] != 5 {
		t.Error(points, rows, whole)
	}
	used := make([]float64, 2, 100)
	v, _ := a.Sel(":, 1")
	if err := v.CopyTo(&used); err != nil || !slices.Equal(used, []float64{1, 4}) || cap(used) != 100 {
		t.Errorf("memory is not reused: %v cap %d, %v", used, cap(used), err)
	}
	var x float64
	if one, _ := a.Sel("1, 1"); one.CopyTo(&x) != nil || x != 4 {
		t.Errorf("a number: %v", x)
	}
	var wrong [][2]float64
	for _, dst := range []any{&wrong, &used, points, nil, &struct{}{}, (*float64)(nil)} {
		if err := a.CopyTo(dst); err == nil {
			t.Errorf("a copy to %T was accepted", dst)
		}
	}
}

func TestAssign(t *testing.T) {
	a := iota64(6)
	head, _ := a.Sel("0:5")
	tail, _ := a.Sel("1:6")
	if err := tail.Assign(head); err != nil || !slices.Equal(a.Float64s(), []float64{0, 0, 1, 2, 3, 4}) {
		t.Errorf("overlapping: %v %v", a, err)
	}
	if err := head.Assign(iota64(4)); err == nil || !strings.Contains(err.Error(), "(4)") || !strings.Contains(err.Error(), "(5)") {
		t.Errorf("shapes differ: %v", err)
	}
	c := New(Uint8, 3)
	if err := c.Assign(iota64(3)); err != nil || c.String() != "[0 1 2]" {
		t.Errorf("%v %v", c, err)
	}
}
