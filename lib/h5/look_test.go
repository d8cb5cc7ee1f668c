package h5

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// wellFormed parses HTML as XML, which ours is but for images, and counts the tags.
func wellFormed(t *testing.T, page string) map[string]int {
	t.Helper()
	tags := map[string]int{}
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict = true
	decoder.AutoClose = []string{"img"}
	decoder.Entity = xml.HTMLEntity
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return tags
		}
		if err != nil {
			t.Fatalf("%v in %.500s", err, page)
		}
		if start, ok := token.(xml.StartElement); ok {
			tags[start.Name.Local]++
		}
	}
}

func shown(t *testing.T, node Node) string {
	t.Helper()
	var s strings.Builder
	check(t, Show(&s, node, false))
	return s.String()
}

func TestTreeShowsLinks(t *testing.T) {
	_, f := temporary(t)
	g := must[*Group](t)(f.CreateGroup("g"))
	d := must[*Dataset](t)(f.CreateDatasetFrom("data", make([]float64, 1000), Chunks{100}, Shuffle, Gzip(4)))
	check(t, g.Set("again", d))
	check(t, g.Set("up", f.Root()))
	check(t, f.Set("soft", SoftLink{"/data"}))
	check(t, f.Set("broken", SoftLink{"/nowhere"}))
	check(t, f.Set("ext", ExternalLink{"other.h5", "/x"}))
	check(t, f.Set("line\nbreak\x1b[31m", SoftLink{"/data"}))
	must[*NamedType](t)(f.CommitType("t", must[*Type](t)(TypeFor[struct {
		X float32 `h5:"x"`
	}]())))
	many := must[*Group](t)(f.CreateGroup("many"))
	for i := range 60 {
		must[*Group](t)(many.CreateGroup(fmt.Sprintf("g%02d", i)))
	}
	check(t, f.Flush())
	var s strings.Builder
	check(t, WriteTree(&s, f, TreeOptions{Entries: 8}))
	_, got, _ := strings.Cut(s.String(), "\n")
	want := `├── broken           -> /nowhere, which is not there
├── data             float64 (1000) in chunks of (100), shuffle, gzip 4
├── ext              -> /x in other.h5
├── g                group
│   ├── again  same as /data
│   └── up     same as /
├── line�break�[31m  -> /data
├── many             group of 60
│   ├── g00  empty group
│   ├── g01  empty group
│   ├── g02  empty group
│   ├── g03  empty group
│   ├── g04  empty group
│   ├── g05  empty group
│   ├── g06  empty group
│   ├── g07  empty group
│   └── ...  52 more
├── soft             -> /data
└── t                type struct{x float32}
`
	// How well zeros are compressed is the library's business.
	if i := strings.Index(got, ", gzip 4, "); i >= 0 {
		got = got[:i+len(", gzip 4")] + got[i+strings.IndexByte(got[i:], '\n'):]
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.Reset()
	check(t, WriteTree(&s, f, TreeOptions{Depth: 1, Colour: true}))
	if text := s.String(); strings.Contains(text, "g00") || !strings.Contains(text, "group of 60") || !strings.Contains(text, "\x1b[1;34mmany\x1b[0m") {
		t.Errorf("%q", text)
	}
	page := f.HTML()
	wellFormed(t, page)
	for _, part := range []string{"same as /data", "-&gt; /x in other.h5", "10 more"} {
		if !strings.Contains(page, part) {
			t.Errorf("HTML lacks %q: %s", part, page)
		}
	}
}

func TestTreeOfManyIsSmall(t *testing.T) {
	_, f := temporary(t)
	for i := range 70 {
		g := must[*Group](t)(f.CreateGroup(fmt.Sprintf("group %03d with a rather long name, which takes room", i)))
		for k := range 70 {
			d := must[*Dataset](t)(g.CreateDatasetFrom(fmt.Sprint("dataset ", k), k))
			check(t, d.Attrs().Set("unit", strings.Repeat("metres & more ", 20)))
		}
	}
	page := f.HTML()
	if len(page) > 100<<10 {
		t.Errorf("the HTML has %d bytes", len(page))
	}
	wellFormed(t, page)
	if lines := strings.Count(f.String(), "\n"); lines > 1200 {
		t.Errorf("the text has %d lines", lines)
	}
}

func TestPreviewOfNumbers(t *testing.T) {
	_, f := temporary(t)
	values := make([][]float64, 200)
	for i := range values {
		values[i] = make([]float64, 300)
		for k := range values[i] {
			values[i][k] = float64(1000*i + k)
		}
	}
	values[199][0] = math.NaN()
	d := must[*Dataset](t)(f.CreateDatasetFrom("a", values, Chunks{50, 50}))
	check(t, d.Attrs().Set("unit", "m"))
	want := `/a  float64 (200, 300) in chunks of (50, 50)
  size  60,000 elements, 480.0 kB; 480.0 kB in the file in 24 chunks
  @unit = "m"

[[0.00000e+00 1.00000e+00 2.00000e+00 ... 2.97000e+02 2.98000e+02
  2.99000e+02]
 [1.00000e+03 1.00100e+03 1.00200e+03 ... 1.29700e+03 1.29800e+03
  1.29900e+03]
 [2.00000e+03 2.00100e+03 2.00200e+03 ... 2.29700e+03 2.29800e+03
  2.29900e+03]
 ...
 [1.97000e+05 1.97001e+05 1.97002e+05 ... 1.97297e+05 1.97298e+05
  1.97299e+05]
 [1.98000e+05 1.98001e+05 1.98002e+05 ... 1.98297e+05 1.98298e+05
  1.98299e+05]
 [        nan 1.99001e+05 1.99002e+05 ... 1.99297e+05 1.99298e+05
  1.99299e+05]]

::4, ::4  0 to 196296
`
	if got := shown(t, d); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// The corners are where NumPy shows them.
	a := must[*nd.Array](t)(nd.From(values))
	if all := a.String(); !strings.Contains(d.String(), all) {
		t.Errorf("not as the whole array is printed:\n%s", all)
	}
	page := d.HTML()
	if tags := wellFormed(t, page); tags["img"] != 2 || tags["pre"] != 1 || len(page) > 30<<10 {
		t.Errorf("%v in %d bytes", tags, len(page))
	}
	line := must[*Dataset](t)(f.CreateDatasetFrom("line", nd.Arange(0, 5000, 1)))
	if got := shown(t, line); !strings.Contains(got, "▁▁▁▁▁▁▁▁▂▂▂▂▂▂▂▂▃") || !strings.Contains(got, "::10  0 to 4990") {
		t.Errorf("%s", got)
	}
	if tags := wellFormed(t, line.HTML()); tags["img"] != 1 {
		t.Errorf("%v", tags)
	}
}

func TestPreviewOfOtherThings(t *testing.T) {
	_, f := temporary(t)
	type star struct {
		Mass float64 `h5:"mass"`
		Name string  `h5:"name"`
	}
	stars := make([]star, 30)
	for i := range stars {
		stars[i] = star{float64(i), fmt.Sprint("<star ", i, ">")}
	}
	cube := nd.New(Int16, 4, 9, 9, 9, 9)
	lists := must[*Dataset](t)(f.CreateDatasetFrom("lists", [][]int32{{1, 2}, {}}, must[*Type](t)(VlenOf(Int32))))
	if got := shown(t, lists); !strings.Contains(got, "[]int32 (2)") || !strings.Contains(got, "\n[1 2]\n[]\n") {
		t.Errorf("%s", got)
	}
	for name, c := range map[string]struct {
		value any
		want  []string
	}{
		"table":   {stars, []string{"fields  mass float64\n          name string\n", "\n0:10\n", `9     9  "<star 9>"`}},
		"text":    {"a\nb", []string{"string scalar", `"a\nb"`}},
		"texts":   {[]string{"one", "two"}, []string{"2 elements of variable length", "\"one\"\n\"two\""}},
		"bools":   {[]bool{true, false}, []string{"[ True False]"}},
		"complex": {[]complex128{1 + 2i, 3}, []string{"[1.+2.j 3.+0.j]"}},
		"waves":   {make([]complex128, 200), []string{"[0.+0.j 0.+0.j 0.+0.j ... 0.+0.j 0.+0.j 0.+0.j]"}},
		"flags":   {make([]bool, 200), []string{"[False False False ... False False False]", "▅▅▅"}},
		"empty":   {Empty(Float64), []string{"float64 without elements\n"}},
		"none":    {[]float64{}, []string{"0 elements", "\n[]\n"}},
		"one":     {3.5, []string{"float64 scalar", "\n3.5\n"}},
		"cube":    {cube, []string{"0, 0, :, :, :", "0, 0, 0, :, :  0 to 0"}},
	} {
		d := must[*Dataset](t)(f.CreateDatasetFrom(name, c.value))
		got := shown(t, d)
		for _, part := range c.want {
			if !strings.Contains(got, part) {
				t.Errorf("%s lacks %q:\n%s", name, part, got)
			}
		}
		wellFormed(t, d.HTML())
	}
}

// Only the chunks that are shown are read: all others are damaged.
func TestPreviewReadsOnlyWhatItShows(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("a", Float64, Shape{100_000, 100_000}, Chunks{500, 500}, Gzip(1), Fill(2.5)))
	// A picture would need 500 of the rows and columns of chunks.
	corners := [][2]int{{0, 0}, {0, 99_500}, {99_500, 0}, {99_500, 99_500}}
	for _, c := range corners {
		check(t, d.Write(float64(7), nd.R(c[0], c[0]+500), nd.R(c[1], c[1]+500)))
	}
	for i := 10; i < 190; i += 10 {
		check(t, d.WriteChunk([]byte("this is not what gzip makes"), 0, 500*i, 500*i))
	}
	check(t, f.Flush())
	got := shown(t, d)
	for _, part := range []string{"[[7. 7. 7. ... 7. 7. 7.]", "22 chunks of 40,000", "80.0 GB"} {
		if !strings.Contains(got, part) {
			t.Errorf("lacks %q:\n%s", part, got)
		}
	}
	if strings.Contains(got, "filter") && strings.Contains(got, "fail") || !strings.Contains(got, "  2.5 to 7\n") {
		t.Errorf("%s", got)
	}
	if page := d.HTML(); wellFormed(t, page)["img"] != 2 {
		t.Errorf("no picture: %.500s", page)
	}
	// And it is told when what is shown cannot be read.
	check(t, d.WriteChunk([]byte("this is not what gzip makes"), 0, 0, 0))
	check(t, f.Flush())
	again := must[*Dataset](t)(f.Dataset("a"))
	path := f.Path()
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	again = must[*Dataset](t)(f.Dataset("a"))
	if got := shown(t, again); !strings.Contains(got, "/a  float64 (100000, 100000)") || strings.Contains(got, "[[") {
		t.Errorf("damaged: %s", got)
	}
	wellFormed(t, again.HTML())
}

