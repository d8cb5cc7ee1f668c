package h5

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// crossTypes are the types that files are exchanged in with h5py, as one asks for them
// here, by the names of testdata/elements.py.
func crossTypes(t *testing.T) map[string]*Type {
	of := must[*Type](t)
	number := func(d DType) *Type { return of(typeOf(d)) }
	types := map[string]*Type{
		"f2": Float16, "f2be": BigEndian(Float16), "bfloat16": BFloat16,
		"c8": Complex64, "c16": Complex128, "c8be": BigEndian(Complex64), "c16be": BigEndian(Complex128),
		"bool": Bool, "opaque5": of(OpaqueOf(5, "")), "opaque tag": of(OpaqueOf(4, "four bytes")),
		"S5": FixedASCII(5, NullPad), "utf8 5": FixedText(5), "text": Text, "ascii text": ASCII,
		"text null-terminated": FixedASCII(6, NullTerm), "text space-padded": FixedASCII(6, SpacePad),
		"enum i2": of(EnumOf(map[string]int16{"RED": 0, "GREEN": 1, "BLUE": 42})), "enum u8": of(EnumOf(map[string]uint64{"RED": 0, "GREEN": 1, "BLUE": 42})),
		"enum i4be":  BigEndian(of(EnumOf(map[string]int32{"RED": 0, "GREEN": 1, "BLUE": 42}))),
		"bits 8 LE":  of(Bitfield(8)),
		"bits 32 BE": BigEndian(of(Bitfield(32))), "bits 64 LE": of(Bitfield(64)),
		"int 10 in 2 signed LE": of(IntegerOf(2, 10, true)),
		"array i4 3":            of(TypeFor[[3]int32]()), "array be f8 2x3": BigEndian(of(TypeFor[[2][3]float64]())), "array bool 4": of(TypeFor[[4]bool]()), "array c8 2": of(TypeFor[[2]complex64]()),
		"vlen i4": of(TypeFor[[]int32]()), "vlen f8": of(TypeFor[[]float64]()), "vlen bool": of(TypeFor[[]bool]()), "vlen c16": of(TypeFor[[]complex128]()),
		"M8 us": of(DatetimeOf("us")), "m8 s": of(OpaqueOf(8, "NUMPY:<m8[s]")),
		"compound": of(TypeFor[struct {
			X float64 `h5:"x"`
			N int32   `h5:"n"`
		}]()),
		"compound be": of(CompoundOf(Field{Name: "x", Type: BigEndian(Float64)}, Field{Name: "n", Type: BigEndian(Int16)}, Field{Name: "m", Type: number(Int64)})),
		"compound nested": of(CompoundOf(Field{Name: "id", Type: number(Int64)},
			Field{Name: "pos", Type: of(CompoundOf(Field{Name: "x", Type: number(Float32)}, Field{Name: "y", Type: number(Float32)},
				Field{Name: "in", Type: of(CompoundOf(Field{Name: "k", Type: number(Uint8)}, Field{Name: "l", Type: BigEndian(Int32)}))}))},
			Field{Name: "w", Type: Float16})),
		"compound arrays": of(TypeFor[struct {
			P [3]float64  `h5:"p"`
			M [2][2]int32 `h5:"m"`
			E bool        `h5:"e"`
		}]()),
		"compound fixed text": of(CompoundOf(Field{Name: "id", Type: number(Int32)}, Field{Name: "name", Type: FixedASCII(7, NullPad)}, Field{Name: "tag", Type: FixedText(4)})),
		"compound text": of(TypeFor[struct {
			Name string  `h5:"name"`
			X    float64 `h5:"x"`
		}]()),
		"compound vlen": of(TypeFor[struct {
			ID   int32     `h5:"id"`
			Path []float32 `h5:"path"`
		}]()),
		"compound ref": of(TypeFor[struct {
			R Ref     `h5:"r"`
			X float64 `h5:"x"`
		}]()),
		"reference": ObjectRef, "region": DatasetRegion,
	}
	for d := Int8; d <= Float64; d++ {
		name := fmt.Sprintf("%c%d", d.String()[0], d.Size())
		types[name] = number(d)
		if d.Size() > 1 {
			types[name+"be"] = BigEndian(d)
		}
	}
	return types
}

