package h5

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/lib/nd"
)

// What is made through an external link is in the other file when both are closed.
func TestCreateThroughExternalLink(t *testing.T) {
	folder := t.TempDir()
	other, path := filepath.Join(folder, "b.h5"), filepath.Join(folder, "a.h5")
	b := must[*File](t)(Create(other))
	must[*Group](t)(b.CreateGroup("g"))
	check(t, b.Close())
	f := must[*File](t)(Create(path))
	check(t, f.Set("ext", ExternalLink{File: other, Path: "/g"}))
	ones := make([]float64, 1000)
	for i := range ones {
		ones[i] = 1
	}
	must[*Dataset](t)(f.CreateDatasetFrom("ext/new", ones, Chunks{100}, Gzip(1)))
	must[*Group](t)(f.CreateGroup("ext/sub"))
	must[*NamedType](t)(f.CommitType("ext/type", Int32))
	check(t, f.Close())
	h5py(t, nil, `
with h5py.File(path, "r+") as f:
    d = f["g/new"]
    assert d.id.get_num_chunks() == 10 and d[...].sum() == 1000 and list(f["g"]) == ["new", "sub", "type"]
`, other)
}

// A file that cannot be created leaves the one that is there as it is.
func TestFailedCreationKeepsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.h5")
	f := must[*File](t)(Create(path))
	check(t, f.Set("x", 7))
	check(t, f.Close())
	before := must[[]byte](t)(os.ReadFile(path))
	for name, options := range map[string][]Option{
		"user block and alignment": {UserBlock(512), Alignment(1, 4096)},
		"user block and pages":     {UserBlock(512), FsStrategy(Page), FsPageSize(4096)},
		"pages in an old format":   {LibVer(Earliest, V108), FsStrategy(Page)},
		"without a strategy":       {UserBlock(512), FsPersist},
	} {
		if f, err := Create(path, options...); err == nil {
			check(t, f.Close()) // HDF5's newer versions can
			check(t, os.WriteFile(path, before, 0o600))
		}
		if after := must[[]byte](t)(os.ReadFile(path)); !slices.Equal(after, before) {
			t.Fatalf("%s: the file of %d bytes has %d", name, len(before), len(after))
		}
		fresh := path + ".new"
		if f, err := Create(fresh, options...); err == nil {
			check(t, f.Close())
			check(t, os.Remove(fresh))
		} else if _, err := os.Stat(fresh); err == nil {
			t.Errorf("%s: a file is left", name)
		}
	}
	_, err := Create(path, UserBlock(512), FsPersist)
	wantError(t, "strategy", err, "h5.FsPersist does nothing without h5.FsStrategy")
	_, err = Create(filepath.Join(filepath.Dir(path), "m%d.h5"), Family(0))
	wantError(t, "family", err, "members of 0 bytes")
	// One in memory only is no hindrance.
	m := must[*File](t)(Create(path, Core(false, 0)))
	defer m.Close()
	check(t, must[*File](t)(Create(path)).Close())
}

func TestAttributesThatAreInTheWay(t *testing.T) {
	type one struct{ A int32 }
	type two struct{ A, B int32 }
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5"), TrackOrder))
	defer f.Close()
	a := f.Attrs()
	for i, name := range []string{"z", "x", "x (new)", "a"} {
		check(t, a.Set(name, i))
	}
	check(t, a.Set("x", 3))
	if keys := a.Keys(); !slices.Equal(keys, []string{"z", "x (new)", "a", "x"}) {
		t.Errorf("the attributes are %q", keys)
	}
	check(t, a.Set("pair", two{1, 2}))
	wantError(t, "modify", a.Modify("pair", one{7}), "lacks fields", "A, B")
	check(t, a.Modify("pair", two{7, 8}))
	var pair two
	check(t, a.GetInto("pair", &pair))
	if pair != (two{7, 8}) {
		t.Errorf("the pair is %v", pair)
	}
	g := must[*Group](t)(f.CreateGroup("sorted"))
	check(t, g.Attrs().Set("z", 1))
	check(t, g.Attrs().Set("a", 1))
	if keys := g.Attrs().Keys(); !slices.Equal(keys, []string{"a", "z"}) {
		t.Errorf("the attributes of a group without an order are %q", keys)
	}
	check(t, f.Set("x", 1))
	wantError(t, "delete", f.Delete("x\x00y"), "NUL")
	if !f.Has("x") {
		t.Error("x is deleted")
	}
}

