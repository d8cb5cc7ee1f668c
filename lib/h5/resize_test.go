package h5

import (
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestResizeAndAppend(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("log", Float64, Shape{0, 3}, MaxShape{Unlimited, 3}, Fill(-1)))
	same := must[*Dataset](t)(f.Dataset("log"))
	check(t, d.Append([]float64{1, 2, 3}, 0))
	check(t, d.Append([][3]int32{{4, 5, 6}, {7, 8, 9}}, 0))
	check(t, same.Append([][]float32{{10, 11, 12}}, -2))
	if !slices.Equal(d.Shape(), []int{4, 3}) || !slices.Equal(same.Shape(), []int{4, 3}) || d.Len() != 12 {
		t.Errorf("shapes %v and %v", d.Shape(), same.Shape())
	}
	if got := must[*nd.Array](t)(same.Read(":, 1")).Float64s(); !slices.Equal(got, []float64{2, 5, 8, 11}) {
		t.Error(got)
	}
	check(t, d.ResizeAxis(0, 2))
	if _, err := same.Read(3); err == nil {
		t.Error("a row that is gone is read")
	}
	check(t, same.Resize(3, 3))
	if got := must[*nd.Array](t)(d.Read("1:")).Float64s(); !slices.Equal(got, []float64{4, 5, 6, -1, -1, -1}) {
		t.Error(got)
	}
	one := must[*Dataset](t)(f.CreateDataset("one", Int16, Shape{2}, MaxShape{5}))
	check(t, one.Append([]int16{3, 4, 5}, 0))
	wantError(t, "beyond the largest shape", one.Append([]int16{6}, 0), "/one", "(6)", "(5)", "h5.MaxShape")
	wantError(t, "other shape", d.Append([]float64{1, 2}, 0), "(2)", "axis 0")
	wantError(t, "no axis", d.Append([]float64{1, 2, 3}, 2), "axis 2")
	wantError(t, "a value that does not fit", must[*Dataset](t)(f.CreateDataset("small", Int8, Shape{0}, Resizable)).Append([]int{1, 1000}, 0), "1000")
	fixed := must[*Dataset](t)(f.CreateDataset("fixed", Int16, Shape{2}))
	wantError(t, "a contiguous dataset", fixed.Resize(3), "h5.MaxShape")
	wantError(t, "a contiguous dataset becomes smaller", fixed.Resize(1), "chunked")
	wantError(t, "axes", d.Resize(3), "axes")
	wantError(t, "negative", d.Resize(-3, 3), "negative")
	if !slices.Equal(one.Shape(), []int{5}) {
		t.Error(one.Shape())
	}
	check(t, f.Close())
	wantError(t, "closed", d.Resize(1, 3), "closed")
	f = must[*File](t)(Open(path))
	defer f.Close()
	wantError(t, "read-only", must[*Dataset](t)(f.Dataset("log")).Resize(1, 3), "h5.ReadWrite")
	var rows [][]float64
	h5py(t, &rows, `print(json.dumps(h5py.File(path)['log'][...].tolist()))`, path)
	if len(rows) != 3 || !slices.Equal(rows[1], []float64{4, 5, 6}) {
		t.Error(rows)
	}
}