// A crossForm is a way to store a dataset, asked for as here; testdata/cross.py asks
// h5py for the same.
type crossForm struct {
	shape   Shape
	options []DatasetOption
	takes   func(t *Type) bool // nil takes all types
}

var (
	cut23      = Chunks{2, 3}
	crossForms = map[string]crossForm{
		"scalar":                   {shape: Shape{}},
		"null":                     {},
		"none":                     {shape: Shape{0}},
		"contiguous":               {shape: Shape{2, 3}},
		"compact":                  {Shape{2, 3}, []DatasetOption{Compact}, nil},
		"chunks":                   {Shape{5, 4}, []DatasetOption{cut23}, nil},
		"resizable":                {Shape{3, 2}, []DatasetOption{Chunks{2, 2}, MaxShape{Unlimited, 10}}, nil},
		"external":                 {Shape{2, 3}, nil, fixedBytes},
		"virtual":                  {Shape{2, 3}, nil, ofNumPy},
		"fill":                     {Shape{5, 4}, []DatasetOption{cut23}, func(t *Type) bool { return ofNumPy(t) && plainNumber(t) }},
		"gzip":                     {Shape{5, 4}, []DatasetOption{cut23, Gzip(6)}, nil},
		"shuffle":                  {Shape{5, 4}, []DatasetOption{cut23, Shuffle}, nil},
		"fletcher32":               {Shape{5, 4}, []DatasetOption{cut23, Fletcher32}, fixedBytes},
		"lzf":                      {Shape{5, 4}, []DatasetOption{cut23, Lzf}, nil},
		"szip":                     {Shape{5, 4}, []DatasetOption{Chunks{4, 4}, Szip(NearestNeighbour, 8)}, plainNumber},
		"scaleoffset":              {Shape{5, 4}, []DatasetOption{cut23, ScaleOffset(0)}, plainInteger},
		"scaleoffset of floats":    {Shape{5, 4}, []DatasetOption{cut23, ScaleOffset(2)}, func(t *Type) bool { return plainNumber(t) && t.Class() == ClassFloat && t.Size() > 2 }},
		"scaleoffset shuffle gzip": {Shape{5, 4}, []DatasetOption{cut23, ScaleOffset(0), Shuffle, Gzip(1)}, plainInteger},
		"nbit":                     {Shape{5, 4}, []DatasetOption{cut23, NBit}, fixedBytes},
		"nbit gzip":                {Shape{5, 4}, []DatasetOption{cut23, NBit, Gzip(9)}, fixedBytes},
		"shuffle gzip fletcher32":  {Shape{5, 4}, []DatasetOption{Chunks{5, 4}, Shuffle, Gzip(4), Fletcher32}, fixedBytes},
		"shuffle lzf resizable":    {Shape{5, 4}, []DatasetOption{Chunks{4, 2}, Shuffle, Lzf, MaxShape{5, Unlimited}}, nil},
	}
)

// fixedBytes reports whether elements are what is stored, and no addresses in the file.
func fixedBytes(t *Type) bool {
	for _, f := range t.Fields() {
		if !fixedBytes(f.Type) {
			return false
		}
	}
	return !t.Variable() && t.Class() != ClassReference && (t.Class() != ClassArray || fixedBytes(t.Base()))
}

// plainNumber reports whether an element is one number that HDF5 and NumPy both have.
func plainNumber(t *Type) bool {
	return t.Precision() == 8*t.Size() && (t.Class() == ClassInteger || t.Class() == ClassFloat && !t.Equal(BFloat16))
}

func plainInteger(t *Type) bool { return plainNumber(t) && t.Class() == ClassInteger }

// ofNumPy reports whether NumPy has a type for it: the high-level calls of h5py need
// one.
func ofNumPy(t *Type) bool {
	switch t.Class() {
	case ClassBitfield:
		return false
	case ClassOpaque:
		return t.Tag() != "four bytes"
	case ClassString:
		return t.Variable() || t.Padding() == NullPad
	case ClassInteger, ClassFloat:
		return plainNumber(t)
	}
	return true
}

