package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/lib/nd"
)

func typ(t *testing.T) func(*Type, error) *Type { return must[*Type](t) }

// The names of types are Go's where Go has them.
func TestTypesInWords(t *testing.T) {
	for want, typ := range map[string]*Type{
		"int32": numbers[Int32], "float64 big-endian": BigEndian(Float64), "float16": Float16, "bfloat16": BFloat16, "bool": Bool,
		"complex128": Complex128, "complex64 big-endian": BigEndian(Complex64), "string": Text, "string ASCII": ASCII, "string of 8": FixedText(8),
		"string of 4 ASCII space-padded": FixedASCII(4, SpacePad), "reference": ObjectRef, "region reference": DatasetRegion,
		"[]float32":                    typ(t)(VlenOf(Float32)),
		"[2][3]uint8":                  typ(t)(ArrayOf(Uint8, 2, 3)),
		"opaque of 4 \"abc\"":          typ(t)(OpaqueOf(4, "abc")),
		"datetime64[ms]":               typ(t)(DatetimeOf("ms")),
		"bits16":                       typ(t)(Bitfield(16)),
		"int24":                        typ(t)(IntegerOf(3, 24, true)),
		"enum int8 {RED=0, BLUE=7}":    typ(t)(TypeFor[colour]()),
		"struct{X float64; Y float64}": typ(t)(TypeFor[point]()),
		"struct{a []string; b [2]complex64}": typ(t)(TypeFor[struct {
			A []string     `h5:"a"`
			B [2]complex64 `h5:"b"`
		}]()),
	} {
		if typ.String() != want {
			t.Errorf("%q, want %q", typ, want)
		}
		// The file gives back what was written.
		_, f := temporary(t)
		d := must[*Dataset](t)(f.CreateDataset("d", typ, Shape{2}))
		if !d.Type().Equal(typ) {
			t.Errorf("%v came back as %v", typ, d.Type())
		}
	}
	if h := typ(t)(IntegerOf(4, 24, false)); h.Precision() != 24 || h.Size() != 4 || h.Signed() || h.DType() != Uint32 || h.Class() != ClassInteger || h.Order() != Little {
		t.Error("an odd integer")
	}
	if a := typ(t)(ArrayOf(BigEndian(Int16), 4)); a.Order() != Big || !slices.Equal(a.Dims(), []int{4}) || a.Base().Size() != 2 || LittleEndian(a).Order() != Little {
		t.Error("an array type")
	}
}

func TestTypesThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	for says, do := range map[string]func() (*Type, error){
		"there are no integers of 9 bits in 1 bytes": func() (*Type, error) { return IntegerOf(1, 9, true) },
		"length 0 of axis 1":                         func() (*Type, error) { return ArrayOf(Int8, 2, 0) },
		"array type: 0 axes":                         func() (*Type, error) { return ArrayOf(Int8) },
		"too large":                                  func() (*Type, error) { return ArrayOf(Int64, 1<<20, 1<<20) },
		"nil is not an element type":                 func() (*Type, error) { return VlenOf(nil) },
		"opaque type of 0 bytes":                     func() (*Type, error) { return OpaqueOf(0, "x") },
		"the tag":                                    func() (*Type, error) { return OpaqueOf(1, strings.Repeat("x", 300)) },
		"no bit fields of 12 bits":                   func() (*Type, error) { return Bitfield(12) },
		"two fields a":                               func() (*Type, error) { return CompoundOf(Field{Name: "a", Type: Text}, Field{Name: "a", Type: Text}) },
		"field a has no type":                        func() (*Type, error) { return CompoundOf(Field{Name: "a"}) },
		"there are no fields":                        func() (*Type, error) { return CompoundOf() },
		"both have the value 1":                      func() (*Type, error) { return EnumOf(map[string]int8{"a": 1, "b": 1}) },
		"there are no names":                         func() (*Type, error) { return EnumOf(map[string]int8{}) },
		"name the constants of a type of your own":   func() (*Type, error) { return NameEnum(map[string]int8{"a": 1}) },
		"datetime64 has no unit":                     func() (*Type, error) { return DatetimeOf("x") },
		"made of floats, not of int8":                func() (*Type, error) { return NativeComplex(Int8) },
		"a func() has no type":                       TypeFor[func()],
		"has no exported fields":                     TypeFor[struct{}],
		"an address":                                 TypeFor[uintptr],
	} {
		_, err := do()
		wantError(t, says, err, says)
	}
	for says, typ := range map[string]AnyType{
		"nil is not an element type":   (*Type)(nil),
		"invalid is not":               nd.Invalid,
		"nil is not an element type; ": nil,
	} {
		_, err := f.CreateDataset("bad", typ)
		wantError(t, says, err, "create dataset /bad in", says)
		wantError(t, says, f.Attrs().Set("bad", Empty(typ)), "h5.Empty needs an element type")
	}
	if f.Library().Version[0] == '1' {
		_, err := f.CreateDataset("bad", must[*Type](t)(NativeComplex(Float64)))
		wantError(t, "native complex", err, "create dataset /bad in", "needs HDF5 2.0 or newer", "is 1.")
	}
	if len(f.Keys())+f.Attrs().Len() != 0 {
		t.Error("something was created")
	}
}

