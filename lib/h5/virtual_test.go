package h5

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestVirtualDatasets(t *testing.T) {
	folder := t.TempDir()
	for i := range 3 {
		f := must[*File](t)(Create(filepath.Join(folder, fmt.Sprintf("%d.h5", i))))
		values := make([]int32, 10)
		for k := range values {
			values[k] = int32(100*i + k)
		}
		must[*Dataset](t)(f.CreateDatasetFrom("g/data", values, MaxShape{Unlimited}, Chunks{4}))
		check(t, f.Close())
	}
	path := filepath.Join(folder, "all.h5")
	f := must[*File](t)(Create(path))
	layout := NewVirtualLayout(Int32, Shape{4, 5})
	for i := range 4 {
		check(t, layout.Map(NewVirtualSource(fmt.Sprintf("%d.h5", i), "g/data", Shape{10}).Sel("::2"), i))
	}
	d := must[*Dataset](t)(f.CreateVirtualDataset("all", layout, Fill(-7)))
	if got := must[*nd.Array](t)(d.Read()).Float64s(); !slices.Equal(got, []float64{0, 2, 4, 6, 8, 100, 102, 104, 106, 108, 200, 202, 204, 206, 208, -7, -7, -7, -7, -7}) {
		t.Errorf("%v", got)
	}
	// One that grows with its source, and one over numbered files.
	growing := NewVirtualLayout(Int32, Shape{10}, MaxShape{Unlimited})
	check(t, growing.Map(NewVirtualSource("0.h5", "g/data", Shape{10}, MaxShape{Unlimited})))
	must[*Dataset](t)(f.CreateVirtualDataset("growing", growing))
	numbered := NewVirtualLayout(Int32, Shape{30}, MaxShape{Unlimited})
	check(t, numbered.Map(NewVirtualSource("%b.h5", "g/data", Shape{10})))
	must[*Dataset](t)(f.CreateVirtualDataset("numbered", numbered))
	own := must[*Dataset](t)(f.CreateDatasetFrom("own", []float64{1, 2, 3}))
	here := NewVirtualLayout(Float64, Shape{6})
	check(t, here.Map(NewVirtualSource(".", "own", own.Shape()), nd.R(3, 6)))
	if got := must[*nd.Array](t)(must[*Dataset](t)(f.CreateVirtualDataset("here", here)).Read()).Float64s(); !slices.Equal(got, []float64{0, 0, 0, 1, 2, 3}) {
		t.Error(got)
	}
	check(t, f.Close())

	source := must[*File](t)(Open(filepath.Join(folder, "0.h5"), ReadWrite))
	check(t, must[*Dataset](t)(source.Dataset("g/data")).Append([]int32{1000, 1001}, 0))
	check(t, source.Close())
	check(t, os.Rename(filepath.Join(folder, "2.h5"), filepath.Join(folder, "gone")))

	var seen struct {
		All      [][]int
		Growing  []int
		Numbered int
		Virtual  bool
		Sources  [][]any
	}
	h5py(t, &seen, `
f = h5py.File(path)
d = f['all']
print(json.dumps(dict(All=d[...].tolist(), Growing=f['growing'][-3:].tolist(), Numbered=f['numbered'].shape[0], Virtual=d.is_virtual,
    Sources=[[s.file_name, s.dset_name, str(s.vspace.get_regular_hyperslab()), str(s.src_space.get_regular_hyperslab())] for s in d.virtual_sources()])))`, path)
	f = must[*File](t)(Open(path))
	defer f.Close()
	want := []int{-7, -7, -7, -7, -7}
	if !seen.Virtual || !slices.Equal(seen.All[2], want) || !slices.Equal(seen.All[1], []int{100, 102, 104, 106, 108}) || !slices.Equal(seen.Growing, []int{9, 1000, 1001}) {
		t.Errorf("h5py sees %+v", seen)
	}
	if n := must[*Dataset](t)(f.Dataset("numbered")).Shape()[0]; n != seen.Numbered || n != 20 && n != 22 {
		t.Errorf("the numbered one has %d here and %d in h5py", n, seen.Numbered)
	}
	if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("growing")).Read("-3:")).Float64s(); !slices.Equal(got, []float64{9, 1000, 1001}) {
		t.Error(got)
	}
	if fmt.Sprint(seen.Sources[1]) != "[1.h5 g/data ((1, 0), (1, 1), (1, 1), (1, 5)) ((0,), (2,), (5,), (1,))]" {
		t.Errorf("h5py sees the source %v", seen.Sources[1])
	}
	d = must[*Dataset](t)(f.Dataset("all"))
	sources := must[[]VirtualMapping](t)(d.VirtualSources())
	if len(sources) != 4 || sources[1].File != "1.h5" || sources[1].Dataset != "g/data" || fmt.Sprint(sources[1].Source) != "[{0 2 5 false}]" || fmt.Sprint(sources[1].Region) != "[{1 1 1 false} {0 1 5 false}]" {
		t.Errorf("%+v", sources)
	}
	if d.Layout() != Virtual || d.StorageLine() != "virtual" {
		t.Error(d.StorageLine())
	}
}