// crossExpectation is what testdata/cross.py says is in a file.
type crossExpectation struct {
	Shape     []int `json:"shape"`
	Values    []any `json:"values"`
	Attribute []any `json:"attribute"`
	Chunks    []int `json:"chunks"`
	MaxShape  []int `json:"maxshape"`
	Layout    Layout
	Filters   []AppliedFilter
	Fill      any
	External  [][3]any
	Virtual   [][]any
}

// h5py and this package exchange files of each type in each form, and all agree on
// what is in them: values bit by bit, types, shapes, chunks, filters and the rest.
func TestExchangeWithH5py(t *testing.T) {
	theirs, ours := t.TempDir(), t.TempDir()
	types := crossTypes(t)
	var cases [][2]string
	for kind, typ := range types {
		for form, f := range crossForms {
			if form == "szip" && !must[Filter](t)(FindFilter(filterSzip)).Encode {
				continue
			}
			if f.takes == nil || f.takes(typ) {
				cases = append(cases, [2]string{kind, form})
			}
		}
	}
	slices.SortFunc(cases, func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	check(t, os.WriteFile(filepath.Join(theirs, "cases.json"), must[[]byte](t)(json.Marshal(cases)), 0o644))
	h5py3(t, "cross.py", "write", theirs)
	var expected map[string]crossExpectation
	check(t, json.Unmarshal(must[[]byte](t)(os.ReadFile(filepath.Join(theirs, "expected.json"))), &expected))

	read := 0
	var names []string
	for _, c := range cases {
		name := c[0] + ", " + c[1]
		names = append(names, name)
		if exchange(t, name, types[c[0]], c[1], theirs, ours, expected[name]) {
			read++
		}
	}
	out := h5py3(t, "cross.py", "check", ours, theirs)
	var written int
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if _, err := fmt.Sscanf(lines[len(lines)-1], "%d right", &written); err != nil || written != len(cases) {
		t.Errorf("h5py does not see what was written:\n%.6000s", out)
	}
	t.Logf("%d files of h5py are read right, %d files written here are read right by h5py, of %d", read, written, len(cases))
	if read < 200 || written < 200 || read != len(cases) {
		t.Errorf("%d and %d of %d", read, written, len(cases))
	}
	// The tools have no LZF.
	toolsAgree(t, expected, slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, "lzf") }), theirs, ours)
}

// exchange reads a file of h5py, compares all that is in it, and writes another with
// the same. It reports whether everything was right.
func exchange(t *testing.T, name string, typ *Type, form, theirs, ours string, want crossExpectation) bool {
	t.Helper()
	right := true
	wrong := func(format string, values ...any) {
		t.Helper()
		t.Errorf("%s: "+format, append([]any{name}, values...)...)
		right = false
	}
	f := must[*File](t)(Open(filepath.Join(theirs, name+".h5")))
	defer f.Close()
	d := must[*Dataset](t)(f.OpenDataset("d", ExternalPrefix("${ORIGIN}")))
	value, err := d.Value()
	if err != nil {
		wrong("%v", err)
		return false
	}
	attribute, err := d.Attrs().Get("a")
	if err != nil {
		wrong("%v", err)
		return false
	}
	storedAs, shape := must[*Type](t)(d.Attrs().Type("a")), must[Shape](t)(d.Attrs().Shape("a"))
	if !d.Type().Equal(typ) || !storedAs.Equal(typ) {
		wrong("the types are %v and %v, not %v", d.Type(), storedAs, typ)
	}
	if form == "null" {
		_, ok := attribute.(Null)
		if _, too := value.(Null); !ok || !too || !d.IsNull() {
			wrong("it holds %v and %v, and not nothing", value, attribute)
		}
	} else {
		for what, got := range map[string]expectation{"values": contents(t, f, value, d.Shape(), typ), "attribute": contents(t, f, attribute, shape, typ)} {
			values := map[string][]any{"values": want.Values, "attribute": want.Attribute}[what]
			if !reflect.DeepEqual(got, expectation{want.Shape, values}) {
				wrong("%s: %v, want %v %v", what, got, want.Shape, values)
			}
		}
	}
	compareStorage(t, d, want, wrong)
	if err := writeForm(t, name, typ, d, form, value, attribute, ours); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return right
}

