package h5

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// python runs a script with h5py, of the interpreter that has it.
func python(t *testing.T, script string, args ...string) string {
	t.Helper()
	var errors bytes.Buffer
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import h5py").Run() != nil {
			continue
		}
		cmd := exec.Command(name, append([]string{"-c", script}, args...)...)
		cmd.Stderr = &errors
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, &errors)
		}
		return string(out)
	}
	t.Fatal("no Python has h5py (apt-get install python3-h5py)")
	return ""
}

func TestFilesOfH5py(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h5py.h5")
	python(t, `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "w") as f:
    for name in "i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 >i4 >f8 f2".split():
        f["types/" + name] = np.arange(24).reshape(2, 3, 4).astype(name)
    f["bool"] = np.array([True, False, True])
    f["scalar"] = 2.5
    f["text"] = "Grüße"
    f["texts"] = ["a", "bb", ""]
    f["fixed"] = np.array([b"ab", b"c"], dtype="S4")
    f["complex"] = np.array([1 + 2j])
    f["null"] = h5py.Empty("f8")
    f.create_dataset("gzip", data=np.arange(10000).reshape(100, 100), chunks=(10, 30), compression="gzip", shuffle=True)
    f.create_dataset("lzf", data=np.arange(100), compression="lzf")
    f.create_dataset("growing", data=np.arange(5.), maxshape=(None,))
    f["soft"] = h5py.SoftLink("/scalar")
    f["dangling"] = h5py.SoftLink("/nothing")
    f["named type"] = np.dtype("f8")
    a = f.attrs
    a["text"] = "Grüße"; a["bytes"] = np.bytes_("abc"); a["texts"] = ["a", "bb"]
    a["int"] = 5; a["float"] = 2.5; a["float32"] = np.float32(1.5); a["floats"] = [1., 2.]; a["bool"] = True
    a["bools"] = np.array([True, False]); a["matrix"] = np.eye(2); a["empty"] = h5py.Empty("f8"); a["big endian"] = np.array([1, 2], dtype=">u2")
`, path)
	f := must[*File](t)(Open(path))
	defer f.Close()
	types := map[string]DType{"i1": Int8, "i2": Int16, "i4": Int32, "i8": Int64, "u1": Uint8, "u2": Uint16, "u4": Uint32, "u8": Uint64, "f4": Float32, "f8": Float64, ">i4": Int32, ">f8": Float64, "f2": Float32}
	for name, dtype := range types {
		d := must[*Dataset](t)(f.Dataset("types/" + name))
		a := must[*nd.Array](t)(d.Read())
		if a.DType() != dtype || !slices.Equal(a.Shape(), []int{2, 3, 4}) || a.At(1, 2, 3) != 23 || a.Sum().Item() != 276 {
			t.Errorf("%s: %v %v", name, a.DType(), a)
		}
	}
	for name, want := range map[string]string{"bool": "[ True False  True]", "scalar": "2.5", "growing": "[0. 1. 2. 3. 4.]", "soft": "2.5"} {
		d := must[*Dataset](t)(f.Dataset(name))
		if got := must[*nd.Array](t)(d.Read()).String(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	gzip := must[*Dataset](t)(f.Dataset("gzip"))
	if a := must[*nd.Array](t)(gzip.At("::-7, 5:80:3")); a.At(2, 4) != 8517 || !slices.Equal(gzip.Chunks(), []int{10, 30}) {
		t.Errorf("gzip: %v %v", a.At(2, 4), gzip.Chunks())
	}
	for name, want := range map[string][]string{"text": {"Grüße"}, "texts": {"a", "bb", ""}, "fixed": {"ab", "c"}} {
		d := must[*Dataset](t)(f.Dataset(name))
		if got := must[[]string](t)(d.Strings()); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
		_, err := d.Read()
		wantError(t, name, err, "it holds elements of the type string", "not numbers")
	}
	if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("complex")).Read()); got.DType() != nd.Complex128 || got.Len() != 1 {
		t.Errorf("complex: %v", got)
	}
	for name, says := range map[string]string{"texts": "elements of the type string", "null": "it has no elements"} {
		d := must[*Dataset](t)(f.Dataset(name))
		_, err := d.Read()
		wantError(t, name, err, says)
		wantError(t, name, d.ReadInto(new([]float64)), says)
	}
	lzf := must[*Dataset](t)(f.Dataset("lzf"))
	if a := must[*nd.Array](t)(lzf.Read()); a.Sum().Item() != 4950 {
		t.Errorf("lzf: %v", a)
	}
	_, err := f.Dataset("dangling")
	wantError(t, "dangling link", err, "a link to something that is not there")
	if f.Has("dangling") || !f.Has("soft") {
		t.Error("links")
	}
	if _, ok := must[Node](t)(f.Get("named type")).(*NamedType); !ok {
		t.Error("a named type is no NamedType")
	}
	for name, want := range map[string]any{
		"text": "Grüße", "bytes": "abc", "texts": []string{"a", "bb"}, "int": int64(5), "float": 2.5, "float32": float32(1.5),
		"floats": []float64{1, 2}, "bool": true, "bools": []bool{true, false}, "empty": Empty(Float64), "big endian": []uint16{1, 2},
	} {
		if got := must[any](t)(f.Attrs().Get(name)); !reflect.DeepEqual(got, want) {
			t.Errorf("attribute %s: %#v", name, got)
		}
	}
	if text := f.String(); !strings.Contains(text, "dangling    -> /nothing, which is not there") {
		t.Errorf("tree: %s", text)
	}
}