// Values that do not fit are refused, and nothing is written.
func TestElementsThatDoNotFit(t *testing.T) {
	_, f := temporary(t)
	day := must[*Type](t)(DatetimeOf("D"))
	for says, c := range map[string]struct {
		typ  AnyType
		good any
		bad  any
	}{
		"\"abcd\" has 4 bytes and string of 3 has room for 3": {FixedText(3), []string{"abc", "é"}, []string{"a", "abcd"}},
		"has room for 2":                {FixedASCII(3, NullTerm), []string{"ab", ""}, []string{"a", "abc"}},
		"is not ASCII":                  {ASCII, []string{"ab", ""}, []string{"a", "é"}},
		"has a NUL":                     {Text, []string{"ab", ""}, []string{"a", "b\x00"}},
		"is not UTF-8":                  {Text, []string{"ab", ""}, []string{"a", "\xff"}},
		"8388736 does not fit int24":    {must[*Type](t)(IntegerOf(3, 24, true)), []int32{1<<23 - 1, -1 << 23}, []int32{0, 1<<23 + 128}},
		"2 is no value of bool":         {Bool, []int8{1, 0}, []int8{1, 2}},
		"0.5 is no value of enum":       {must[*Type](t)(TypeFor[colour]()), []float64{7, 0}, []float64{0, 0.5}},
		"-1 does not fit uint8":         {must[*Type](t)(Bitfield(8)), []uint8{255, 1}, []int{0, -1}},
		"0.5 does not fit int8":         {must[*Type](t)(VlenOf(Int8)), [][]int8{{1}, {}}, [][]float64{{1}, {0.5}}},
		"a slice of 3 elements":         {must[*Type](t)(ArrayOf(Int8, 2)), [][]int8{{1, 2}, {3, 4}}, [][]int8{{1, 2}, {1, 2, 3}}},
		"3 bytes do not fit":            {must[*Type](t)(OpaqueOf(2, "")), [][]byte{{1, 2}, {3, 4}}, [][]byte{{1, 2}, {1, 2, 3}}},
		"no whole number of the units":  {day, []time.Time{{}, time.Unix(86400, 0).UTC()}, []time.Time{{}, time.Unix(86401, 0)}},
		"with string in Go, not with i": {Text, []string{"ab", ""}, []int{1, 2}},
		"reference go with h5.Ref":      {ObjectRef, []Ref{{}, {}}, []int64{1, 2}},
		"complex64 go with complex64":   {Complex64, []complex128{1, 2i}, []float64{1, 2}},
	} {
		d := must[*Dataset](t)(f.CreateDataset(says[:4]+fmt.Sprint(len(f.Keys())), c.typ, Shape{2}))
		if err := d.Write(c.good); err != nil {
			t.Errorf("%s: %v", says, err)
			continue
		}
		before := must[any](t)(d.Value())
		wantError(t, says, d.Write(c.bad), "write "+d.ObjectPath()+" in", says)
		if after := must[any](t)(d.Value()); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s: a refused write left %v, not %v", says, after, before)
		}
		back := reflect.New(reflect.TypeOf(c.good))
		check(t, d.ReadInto(back.Interface()))
		if !reflect.DeepEqual(back.Elem().Interface(), c.good) {
			t.Errorf("%s: %v came back as %v", says, c.good, back.Elem())
		}
		wantError(t, says, d.ReadInto(new([]chan int)), "read "+d.ObjectPath()+" in", "in Go, not with chan int")
	}
}

