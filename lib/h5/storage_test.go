package h5

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// plugged names the options of each stored form that is tested in both directions,
// beside what h5py is asked for to make the same.
var forms = map[string]struct {
	python  string
	options []DatasetOption
}{
	"contiguous":  {"", nil},
	"compact":     {"dcpl=compact()", []DatasetOption{Compact}},
	"chunks":      {"chunks=(7, 11)", []DatasetOption{Chunks{7, 11}}},
	"auto":        {"chunks=True", []DatasetOption{AutoChunks}},
	"gzip":        {"compression='gzip', compression_opts=9", []DatasetOption{Gzip(9)}},
	"lzf":         {"compression='lzf', chunks=(20, 30)", []DatasetOption{Lzf, Chunks{20, 30}}},
	"lzf shuffle": {"compression='lzf', shuffle=True, chunks=(20, 30)", []DatasetOption{Lzf, Shuffle, Chunks{20, 30}}},
	"szip":        {"compression='szip', compression_opts=('nn', 16), chunks=(20, 30)", []DatasetOption{Szip(NearestNeighbour, 16), Chunks{20, 30}}},
	"fletcher32":  {"fletcher32=True, chunks=(9, 9)", []DatasetOption{Fletcher32, Chunks{9, 9}}},
	"everything":  {"fletcher32=True, shuffle=True, compression='gzip'", []DatasetOption{Fletcher32, Shuffle, Gzip(4)}},
	"scale":       {"scaleoffset=0, chunks=(20, 20)", []DatasetOption{ScaleOffset(0), Chunks{20, 20}}},
	"resizable":   {"maxshape=(None, 100)", []DatasetOption{MaxShape{Unlimited, 100}}},
	"anyhow":      {"maxshape=(None, None)", []DatasetOption{Resizable}},
	"external":    {"external=[(path + '.a', 0, 3000), (path + '.b', 16, h5py.h5f.UNLIMITED)]", nil},
	"early":       {"dcpl=early()", []DatasetOption{AllocEarly, FillAtAlloc, Fill(3)}},
}

const pythonForms = `
def compact():
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_layout(h5py.h5d.COMPACT); return p
def early():
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY); p.set_fill_time(h5py.h5d.FILL_TIME_ALLOC); p.set_fill_value(np.array(3, 'i4')); return p
values = np.arange(60 * 50, dtype='i4').reshape(60, 50) // 7 * 3 - 1000
`

func formValues(t *testing.T) *nd.Array {
	values := make([]int32, 60*50)
	for i := range values {
		values[i] = int32(i/7*3 - 1000)
	}
	return must[*nd.Array](t)(nd.Of(values, 60, 50))
}

func TestStoredFormsOfH5py(t *testing.T) {
	path := filepath.Join(t.TempDir(), "python.h5")
	script := pythonForms + "f = h5py.File(path, 'w')\n"
	for name, form := range forms {
		script += fmt.Sprintf("f.create_dataset(%q, (60, 50), 'i4', %s)[...] = values\n", name, form.python)
	}
	h5py(t, nil, script+"f.close()", path)
	f := must[*File](t)(Open(path))
	defer f.Close()
	want := formValues(t)
	for name := range forms {
		d := must[*Dataset](t)(f.Dataset(name))
		if got, err := d.Read(); err != nil || !got.Equal(want) {
			t.Errorf("%s: other values: %v", name, err)
		}
	}
	for name, line := range map[string]string{
		"contiguous": "contiguous", "compact": "compact", "chunks": "chunks (7, 11)", "everything": ", shuffle, gzip 4, fletcher32, ", "lzf shuffle": "chunks (20, 30), shuffle, lzf, ", "external": "contiguous",
	} {
		if got := must[*Dataset](t)(f.Dataset(name)).StorageLine(); !strings.Contains(got, line) {
			t.Errorf("%s: %q, not %q", name, got, line)
		}
	}
	files := must[[]ExternalFile](t)(must[*Dataset](t)(f.Dataset("external")).External())
	if want := []ExternalFile{{path + ".a", 0, 3000}, {path + ".b", 16, 0}}; !slices.Equal(files, want) {
		t.Errorf("external files %v, not %v", files, want)
	}
	if most := must[*Dataset](t)(f.Dataset("resizable")).MaxShape(); !slices.Equal(most, MaxShape{Unlimited, 100}) {
		t.Errorf("largest shape %v", most)
	}
}