// compareStorage compares what h5py says about the storage of a dataset.
func compareStorage(t *testing.T, d *Dataset, want crossExpectation, wrong func(format string, values ...any)) {
	t.Helper()
	if !slices.Equal(d.Chunks(), want.Chunks) || !slices.Equal(d.MaxShape(), want.MaxShape) || d.Layout() != want.Layout {
		wrong("chunks %v, largest shape %v, %s; want %v, %v, %s", d.Chunks(), d.MaxShape(), d.Layout(), want.Chunks, want.MaxShape, want.Layout)
	}
	filters := d.Filters()
	for i := range filters {
		filters[i].Name = ""
	}
	if len(filters)+len(want.Filters) > 0 && fmt.Sprint(filters) != fmt.Sprint(want.Filters) {
		wrong("filters %v, want %v", filters, want.Filters)
	}
	if want.Fill != nil {
		fill := must[*nd.Array](t)(d.FillValue())
		if got := contents(t, d.file, fill, nil, d.Type()); !reflect.DeepEqual(got.Values, []any{want.Fill}) {
			wrong("the fill value is %v, want %v", got.Values, want.Fill)
		}
	}
	var external [][3]any
	for _, e := range must[[]ExternalFile](t)(d.External()) {
		size := float64(e.Size)
		if e.Size == 0 {
			size = -1
		}
		external = append(external, [3]any{e.Name, float64(e.Offset), size})
	}
	if fmt.Sprint(external) != fmt.Sprint(want.External) {
		wrong("external files %v, want %v", external, want.External)
	}
	var virtual [][]any
	for _, m := range must[[]VirtualMapping](t)(d.VirtualSources()) {
		first, last := []any{}, []any{}
		for _, s := range m.Region {
			first, last = append(first, s.Start), append(last, s.Start+s.Count-1)
		}
		virtual = append(virtual, []any{m.File, m.Dataset, []any{first, last}})
	}
	if fmt.Sprint(virtual) != fmt.Sprint(want.Virtual) {
		wrong("virtual sources %v, want %v", virtual, want.Virtual)
	}
}

// writeForm writes a file with the elements of a dataset in a form.
func writeForm(t *testing.T, name string, typ *Type, from *Dataset, form string, value, attribute any, folder string) error {
	g, err := Create(filepath.Join(folder, name+".h5"))
	if err != nil {
		return err
	}
	defer g.Close()
	shape := crossForms[form].shape
	value, attribute = referTo(t, g, typ, value, shape), referTo(t, g, typ, attribute, shape)
	options := append([]DatasetOption{shape}, crossForms[form].options...)
	var d *Dataset
	switch form {
	case "null":
		d, err = g.CreateDatasetFrom("d", Empty(typ))
	case "virtual":
		layout := NewVirtualLayout(typ, shape)
		for i := range shape[0] {
			part := fmt.Sprint("part", i)
			row := referTo(t, g, typ, must[any](t)(from.Value(i)), shape[1:])
			if _, err := g.CreateDatasetFrom(part, row, typ, shape[1:]); err != nil {
				return err
			}
			if err := layout.Map(NewVirtualSource(".", part, shape[1:]), i); err != nil {
				return err
			}
		}
		d, err = g.CreateVirtualDataset("d", layout)
	case "fill":
		fill := map[Class]any{ClassInteger: 42, ClassFloat: -1.5}[typ.Class()]
		if d, err = g.CreateDataset("d", typ, append(options, FillWith(fill))...); err == nil {
			err = d.Write(must[any](t)(from.Value("0:2")), "0:2")
		}
	case "external":
		options = append(options, External(ExternalFile{name + ".a", 4, 24}, ExternalFile{Name: name + ".b"}), ExternalPrefix("${ORIGIN}"))
		fallthrough
	default:
		if d, err = g.CreateDataset("d", typ, options...); err == nil {
			err = d.Write(value)
		}
	}
	if err == nil && form == "null" {
		err = d.Attrs().Set("a", Empty(typ))
	} else if err == nil {
		err = d.Attrs().Create("a", attribute, typ, shape)
	}
	if err != nil {
		return err
	}
	return g.Close()
}