func TestReferences(t *testing.T) {
	path, f := temporary(t)
	g := must[*Group](t)(f.CreateGroup("a/group"))
	d := must[*Dataset](t)(f.CreateDatasetFrom("a/data", [][]int32{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}}))
	n := must[*NamedType](t)(f.CommitType("a type", Float16))
	refs := []Ref{must[Ref](t)(g.Ref()), must[Ref](t)(d.Ref()), {}, must[Ref](t)(f.Ref()), must[Ref](t)(n.Ref())}
	must[*Dataset](t)(f.CreateDatasetFrom("refs", refs))
	check(t, f.Attrs().Set("refs", refs))
	type link struct {
		To   Ref       `h5:"to"`
		Part RegionRef `h5:"part"`
		N    int32     `h5:"n"`
	}
	regions := []RegionRef{
		must[RegionRef](t)(d.RegionRef("1, :")), must[RegionRef](t)(d.RegionRef("::2, 1:3")), must[RegionRef](t)(d.RegionRef()), must[RegionRef](t)(d.RegionRef("0:0")), {},
	}
	must[*Dataset](t)(f.CreateDatasetFrom("regions", regions))
	check(t, f.Attrs().Set("links", []link{{refs[0], regions[1], 5}, {}}))
	check(t, f.Close())

	f = must[*File](t)(Open(path))
	defer f.Close()
	for _, got := range [][]Ref{must[[]Ref](t)(Attr[[]Ref](f, "refs")), must[any](t)(must[*Dataset](t)(f.Dataset("refs")).Value()).([]Ref)} {
		if !reflect.DeepEqual(got, refs) || !got[2].IsNull() || got[1].IsNull() {
			t.Errorf("%v", got)
		}
		for i, want := range []string{"/a/group", "/a/data", "", "/", "/a type"} {
			node, err := f.Deref(got[i])
			if want == "" {
				wantError(t, "null", err, "dereference null reference in", "it refers to nothing")
			} else if err != nil || node.ObjectPath() != want {
				t.Errorf("%v %v, want %s", node, err, want)
			}
		}
	}
	if d, ok := must[Node](t)(f.Deref(refs[1])).(*Dataset); !ok || must[*nd.Array](t)(d.Read()).At(2, 3) != 11 {
		t.Error("the dataset behind a reference")
	}
	_, err := f.Deref(Ref{12345})
	wantError(t, "wrong reference", err, "dereference reference to object 12345 in", "valid in the file that they come from")
	links := must[[]link](t)(Attr[[]link](f, "links"))
	if links[0].To != refs[0] || links[0].N != 5 || !links[1].Part.IsNull() {
		t.Errorf("%v", links)
	}
	parts := must[[]RegionRef](t)(ReadAs[[]RegionRef](must[*Dataset](t)(f.Dataset("regions"))))
	for i, want := range []string{"[[4 5 6 7]]", "[[ 1  2]\n [ 9 10]]", "[[ 0  1  2  3]\n [ 4  5  6  7]\n [ 8  9 10 11]]", "[]"} {
		r := must[*Region](t)(f.DerefRegion(parts[i]))
		if got := fmt.Sprint(must[any](t)(r.Value())); got != want || r.Dataset.ObjectPath() != "/a/data" {
			t.Errorf("region %d: %s, want %s", i, got, want)
		}
	}
	if r := must[*Region](t)(f.DerefRegion(links[0].Part)); r.Len != 4 || r.Bounds().String() != "0:3, 1:3" || len(r.Blocks) != 2 {
		t.Errorf("%+v %v", r, r.Bounds())
	}
	_, err = f.DerefRegion(RegionRef{})
	wantError(t, "null region", err, "it refers to nothing")
	out := h5py3(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r") as f:
    print([f[r].name if r else None for r in f["refs"]], [f[r].name if r else None for r in f.attrs["refs"]])
    d = f["a/data"]
    print([d[r].tolist() for r in f["regions"][:3]], f[f.attrs["links"][0]["to"]].name, d[f.attrs["links"][0]["part"]].tolist())
`, path)
	if want := "['/a/group', '/a/data', None, '/', '/a type'] ['/a/group', '/a/data', None, '/', '/a type']\n" +
		"[[[4, 5, 6, 7]], [[1, 2], [9, 10]], [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]] /a/group [[1, 2], [9, 10]]\n"; out != want {
		t.Errorf("h5py sees\n%swant\n%s", out, want)
	}
}

func TestRegionsOfH5py(t *testing.T) {
	path := filepath.Join(t.TempDir(), "regions.h5")
	h5py3(t, `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "w") as f:
    d = f.create_dataset("d", data=np.arange(20).reshape(4, 5))
    mask = np.zeros((4, 5), bool); mask[0, 0] = mask[2, 3] = mask[3, 4] = True
    f.create_dataset("r", data=[d.regionref[1:3, ::2], d.regionref[mask], d.regionref[:, 4]], dtype=h5py.regionref_dtype)