func TestStoredFormsForH5py(t *testing.T) {
	path, f := temporary(t)
	values := formValues(t)
	for name, form := range forms {
		options := append([]DatasetOption{Shape{60, 50}}, form.options...)
		if name == "external" {
			options = append(options, External(ExternalFile{path + ".a", 0, 3000}, ExternalFile{path + ".b", 16, 0}))
		}
		if name == "szip" {
			if _, encodes, _ := f.lib.filterState(filterSzip); !encodes {
				_, err := f.CreateDataset(name, Int32, options...)
				wantError(t, "szip without an encoder", err, "szip")
				continue
			}
		}
		d := must[*Dataset](t)(f.CreateDataset(name, Int32, options...))
		check(t, d.Write(values))
	}
	check(t, f.Close())
	type row struct {
		Equal             bool
		Chunks, Max       []int
		Compression       string
		Shuffle, Fletcher bool
		Layout            int
	}
	var rows map[string]row
	h5py(t, &rows, pythonForms+`
out = {}
for name, d in h5py.File(path).items():
    p = d.id.get_create_plist()
    out[name] = dict(Equal=bool((d[...] == values).all()) and d.dtype == 'i4', Chunks=d.chunks, Max=[-1 if n is None else n for n in d.maxshape],
        Compression=d.compression or '', Shuffle=bool(d.shuffle), Fletcher=bool(d.fletcher32), Layout=p.get_layout())
print(json.dumps(out))`, path)
	for name := range forms {
		if r := rows[name]; !r.Equal && name != "szip" {
			t.Errorf("%s: h5py reads other values", name)
		}
	}
	for _, c := range []struct{ name, want string }{
		{"contiguous", `{true [] [60 50]  false false 1}`},
		{"compact", `{true [] [60 50]  false false 0}`},
		{"chunks", `{true [7 11] [60 50]  false false 2}`},
		{"lzf shuffle", `{true [20 30] [60 50] lzf true false 2}`},
		{"fletcher32", `{true [9 9] [60 50]  false true 2}`},
		{"everything", `{true [60 50] [60 50] gzip true true 2}`},
		{"resizable", `{true [1024 100] [-1 100]  false false 2}`},
		{"anyhow", `{true [512 512] [-1 -1]  false false 2}`},
	} {
		if got := fmt.Sprint(rows[c.name]); got != c.want {
			t.Errorf("%s: h5py sees %s, not %s", c.name, got, c.want)
		}
	}
	for _, name := range []string{"compact", "gzip", "fletcher32", "scale", "external", "early"} {
		out, err := exec.Command("h5dump", "-p", "-d", name, path).CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("(59,48): 285")) && !bytes.Contains(out, []byte("284, 284")) {
			t.Errorf("h5dump of %s: %v\n%.600s", name, err, out[max(0, len(out)-600):])
		}
	}
}

// Random bytes, long runs and everything between, through HDF5 and back by h5py.
func TestLzfOfManyKinds(t *testing.T) {
	path, f := temporary(t)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		n := 1 + random.IntN(5000)
		data := make([]byte, n)
		for at := 0; at < n; {
			run := 1 + random.IntN(1+i*10)
			value, back := byte(random.IntN(256)), random.IntN(at+1)
			for k := 0; k < run && at < n; k++ {
				switch {
				case i%3 == 0:
					data[at] = byte(random.IntN(1 + i*4))
				case i%3 == 1:
					data[at] = value
				default:
					data[at] = data[back]
					back++
				}
				at++
			}
		}
		d := must[*Dataset](t)(f.CreateDatasetFrom(fmt.Sprint(i), data, Lzf, Chunks{max(n/3, 1)}))
		check(t, d.Write(data))
		packed := make([]byte, n)
		if m := lzfEncode(packed, data); m > 0 {
			back := make([]byte, n)
			k, full, err := lzfDecode(back, packed[:m])
			if err != nil || full || !bytes.Equal(back[:k], data) {
				t.Fatalf("%d: %d bytes of %d came back: %v, %v", i, k, n, full, err)
			}
		}
		check(t, f.Attrs().Set(fmt.Sprint(i), sum(data)))
	}
	check(t, f.Close())
	var sums map[string]int
	h5py(t, &sums, `
f = h5py.File(path)
print(json.dumps({n: int((np.arange(1, len(d) + 1) * d[...].astype(np.int64)).sum()) - int(f.attrs[n]) for n, d in f.items()}))`, path)
	for name, difference := range sums {
		if difference != 0 {
			t.Errorf("h5py reads other values of %s", name)
		}
	}
	if len(sums) != 60 {
		t.Error(len(sums))
	}
}

func sum(data []byte) int {
	n := 0
	for i, b := range data {
		n += (i + 1) * int(b)
	}
	return n
}

func FuzzLzf(f *testing.F) {
	f.Add([]byte{0, 1, 0xe0, 3, 0}, 100)
	f.Fuzz(func(t *testing.T, data []byte, room int) {
		out := make([]byte, min(max(room, 0), 1<<16))
		_, _, _ = lzfDecode(out, data)
		packed := make([]byte, len(data))
		if n := lzfEncode(packed, data); n > 0 {
			back := make([]byte, len(data))
			if k, full, err := lzfDecode(back, packed[:n]); err != nil || full || !bytes.Equal(back[:k], data) {
				t.Errorf("%x came back as %x", data, back)
			}
		}
	})
}

