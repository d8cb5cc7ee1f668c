package ddl

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/h5"
)

// python runs a script with h5py, numpy and the path of a file.
func python(t *testing.T, path, script string) {
	t.Helper()
	venv, _ := filepath.Abs("../../../.venv/bin/python")
	for _, name := range []string{os.Getenv("GALAGO_PYTHON"), venv, "python3"} {
		if name == "" || exec.Command(name, "-c", "import h5py").Run() != nil {
			continue
		}
		if out, err := exec.Command(name, "-c", "import sys, h5py, numpy as np\nf = h5py.File(sys.argv[1], 'w')\n"+script+"\nf.close()", path).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	t.Fatal("no Python has h5py: set GALAGO_PYTHON, or make .venv with \"make test\"")
}

func dumped(t *testing.T, path, object string, o Options) string {
	t.Helper()
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var node h5.Node = f
	if object != "" {
		if node, err = f.Get(object); err != nil {
			t.Fatal(err)
		}
	}
	var text bytes.Buffer
	if err := Write(&text, node, o); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func h5dump(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("h5dump", args...).Output()
	if err != nil {
		t.Fatalf("h5dump %v: %v", args, err)
	}
	return string(out)
}

// same compares texts, and shows the first lines that differ.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("%s: line %d is\n%s\nand h5dump writes\n%s", what, i+1, a[i], b[i])
			return
		}
	}
	t.Errorf("%s: %d lines and h5dump writes %d", what, len(a), len(b))
}

const things = `
rng = np.random.default_rng(0)
f["text"] = ["a\nb", "tab\t", 'q"q', "back\\", "", "x" * 100]
f["fixed"] = np.array([b"ab", b"c"], dtype="S4")
f["long"] = np.arange(100000, 100060)
f["numbers"] = rng.normal(size=(7, 3, 11)) * 10.0 ** rng.integers(-12, 12, (7, 3, 11))
f["singles"] = (rng.normal(size=(5, 13)) * 10.0 ** rng.integers(-12, 12, (5, 13))).astype("f4")
f["special"] = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300, 1e5, 1e6, 123456.7, 1e-5, 100000, 1234567, 5e-324])
f["half"] = np.arange(3, dtype="f2")
for t in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">i4", ">u8", ">f4", ">f8"]:
    f["n/" + t.replace(">", "be")] = (np.array([[0, 1, 100], [-1, 7, 50]]) * 1.0).astype("i8").astype(t)
f["u"] = np.array([2**64 - 1, 0], "u8")
f["bool"] = np.array([True, False]); f["enum"] = np.array([[0, 1], [1, 0]], dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1}, "i4"))
v = f.create_dataset("ragged", (2,), dtype=h5py.vlen_dtype("f8")); v[0] = [1.5, 2]; v[1] = []
f["opaque"] = np.array([b"abc", b"xyz"], dtype="V3")
d = h5py.h5d.create(f.id, b"bits", h5py.h5t.STD_B16LE, h5py.h5s.create_simple((3,)))
d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([1, 2, 65535], "u2"), mtype=h5py.h5t.STD_B16LE)
f["one"] = 5; f["empty"] = h5py.Empty("f8"); f.create_dataset("none", (0, 3), "f4"); f["array"] = np.zeros((), np.dtype(("i4", (3,))))
f.create_dataset("deep/er/grows", data=np.arange(200.0).reshape(4, 50), chunks=(2, 5), maxshape=(None, 50), compression="gzip")
f.attrs["many"] = np.arange(40) * 1000; f["deep"].attrs["text"] = "hello"; f["one"].attrs["none"] = h5py.Empty("i4")
f["deep/loop"] = f["/"]; f["alias"] = f["one"]; f["soft"] = h5py.SoftLink("../one"); f["ext"] = h5py.ExternalLink("other.h5", "/x")
f["type"] = np.dtype([("a", "i4"), ("b", "f8"), ("c", h5py.string_dtype())])
`

func TestAsH5dumpWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	python(t, path, things)
	same(t, "all", dumped(t, path, "", Options{}), h5dump(t, "-e", path))
	same(t, "header", dumped(t, path, "", Options{HeaderOnly: true}), h5dump(t, "-e", "-H", path))
	same(t, "dataset", dumped(t, path, "/numbers", Options{}), h5dump(t, "-e", "-d", "/numbers", path))
	same(t, "group", dumped(t, path, "/n", Options{}), h5dump(t, "-e", "-g", "/n", path))
}

// Compounds are broken into lines as is easiest to read, which h5dump sometimes does.
func TestCompoundsAsH5dumpWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	python(t, path, `
a = np.zeros(20, np.dtype([("id", "i4"), ("name", "S8"), ("inner", [("x", "f4"), ("y", "f4")]), ("grid", "i2", (2, 2)), ("on", "?")]))
a["id"] = range(20); a["name"] = b"star"; a["inner"]["y"] = np.linspace(0, 1, 20); a["grid"] = np.arange(80).reshape(20, 2, 2); a["on"][3] = True
f["table"] = a; f["square"] = a[:4].reshape(2, 2); f["complex"] = np.array([1 + 2j, 3.5 - 1j]); f.attrs["one"] = a[5]
`)
	words := func(text string) string {
		fields := strings.Fields(text)
		kept := fields[:0]
		for _, w := range fields {
			if !strings.HasPrefix(w, "(") || !strings.HasSuffix(w, "):") { // where a line begins
				kept = append(kept, w)
			}
		}
		return strings.Join(kept, "\n")
	}
	same(t, "compounds", words(dumped(t, path, "", Options{})), words(h5dump(t, "-e", path)))
}

func TestReferencesAreNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	python(t, path, `
f["x"] = np.arange(12).reshape(3, 4); f.create_group("g")
r = f.create_dataset("refs", (3,), dtype=h5py.ref_dtype); r[0] = f["x"].ref; r[1] = f["g"].ref
q = f.create_dataset("regions", (1,), dtype=h5py.regionref_dtype); q[0] = f["x"].regionref[1:3, 0:2]
`)
	for object, want := range map[string]string{
		"/refs":    `(0): DATASET "/x", GROUP "/g", NULL`,
		"/regions": `(0): DATASET "/x" {(1,0)-(2,1)}`,
	} {
		if got := dumped(t, path, object, Options{}); !strings.Contains(got, want) {
			t.Errorf("%s lacks %s:\n%s", object, want, got)
		}
	}
}

func TestExactNumbersComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	f, err := h5.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.CreateDatasetFrom("x", []float64{0.1, 1. / 3, 1e22}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := dumped(t, path, "/x", Options{Exact: true}); !strings.Contains(got, "(0): 0.1, 0.3333333333333333, 1e+22\n") {
		t.Error(got)
	}
}

// What cannot be read is an error and stands in the text; the rest follows.
func TestWhatIsDamagedIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.h5")
	python(t, path, `
d = f.create_dataset("bad", data=np.arange(10), chunks=(5,), compression="gzip")
d.id.write_direct_chunk((5,), b"this is not what gzip makes")
f["good"] = 7
`)
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text bytes.Buffer
	if err := Write(&text, f, Options{}); err == nil || !strings.Contains(err.Error(), "/bad") {
		t.Errorf("error %v", err)
	}
	for _, part := range []string{"/* read /bad in ", "(0): 7\n"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("lacks %q:\n%s", part, &text)
		}
	}
}