`, path)
	f := must[*File](t)(Open(path))
	defer f.Close()
	refs := must[any](t)(must[*Dataset](t)(f.Dataset("r")).Value()).([]RegionRef)
	for i, want := range []string{"[[5 7 9]\n [10 12 14]]", "[0 13 19]", "[[4]\n [9]\n [14]\n [19]]"} {
		got := fmt.Sprint(must[any](t)(must[*Region](t)(f.DerefRegion(refs[i])).Value()))
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("region %d: %s, want %s", i, got, want)
		}
	}
}

func TestCommittedTypes(t *testing.T) {
	path, f := temporary(t)
	n := must[*NamedType](t)(f.CommitType("types/star", must[*Type](t)(TypeFor[star]())))
	check(t, n.Attrs().Set("unit", "m"))
	d := must[*Dataset](t)(f.CreateDataset("d", n, Shape{5}))
	check(t, d.Write(stars()))
	must[*Dataset](t)(f.CreateDatasetFrom("from", stars(), n))
	check(t, d.Attrs().Create("one", stars()[1], n))
	_, err := f.CommitType("types/star", Text)
	wantError(t, "twice", err, "commit type /types/star in", "there is a named type with this name already")
	_, err = f.CommitType("bad", nil)
	wantError(t, "nil", err, "nil is not an element type")
	_, err = f.Group("types/star")
	wantError(t, "group", err, "it is a named type, not a group")
	_, err = f.NamedType("d")
	wantError(t, "named type", err, "it is a dataset, not a named type")
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	n = must[*NamedType](t)(f.NamedType("types/star"))
	if !n.Type().Committed() || !n.Type().Equal(must[*Type](t)(TypeFor[star]())) || must[any](t)(n.Attrs().Get("unit")) != "m" || !strings.HasPrefix(n.String(), "star  type struct{id int64") {
		t.Errorf("%v", n)
	}
	for _, name := range []string{"d", "from"} {
		d := must[*Dataset](t)(f.Dataset(name))
		if !d.Type().Committed() || !reflect.DeepEqual(must[[]star](t)(ReadAs[[]star](d)), stars()) {
			t.Errorf("%s: %v", name, d.Type())
		}
	}
	out := output(t, exec.Command("h5dump", "-H", "-d", "/d", path))
	if !strings.Contains(out, `DATATYPE  "/types/star"`) {
		t.Errorf("h5dump: %s", out)
	}
	if tree := f.String(); !strings.Contains(tree, "star  type struct{id int64; mass float32;") || !strings.Contains(tree, `@unit = "m"`) {
		t.Errorf("tree: %s", tree)
	}
	check(t, n.Close())
	wantError(t, "closed", n.Attrs().Set("x", 1), "is closed")
}

func TestNullDataspaces(t *testing.T) {
	path, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", Empty(Float32)))
	check(t, f.Attrs().Set("a", Empty(Text)))
	for _, v := range []any{must[any](t)(d.Value()), must[any](t)(f.Attrs().Get("a"))} {
		if n, ok := v.(Null); !ok || n.Type() == nil {
			t.Errorf("%#v", v)
		}
	}
	if !d.IsNull() || d.Len() != 0 || len(d.Shape()) != 0 || Empty(Float32).String() != "empty float32" {
		t.Error("a null dataset")
	}
	_, err := d.Read()
	wantError(t, "read", err, "read /d in", "it has no elements (its dataspace is null), only the type float32")
	wantError(t, "write", d.Write(1), "write /d in", "it has no elements")
	wantError(t, "attribute", f.Attrs().GetInto("a", new(string)), "it has no value, only the type string")
	wantError(t, "modify", f.Attrs().Modify("a", "x"), "it has no value")
	check(t, f.Attrs().Set("a", "x"))
	check(t, f.Attrs().Set("b", Empty(must[*Type](t)(TypeFor[star]()))))
	if tree := f.String(); !strings.Contains(tree, "d  float32 without elements") || !strings.Contains(tree, "@b = empty struct{id int64;") {
		t.Errorf("tree: %s", tree)
	}
	check(t, f.Close())
	out := h5py3(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r") as f:
    print(f["d"][()], f["d"].shape, f.attrs["a"], f.attrs["b"].dtype.names[0])
`, path)
	if want := "Empty(dtype=dtype('float32')) None x id\n"; out != want && !strings.Contains(out, "None x id") {
		t.Errorf("h5py sees %s", out)
	}
}