func TestFilesForH5py(t *testing.T) {
	path, f := temporary(t)
	values := nd.New(Float64, 2, 3, 4)
	for i := range must[[]float64](t)(nd.Data[float64](values)) {
		must[[]float64](t)(nd.Data[float64](values))[i] = float64(i)
	}
	for dtype := Int8; dtype <= Float64; dtype++ {
		must[*Dataset](t)(f.CreateDatasetFrom("types/"+dtype.String(), values.Convert(dtype)))
	}
	d := must[*Dataset](t)(f.CreateDataset("gzip", Int32, Shape{42}, Chunks{6}, Shuffle, Gzip(4)))
	for i := range 42 {
		check(t, d.Write(i*i, i))
	}
	must[*Dataset](t)(f.CreateDataset("fill", Int32, Shape{2}, Fill(7)))
	must[*Dataset](t)(f.CreateDatasetFrom("größe", 2.5))
	a := d.Attrs()
	for name, v := range map[string]any{"text": "Grüße", "texts": []string{"a", "bb"}, "int": 5, "float": 2.5, "floats": []float32{1, 2}, "bool": true, "bools": []bool{true, false}} {
		check(t, a.Set(name, v))
	}
	check(t, f.Close())
	out := python(t, `
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "r") as f:
    for name in f["types"]:
        d = f["types"][name]
        assert d.dtype == np.dtype(name) and d.shape == (2, 3, 4) and (d[...].ravel() == np.arange(24)).all(), name
    d = f["gzip"]
    assert d.chunks == (6,) and d.compression == "gzip" and d.compression_opts == 4 and d.shuffle and (d[:] == np.arange(42)**2).all()
    assert (f["fill"][:] == 7).all() and f["größe"][()] == 2.5
    print(sorted((k, v if np.isscalar(v) else list(v)) for k, v in d.attrs.items()))
`, path)
	if want := "[('bool', True), ('bools', [True, False]), ('float', 2.5), ('floats', [1.0, 2.0]), ('int', 5), ('text', 'Grüße'), ('texts', ['a', 'bb'])]\n"; out != want {
		t.Errorf("h5py sees\n%s\nwant\n%s", out, want)
	}
}

func TestH5dumpSeesStandardTypes(t *testing.T) {
	path, f := temporary(t)
	want := map[DType]string{
		Int8: "H5T_STD_I8LE", Int16: "H5T_STD_I16LE", Int32: "H5T_STD_I32LE", Int64: "H5T_STD_I64LE",
		Uint8: "H5T_STD_U8LE", Uint16: "H5T_STD_U16LE", Uint32: "H5T_STD_U32LE", Uint64: "H5T_STD_U64LE",
		Float32: "H5T_IEEE_F32LE", Float64: "H5T_IEEE_F64LE",
	}
	for dtype := range want {
		must[*Dataset](t)(f.CreateDataset(dtype.String(), dtype, Shape{2}))
	}
	check(t, f.Close())
	for dtype, name := range want {
		out := output(t, exec.Command("h5dump", "-H", "-d", dtype.String(), path))
		if !strings.Contains(out, fmt.Sprintf("DATATYPE  %s\n", name)) {
			t.Errorf("%v: %s", dtype, out)
		}
	}
}