func TestDamagedLzfIsAnError(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", make([]int32, 1000), Lzf, Chunks{1000}))
	check(t, d.WriteChunk([]byte{0xff, 0xff, 0xff, 0xff}, 0, 0))
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	_, err := must[*Dataset](t)(f.Dataset("d")).Read()
	wantError(t, "damaged LZF", err, "/d", "filter")
}

func TestScaleOffsetOfFloats(t *testing.T) {
	path, f := temporary(t)
	values := make([]float64, 100)
	for i := range values {
		values[i] = float64(i) / 7
	}
	must[*Dataset](t)(f.CreateDatasetFrom("x", values, ScaleOffset(3)))
	must[*Dataset](t)(f.CreateDatasetFrom("n", make([]uint16, 100), NBit, Chunks{10}))
	check(t, f.Close())
	var worst float64
	h5py(t, &worst, `f = h5py.File(path); assert (f['n'][...] == 0).all() and f['x'].scaleoffset == 3
print(float(abs(f['x'][...] - np.arange(100) / 7).max()))`, path)
	if worst > 0.00051 || worst == 0 {
		t.Errorf("off by %v", worst)
	}
}

func TestWrongStorage(t *testing.T) {
	_, f := temporary(t)
	for name, c := range map[string]struct {
		options []DatasetOption
		words   []string
	}{
		"compact with gzip":  {[]DatasetOption{Shape{10}, Compact, Gzip(1)}, []string{"h5.Gzip", "compact"}},
		"compact and large":  {[]DatasetOption{Shape{100000}, Compact}, []string{"64 KiB"}},
		"scalar":             {[]DatasetOption{Fletcher32}, []string{"h5.Fletcher32", "shape"}},
		"largest too small":  {[]DatasetOption{Shape{10}, MaxShape{5}}, []string{"axis 0", "(5)"}},
		"largest with axes":  {[]DatasetOption{Shape{10}, MaxShape{5, 5}}, []string{"axes"}},
		"both":               {[]DatasetOption{Shape{10}, MaxShape{20}, Resizable}, []string{"h5.Resizable"}},
		"bits":               {[]DatasetOption{Shape{10}, ScaleOffset(40)}, []string{"bits"}},
		"plugin":             {[]DatasetOption{Shape{10}, Plugin(32015, 3)}, []string{"32015", "zstd", "HDF5_PLUGIN_PATH"}},
		"unknown plugin":     {[]DatasetOption{Shape{10}, Plugin(60000)}, []string{"60000", "HDF5_PLUGIN_PATH"}},
		"number":             {[]DatasetOption{Shape{10}, Plugin(-1)}, []string{"-1"}},
		"external chunks":    {[]DatasetOption{Shape{10}, Chunks{2}, External(ExternalFile{Name: "x"})}, []string{"external"}},
		"external room":      {[]DatasetOption{Shape{10}, External(ExternalFile{Name: "x", Size: 3})}, []string{"room"}},
		"external nameless":  {[]DatasetOption{Shape{10}, External(ExternalFile{})}, []string{"name"}},
		"layout":             {[]DatasetOption{Shape{10}, Virtual}, []string{"CreateVirtualDataset"}},
		"fill time":          {[]DatasetOption{Shape{10}, FillTime("soon")}, []string{"soon"}},
		"allocation time":    {[]DatasetOption{Shape{10}, AllocTime("soon")}, []string{"soon"}},
		"huge chunks":        {[]DatasetOption{Shape{1 << 40}, Chunks{1 << 33}}, []string{"4 GiB"}},
		"szip method":        {[]DatasetOption{Shape{100}, Szip(5, 8)}, []string{"5", "method"}},
		"szip pixels":        {[]DatasetOption{Shape{100}, Szip(0, 7)}, []string{"7", "even"}},
		"cache":              {[]DatasetOption{Shape{100}, ChunkCache{W0: 2}}, []string{"cache"}},
		"fill value too big": {[]DatasetOption{Shape{100}, FillWith(1 << 40)}, []string{"fill value"}},
	} {
		_, err := f.CreateDataset("x", Int32, c.options...)
		wantError(t, name, err, c.words...)
	}
	_, err := f.CreateDataset("x", Text, Shape{10}, Fletcher32)
	wantError(t, "a checksum of text", err, "h5.Fletcher32", "string", "h5.FixedText")
	if f.Len() != 0 {
		t.Errorf("there is %v", f.Keys())
	}
}