func TestRequireWhatIsNarrower(t *testing.T) {
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	must[*Dataset](t)(f.CreateDataset("half", Float16, Shape{2}))
	must[*Dataset](t)(f.CreateDataset("odd", must[*Type](t)(IntegerOf(2, 12, true)), Shape{2}))
	for _, name := range []string{"half", "odd"} {
		for _, typ := range []DType{Float32, Int16} {
			_, err := f.RequireDataset(name, typ, Shape{2})
			wantError(t, name, err, "does not hold every")
		}
	}
	must[*Dataset](t)(f.RequireDataset("half", Float16, Shape{2}))
}

// One element that is a slice itself, and arrays of what HDF5 does not convert.
func TestAppendElementsOfTheirOwnLevels(t *testing.T) {
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	lists := must[*Dataset](t)(f.CreateDataset("lists", must[*Type](t)(VlenOf(Int32)), Shape{0}, Resizable))
	check(t, lists.Append([]int32{1, 2, 3}, 0))
	check(t, lists.Append([][]int32{{4}, {}}, 0))
	if got := must[[][]int32](t)(ReadAs[[][]int32](lists)); !reflect.DeepEqual(got, [][]int32{{1, 2, 3}, {4}, {}}) && len(got) != 3 {
		t.Errorf("lists: %v", got)
	}
	arrays := must[*Dataset](t)(f.CreateDataset("arrays", must[*Type](t)(ArrayOf(Float64, 3)), Shape{0}, Resizable))
	check(t, arrays.Append([3]float64{1, 2, 3}, 0))
	check(t, arrays.Append([][3]float64{}, 0))
	if got := must[[][3]float64](t)(ReadAs[[][3]float64](arrays)); len(got) != 1 || got[0] != [3]float64{1, 2, 3} {
		t.Errorf("arrays: %v", got)
	}
	view := As[[3]float64](arrays)
	if got := must[[3]float64](t)(view.Index(0)); got[2] != 3 || view.Len() != 1 {
		t.Errorf("as arrays: %v of %d", got, view.Len())
	}
	flags := must[*Dataset](t)(f.CreateDataset("flags", Bool, Shape{0, 2}, MaxShape{Unlimited, 2}))
	check(t, flags.Append(must[*nd.Array](t)(nd.From([][]bool{{true, false}})), 0))
	if got := flags.Shape(); got[0] != 1 {
		t.Errorf("flags have shape %v", got)
	}
}

// A file that is read from and written to at once gives what was written.
func TestReadBesideWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	w := must[*File](t)(Create(path))
	defer w.Close()
	x := must[*Dataset](t)(w.CreateDatasetFrom("x", []float64{1, 2, 3}))
	must[*Dataset](t)(w.CreateDatasetFrom("pad", make([]float64, 100_000)))
	check(t, w.Flush())
	r := must[*File](t)(Open(path))
	defer r.Close()
	y := must[*Dataset](t)(r.Dataset("x"))
	must[*nd.Array](t)(y.Read())
	check(t, x.Write(7, 0))
	var first float64
	check(t, y.ReadInto(&first, 0))
	if got := must[*nd.Array](t)(y.Read()).String(); first != 7 || got != "[7. 2. 3.]" {
		t.Errorf("read %v and %s", first, got)
	}
	_, err := Map[float64](y)
	wantError(t, "map", err, "open for writing")
}

// What HDF5 allocates for fields that nobody asked for is not left behind.
func TestStructsWithoutTheTexts(t *testing.T) {
	type row struct {
		ID   int32
		Name string
	}
	type part struct{ ID int32 }
	rows := make([]row, 20_000)
	for i := range rows {
		rows[i] = row{int32(i), strings.Repeat("a name that takes memory ", 8)}
	}
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	d := must[*Dataset](t)(f.CreateDatasetFrom("x", rows))
	var parts []part
	check(t, d.ReadInto(&parts))
	before := resident()
	for range 40 {
		check(t, d.ReadInto(&parts))
	}
	if grown := resident() - before; grown > 60<<10 || parts[19_999].ID != 19_999 {
		t.Errorf("40 reads took %d MB more; the last is %v", grown>>10, parts[19_999])
	}
}

