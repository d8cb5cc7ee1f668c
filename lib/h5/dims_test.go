package h5

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestDimensionScales(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("temperature", Float32, Shape{4, 3}))
	times := must[*Dataset](t)(f.CreateDatasetFrom("times", []float64{0, 1, 2, 3}))
	steps := must[*Dataset](t)(f.CreateDatasetFrom("steps", []int32{0, 10, 20, 30}))
	x := must[*Dataset](t)(f.CreateDatasetFrom("x", []float64{-1, 0, 1}))
	check(t, times.MakeScale("time"))
	check(t, steps.MakeScale("step"))
	check(t, x.MakeScale(""))
	check(t, d.Dim(0).SetLabel("t"))
	check(t, d.Dim(-1).SetLabel("größe"))
	for range 2 { // the second time changes nothing
		check(t, d.Dim(0).Attach(times))
		check(t, d.Dim(0).Attach(steps))
		check(t, d.Dim(1).Attach(x))
	}
	if names := d.Dim(0).Keys(); !slices.Equal(names, []string{"time", "step"}) || d.Dim(1).Len() != 1 || !times.IsScale() || d.IsScale() || times.ScaleName() != "time" {
		t.Errorf("scales %v", names)
	}
	if s := must[*Dataset](t)(d.Dim(0).Scale("step")); must[*nd.Array](t)(s.Read()).At(3) != 30 || s.ObjectPath() != "/steps" {
		t.Errorf("%v", s)
	}
	if d.Dims()[1].Label() != "größe" || d.Dim(0).String() != "t" || steps.Dim(0).String() != "axis 0" {
		t.Error("labels")
	}
	_, err := d.Dim(0).Scale("nothing")
	wantError(t, "no such scale", err, `axis 0 has no scale "nothing"; it has ["time" "step"]`)
	wantError(t, "no such axis", d.Dim(2).SetLabel("z"), "there is no axis 2; it has 2")
	wantError(t, "no such axis", d.Dim(-3).Attach(x), "there is no axis -1")
	wantError(t, "itself", d.Dim(0).Attach(d), "no scale of itself")
	wantError(t, "a scale of a scale", x.Dim(0).Attach(times), "it is a scale itself")
	wantError(t, "a scale with scales", d.MakeScale("d"), "it has scales itself")
	wantError(t, "nil", d.Dim(0).Attach(nil), "the scale is nil")
	wantError(t, "not attached", d.Dim(1).Detach(times), "/times is no scale of axis 1")
	check(t, f.Close())
	// h5py, that is HDF5's own library for scales, reads and changes them.
	out := h5py3(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r+") as f:
    d = f["temperature"]
    print([[k for k in dim.keys()] for dim in d.dims], [dim.label for dim in d.dims], d.dims[0]["step"][:].tolist(), f["x"].is_scale, d.is_scale)
    d.dims[0].detach_scale(f["times"])
    f["more"] = [1, 2, 3]
    f["more"].make_scale("more")
    d.dims[1].attach_scale(f["more"])
    d.dims[1].label = "x"
`, path)
	if want := "[['time', 'step'], ['']] ['t', 'größe'] [0, 10, 20, 30] True False\n"; out != want {
		t.Errorf("h5py sees %swant %s", out, want)
	}
	f = must[*File](t)(Open(path, ReadWrite))
	defer f.Close()
	d = must[*Dataset](t)(f.Dataset("temperature"))
	if names := [][]string{d.Dim(0).Keys(), d.Dim(1).Keys()}; !reflect.DeepEqual(names, [][]string{{"step"}, {"", "more"}}) || d.Dim(1).Label() != "x" {
		t.Errorf("after h5py: %q %q", names, d.Dim(1).Label())
	}
	if must[*Dataset](t)(f.Dataset("times")).Attrs().Has(attrReferences) {
		t.Error("h5py did not detach")
	}
	check(t, d.Dim(1).Detach(must[*Dataset](t)(f.Dataset("x"))))
	check(t, d.Dim(1).Detach(must[*Dataset](t)(f.Dataset("more"))))
	check(t, d.Dim(0).Detach(must[*Dataset](t)(f.Dataset("steps"))))
	if d.Attrs().Has(attrScales) || must[*Dataset](t)(f.Dataset("more")).Attrs().Has(attrReferences) || d.Dim(0).Len() != 0 {
		t.Error("what was detached is still there")
	}
}

func TestDimensionScalesOfH5py(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scales.h5")
	h5py3(t, `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "w") as f:
    d = f.create_dataset("d", data=np.zeros((2, 3)))
    f["a"] = [1, 2]; f["b"] = [1, 2]; f["c"] = [1., 2., 3.]
    f["a"].make_scale("first"); f["b"].make_scale("second"); f["c"].make_scale()
    d.dims[0].attach_scale(f["a"]); d.dims[0].attach_scale(f["b"]); d.dims[1].attach_scale(f["c"])
    d.dims[1].label = "width"
`, path)
	f := must[*File](t)(Open(path, ReadWrite))
	d := must[*Dataset](t)(f.Dataset("d"))
	if names := [][]string{d.Dim(0).Keys(), d.Dim(1).Keys()}; !reflect.DeepEqual(names, [][]string{{"first", "second"}, {""}}) || d.Dim(0).Label() != "" || d.Dim(1).Label() != "width" {
		t.Errorf("%q", names)
	}
	check(t, d.Dim(0).Detach(must[*Dataset](t)(f.Dataset("a"))))
	check(t, d.Dim(1).Attach(must[*Dataset](t)(f.Dataset("a"))))
	check(t, f.Close())
	out := h5py3(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r+") as f:
    d = f["d"]
    print([[k for k in dim.keys()] for dim in d.dims])
    d.dims[1].detach_scale(f["a"])
    print([[k for k in dim.keys()] for dim in d.dims], list(f["a"].attrs))
`, path)
	if want := "[['second'], ['', 'first']]\n[['second'], ['']] ['CLASS', 'NAME']\n"; out != want {
		t.Errorf("h5py sees %swant %s", out, want)
	}
}
