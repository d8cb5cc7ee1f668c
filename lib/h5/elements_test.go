package h5

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/lib/nd"
)

// h5py3 runs a script, of testdata or given as text, with the h5py of .venv (or
// $GALAGO_PYTHON), which is newer than the one of the system.
func h5py3(t *testing.T, script string, args ...string) string {
	t.Helper()
	program := os.Getenv("GALAGO_PYTHON")
	if program == "" {
		program = filepath.Join("..", "..", ".venv", "bin", "python")
		if _, err := os.Stat(program); err != nil {
			t.Fatal("no Python with h5py 3: set GALAGO_PYTHON, or make .venv with \"make test\"")
		}
	}
	var errors bytes.Buffer
	words := []string{filepath.Join("testdata", script)}
	if !strings.HasSuffix(script, ".py") {
		words = []string{"-c", script}
	}
	cmd := exec.Command(program, append(words, args...)...)
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s%s", script, args, err, out, &errors)
	}
	return string(out)
}

// expectation is what testdata/elements.py says is in a dataset.
type expectation struct {
	Shape  []int `json:"shape"`
	Values []any `json:"values"`
}

// canonical brings an element to the form of testdata/elements.py.
func canonical(t *testing.T, f *File, v reflect.Value, typ *Type) any {
	switch x := v.Interface().(type) {
	case time.Time:
		return fmt.Sprint("t", x.UnixNano())
	case time.Duration:
		return fmt.Sprint("t", x.Nanoseconds())
	case Ref:
		if x.IsNull() {
			return "r"
		}
		return "r" + must[Node](t)(f.Deref(x)).ObjectPath()
	case RegionRef:
		r := must[*Region](t)(f.DerefRegion(x))
		first, last := []string{}, []string{}
		for _, s := range must[nd.Region](t)(r.Bounds().Resolve(r.Dataset.Shape())) {
			first, last = append(first, fmt.Sprint(s.Start)), append(last, fmt.Sprint(s.Start+s.Count-1))
		}
		return fmt.Sprintf("g%s [%s] [%s] %d", r.Dataset.ObjectPath(), strings.Join(first, ", "), strings.Join(last, ", "), r.Len)
	case Record:
		m := map[string]any{}
		for _, field := range typ.Fields() {
			m[field.Name] = canonical(t, f, reflect.ValueOf(x.Get(field.Name)), field.Type)
		}
		return m
	}
	bits := func(x float64) string { return fmt.Sprintf("%016x", math.Float64bits(x)) }
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return "b1"
		}
		return "b0"
	case reflect.String:
		return "s" + v.String()
	case reflect.Complex64, reflect.Complex128:
		return "c" + bits(real(v.Complex())) + bits(imag(v.Complex()))
	case reflect.Float32, reflect.Float64:
		return "f" + bits(v.Float())
	case reflect.Slice, reflect.Array:
		if typ.Class() == ClassOpaque {
			return "x" + hex.EncodeToString(v.Bytes())
		}
		inner := typ.Base()
		if typ.Class() == ClassArray && len(typ.dims) > 1 {
			inner = &Type{class: ClassArray, dims: typ.dims[1:], base: typ.base}
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = canonical(t, f, v.Index(i), inner)
		}
		return list
	}
	return fmt.Sprint("i", v)
}

// contents brings what Value and Get return to the form of testdata/elements.py.
func contents(t *testing.T, f *File, value any, shape []int, typ *Type) expectation {
	t.Helper()
	e := expectation{Shape: append([]int{}, shape...), Values: []any{}}
	n := product(shape)
	if a, ok := value.(*nd.Array); ok {
		// Arrays of arrays of numbers are one array with more axes.
		_, dims := typ.numbersOf()
		element := goNumbers[a.DType()]
		for _, k := range slices.Backward(dims) {
			element = reflect.ArrayOf(k, element)
		}
		flat := must[*nd.Array](t)(a.Contiguous().Reshape(append([]int{n}, dims...)...))
		list := reflect.New(reflect.SliceOf(element))
		check(t, flat.CopyTo(list.Interface()))
		value = list.Elem().Interface()
		shape = []int{n}
	}
	if r, ok := value.(*Records); ok {
		value, shape = r.list(), []int{n}
	}
	var walk func(v reflect.Value, axes int)
	walk = func(v reflect.Value, axes int) {
		if axes == 0 {
			e.Values = append(e.Values, canonical(t, f, v, typ))
			return
		}
		for i := range v.Len() {
			walk(v.Index(i), axes-1)
		}
	}
	walk(reflect.ValueOf(value), len(shape))
	return e
}

