package h5

import (
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestViews(t *testing.T) {
	_, f := temporary(t)
	values := make([]float32, 1000*3)
	for i := range values {
		values[i] = float32(i)
	}
	d := must[*Dataset](t)(f.CreateDatasetFrom("x", values, Shape{1000, 3}, Chunks{64, 3}))
	rows := As[[3]float64](d)
	if rows.Len() != 1000 || must[[3]float64](t)(rows.Index(-1)) != [3]float64{2997, 2998, 2999} {
		t.Error(rows.Index(-1))
	}
	if got := must[[][3]float64](t)(rows.Slice(10, 12)); !slices.Equal(got, [][3]float64{{30, 31, 32}, {33, 34, 35}}) {
		t.Error(got)
	}
	n := 0
	for row, err := range rows.All() {
		check(t, err)
		if row[2] != float64(3*n+2) {
			t.Fatal(n, row)
		}
		n++
	}
	if n != 1000 {
		t.Error(n)
	}
	single := As[int](d)
	if got := must[int](t)(single.At(7, 1)); got != 22 {
		t.Error(got)
	}
	if got := must[[]int](t)(single.Slice(1, 3)); !slices.Equal(got, []int{3, 4, 5, 6, 7, 8}) {
		t.Error(got)
	}
	n = 0
	for row, err := range single.Rows() {
		check(t, err)
		if len(row) != 3 || row[1] != 3*n+1 {
			t.Fatal(n, row)
		}
		n++
	}
	ragged := As[[]float64](d)
	if got := must[[]float64](t)(ragged.Index(5)); !slices.Equal(got, []float64{15, 16, 17}) {
		t.Error(got)
	}
	if got := must[[][]float64](t)(ragged.Slice(0, 2)); len(got) != 2 || got[1][2] != 5 {
		t.Error(got)
	}
	n = 0
	for row, err := range d.Rows() {
		check(t, err)
		if row.NDim() != 1 || row.At(2) != float64(3*n+2) {
			t.Fatal(n, row)
		}
		n++
	}
	if n != 1000 {
		t.Error(n)
	}
	cube := must[*Dataset](t)(f.CreateDatasetFrom("cube", nd.New(Int16, 4, 5, 6)))
	check(t, cube.Write(int16(9), 2, 3, 4))
	if got := must[int16](t)(As[int16](cube).At(2, 3, -2)); got != 9 {
		t.Error(got)
	}
	if got := must[[][6]int16](t)(As[[6]int16](cube).Slice(2, 4)); len(got) != 10 || got[3][4] != 9 {
		t.Error(got)
	}
	if got := must[[][]int16](t)(As[[]int16](cube).Slice(2, 4)); len(got) != 10 || got[3][4] != 9 || got[4][4] != 0 {
		t.Error(got)
	}
	if s := As[[6]int16](cube).Shape(); !slices.Equal(s, []int{4, 5}) {
		t.Error(s)
	}
	scalar := must[*Dataset](t)(f.CreateDatasetFrom("scalar", 2.5))
	if got := must[float64](t)(As[float64](scalar).At()); got != 2.5 {
		t.Error(got)
	}
	_, err := As[[4]float64](d).Index(0)
	wantError(t, "another length", err, "[4]float64", "(1000, 3)")
	_, err = As[[][][]int](d).Index(0)
	wantError(t, "too many levels", err, "levels")
	_, err = rows.Index(1000)
	wantError(t, "outside", err, "1000")
	_, err = rows.Slice(5, 1001)
	wantError(t, "outside", err, "5:1001")
	_, err = As[float64](scalar).Slice(0, 1)
	wantError(t, "scalar", err, "At")
	_, err = As[uint8](d).At(999, 2)
	wantError(t, "does not fit", err, "2999")
	for _, err = range As[[9]int](d).All() {
	}
	wantError(t, "all of the wrong type", err, "[9]int")
}