// referTo replaces the references of another file in a value by those that
// testdata/cross.py makes: to the root group, and to regions of a dataset.
func referTo(t *testing.T, g *File, typ *Type, value any, shape Shape) any {
	if typ.Class() != ClassReference && !strings.Contains(typ.String(), "reference") {
		return value
	}
	if !typ.Region() {
		return turnedTo(value, must[Ref](t)(g.Ref()))
	}
	target := must[*Dataset](t)(g.RequireDataset("target", Int32, Shape{4, 5}))
	if _, none := value.(Null); none {
		return value
	}
	refs := make([]RegionRef, product(shape))
	for i := range refs {
		refs[i] = must[RegionRef](t)(target.RegionRef([]any{"1:3, ::2", ":, 4", "..."}[i%3]))
	}
	if len(shape) == 0 {
		return refs[0]
	}
	return nested(reflect.ValueOf(refs), shape).Interface()
}

// address is what h5dump shows of a reference to an object, beside its name.
var address = regexp.MustCompile(`(GROUP|DATASET) \d+ `)

// toolsAgree makes sure that h5dump and h5diff see the same in the files of h5py and
// in those written here.
func toolsAgree(t *testing.T, expected map[string]crossExpectation, names []string, theirs, ours string) {
	t.Helper()
	dumps := map[string]map[string]string{}
	for _, folder := range []string{theirs, ours} {
		dumps[folder] = map[string]string{}
		// All in one call, of which each file is a part.
		cmd := exec.Command("h5dump")
		for _, name := range names {
			cmd.Args = append(cmd.Args, name+".h5")
		}
		cmd.Dir, cmd.Env = folder, append(os.Environ(), "HDF5_EXTFILE_PREFIX=${ORIGIN}")
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("h5dump in %s: %v", folder, err)
		}
		for _, part := range strings.Split(string(out), "HDF5 \"")[1:] {
			name, rest, _ := strings.Cut(part, ".h5\" {\n")
			dumps[folder][name] = address.ReplaceAllString(rest, "$1 ")
		}
	}
	for _, name := range names {
		x, y := dumps[theirs][name], dumps[ours][name]
		if strings.HasPrefix(name, "enum") {
			// Names come in any order.
			x, y = sortedLines(x), sortedLines(y)
		}
		if x != y || y == "" {
			t.Errorf("%s: h5dump shows\n%s\nof h5py's file\n%s", name, y, x)
		}
		// Of integers, what the text says is known as well.
		if (name[0] == 'i' || name[0] == 'u') && !incomparable(name) && !strings.HasPrefix(name, "utf8") {
			if got := dumped(y); !slices.Equal(got, expected[name].Values) {
				t.Errorf("%s: h5dump shows %v, not %v", name, got, expected[name].Values)
			}
		}
		cmd := exec.Command("h5diff", filepath.Join(theirs, name+".h5"), filepath.Join(ours, name+".h5"))
		cmd.Env = append(os.Environ(), "HDF5_EXTFILE_PREFIX=${ORIGIN}")
		if out, err := cmd.CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 && !incomparable(name) {
			t.Errorf("%s: h5diff: %v %s", name, err, out)
		}
	}
}

func sortedLines(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// incomparable reports whether h5diff says that it cannot compare what is in a file: no
// elements, or references.
func incomparable(name string) bool {
	kind, form, _ := strings.Cut(name, ", ")
	return form == "null" || form == "none" || slices.Contains([]string{"reference", "compound ref", "region"}, kind)
}

// dumped returns the integers that h5dump shows of a dataset, in the form of
// testdata/elements.py.
func dumped(dump string) []any {
	var all []any
	_, data, _ := strings.Cut(dump, "DATA {\n")
	data, _, _ = strings.Cut(data, "}")
	for _, line := range strings.Split(data, "\n") {
		_, row, _ := strings.Cut(line, ": ")
		for _, number := range strings.FieldsFunc(row, func(r rune) bool { return r == ',' || r == ' ' }) {
			all = append(all, "i"+number)
		}
	}
	return all
}