// A filter that is missing is named, with its number and how to get it.
func TestMissingFilter(t *testing.T) {
	path, f := temporary(t)
	check(t, f.Close())
	h5py(t, nil, `
f = h5py.File(path, 'w')
p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
p.set_chunk((4,)); p.set_filter(32015, h5py.h5z.FLAG_MANDATORY, (3,))
# A chunk that the missing filter is said to have made.
try: d = h5py.h5d.create(f.id, b'zstd', h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((4,)), p)
except Exception:
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    p.set_chunk((4,)); p.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
    d = h5py.h5d.create(f.id, b'zstd', h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((4,)), p)
d.write_direct_chunk((0,), b'whatever zstd makes')
f.close()`, path)
	f = must[*File](t)(Open(path))
	defer f.Close()
	d := must[*Dataset](t)(f.Dataset("zstd"))
	if name, level := d.Compression(); name != "zstd" || level != 3 {
		t.Error(name, level)
	}
	_, err := d.Read()
	wantError(t, "zstd", err, "/zstd", "zstd", "32015", "HDF5_PLUGIN_PATH")
}

func TestFindFilter(t *testing.T) {
	for number, name := range map[int]string{1: "gzip", 2: "shuffle", 3: "fletcher32", 5: "nbit", 6: "scaleoffset", 32000: "lzf"} {
		if f := must[Filter](t)(FindFilter(number)); f != (Filter{number, name, true, true}) {
			t.Errorf("%+v", f)
		}
	}
	_, err := FindFilter(32015)
	wantError(t, "zstd", err, "32015", "zstd", "HDF5_PLUGIN_PATH")
	if info := must[LibraryInfo](t)(Info()); !slices.ContainsFunc(info.Filters, func(f Filter) bool { return f.Name == "lzf" && f.Encode && f.Decode }) {
		t.Errorf("lzf is not among %v", info.Filters)
	}
}

// What was deleted does not come back in a dataset that gets its space, unless it is
// asked for as it comes.
func TestSpaceOfDeletedDatasetsIsClean(t *testing.T) {
	_, f := temporary(t)
	const n = 20000
	old := nd.New(Float64, n)
	old.Fill(7)
	fresh := must[*Dataset](t)(f.CreateDatasetFrom("first", old))
	if fill, _, err := fresh.Times(); err != nil || fill != FillIfSet {
		t.Errorf("new space is filled %s: %v", fill, err)
	}
	for _, where := range []string{"end", "middle"} {
		d := must[*Dataset](t)(f.CreateDatasetFrom("old", old))
		if where == "middle" {
			must[*Dataset](t)(f.CreateDatasetFrom("keep", old))
		}
		check(t, d.Close())
		check(t, f.Delete("old"))
		d = must[*Dataset](t)(f.CreateDataset(where, Float64, Shape{n}))
		check(t, d.Write(3, 5))
		if a := must[*nd.Array](t)(d.Read()); a.Sum().Item() != 3 {
			t.Errorf("%s: the elements add up to %v", where, a.Sum().Item())
		}
	}
	d := must[*Dataset](t)(f.CreateDataset("any", Float64, Shape{n}, FillNever))
	if fill, _, err := d.Times(); err != nil || fill != FillNever {
		t.Errorf("space is filled %s: %v", fill, err)
	}
}

func TestFillTimesAndAccess(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("d", Int64, Shape{100}, Chunks{10}, FillWith(int64(1)<<60+1), FillAtAlloc, AllocEarly, TrackTimes, ChunkCache{Bytes: 1 << 21, Slots: 1009, W0: 0.5}))
	fill, alloc, err := d.Times()
	if err != nil || fill != FillAtAlloc || alloc != AllocEarly {
		t.Errorf("%v %v %v", fill, alloc, err)
	}
	if v := must[*nd.Array](t)(d.FillValue()); v.String() != "1152921504606846977" {
		t.Errorf("fill value %v", v)
	}
	if c := must[ChunkCache](t)(d.ChunkCache()); c != (ChunkCache{1 << 21, 1009, 0.5}) {
		t.Errorf("chunk cache %v", c)
	}
	check(t, d.Close())
	d = must[*Dataset](t)(f.OpenDataset("d", ChunkCache{Bytes: 1 << 22}))
	if c := must[ChunkCache](t)(d.ChunkCache()); c.Bytes != 1<<22 {
		t.Errorf("chunk cache of an opening %v", c)
	}
	check(t, f.Close())
	var seen []any
	h5py(t, &seen, `d = h5py.File(path)['d']; p = d.id.get_create_plist()
print(json.dumps([str(d.fillvalue), p.get_fill_time(), p.get_alloc_time(), str(d[3])]))`, path)
	text, _ := json.Marshal(seen)
	if got := string(text); got != `["1152921504606846977",0,1,"1152921504606846977"]` {
		t.Errorf("h5py sees %s", got)
	}
}
