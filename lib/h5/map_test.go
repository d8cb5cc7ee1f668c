package h5

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// One file of h5py with a user block and every type, mapped and read past HDF5.
func TestMap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "map.h5")
	var sums map[string]float64
	h5py(t, &sums, pythonForms+`
f = h5py.File(path, 'w', userblock_size=512)
sums = {}
f['odd'] = np.arange(3, dtype='i1')
for k in 'i1 i2 i4 i8 u1 u2 u4 u8 f4 f8'.split():
    f[k] = (np.arange(30 * 40 * 5) * 7 % 101).reshape(30, 40, 5).astype(k)
    sums[k] = float(f[k][...].astype('f8').sum())
f['big'] = np.arange(10, dtype='>i4')
f['scalar'] = 2.5
f['half'] = np.arange(4, dtype='f2')
f['bool'] = np.array([True, False])
f['empty'] = np.zeros((0, 3))
f.create_dataset('compact', (4,), 'f8', dcpl=compact())[...] = 1
f.create_dataset('chunked', (4,), 'f8', chunks=(2,))[...] = 1
f.create_dataset('unwritten', (4,), 'f8')
f.create_dataset('external', (4,), 'f8', external=[(path + '.raw', 0, 32)])[...] = 1
f.create_dataset('text', data='x')
f.close()
print(json.dumps(sums))`, path)
	f := must[*File](t)(Open(path))
	defer f.Close()
	for name, want := range sums {
		d := must[*Dataset](t)(f.Dataset(name))
		a := must[*nd.Array](t)(d.Map())
		if got := a.Sum().Item(); got != want || !slices.Equal(a.Shape(), []int{30, 40, 5}) || !a.Equal(must[*nd.Array](t)(d.Read())) {
			t.Errorf("%s: the sum is %v, not %v", name, got, want)
		}
		// A change is no fault, and does not reach the file.
		a.Set(77, 0, 0, 0)
		if a.At(0, 0, 0) != 77 || must[*nd.Array](t)(d.Read(0, 0, 0)).Item() != 0 {
			t.Errorf("%s: the change went elsewhere", name)
		}
	}
	doubles := must[[]float64](t)(Map[float64](must[*Dataset](t)(f.Dataset("f8"))))
	if len(doubles) != 6000 || doubles[5999] != 5999*7%101 {
		t.Errorf("%d, %v", len(doubles), doubles[5999])
	}
	if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("scalar")).Map()); got.Item() != 2.5 || got.NDim() != 0 {
		t.Error(got)
	}
	if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("empty")).Map()); got.Len() != 0 {
		t.Error(got)
	}
	for name, word := range map[string]string{
		"big": "byte order", "compact": "compact", "chunked": "chunked", "unwritten": "written", "external": "external", "text": "numbers", "bool": "form", "half": "form",
	} {
		_, err := must[*Dataset](t)(f.Dataset(name)).Map()
		wantError(t, name, err, "map", "/"+name, word)
	}
	_, err := Map[float32](must[*Dataset](t)(f.Dataset("f8")))
	wantError(t, "another type", err, "float64", "float32", "h5.As")
	check(t, f.Close())
	_, err = Map[float64](must[*Dataset](t)(must[*File](t)(Open(path, ReadWrite)).Dataset("f8")))
	wantError(t, "a file that is written", err, "writing")
}

func TestMapOfOtherDrivers(t *testing.T) {
	folder := t.TempDir()
	for name, option := range map[string]Option{"core": Core(true, 0), "split": Split("", ""), "family-%d": Family(1 << 16), "stdio": Stdio} {
		path := filepath.Join(folder, name)
		f := must[*File](t)(Create(path, option))
		must[*Dataset](t)(f.CreateDatasetFrom("x", []float64{1, 2, 3}))
		check(t, f.Close())
		f = must[*File](t)(Open(path, option))
		d := must[*Dataset](t)(f.Dataset("x"))
		_, err := d.Map()
		wantError(t, name, err, "driver")
		if got := must[*nd.Array](t)(d.Read(1)).Item(); got != 2 {
			t.Errorf("%s: %v", name, got)
		}
		check(t, f.Close())
	}
}

