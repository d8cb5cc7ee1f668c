package h5

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func TestAttributes(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDataset("d", Int8, Shape{1}))
	g := must[*Group](t)(f.CreateGroup("g"))
	type kelvin float64
	values := map[string]any{
		"text": "Grüße, 世界", "empty text": "", "texts": []string{"a", "", "ccc"}, "no texts": []string{},
		"float64": 2.5, "float32": float32(1.5), "int64": int64(-5), "uint8": uint8(200), "true": true, "bools": []bool{true, false},
		"floats": []float64{1, 2, 3}, "ints": []int16{-1, 0, 1},
	}
	for _, of := range []Node{&f.root, d, g} {
		for name, v := range values {
			check(t, of.Attrs().Set(name, "first something else"))
			check(t, of.Attrs().Set(name, v))
		}
		check(t, of.Attrs().Set("named", kelvin(300)))
		check(t, of.Attrs().Set("matrix", [][]float64{{1, 2}, {3, 4}}))
		check(t, of.Attrs().Set("int", 7))
	}
	check(t, f.Close())

	f = must[*File](t)(Open(path))
	defer f.Close()
	values["named"], values["int"] = 300.0, int64(7)
	for _, of := range []Node{&f.root, must[Node](t)(f.Get("d")), must[Node](t)(f.Get("g"))} {
		for name, want := range values {
			if got := must[any](t)(of.Attrs().Get(name)); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %#v, want %#v", name, got, want)
			}
		}
		if m, ok := must[any](t)(of.Attrs().Get("matrix")).(*nd.Array); !ok || m.At(1, 0) != 3 {
			t.Errorf("matrix: %v", m)
		}
		keys := of.Attrs().Keys()
		if len(keys) != len(values)+1 || !slices.IsSorted(keys) || !of.Attrs().Has("text") || of.Attrs().Has("nothing") {
			t.Errorf("keys %v", keys)
		}
		_, err := of.Attrs().Get("units")
		wantError(t, "missing", err, `get attribute "units" of`, "no such attribute", "has bools, empty text")
		wantError(t, "read-only", of.Attrs().Set("x", 1), "reading only", "h5.ReadWrite")
		wantError(t, "read-only", of.Attrs().Delete("text"), "reading only")
	}
}

func TestAttributesThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	for _, bad := range []any{nil, "a\x00b", "\xff", []string{"\x00"}, struct{}{}, map[string]int{}, [][]int{{1}, {2, 3}}, struct{ x int }{}, func() {}} {
		wantError(t, "bad value", f.Attrs().Set("x", bad), `set attribute "x" of / in`)
	}
	wantError(t, "bad name", f.Attrs().Set("", 1), "name is empty")
	wantError(t, "bad name", f.Attrs().Set("a\x00", 1), "NUL")
	check(t, f.Attrs().Set("x", 1))
	// Some versions of HDF5 take attributes of this size. Where it is refused, the
	// old value stays.
	if err := f.Attrs().Set("x", make([]float64, 100_000)); err != nil {
		wantError(t, "too large", err, `set attribute "x" of /`)
		if got := must[any](t)(f.Attrs().Get("x")); got != int64(1) {
			t.Errorf("a refused value replaced the old one by %v", got)
		}
	}
	if keys := f.Attrs().Keys(); len(keys) != 1 {
		t.Errorf("keys %v", keys)
	}
	check(t, f.Attrs().Delete("x"))
	wantError(t, "delete twice", f.Attrs().Delete("x"), "no such attribute")
}

func TestTrees(t *testing.T) {
	_, f := temporary(t)
	must[*Dataset](t)(f.CreateDataset("run/1/pos", Float64, Shape{10, 3}, Chunks{5, 3}))
	d := must[*Dataset](t)(f.CreateDatasetFrom("a<b", 1))
	check(t, d.Attrs().Set("unit", "m"))
	want := `HDF5 file, read and write
├── a<b  int64 scalar
│       @unit = "m"
└── run  group
    └── 1  group
        └── pos  float64 (10, 3) in chunks of (5, 3)`
	if got := f.String(); !strings.HasSuffix(got, want) || !strings.HasPrefix(got, f.Path()) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	html := f.HTML()
	for _, part := range []string{"a&lt;b", "<summary>", "@unit = &#34;m&#34;", "(10, 3)"} {
		if !strings.Contains(html, part) {
			t.Errorf("HTML lacks %q: %s", part, html)
		}
	}
	if got := d.String(); !strings.HasPrefix(got, "/a<b  int64 scalar\n") {
		t.Errorf("dataset: %s", got)
	}
	check(t, f.Close())
	if got := f.String(); !strings.HasSuffix(got, "HDF5 file, closed") {
		t.Errorf("closed: %s", got)
	}
}
