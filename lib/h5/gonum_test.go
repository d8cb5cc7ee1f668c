package h5

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// Files that gonum.org/v1/hdf5 writes are read. It needs cgo and the headers of
// HDF5, and has a module of its own.
func TestFilesOfGonum(t *testing.T) {
	folder := t.TempDir()
	program, path := filepath.Join(folder, "gonum"), filepath.Join(folder, "gonum.h5")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join("testdata", "gonum")
	build.Env = append(os.Environ(), "CGO_ENABLED=1", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v (apt-get install gcc libhdf5-dev): %s", err, out)
	}
	output(t, exec.Command(program, path))

	f := must[*File](t)(Open(path))
	defer f.Close()
	for name, want := range map[string]any{
		"float64": [][]float64{{1, 2.5, 3}, {-4, 5, 6e300}}, "float32": []float32{1, 2.5, 3}, "int8": []int8{-128, 0, 127},
	} {
		a := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset(name)).Read())
		if !a.Equal(must[*nd.Array](t)(nd.From(want))) || a.DType().String() != name {
			t.Errorf("%s: %v\n%v\nwant\n%v", name, a.DType(), a, want)
		}
	}
	if got := must[[]uint64](t)(ReadAs[[]uint64](must[*Dataset](t)(f.Dataset("uint64")))); got[0] != 0 || got[1] != 1<<64-1 {
		t.Errorf("%v", got)
	}
	type record struct {
		A int
		B float32
		C float64
		D [3]int
	}
	var want []record
	for i := range 4 {
		want = append(want, record{i, float32(i * i), 1 / (float64(i) + 1), [3]int{i, 2 * i, 3 * i}})
	}
	if got := must[[]record](t)(ReadAs[[]record](must[*Dataset](t)(f.Dataset("records")))); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	type row struct {
		ID   int64
		Half float64
	}
	if got := must[[]row](t)(ReadAs[[]row](must[*Dataset](t)(f.Dataset("table")))); !reflect.DeepEqual(got, []row{{0, 0}, {1, 0.5}, {2, 1}}) {
		t.Errorf("%v", got)
	}
	g := must[*Group](t)(f.Group("group"))
	if text, number := must[any](t)(g.Attrs().Get("text")), must[any](t)(g.Attrs().Get("number")); text != "an attribute" || number != 42.5 {
		t.Errorf("%v %v", text, number)
	}
}