func TestAttributesOfAllTypes(t *testing.T) {
	path, f := temporary(t)
	when := time.Date(2026, 3, 1, 12, 30, 0, 250_000_000, time.FixedZone("", 3600))
	values := map[string]any{
		"complex": 1 + 2i, "complexes": []complex64{1, -2i}, "texts": [][]string{{"a", "b"}, {"", "ü"}}, "struct": Record{}, "colour": blue,
		"when": when, "plane": [][]bool{{true}, {false}},
	}
	values["struct"] = stars()[1]
	for name, v := range values {
		check(t, f.Attrs().Set(name, v))
	}
	check(t, f.Attrs().Create("half", []float64{0.5, 2}, Float16))
	check(t, f.Attrs().Create("fixed", []string{"m", "kg"}, FixedText(8)))
	check(t, f.Attrs().Create("reshaped", []int32{1, 2, 3, 4}, Shape{2, 2}, Elements(Int8)))
	check(t, f.Attrs().Create("fill", 7, Shape{3}))
	check(t, f.Attrs().Create("ragged", [][]int16{{1}, {}, {2, 3}}, must[*Type](t)(VlenOf(Int16))))
	check(t, f.Attrs().Create("np", when, must[*Type](t)(DatetimeOf("ms"))))
	wantError(t, "chunks", f.Attrs().Create("bad", 1, Chunks{2}), "a h5.Chunks is for datasets")
	wantError(t, "shape", f.Attrs().Create("bad", []int{1, 2, 3}, Shape{2}), "shape (2) has 2 elements, and the value has 3")

	check(t, f.Attrs().Modify("fixed", []string{"s", "A"}))
	wantError(t, "too long", f.Attrs().Modify("fixed", []string{"s", "much too long"}), `modify attribute "fixed" of / in`, "has room for 8")
	wantError(t, "other shape", f.Attrs().Modify("fixed", []string{"s"}), "have shape (1) and the selection has (2)")
	wantError(t, "does not fit", f.Attrs().Modify("reshaped", [][]int{{1, 2}, {3, 400}}), "400 does not fit int8")
	check(t, f.Attrs().Modify("made", 5))
	check(t, f.Attrs().Rename("made", "renamed"))
	wantError(t, "rename", f.Attrs().Rename("renamed", "half"), `there is an attribute "half" already`)
	wantError(t, "rename", f.Attrs().Rename("no", "x"), "there is no such attribute")
	check(t, f.Close())

	f = must[*File](t)(Open(path))
	defer f.Close()
	a := f.Attrs()
	for name, want := range map[string]any{
		"complex": 1 + 2i, "complexes": []complex64{1, -2i}, "texts": [][]string{{"a", "b"}, {"", "ü"}}, "colour": int8(7),
		"when": "2026-03-01T12:30:00.25+01:00", "half": []float32{0.5, 2}, "fixed": []string{"s", "A"}, "fill": []int64{7, 7, 7}, "ragged": [][]int16{{1}, {}, {2, 3}},
		"np": when.UTC(), "renamed": int64(5),
	} {
		if got := must[any](t)(a.Get(name)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v, want %#v", name, got, want)
		}
	}
	if got := must[[][1]bool](t)(Attr[[][1]bool](f, "plane")); !reflect.DeepEqual(got, [][1]bool{{true}, {false}}) {
		t.Errorf("%v", got)
	}
	if got, ok := must[any](t)(a.Get("plane")).(*nd.Array); !ok || got.DType() != nd.Bool || !slices.Equal(got.Shape(), []int{2, 1}) {
		t.Errorf("%v", got)
	}
	if got := must[star](t)(Attr[star](f, "struct")); !reflect.DeepEqual(got, stars()[1]) {
		t.Errorf("%v", got)
	}
	for _, name := range []string{"when", "np"} {
		if got := must[time.Time](t)(a.Time(name)); !got.Equal(when) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := must[colour](t)(Attr[colour](f, "colour")); got != blue {
		t.Errorf("%v", got)
	}
	if must[*Type](t)(a.Type("half")).String() != "float16" || must[Shape](t)(a.Shape("texts")).String() != "(2, 2)" || must[[3]float64](t)(Attr[[3]float64](f, "fill"))[2] != 7 {
		t.Error("type and shape")
	}
	_, err := a.Time("fixed")
	wantError(t, "no time", err, `get attribute "fixed" of / in`)
	_, err = Attr[int8](f, "fill")
	wantError(t, "shape", err, "too few levels")
	_, err = Attr[string](f, "missing")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	seen := 0
	for name, v := range a.All() {
		if !a.Has(name) || v == nil {
			t.Errorf("%s: %v", name, v)
		}
		seen++
	}
	if seen != a.Len() || seen < 13 {
		t.Errorf("%d of %d attributes", seen, a.Len())
	}
}

func TestTimesAsText(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-03-01T12:30:00Z":      time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC),
		"2026-03-01T12:30:00":       time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC),
		"2026-03-01 12:30:00.5":     time.Date(2026, 3, 1, 12, 30, 0, 5e8, time.UTC),
		"2026-03-01T12:30":          time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC),
		"2026-03-01":                time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		"2026-03-01T12:30:00+02:00": time.Date(2026, 3, 1, 10, 30, 0, 0, time.UTC),
		"20260301T123000Z":          time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC),
	} {
		if got, err := parseTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	_, err := parseTime("yesterday")
	wantError(t, "yesterday", err, "is no time as ISO 8601 writes it")
	for _, unit := range []string{"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns"} {
		u, _ := must[*Type](t)(DatetimeOf(unit)).datetime()
		for _, n := range []int64{0, 1, -1, 100, -100, notATime} {
			at := must[time.Time](t)(u.time(n))
			if back := must[int64](t)(u.number(at)); back != n {
				t.Errorf("%s: %d is %v, which is %d", unit, n, at, back)
			}
		}
	}
}