// A file that was cut off is an error for Map and for reads, and no fault.
func TestMapOfTruncatedFile(t *testing.T) {
	path, f := temporary(t)
	must[*Dataset](t)(f.CreateDatasetFrom("x", make([]float64, 100000)))
	check(t, f.Close())
	f = must[*File](t)(Open(path, Locking(LockOff)))
	defer f.Close()
	d := must[*Dataset](t)(f.Dataset("x"))
	check(t, os.Truncate(path, 400000))
	_, err := d.Map()
	wantError(t, "cut off", err, "truncated", "400000")
	_, err = d.Read(99999)
	var one float64
	again := d.ReadInto(&one, 99999)
	if (err == nil) != (again == nil) || one != 0 {
		t.Errorf("%v, then %v and %v", err, again, one)
	}
}

func init() {
	children["use a mapping after Close"] = func(args []string) error {
		f, err := Open(args[0])
		if err != nil {
			return err
		}
		d, err := f.Dataset("x")
		if err != nil {
			return err
		}
		values, err := Map[float64](d)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		return fmt.Errorf("still there: %v", values[5000])
	}
}

func TestMappingEndsWithClose(t *testing.T) {
	path, f := temporary(t)
	must[*Dataset](t)(f.CreateDatasetFrom("x", make([]float64, 10000)))
	check(t, f.Close())
	out, err := child(t, "use a mapping after Close", path).CombinedOutput()
	if _, failed := err.(*exec.ExitError); !failed || !strings.Contains(string(out), "fault") {
		t.Errorf("%v: %.200s", err, out)
	}
}

// Small reads past HDF5 give what HDF5 gives, and the same errors.
func TestSmallReadsPastHDF5(t *testing.T) {
	path, f := temporary(t)
	values := nd.New(Int32, 20, 30, 7)
	for i := range 20 {
		for j := range 30 {
			for k := range 7 {
				values.Set(float64(i*1000+j*10+k), i, j, k)
			}
		}
	}
	must[*Dataset](t)(f.CreateDatasetFrom("x", values))
	check(t, f.Close())
	past := must[*File](t)(Open(path))
	defer past.Close()
	through := must[*File](t)(Open(path, Stdio))
	defer through.Close()
	a, b := must[*Dataset](t)(past.Dataset("x")), must[*Dataset](t)(through.Dataset("x"))
	random := rand.New(rand.NewPCG(3, 4))
	did := 0
	for range 3000 {
		var selection []any
		for _, n := range []int{20, 30, 7} {
			switch start, stop, step := random.IntN(2*n+2)-n-1, random.IntN(2*n+2)-n-1, random.IntN(7)-3; {
			case random.IntN(3) == 0:
				selection = append(selection, start)
			case step == 0:
				selection = append(selection, nd.R(start, stop))
			default:
				selection = append(selection, nd.RS(start, stop, step))
			}
		}
		x, e1 := a.Read(selection...)
		y, e2 := b.Read(selection...)
		if (e1 == nil) != (e2 == nil) || e1 != nil && strings.TrimPrefix(e1.Error(), "read /x in "+path) != strings.TrimPrefix(e2.Error(), "read /x in "+path) {
			t.Fatalf("%v: %v and %v", selection, e1, e2)
		}
		if e1 == nil && (!x.Equal(y) || !slices.Equal(x.Shape(), y.Shape())) {
			t.Fatalf("%v: %v and %v", selection, x, y)
		}
		if e1 == nil && x.Len() > 0 {
			did++
		}
		var p, q [][]float64
		if _, _, e := len(selection), a.ReadInto(&p, selection...), b.ReadInto(&q, selection...); e == nil && !slices.EqualFunc(p, q, slices.Equal) {
			t.Fatalf("%v: %v and %v", selection, p, q)
		}
	}
	if did < 500 || a.bytes.why != nil || !a.bytes.known || b.bytes.why == nil {
		t.Errorf("%d reads, past: %v, through: %v", did, a.bytes.why, b.bytes.why)
	}
}