func TestVirtualDatasetOfH5py(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "v.h5")
	h5py(t, nil, `
folder = os.path.dirname(path)
layout = h5py.VirtualLayout(shape=(3, 100), dtype='f8')
for i in range(3):
    if i != 1:
        with h5py.File(folder + '/s%d.h5' % i, 'w') as f: f['x'] = np.arange(100) + 1000. * i
    layout[i] = h5py.VirtualSource('s%d.h5' % i, 'x', shape=(100,))
with h5py.File(path, 'w') as f: f.create_virtual_dataset('v', layout, fillvalue=-5)`, path)
	f := must[*File](t)(Open(path))
	defer f.Close()
	d := must[*Dataset](t)(f.Dataset("v"))
	if got := must[*nd.Array](t)(d.Read(":, 99")).Float64s(); !slices.Equal(got, []float64{99, -5, 2099}) {
		t.Error(got)
	}
	if got := must[*nd.Array](t)(d.FillValue()).Item(); got != -5 {
		t.Error(got)
	}
	// The sources can be elsewhere.
	check(t, os.Mkdir(filepath.Join(folder, "sub"), 0o700))
	check(t, os.Rename(filepath.Join(folder, "s2.h5"), filepath.Join(folder, "sub", "s2.h5")))
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	d = must[*Dataset](t)(f.OpenDataset("v", VirtualPrefix(filepath.Join(folder, "sub"))))
	if got := must[*nd.Array](t)(d.Read(2, 99)).Item(); got != 2099 {
		t.Error(got)
	}
}

func TestWrongVirtualDatasets(t *testing.T) {
	_, f := temporary(t)
	layout := NewVirtualLayout(Int32, Shape{4, 5})
	wantError(t, "another shape", layout.Map(NewVirtualSource("a.h5", "x", Shape{6}), 0), "a.h5", "(6)", "(5)")
	wantError(t, "outside", layout.Map(NewVirtualSource("a.h5", "x", Shape{5}), 4), "index 4")
	wantError(t, "backward", layout.Map(NewVirtualSource("a.h5", "x", Shape{5}), 0, "::-1"), "axis 1")
	wantError(t, "no name", layout.Map(NewVirtualSource("", "x", Shape{5}), 0), "name")
	wantError(t, "numbered", layout.Map(NewVirtualSource("%b.h5", "x", Shape{5}), 0), "%b")
	wantError(t, "part of nothing", layout.Map(NewVirtualSource("a.h5", "x", Shape{5}).Sel(9), 0), "index 9")
	wantError(t, "nil", layout.Map(nil), "none")
	_, err := f.CreateVirtualDataset("v", layout, Gzip(1))
	wantError(t, "compressed", err, "virtual")
	_, err = f.CreateVirtualDataset("v", nil)
	wantError(t, "nil", err, "layout")
	_, err = f.CreateVirtualDataset("v", NewVirtualLayout(Int32, Shape{4}, MaxShape{1, 2}))
	wantError(t, "largest shape", err, "axes")
}
