package h5

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// A file of each driver is read by h5py with the same driver, and the other way
// round.
func TestDrivers(t *testing.T) {
	values := make([]float64, 5000)
	for i := range values {
		values[i] = float64(i) / 7
	}
	for _, c := range []struct {
		driver, name, kwargs string
		option               Option
		on                   []string // the disk
	}{
		{"sec2", "a.h5", `driver="sec2"`, Sec2, []string{"a.h5"}},
		{"stdio", "a.h5", `driver="stdio"`, Stdio, []string{"a.h5"}},
		{"core", "a.h5", `driver="core", block_size=4096`, Core(true, 4096), []string{"a.h5"}},
		{"split", "a", `driver="split"`, Split("", ""), []string{"a-m.h5", "a-r.h5"}},
		{"family", "a%03d.h5", `driver="family", memb_size=16384`, Family(16384), []string{"a000.h5", "a001.h5", "a002.h5"}},
	} {
		t.Run(c.driver, func(t *testing.T) {
			ours, theirs := t.TempDir(), t.TempDir()
			f := must[*File](t)(Create(filepath.Join(ours, c.name), c.option))
			if f.Driver() != c.driver {
				t.Errorf("driver %s", f.Driver())
			}
			check(t, f.Set("g/x", values))
			check(t, f.Close())
			sum := 0.0
			h5py(t, &sum, fmt.Sprintf(`
with h5py.File(os.path.join(sys.argv[2], %q), "w", %s) as f:
    f["g/x"] = np.arange(5000) / 7
with h5py.File(os.path.join(path, %q), "r", %s) as f:
    assert (f["g/x"][:] == np.arange(5000) / 7).all()
    print(f["g/x"][:].sum())
`, c.name, c.kwargs, c.name, c.kwargs), ours, theirs)
			for _, folder := range []string{ours, theirs} {
				var names []string
				for _, e := range must[[]os.DirEntry](t)(os.ReadDir(folder)) {
					names = append(names, e.Name())
				}
				if folder == ours && !slices.Equal(names, c.on) {
					t.Errorf("the disk has %q, want %q", names, c.on)
				}
				f := must[*File](t)(Open(filepath.Join(folder, c.name), c.option, ReadWrite))
				a := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("g/x")).Read())
				if got := must[[]float64](t)(nd.Data[float64](a)); !slices.Equal(got, values) {
					t.Errorf("%s: read %v", folder, a)
				}
				check(t, f.Set("y", 1))
				check(t, f.Close())
			}
			_, err := Create(filepath.Join(ours, c.name), c.option, Exclusive)
			if !errors.Is(err, fs.ErrExist) {
				t.Errorf("created over a file: %v", err)
			}
			_, err = Open(filepath.Join(t.TempDir(), c.name), c.option)
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("opened what is not there: %v", err)
			}
			held := must[*File](t)(Open(filepath.Join(ours, c.name), c.option))
			_, err = Create(filepath.Join(ours, c.name), c.option)
			wantError(t, "create over an open file", err, "it is open in this process")
			check(t, held.Close())
			check(t, must[*File](t)(OpenFile(filepath.Join(ours, c.name), "a", c.option)).Close())
		})
	}
	// Members of a family keep their size without being told.
	path := filepath.Join(t.TempDir(), "f%d.h5")
	f := must[*File](t)(Create(path, Family(8192)))
	check(t, f.Set("x", values))
	check(t, f.Close())
	f = must[*File](t)(Open(path, Family(0)))
	if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("x")).Read(4999)).Item(); got != values[4999] {
		t.Errorf("got %v", got)
	}
	check(t, f.Close())
}

func TestCoreWithoutBackingStoreTouchesNoDisk(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "nothing.h5")
	f := must[*File](t)(Create(path, Core(false, 0)))
	check(t, f.Set("x", []int32{1, 2, 3}))
	check(t, f.Flush())
	image := must[[]byte](t)(f.Bytes())
	check(t, f.Close())
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file: %v", err)
	}
	// A file on the disk that is opened so stays as it is.
	good, content := sample(t)
	f = must[*File](t)(Open(good, ReadWrite, Core(false, 0)))
	check(t, f.Set("y", 1))
	check(t, f.Close())
	unchanged(t, "core without a backing store", good, content)
	check(t, os.WriteFile(path, image, 0o644))
	h5py(t, nil, `
with h5py.File(path) as f: assert f["x"][:].tolist() == [1, 2, 3]
`, path)
}

// Bytes made here are a file for h5py, and bytes made by h5py are one here.
func TestFilesInMemory(t *testing.T) {
	f := must[*File](t)(InMemory(nil, TrackOrder, RdccNBytes(1<<16)))
	check(t, f.Set("z", [][]int16{{1, 2}, {3, 4}}))
	check(t, f.Set("a", []float32{0.5}))
	check(t, f.Root().Attrs().Set("unit", "m"))
	image := must[[]byte](t)(f.Bytes())
	if f.Driver() != "core" || f.Mode() != "r+" {
		t.Error(f.Driver(), f.Mode())
	}
	check(t, f.Set("later", 1))
	check(t, f.Close())
	folder := t.TempDir()
	ours, theirs := filepath.Join(folder, "ours"), filepath.Join(folder, "theirs")
	check(t, os.WriteFile(ours, image, 0o644))
	h5py(t, nil, `
f = h5py.File.in_memory(open(path, "rb").read()) if hasattr(h5py.File, "in_memory") else h5py.File(path)
assert list(f) == ["z", "a"] and f["z"][:].tolist() == [[1, 2], [3, 4]] and f["z"].dtype == "i2" and f["a"][0] == 0.5 and f.attrs["unit"] == "m"
import io
buffer = io.BytesIO()
with h5py.File(buffer, "w", libver=("earliest", "v110")) as g:
    g["x"] = np.arange(10.)
open(sys.argv[2], "wb").write(buffer.getvalue())
`, ours, theirs)
	image = must[[]byte](t)(os.ReadFile(theirs))
	copied := bytes.Clone(image)
	f = must[*File](t)(InMemory(image))
	g := must[*File](t)(InMemory(image))
	check(t, f.Set("y", 7))
	if g.Has("y") || !bytes.Equal(image, copied) {
		t.Error("two files share their bytes")
	}
	if got := must[*nd.Array](t)(must[*Dataset](t)(g.Dataset("x")).Read()).Sum().Item(); got != 45 {
		t.Errorf("sum %v", got)
	}
	again := must[*File](t)(InMemory(must[[]byte](t)(f.Bytes())))
	if !again.Has("y") || !again.Has("x") {
		t.Errorf("keys %v", again.Keys())
	}
	for _, f := range []*File{f, g, again} {
		check(t, f.Close())
	}
	_, err := f.Bytes()
	wantError(t, "bytes of a closed file", err, "the file is closed")
	for what, image := range map[string][]byte{"empty": {}, "text": []byte("not at all"), "short": copied[:len(copied)/2], "signature": copied[:8]} {
		_, err := InMemory(image)
		wantError(t, what, err, "open h5 in memory")
	}
	_, err = InMemory(copied, UserBlock(512))
	wantError(t, "user block", err, "is for files that are created")
	_, err = InMemory(nil, Stdio)
	wantError(t, "two drivers", err, "two drivers")
	// An ordinary file has bytes as well.
	path, _ := sample(t)
	disk := must[*File](t)(Open(path))
	image = must[[]byte](t)(disk.Bytes())
	check(t, disk.Close())
	if content := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(image, content) {
		t.Errorf("%d bytes, the file has %d", len(image), len(content))
	}
}
