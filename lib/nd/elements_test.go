package nd

import (
	"errors"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestElements(t *testing.T) {
	a := iota64(4, 5, 3)
	v, err := a.Sel("::-1, 1:4, ::-2")
	if err != nil {
		t.Fatal(err)
	}
	x, err := View[float64](v)
	if err != nil {
		t.Fatal(err)
	}
	if x.Len() != 4 || !slices.Equal(x.Shape(), []int{4, 3, 2}) {
		t.Errorf("shape %v", x.Shape())
	}
	if got := slices.Collect(x.All()); !slices.Equal(got, v.Float64s()) {
		t.Errorf("all: %v, want %v", got, v.Float64s())
	}
	for i := range 4 {
		for j := range 3 {
			for k := range 2 {
				if x.At(i, j, k) != v.At(i, j, k) || x.At3(i, j, k) != v.At(i, j, k) {
					t.Errorf("element %d %d %d", i, j, k)
				}
			}
		}
	}
	x.Set3(-1, 3, 2, 1)
	x.Set(-2, 0, 0, 0)
	if a.At(0, 3, 0) != -1 || a.At(3, 1, 2) != -2 {
		t.Error("memory is not shared")
	}
	for i, p := range x.Pointers() {
		*p = float64(100 + i)
	}
	if v.At(0, 0, 0) != 100 || v.At(-1, -1, -1) != 123 {
		t.Errorf("pointers: %v", v)
	}
	n := 0
	for range x.All() {
		if n++; n == 5 {
			break
		}
	}
	for range x.Pointers() {
		if n++; n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("loops end after %d", n)
	}
	row, _ := a.Sel("0, :, 0")
	r, _ := View[float64](row)
	m, _ := View[float64](must2(t)(a.Sel("0")))
	r.Set1(7, 4)
	m.Set2(8, 3, 2)
	if r.At1(4) != 7 || m.At2(3, 2) != 8 || m.At2(4, 0) != 7 {
		t.Error("one and two axes")
	}
	for _, bad := range []func(){
		func() { r.At1(5) }, func() { r.At1(-1) }, func() { r.At2(0, 0) }, func() { m.At1(0) }, func() { m.At2(0, 3) }, func() { x.At3(0, 0, 2) }, func() { x.At(0) },
		func() { r.Set1(0, 5) }, func() { m.Set2(0, 9, 0) }, func() { x.Set3(0, 0, 0, -1) }, func() { x.Set(0, 0, 3, 0) },
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				var index *IndexError
				if !errors.As(err, &index) {
					t.Errorf("panic with %v", err)
				}
			}()
			bad()
		}()
	}
	if _, err := View[float32](a); err == nil {
		t.Error("float64s are not float32s")
	}
	type flag bool
	if f, err := View[flag](New(Bool, 2)); err != nil || f.At1(1) {
		t.Errorf("named types: %v", err)
	}
	if e, err := View[float64](New(Float64, 0, 3)); err != nil || len(slices.Collect(e.All())) != 0 {
		t.Errorf("empty: %v", err)
	}
}

func TestGonumSharesMemory(t *testing.T) {
	a := iota64(4, 6)
	window, _ := a.Sel("1:3, 2:5")
	g, err := window.General()
	if err != nil {
		t.Fatal(err)
	}
	var m mat.Dense
	m.SetRawMatrix(g)
	m.Set(1, 2, -5)
	if a.At(2, 4) != -5 || m.At(0, 0) != 8 {
		t.Errorf("a window is copied: %v", a)
	}
	turned, err := a.T().General()
	if err != nil || turned.Rows != 6 || turned.Data[1] != 6 {
		t.Errorf("transposed: %v %v", turned, err)
	}
	back, err := From(m.Slice(0, 2, 1, 3))
	if err != nil || back.At(1, 1) != -5 {
		t.Fatalf("%v %v", back, err)
	}
	back.Set(9, 1, 1)
	if a.At(2, 4) != 9 {
		t.Error("a dense matrix is copied")
	}
	column, err := From(m.ColView(2))
	if err != nil || column.At(1, 0) != 9 {
		t.Fatalf("%v %v", column, err)
	}
	for _, bad := range []*Array{iota64(3), New(Float32, 2, 2)} {
		if _, err := bad.General(); err == nil {
			t.Errorf("a matrix of %v %v", bad.DType(), bad.Shape())
		}
	}
	for _, shape := range [][]int{{0, 3}, {3, 0}, {1, 1}, {1, 5}} {
		if g, err := iota64(shape...).General(); err != nil || g.Rows != shape[0] || g.Cols != shape[1] {
			t.Errorf("%v: %v %v", shape, g, err)
		}
	}
}