// Every type that h5py writes, in several shapes and layouts, is read right as a
// dataset and as an attribute; written again by its description, h5py reads it
// right, and h5dump and h5diff see no difference.
func TestElementsOfH5py(t *testing.T) {
	theirs, ours := t.TempDir(), t.TempDir()
	h5py3(t, "elements.py", "write", theirs)
	text := must[[]byte](t)(os.ReadFile(filepath.Join(theirs, "expected.json")))
	var expected map[string]expectation
	check(t, json.Unmarshal(text, &expected))
	if len(expected) < 300 {
		t.Fatalf("only %d files", len(expected))
	}
	for name, want := range expected {
		copyElements(t, name, filepath.Join(theirs, name+".h5"), filepath.Join(ours, name+".h5"), want)
	}
	check(t, os.WriteFile(filepath.Join(ours, "expected.json"), text, 0o644))
	if out, want := h5py3(t, "elements.py", "check", ours), fmt.Sprintln(len(expected), "right"); out != want {
		t.Errorf("h5py does not see what was written:\n%.5000s", out)
	}
	for name := range expected {
		a, b := filepath.Join(theirs, name+".h5"), filepath.Join(ours, name+".h5")
		switch {
		case strings.HasSuffix(name, ", line"):
			x, y := output(t, exec.Command("h5dump", "-H", a)), output(t, exec.Command("h5dump", "-H", b))
			if strings.ReplaceAll(x, a, b) != y {
				t.Errorf("%s: h5dump sees\n%s\nof h5py's\n%s", name, y, x)
			}
		case strings.HasSuffix(name, ", plane") && !strings.HasPrefix(name, "text") && !strings.Contains(name, "reference") && !strings.Contains(name, " ref"):
			if out, err := exec.Command("h5diff", a, b).CombinedOutput(); err != nil {
				t.Errorf("%s: h5diff: %v %s", name, err, out)
			}
		}
	}
}

// copyElements reads a file, compares it, and writes another with the same.
func copyElements(t *testing.T, name, from, to string, want expectation) {
	f := must[*File](t)(Open(from))
	defer f.Close()
	g := must[*File](t)(Create(to))
	defer g.Close()
	d := must[*Dataset](t)(f.Dataset("d"))
	value, err := d.Value()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if got := contents(t, f, value, d.Shape(), d.Type()); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: the dataset holds %v, read as %T, want %v", name, got, value, want)
	}
	typ := must[*Type](t)(f.Attrs().Type("a"))
	shape := must[Shape](t)(f.Attrs().Shape("a"))
	attribute, err := f.Attrs().Get("a")
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	got := contents(t, f, attribute, shape, typ)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: the attribute is %v, read as %T, want %v", name, got, attribute, want)
	}
	// References are those of another file.
	if strings.Contains(name, "ref") {
		ref := must[Ref](t)(g.Ref())
		value, attribute = turnedTo(value, ref), turnedTo(attribute, ref)
	}
	copied, err := g.CreateDataset("d", d.Type(), d.Shape())
	if err == nil {
		err = copied.Write(value)
	}
	if err == nil {
		err = g.Attrs().Create("a", attribute, typ, shape)
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	check(t, g.Close())
}

// turnedTo replaces all references in a value.
func turnedTo(value any, ref Ref) any {
	switch v := value.(type) {
	case Ref:
		return ref
	case []Ref:
		return slices.Repeat([]Ref{ref}, len(v))
	case [][]Ref:
		for i := range v {
			v[i] = slices.Repeat([]Ref{ref}, len(v[i]))
		}
	case Record:
		for i := range v.values {
			v.values[i] = turnedTo(v.values[i], ref)
		}
	case *Records:
		for _, c := range v.columns {
			if refs, ok := c.Interface().([]Ref); ok {
				for i := range refs {
					refs[i] = ref
				}
			}
		}
	}
	return value
}