func TestSlabsCoverEachElementOnce(t *testing.T) {
	_, f := temporary(t)
	for k, shape := range []Shape{{}, {1}, {7}, {5, 7}, {3, 4, 5}, {0, 4}, {2, 1, 3, 2}} {
		d := must[*Dataset](t)(f.CreateDataset(fmt.Sprint("d", k), Int32, shape))
		for _, bytes := range []int{1, 4, 12, 40, 1 << 20} {
			place, n := 0, 0
			for slab := range d.Slabs(bytes) {
				region, err := slab.Resolve(shape)
				check(t, err)
				first, count := 0, 1
				for axis, span := range region {
					first, count = first*shape[axis]+span.Start, count*span.Count
				}
				if first != place || count*4 > max(bytes, 4) {
					t.Errorf("%v in %d bytes: slab %v begins at %d, not %d", shape, bytes, slab, first, place)
				}
				place += count
				n++
			}
			if place != d.Len() {
				t.Errorf("%v in %d bytes: %d slabs of %d elements", shape, bytes, n, place)
			}
		}
	}
}

// A page of everything that h5py writes in the other tests can be shown.
func TestShowsWhatH5pyWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	h5py(t, nil, `
f = h5py.File(path, "w")
f["enum"] = np.array([[0, 1], [1, 0]], dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1}, "i4"))
f["be"] = np.arange(6, dtype=">u8").reshape(2, 3)
f["half"] = np.arange(3, dtype="f2")
f["opaque"] = np.array([b"abc", b"xyz"], dtype="V3")
d = f.create_dataset("grows", (5, 4), maxshape=(None, 4), dtype="i2", fillvalue=-1)
d.dims[0].label = "time"
f["t"] = np.arange(5.0); f["t"].make_scale("seconds"); d.dims[0].attach_scale(f["t"])
r = f.create_dataset("refs", (2,), dtype=h5py.ref_dtype); r[0] = d.ref
layout = h5py.VirtualLayout((3, 5), "f8")
for i in range(3): layout[i] = h5py.VirtualSource("part%d.h5" % i, "x", (5,))
f.create_virtual_dataset("virtual", layout, fillvalue=-9)
f.attrs["big"] = np.zeros(500)
f.close()
`, path)
	f := must[*File](t)(Open(path))
	defer f.Close()
	for name, want := range map[string][]string{
		"enum":    {"[RED GREEN]"},
		"be":      {"uint64 big-endian (2, 3)", "[[0 1 2]\n [3 4 5]]"},
		"half":    {"float16 (3)", "[0. 1. 2.]"},
		"opaque":  {"opaque of 3 (2)", "616263\n78797a"},
		"grows":   {"grows to  (unlimited, 4)", "fill      -1", `axis 0    "time", scale /t`},
		"t":       {`dimension scale "seconds"`},
		"refs":    {"null reference"},
		"virtual": {", virtual", "x in part0.h5", "-9."},
	} {
		node := must[Node](t)(f.Get(name))
		got := shown(t, node)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s lacks %q:\n%s", name, part, got)
			}
		}
		wellFormed(t, node.(interface{ HTML() string }).HTML())
	}
	if tree := f.String(); !strings.Contains(tree, "@big = float64 (500)") {
		t.Errorf("%s", tree)
	}
	check(t, os.Remove(path))
}

// A grid over a large contiguous dataset is coarser, but over all of it; where chunks
// would take long it is the beginning.
func TestPicturesOfLargeDatasets(t *testing.T) {
	for _, c := range []struct {
		shape, most []int
		block       blocks
		want        string
	}{
		{[]int{100, 200}, []int{64, 96}, blocks{[]int{10, 20}, 1600}, "::2, ::3"},
		{[]int{10_000, 1_000_000}, []int{64, 96}, blocks{[]int{1, 4096}, pageBytes}, "::313, ::31250"},
		{[]int{10_000, 10_000}, []int{64, 96}, blocks{[]int{100, 100}, 80_000}, "0:1250:20, 0:2500:27"},
		{[]int{100_000, 100_000}, []int{64, 96}, blocks{[]int{500, 500}, 2_000_000}, "0:1563:25, 0:1563:17"},
		{[]int{1_000_000_000}, []int{512}, blocks{[]int{4096}, pageBytes}, "::1953125"},
	} {
		axes := []int{0, 1}[:len(c.shape)]
		if got := nd.Selection(grid(c.shape, axes, c.most, c.block)).String(); got != c.want {
			t.Errorf("%v in blocks of %v: %s, not %s", c.shape, c.block.shape, got, c.want)
		}
	}
}