// Sequences of all lengths, in pieces, chunks and backwards; memory of HDF5 is not
// kept.
func TestSequences(t *testing.T) {
	_, f := temporary(t)
	var all [][]string
	for i := range 300 {
		row := []string{}
		for k := range i % 7 {
			row = append(row, strings.Repeat("é", k*i%50))
		}
		all = append(all, row)
	}
	d := must[*Dataset](t)(f.CreateDataset("d", must[*Type](t)(VlenOf(Text)), Shape{300}, Chunks{32}, Gzip(4)))
	check(t, d.Write(all))
	if got := must[any](t)(d.Value()); !reflect.DeepEqual(got, all) {
		t.Error("other sequences came back")
	}
	want := slices.Clone(all[10:290:290])
	slices.Reverse(want)
	if got := must[[][]string](t)(ReadAs[[][]string](d, "289:9:-1")); !reflect.DeepEqual(got, want) {
		t.Error("backwards")
	}
	if got := must[[]string](t)(ReadAs[[]string](d, 6)); !reflect.DeepEqual(got, all[6]) {
		t.Errorf("%v", got)
	}
	check(t, d.Write([]string{"everywhere"}, "5:8"))
	for i, row := range must[[][]string](t)(ReadAs[[][]string](d, "4:9")) {
		if (i > 0 && i < 4) != (len(row) == 1 && row[0] == "everywhere") {
			t.Errorf("%d: %v", i, row)
		}
	}
	// A value that does not fit, in the middle of what HDF5 has allocated.
	w := must[*Dataset](t)(f.CreateDataset("w", must[*Type](t)(VlenOf(Float64)), Shape{2}))
	check(t, w.Write([][]float64{{1, 2}, {math.Pi}}))
	wantError(t, "does not fit", w.ReadInto(new([][]int8)), "read /w in", "3.141592653589793 does not fit int8")
	texts := must[*Dataset](t)(f.CreateDatasetFrom("texts", [][]string{{"a", "b"}, {"c", "d"}}))
	if got := must[[]string](t)(texts.Strings()); !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("%v", got)
	}
	if got := must[[]string](t)(texts.Strings(":, 1")); !slices.Equal(got, []string{"b", "d"}) {
		t.Errorf("%v", got)
	}
	check(t, texts.Write("x", "0, :"))
	if got := must[any](t)(texts.Value("::-1")); !reflect.DeepEqual(got, [][]string{{"c", "d"}, {"x", "x"}}) {
		t.Errorf("%v", got)
	}
}

