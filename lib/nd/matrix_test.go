package nd

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestFromGonumMatrices(t *testing.T) {
	m := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	for _, v := range []mat.Matrix{m, m.T(), m.Slice(0, 1, 1, 3), mat.NewVecDense(2, []float64{1, 2})} {
		a, err := From(v)
		if err != nil {
			t.Fatal(err)
		}
		rows, columns := v.Dims()
		if !slices.Equal(a.Shape(), []int{rows, columns}) || a.At(-1, -1) != v.At(rows-1, columns-1) {
			t.Errorf("%T: %v", v, a)
		}
	}
}

func TestPrintedAsValue(t *testing.T) {
	a, _ := From([][]int{{1, 2}, {30, 4}})
	if got := fmt.Sprintf("%+v", a); got != "[[ 1  2]\n [30  4]]" {
		t.Errorf("%s", got)
	}
}