func TestTimesAtTheEnds(t *testing.T) {
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	path := f.Path()
	times := must[*Dataset](t)(f.CreateDataset("times", must[*Type](t)(DatetimeOf("ns")), Shape{3}))
	want := []time.Time{time.Date(1800, 1, 1, 0, 0, 0, 5, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), {}}
	check(t, times.Write(want))
	if got := must[[]time.Time](t)(ReadAs[[]time.Time](times)); !slices.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("times: %v", got)
	}
	wantError(t, "too late", times.Write(time.Date(2263, 1, 1, 0, 0, 0, 0, time.UTC), 0), "out of the range")
	wantError(t, "too early", times.Write(time.Date(1677, 1, 1, 0, 0, 0, 0, time.UTC), 0), "out of the range")
	check(t, f.Close())
	h5py(t, nil, `
with h5py.File(path, "r+") as f:
    for unit in "ms", "s", "ns":
        f[unit] = np.array([1, "NaT"], "m8[%s]" % unit).astype(h5py.opaque_dtype("m8[%s]" % unit))
    f["weeks"] = np.array([2**58, 2**62], "M8[W]").astype(h5py.opaque_dtype("M8[W]"))
`, path)
	f = must[*File](t)(Open(path, ReadWrite))
	defer f.Close()
	for _, unit := range []string{"ms", "s", "ns"} {
		d := must[*Dataset](t)(f.Dataset(unit))
		got := must[[]time.Duration](t)(ReadAs[[]time.Duration](d))
		if got[0] <= 0 || got[1] != math.MinInt64 {
			t.Errorf("durations in %s: %v", unit, got)
		}
		check(t, d.Write(got))
	}
	_, err := ReadAs[[]time.Time](must[*Dataset](t)(f.Dataset("weeks")))
	wantError(t, "weeks", err, "have no place in a time.Time")
	check(t, f.Close())
	h5py(t, nil, `
with h5py.File(path) as f:
    for unit in "ms", "s", "ns": assert str(f[unit][...]) == "[    1 'NaT']", f[unit][...]
`, path)
}

func TestSelectionsThatAreTooLarge(t *testing.T) {
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	d := must[*Dataset](t)(f.CreateDataset("x", Uint8, Shape{2, 1 << 50, 2}, Chunks{1, 1 << 20, 1}))
	for _, how := range []ListMeaning{Together, Outer} {
		_, err := d.Read([]int{0, 1}, nd.All, []int{0, 1}, how)
		wantError(t, "lists", err, "too much at once")
	}
	small := must[*Dataset](t)(f.CreateDatasetFrom("y", []float64{1, 2, 3}))
	for _, place := range []any{uint64(math.MaxUint64), []uint64{math.MaxUint64}} {
		_, err := small.Read(place)
		wantError(t, "unsigned", errors.Join(err), "outside")
		wantError(t, "unsigned", small.Write(9, place), "outside")
	}
}

func TestVirtualSourcesByName(t *testing.T) {
	folder := t.TempDir()
	path, moved := filepath.Join(folder, "100%b.h5"), filepath.Join(folder, "moved.h5")
	f := must[*File](t)(Create(path))
	source := must[*Dataset](t)(f.CreateDatasetFrom("x", []int32{1, 2, 3})).Source()
	layout := NewVirtualLayout(Int32, Shape{3})
	check(t, layout.Map(source))
	must[*Dataset](t)(f.CreateVirtualDataset("v", layout))
	g := must[*File](t)(Create(filepath.Join(folder, "other.h5")))
	must[*Dataset](t)(g.CreateVirtualDataset("v", layout))
	check(t, g.Close())
	check(t, f.Close())
	read := func(path string) string {
		f := must[*File](t)(Open(path))
		defer f.Close()
		return must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("v")).Read()).String()
	}
	if got := read(filepath.Join(folder, "other.h5")); got != "[1 2 3]" {
		t.Errorf("in another file: %s", got)
	}
	check(t, os.Rename(path, moved))
	if got := read(moved); got != "[1 2 3]" {
		t.Errorf("in the renamed file: %s", got)
	}
	f = must[*File](t)(Create(filepath.Join(folder, "rows.h5")))
	defer f.Close()
	rows := NewVirtualLayout(Int32, Shape{0}, MaxShape{Unlimited})
	check(t, rows.Map(NewVirtualSource("f-%b.h5", "data", Shape{})))
	must[*Dataset](t)(f.CreateVirtualDataset("v", rows))
}

// A scale that was deleted does not hide the others.
func TestDeletedScale(t *testing.T) {
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "a.h5")))
	defer f.Close()
	d := must[*Dataset](t)(f.CreateDatasetFrom("x", []int32{1, 2, 3}))
	for _, name := range []string{"a", "b"} {
		scale := must[*Dataset](t)(f.CreateDatasetFrom(name, []float64{1, 2, 3}))
		check(t, scale.MakeScale(name))
		check(t, d.Dims()[0].Attach(scale))
	}
	check(t, f.Delete("a"))
	dim := d.Dims()[0]
	if keys := dim.Keys(); dim.Len() != 2 || !slices.Equal(keys, []string{"b"}) {
		t.Errorf("%d scales, %q", dim.Len(), keys)
	}
	if scale := must[*Dataset](t)(dim.Scale("b")); scale.Len() != 3 {
		t.Errorf("the scale is %v", scale)
	}
}