// Buffers of every small size, with the collector at work: a pointer that has walked
// past the end of one would point into another object.
func TestSmallBuffersAndTheCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	_, f := temporary(t)
	for n := 1; n < 24; n++ {
		texts := slices.Repeat([]string{"ab"}, n)
		d := must[*Dataset](t)(f.CreateDatasetFrom(fmt.Sprint("fixed ", n), texts, FixedText(2)))
		e := must[*Dataset](t)(f.CreateDatasetFrom(fmt.Sprint("variable ", n), texts))
		for range 20 {
			for _, d := range []*Dataset{d, e} {
				if got := must[any](t)(d.Value()); !reflect.DeepEqual(got, texts) {
					t.Fatalf("%d: %v", n, got)
				}
				check(t, d.Write(texts))
			}
			runtime.GC()
		}
	}
}

// Values without a Go type of their own.
func TestElementsOfAnyType(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", stars()))
	var list []any
	check(t, d.ReadInto(&list, "1:3"))
	if r, ok := list[1].(Record); !ok || len(list) != 2 || r.Get("mass") != stars()[2].Mass {
		t.Errorf("%v", list)
	}
	var value any
	check(t, d.Field("pos").ReadInto(&value))
	if r, ok := value.(*Records); !ok || r.Len() != 5 {
		t.Errorf("%v", value)
	}
	var table *Records
	check(t, d.ReadInto(&table))
	check(t, d.Field("mass").Write([]any{1, 2.5, float32(3), uint8(4), int64(5)}))
	wantError(t, "text", d.Field("mass").Write([]any{1, "2", 3, 4, 5}), "float32 in Go, not with string")
	wantError(t, "nil", d.Field("mass").Write([]any{1, nil, 3, 4, 5}), "nil is no value")
	if a := must[*nd.Array](t)(d.Field("mass").Read()); a.Sum().Item() != 15.5 {
		t.Errorf("%v", a)
	}
	e := must[*Dataset](t)(f.CreateDataset("e", Text, Shape{2}))
	check(t, e.Write([]any{"a", "b"}))
	x := must[*Dataset](t)(f.CreateDatasetFrom("x", []int16{1, 2}))
	check(t, x.ReadInto(&list))
	if !reflect.DeepEqual(list, []any{int16(1), int16(2)}) {
		t.Errorf("%#v", list)
	}
	check(t, x.ReadInto(&value, 1))
	if value != int16(2) {
		t.Errorf("%#v", value)
	}
}

