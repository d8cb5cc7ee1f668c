package h5

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

func init() {
	// newest does with another library what differs between libraries.
	children["newest"] = func(args []string) error {
		f, err := Create(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		fmt.Println(f.Library().Version)
		t, err := NativeComplex(Float32)
		if err != nil {
			return err
		}
		values := []complex128{1 + 2i, -3i}
		d, err := f.CreateDatasetFrom("complex", values, t)
		if err != nil {
			return err
		}
		if back, err := ReadAs[[]complex64](d); err != nil || back[0] != 1+2i || back[1] != -3i || d.Type().Class() != ClassComplex || d.Type().String() != "complex64" {
			return fmt.Errorf("complex: %v %v %v", back, d.Type(), err)
		}
		if v, err := d.Value("::-1"); err != nil || fmt.Sprint(v) == "" || v.(*nd.Array).DType() != nd.Complex64 {
			return fmt.Errorf("complex: %v %v", v, err)
		}
		ref, err := d.Ref()
		if err != nil {
			return err
		}
		region, err := d.RegionRef("1:")
		if err != nil {
			return err
		}
		type mixed struct {
			Name  string
			Rows  [][]float64
			Ref   Ref
			Part  RegionRef
			Truth bool
			C     complex64
		}
		want := []mixed{{"a", [][]float64{{1}, {}, {2, 3}}, ref, region, true, 1i}, {"ü", [][]float64{}, Ref{}, RegionRef{}, false, 2}}
		if d, err = f.CreateDatasetFrom("mixed", want); err != nil {
			return err
		}
		if back, err := ReadAs[[]mixed](d); err != nil || !reflect.DeepEqual(back, want) {
			return fmt.Errorf("mixed: %+v %v", back, err)
		}
		if node, err := f.Deref(ref); err != nil || node.ObjectPath() != "/complex" {
			return fmt.Errorf("reference: %v %v", node, err)
		}
		if r, err := f.DerefRegion(region); err != nil || r.Len != 1 {
			return fmt.Errorf("region: %v %v", r, err)
		}
		odd, err := IntegerOf(4, 24, true)
		if err != nil {
			return err
		}
		if d, err = f.CreateDatasetFrom("odd", []int32{-1 << 23, 5}, BigEndian(odd)); err != nil {
			return err
		}
		if back, err := d.Read(); err != nil || back.At(0) != -1<<23 {
			return fmt.Errorf("odd: %v %v", back, err)
		}
		return nil
	}
	// growth reads sequences and strings again and again and says how much memory
	// that leaves behind, in kB.
	children["growth"] = func(args []string) error {
		f, err := Open(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		d, err := f.Dataset("d")
		if err != nil {
			return err
		}
		var all [][]string
		var wrong []struct{ Rows [][]int8 }
		read := func(n int) error {
			for range n {
				if err := d.ReadInto(&all); err != nil {
					return err
				}
				if err := d.Attrs().GetInto("rows", &wrong); err == nil || !strings.Contains(err.Error(), "3.5 does not fit int8") {
					return fmt.Errorf("the wrong values came without an error: %v", err)
				}
			}
			return nil
		}
		if err := read(20); err != nil {
			return err
		}
		before := resident()
		if err := read(200); err != nil {
			return err
		}
		fmt.Println(resident() - before)
		return nil
	}
}

// resident returns the memory of the process in kB.
func resident() int {
	runtime.GC()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return math.MinInt
	}
	var size, pages int
	_, _ = fmt.Sscan(string(text), &size, &pages)
	return pages * os.Getpagesize() / 1024
}

// newestLibrary returns the HDF5 of the newest h5py, which brings its own.
func newestLibrary(t *testing.T) string {
	t.Helper()
	folder := strings.TrimSpace(h5py3(t, "import h5py, os; print(os.path.dirname(os.path.dirname(h5py.__file__)))"))
	found := must[[]string](t)(filepath.Glob(filepath.Join(folder, "h5py.libs", "libhdf5-*.so*")))
	if len(found) != 1 {
		t.Fatalf("h5py has brought %v", found)
	}
	return found[0]
}

func TestNewestLibrary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newest.h5")
	cmd := child(t, "newest", path)
	cmd.Env = append(cmd.Env, Setting+"="+newestLibrary(t))
	if out := output(t, cmd); !strings.HasPrefix(out, "2.") {
		t.Errorf("%s", out)
	}
	out := h5py3(t, `
import sys, h5py
with h5py.File(sys.argv[1], "r") as f:
    c = f["complex"]
    print(c.id.get_type().get_class(), c[()].real.tolist(), c[()].imag.tolist(), c.dtype)
    print(f["mixed"]["Name"].tolist(), f[f["mixed"][0]["Ref"]].name, f["mixed"]["C"].imag.tolist())
`, path)
	if want := "11 [1.0, 0.0] [2.0, -3.0] complex64\n[b'a', b'\\xc3\\xbc'] /complex [1.0, 0.0]\n"; strings.ReplaceAll(out, "-0.0", "0.0") != want {
		t.Errorf("h5py sees %swant %s", out, want)
	}
	// An older library says what it cannot read.
	f := must[*File](t)(Open(path))
	defer f.Close()
	_, err := f.Dataset("complex")
	wantError(t, "complex numbers of HDF5 2.0", err, "open dataset /complex in", "only a newer HDF5 knows")
}

