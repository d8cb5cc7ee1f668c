package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
)

// RequireDataset opens, creates and refuses what h5py's require_dataset does, for
// every pair of types, shapes and both ways of asking.
func TestRequireIsThatOfH5py(t *testing.T) {
	path := filepath.Join(t.TempDir(), "require.h5")
	f := must[*File](t)(Create(path))
	for dtype := Int8; dtype <= Float64; dtype++ {
		must[*Dataset](t)(f.CreateDataset(dtype.String(), dtype, Shape{2, 3}))
	}
	must[*Group](t)(f.CreateGroup("group"))
	check(t, f.Flush())
	theirs := map[string]bool{}
	check(t, f.Close())
	h5py(t, &theirs, `
out = {}
with h5py.File(path, "r+") as f:
    names = [n for n in f if n != "group"]
    for name in names + ["group"]:
        for dtype in names:
            for shape in [(2, 3), (3, 2), (6,)]:
                for exact in [False, True]:
                    try:
                        f.require_dataset(name, shape, dtype, exact=exact)
                        out[f"{name} {dtype} {shape} {exact}"] = True
                    except TypeError: out[f"{name} {dtype} {shape} {exact}"] = False
print(json.dumps(out))
`, path)
	f = must[*File](t)(Open(path, ReadWrite))
	ours := map[string]bool{}
	names := append(slices.DeleteFunc(f.Keys(), func(n string) bool { return n == "group" }), "group")
	for _, name := range names {
		for dtype := Int8; dtype <= Float64; dtype++ {
			for text, shape := range map[string]Shape{"(2, 3)": {2, 3}, "(3, 2)": {3, 2}, "(6,)": {6}} {
				for word, options := range map[string][]DatasetOption{"False": {shape}, "True": {shape, Exact}} {
					d, err := f.RequireDataset(name, dtype, options...)
					if err == nil && (d.Name() != name || d.DType().String() != name) {
						t.Errorf("%s: %v", name, d)
					}
					if err != nil {
						wantError(t, name, err, name)
					}
					ours[name+" "+dtype.String()+" "+text+" "+word] = err == nil
				}
			}
		}
	}
	if !reflect.DeepEqual(ours, theirs) || len(ours) != 11*10*6 {
		for what, want := range theirs {
			if ours[what] != want {
				t.Errorf("%s: %v, h5py %v", what, ours[what], want)
			}
		}
	}
	if len(f.Keys()) != 11 {
		t.Errorf("keys %v", f.Keys())
	}
	d := must[*Dataset](t)(f.RequireDataset("new/one", Int16, Shape{4}, Chunks{2}, Gzip(3)))
	if d.DType() != Int16 || !slices.Equal(d.Chunks(), Chunks{2}) {
		t.Error(d)
	}
	_, err := f.RequireDataset("new/one", Int16, Shape{5})
	wantError(t, "another shape", err, "require dataset /new/one", "it exists with shape (4) and not (5)")
	g := must[*Group](t)(f.RequireGroup("new"))
	if !Same(g, must[*Group](t)(f.RequireGroup("/new"))) || must[*Group](t)(f.RequireGroup("brand/new", TrackOrder)).Len() != 0 {
		t.Error("RequireGroup")
	}
	anonymous := must[*Group](t)(f.CreateAnonymous(TrackOrder))
	check(t, anonymous.Set("z", 1))
	check(t, anonymous.Set("a", 2))
	if f.Len() != 13 {
		t.Errorf("keys %v", f.Keys())
	}
	check(t, f.Set("named now", anonymous))
	if got := must[*Group](t)(f.Group("named now")).Keys(); !slices.Equal(got, []string{"z", "a"}) {
		t.Errorf("keys %v", got)
	}
	var together sync.WaitGroup
	for range 8 {
		together.Go(func() {
			if _, err := f.RequireGroup("by/many"); err != nil {
				t.Error(err)
			}
			if _, err := f.RequireDataset("by/all", Int8, Shape{2}); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	_, err = f.RequireGroup("int8")
	wantError(t, "a group that is a dataset", err, "it is a dataset, not a group")
	check(t, f.Close())
}

// A dataset that has grown is the one that was required, if it can grow as far, as in
// h5py.
func TestRequireDatasetsThatGrow(t *testing.T) {
	path, f := temporary(t)
	must[*Dataset](t)(f.CreateDataset("rows", Int32, Shape{4, 3}, MaxShape{Unlimited, 3}))
	must[*Dataset](t)(f.CreateDataset("all", Int32, Shape{4, 3}, Resizable))
	must[*Dataset](t)(f.CreateDataset("fixed", Int32, Shape{4, 3}))
	check(t, f.Close())
	var theirs map[string]bool
	h5py(t, &theirs, `
out = {}
with h5py.File(path, "r+") as f:
    for name in f:
        for shape in [(4, 3), (0, 3), (0, 2), (5, 3)]:
            for most in ["no", (None, 3), (None, None), (10, 3), (4, 3), (5, 3)]:
                for dtype in ["i4", "f8"]:
                    more = {} if most == "no" else {"maxshape": most}
                    try:
                        d = f.require_dataset(name, shape, dtype, **more)
                        assert d.shape == (4, 3)
                        out[f"{name} {shape} {most} {dtype}"] = True
                    except TypeError: out[f"{name} {shape} {most} {dtype}"] = False
print(json.dumps(out))`, path)
	f = must[*File](t)(Open(path, ReadWrite))
	ours := map[string]bool{}
	for _, name := range f.Keys() {
		for _, shape := range []Shape{{4, 3}, {0, 3}, {0, 2}, {5, 3}} {
			for most, option := range map[string]DatasetOption{
				"no": nil, "(None, 3)": MaxShape{Unlimited, 3}, "(None, None)": Resizable, "(10, 3)": MaxShape{10, 3}, "(4, 3)": MaxShape{4, 3}, "(5, 3)": MaxShape{5, 3},
			} {
				for _, dtype := range []DType{Int32, Float64} {
					d, err := f.RequireDataset(name, dtype, shape, option)
					ours[fmt.Sprintf("%s %v %s %c%d", name, shape, most, dtype.String()[0], dtype.Size())] = err == nil
					if err == nil && !slices.Equal(d.Shape(), Shape{4, 3}) {
						t.Errorf("%s has shape %v", name, d.Shape())
					}
				}
			}
		}
	}
	for what, want := range theirs {
		if ours[what] != want {
			t.Errorf("%s: %v, h5py %v", what, ours[what], want)
		}
	}
	if len(ours) != 3*4*6*2 || len(theirs) != len(ours) {
		t.Errorf("%d and %d cases", len(ours), len(theirs))
	}
	_, err := f.RequireDataset("rows", Int32, Shape{0, 3}, MaxShape{10, 3})
	wantError(t, "another largest shape", err, "require dataset /rows", "shape (4, 3), which can grow to (unlimited, 3) and not to (10, 3)")
	check(t, f.Close())
	f = must[*File](t)(Open(path, ReadWrite))
	d := must[*Dataset](t)(f.RequireDataset("all", Int32, Shape{0, 3}, Resizable, ChunkCache{Bytes: 1 << 22}))
	if c := must[ChunkCache](t)(d.ChunkCache()); c.Bytes != 1<<22 {
		t.Errorf("the chunk cache has %d bytes", c.Bytes)
	}
	check(t, f.Close())
}

func TestMove(t *testing.T) {
	path, f := temporary(t)
	check(t, f.Set("a/x", []int32{1, 2}))
	check(t, f.Set("a/soft", SoftLink{"nowhere"}))
	check(t, f.Set("b", 5))
	check(t, f.Move("a/x", "new/place/y"))
	check(t, f.Move("a/soft", "soft"))
	check(t, f.Move("b", "b"))
	check(t, f.Move("a", "c"))
	if got := slices.Collect(f.Visit()); !slices.Equal(got, []string{"b", "c", "new", "new/place", "new/place/y"}) {
		t.Errorf("after moving: %v", got)
	}
	if l := must[Link](t)(f.Link("soft")); l != (SoftLink{"nowhere"}) {
		t.Errorf("soft: %v", l)
	}
	for _, c := range []struct{ from, to, says string }{
		{"nothing", "d", "there is no such object"}, {"b", "c", "there is a group with this name already"}, {"new", "new/place/in itself", "cannot be moved into itself"},
		{"b", "", "the name is empty"}, {"", "d", "the name is empty"}, {"/", "d", "the group itself"}, {"b", "new/place/y/z", "is a dataset, not a group"},
	} {
		wantError(t, c.from+" to "+c.to, f.Move(c.from, c.to), c.says)
		if c.from != "/" && c.from != "new" { // these can be copied
			wantError(t, "copy "+c.from+" to "+c.to, f.Copy(c.from, c.to), c.says)
		}
	}
	check(t, f.Close())
	wantError(t, "closed", f.Move("b", "d"), "the file is closed")
	h5py(t, nil, `
with h5py.File(path) as f: assert f["new/place/y"][:].tolist() == [1, 2] and sorted(f) == ["b", "c", "new", "soft"]
`, path)
	r := must[*File](t)(Open(path))
	defer r.Close()
	for what, err := range map[string]error{"move": r.Move("b", "d"), "copy": r.Copy("b", "d"), "set": r.Set("d", 1), "link": r.Set("d", SoftLink{"b"}), "copy from": Copy(r, r.Root(), "d")} {
		wantError(t, what, err, "reading only")
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantError(t, "copy nothing", Copy(nil, r.Root(), "d"), "nothing to copy")
	wantError(t, "copy a closed file", func() error { _, to := temporary(t); return Copy(f, to.Root(), "d") }(), "it is closed")
}

// Members come in the order of their creation, here and in h5py, whoever made the
// group.
func TestTrackOrder(t *testing.T) {
	folder := t.TempDir()
	ours, theirs := filepath.Join(folder, "ours.h5"), filepath.Join(folder, "theirs.h5")
	order := []string{"z", "m", "a", "q", "b", "y", "c", "x", "d", "w"}
	f := must[*File](t)(Create(ours))
	g := must[*Group](t)(f.CreateGroup("tracked", TrackOrder, TrackTimes))
	plain := must[*Group](t)(f.CreateGroup("plain"))
	for _, name := range order {
		check(t, g.Set(name, 1))
		check(t, plain.Set(name, 1))
	}
	d := must[*Dataset](t)(g.CreateDataset("with times", Int32, Shape{2}, TrackOrder, TrackTimes))
	check(t, d.Attrs().Set("z", 1))
	check(t, d.Attrs().Set("a", 1))
	check(t, g.Delete("q"))
	check(t, f.Close())
	var seen [][]any
	h5py(t, &seen, `
with h5py.File(sys.argv[2], "w") as f:
    g, p = f.create_group("tracked", track_order=True), f.create_group("plain")
    for n in "zmaqbycxdw": g[n] = 1; p[n] = 1
    g.create_dataset("with times", (2,), "i4", track_order=True)
    del g["q"]
out = []
for name in sys.argv[1:]:
    with h5py.File(name) as f:
        out.append([list(f["tracked"]), list(reversed(f["tracked"])), list(f["plain"])])
with h5py.File(path) as f:
    out[0] += [list(f["tracked/with times"].attrs), h5py.h5o.get_info(f["tracked/with times"].id).mtime > 0, h5py.h5o.get_info(f["plain/a"].id).mtime == 0]
print(json.dumps(out))
`, ours, theirs)
	want := append(slices.Delete(slices.Clone(order), 3, 4), "with times")
	sorted := slices.Sorted(slices.Values(order))
	backward := slices.Clone(want)
	slices.Reverse(backward)
	for i, path := range []string{ours, theirs} {
		f := must[*File](t)(Open(path))
		g := must[*Group](t)(f.Group("tracked"))
		var all, back []string
		for name := range g.All() {
			all = append(all, name)
		}
		for name := range g.Backward() {
			back = append(back, name)
		}
		plain := must[*Group](t)(f.Group("plain")).Keys()
		if !slices.Equal(g.Keys(), want) || !slices.Equal(all, want) || !slices.Equal(back, backward) || !slices.Equal(plain, sorted) || g.Len() != len(want) {
			t.Errorf("%s: %v %v %v %v", path, g.Keys(), all, back, plain)
		}
		check(t, f.Close())
		as := func(names []string) []any {
			var list []any
			for _, n := range names {
				list = append(list, n)
			}
			return list
		}
		if !reflect.DeepEqual(seen[i][:3], []any{as(want), as(backward), as(sorted)}) {
			t.Errorf("h5py sees %v in %s", seen[i], path)
		}
	}
	if !reflect.DeepEqual(seen[0][3:], []any{[]any{"z", "a"}, true, true}) {
		t.Errorf("h5py sees %v", seen[0][3:])
	}
	output(t, exec.Command("h5ls", "-r", ours))
}