// Arrays of bool and of complex numbers are written and read as they are.
func TestArraysOfBoolAndComplex(t *testing.T) {
	path, f := temporary(t)
	for name, v := range map[string]any{"bool": [][]bool{{true, false}, {false, true}}, "complex64": []complex64{1, 2i}, "complex128": [][]complex128{{1 + 2i}, {-3}}} {
		a := must[*nd.Array](t)(nd.From(v))
		must[*Dataset](t)(f.CreateDatasetFrom("from/"+name, a))
		d := must[*Dataset](t)(f.CreateDataset("made/"+name, a.DType(), Shape(a.Shape())))
		check(t, d.Write(a))
		check(t, d.Write(must[*nd.Array](t)(a.Sel("::-1")), "::-1"))
		check(t, f.Attrs().Set(name, a))
		for _, d := range []*Dataset{d, must[*Dataset](t)(f.Dataset("from/" + name))} {
			back := reflect.New(reflect.TypeOf(v))
			check(t, d.ReadInto(back.Interface()))
			if got := must[*nd.Array](t)(d.Read()); !got.Equal(a) || d.DType() != a.DType() || !reflect.DeepEqual(back.Elem().Interface(), v) {
				t.Errorf("%s: %v %v %v", name, d.DType(), got, back.Elem())
			}
			window := nd.New(a.DType(), a.Shape()...)
			check(t, d.ReadInto(window))
			if !window.Equal(a) {
				t.Errorf("%s: %v", name, window)
			}
		}
	}
	check(t, f.Close())
	out := h5py3(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r") as f:
    print(f["made/bool"].dtype, f["from/bool"][()].tolist(), f.attrs["bool"].tolist())
    print(f["made/complex64"].dtype, f["from/complex64"][()].tolist(), f["made/complex128"].dtype, f.attrs["complex128"].tolist())
`, path)
	if want := "bool [[True, False], [False, True]] [[True, False], [False, True]]\ncomplex64 [(1+0j), 2j] complex128 [[(1+2j)], [(-3+0j)]]\n"; out != want {
		t.Errorf("h5py sees\n%swant\n%s", out, want)
	}
}

// h5py 3 reads big-endian sequences with their bytes swapped; h5dump does not.
func TestBigEndianSequences(t *testing.T) {
	path, f := temporary(t)
	want := [][]int16{{1, -2}, {}, {300}}
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", want, must[*Type](t)(VlenOf(BigEndian(Int16)))))
	if got := must[any](t)(d.Value()); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	check(t, f.Close())
	out := output(t, exec.Command("h5dump", path))
	if !strings.Contains(out, "H5T_VLEN { H5T_STD_I16BE}") || !strings.Contains(out, "(0): (1, -2), (), (300)") {
		t.Errorf("h5dump: %s", out)
	}
}