func TestMemoryOfSequencesGoesBack(t *testing.T) {
	path, f := temporary(t)
	rows := make([][]string, 1000)
	for i := range rows {
		rows[i] = []string{strings.Repeat("x", 100), "", "ü"}
	}
	d := must[*Dataset](t)(f.CreateDataset("d", must[*Type](t)(VlenOf(Text)), Shape{1000}))
	check(t, d.Write(rows))
	type inner struct{ Rows [][]float64 }
	check(t, d.Attrs().Set("rows", []inner{{[][]float64{make([]float64, 100)}}, {[][]float64{{1}, {3.5}}}}))
	check(t, f.Close())
	for _, library := range []string{installed(t, false, "").Path, newestLibrary(t)} {
		cmd := child(t, "growth", path)
		cmd.Env = append(cmd.Env, Setting+"="+library)
		var grown int
		if _, err := fmt.Sscan(output(t, cmd), &grown); err != nil {
			t.Fatal(err)
		}
		// What is read takes 100 kB each time, 20 MB in all.
		if grown > 4000 {
			t.Errorf("%s: reading 200 times leaves %d kB behind", library, grown)
		}
	}
}

// An attribute beyond 64 kB needs the newest format.
func TestLargeAttributes(t *testing.T) {
	_, f := temporary(t)
	check(t, f.Attrs().Set("fits", make([]uint8, 60_000)))
	err := f.Attrs().Set("large", make([]float64, 10_000))
	if f.Library().Version[0] == '1' {
		wantError(t, "large", err, `set attribute "large" of / in`, "80000 bytes do not fit into an attribute", "store it as a dataset")
		if f.Attrs().Has("large") {
			t.Error("half an attribute")
		}
	}
	// In a newer format it is no matter, nor are many.
	path := filepath.Join(t.TempDir(), "newer.h5")
	g := must[*File](t)(Create(path, LibVer(V110, Latest)))
	large := make([]float64, 100_000)
	large[99_999] = 1
	check(t, g.Attrs().Set("large", large))
	for i := range 100 {
		check(t, g.Attrs().Set(fmt.Sprint("attribute ", i), i))
	}
	check(t, g.Attrs().Set("large", large)) // replaces it
	check(t, g.Close())
	g = must[*File](t)(Open(path))
	defer g.Close()
	if got := must[[]float64](t)(Attr[[]float64](g, "large")); len(got) != 100_000 || got[99_999] != 1 || g.Attrs().Len() != 101 {
		t.Errorf("%d elements, %d attributes", len(got), g.Attrs().Len())
	}
}
