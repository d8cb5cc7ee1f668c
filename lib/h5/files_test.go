package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// stored leaves of the properties what the file itself holds.
func stored(p Properties) Properties {
	return Properties{Superblock: p.Superblock, UserBlock: p.UserBlock, FsStrategy: p.FsStrategy, FsPersist: p.FsPersist, FsThreshold: p.FsThreshold, FsPageSize: p.FsPageSize, TrackOrder: p.TrackOrder}
}

// A file that is created with an option here is what h5py creates with its
// argument of that name: both libraries see the same in both.
func TestOptionsOfNewFiles(t *testing.T) {
	const page = `dict(fs_strategy="page", fs_persist=True, fs_threshold=64, fs_page_size=8192)`
	cases := []struct {
		options []Option
		kwargs  string
		want    func(p *Properties)
	}{
		{nil, `{}`, func(p *Properties) {}},
		{[]Option{UserBlock(1024)}, `dict(userblock_size=1024)`, func(p *Properties) { p.UserBlock = 1024 }},
		{[]Option{FsStrategy(Page), FsPersist, FsThreshold(64), FsPageSize(8192)}, page, func(p *Properties) {
			p.Superblock, p.FsStrategy, p.FsPersist, p.FsThreshold, p.FsPageSize = 2, Page, true, 64, 8192
		}},
		{[]Option{FsStrategy("fsm"), FsPersist}, `dict(fs_strategy="fsm", fs_persist=True)`, func(p *Properties) { p.Superblock, p.FsPersist = 2, true }},
		{[]Option{FsStrategy(Aggregate)}, `dict(fs_strategy="aggregate")`, func(p *Properties) { p.Superblock, p.FsStrategy = 2, Aggregate }},
		{[]Option{FsStrategy(NoReuse)}, `dict(fs_strategy="none")`, func(p *Properties) { p.Superblock, p.FsStrategy = 2, NoReuse }},
		{[]Option{TrackOrder}, `dict(track_order=True)`, func(p *Properties) { p.TrackOrder = true }},
		{[]Option{LibVer(V108, V110)}, `dict(libver=("v108", "v110"))`, func(p *Properties) { p.Superblock = 2 }},
		{[]Option{LibVer(V110, V110)}, `dict(libver=("v110", "v110"))`, func(p *Properties) { p.Superblock = 3 }},
		{[]Option{LibVer("earliest", "v108")}, `dict(libver=("earliest", "v108"))`, func(p *Properties) {}},
	}
	folder := t.TempDir()
	script := ""
	for i, c := range cases {
		f := must[*File](t)(Create(filepath.Join(folder, fmt.Sprintf("%d-ours.h5", i)), c.options...))
		must[*Dataset](t)(f.CreateDatasetFrom("z", []int32{1, 2, 3}))
		must[*Dataset](t)(f.CreateDatasetFrom("a", 2.5))
		check(t, f.Close())
		script += fmt.Sprintf("make(\"%d-theirs.h5\", **%s)\n", i, c.kwargs)
	}
	seen := map[string][]any{}
	h5py(t, &seen, `
def make(name, **kwargs):
    with h5py.File(os.path.join(path, name), "w", **kwargs) as f:
        f["z"] = np.array([1, 2, 3], "i4")
        f["a"] = 2.5
`+script+`
out = {}
for name in os.listdir(path):
    with h5py.File(os.path.join(path, name), "r") as f:
        p, g = f.id.get_create_plist(), f["/"].id.get_create_plist()
        strategy, persist, threshold = p.get_file_space_strategy()
        out[name] = [f.userblock_size, strategy, bool(persist), threshold, p.get_file_space_page_size(), g.get_link_creation_order() == 3, g.get_attr_creation_order() == 3, list(f), f["z"][:].tolist()]
print(json.dumps(out))
`, folder)
	for i, c := range cases {
		want := Properties{FsStrategy: FSM, FsThreshold: 1, FsPageSize: 4096}
		c.want(&want)
		keys := []any{"a", "z"}
		if want.TrackOrder {
			keys = []any{"z", "a"}
		}
		strategy := map[Strategy]float64{FSM: 0, Page: 1, Aggregate: 2, NoReuse: 3}[want.FsStrategy]
		wanted := []any{float64(want.UserBlock), strategy, want.FsPersist, float64(want.FsThreshold), float64(want.FsPageSize), want.TrackOrder, want.TrackOrder, keys, []any{1., 2., 3.}}
		for _, name := range []string{fmt.Sprintf("%d-ours.h5", i), fmt.Sprintf("%d-theirs.h5", i)} {
			path := filepath.Join(folder, name)
			f := must[*File](t)(Open(path))
			got := stored(must[Properties](t)(f.Properties()))
			if !strings.Contains(c.kwargs, "libver") {
				got.Superblock = want.Superblock // HDF5 2.0 begins with a newer format than 1.10
			}
			if got != want {
				t.Errorf("%s: %s\n got %+v\nwant %+v", c.kwargs, path, got, want)
			}
			if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("z")).Read()).String(); got != "[1 2 3]" {
				t.Errorf("%s: %s", c.kwargs, got)
			}
			if f.UserBlockSize() != want.UserBlock {
				t.Errorf("user block of %d", f.UserBlockSize())
			}
			check(t, f.Close())
			if !reflect.DeepEqual(seen[name], wanted) {
				t.Errorf("%s: h5py sees %v in %s, want %v", c.kwargs, seen[name], name, wanted)
			}
			if !IsHDF5(path) {
				t.Errorf("%s is not HDF5", path)
			}
		}
		space := output(t, exec.Command("h5stat", "-S", filepath.Join(folder, fmt.Sprintf("%d-ours.h5", i))))
		name := map[Strategy]string{FSM: "FSM_AGGR", Page: "PAGE", Aggregate: "AGGR", NoReuse: "NONE"}[want.FsStrategy]
		for _, says := range []string{"File space management strategy: H5F_FSPACE_STRATEGY_" + name + "\n", fmt.Sprintf("File space page size: %d bytes", want.FsPageSize)} {
			if !strings.Contains(space, says) {
				t.Errorf("%s: h5stat lacks %q:\n%s", c.kwargs, says, space)
			}
		}
		output(t, exec.Command("h5diff", filepath.Join(folder, fmt.Sprintf("%d-ours.h5", i)), filepath.Join(folder, fmt.Sprintf("%d-theirs.h5", i))))
	}
}

func TestOptionsOfOpenFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "paged.h5")
	check(t, must[*File](t)(Create(path, FsStrategy(Page))).Close())
	f := must[*File](t)(Open(path, ReadWrite, RdccNBytes(12345), RdccNSlots(97), RdccW0(0.25), Alignment(1000, 512), MetaBlockSize(8192), SieveBufSize(4096),
		PageBufSize(16384), MinMetaKeep(20), MinRawKeep(30), Locking(LockBestEffort), LibVer(V108, V110), Sec2))
	defer f.Close()
	got := must[Properties](t)(f.Properties())
	want := Properties{Superblock: 2, FsStrategy: Page, FsThreshold: 1, FsPageSize: 4096, Driver: "sec2", LibVerLow: V108, LibVerHigh: V110, RdccNBytes: 12345, RdccNSlots: 97, RdccW0: 0.25,
		AlignmentThreshold: 1000, AlignmentInterval: 512, MetaBlockSize: 8192, SieveBufSize: 4096, PageBufSize: 16384, MinMetaKeep: 20, MinRawKeep: 30, Locking: LockBestEffort}
	if got != want {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if low, high := f.LibVer(); low != V108 || high != V110 || f.Mode() != "r+" || f.Driver() != "sec2" || f.Closed() {
		t.Error(low, high, f.Mode(), f.Driver())
	}
	// What is not given is as HDF5 has it, and as h5py has it.
	path = filepath.Join(t.TempDir(), "plain.h5")
	check(t, must[*File](t)(Create(path)).Close())
	plain := must[*File](t)(Open(path))
	defer plain.Close()
	got = must[Properties](t)(plain.Properties())
	var seen []any
	h5py(t, &seen, `
with h5py.File(path, "r") as f:
    p = f.id.get_access_plist()
    print(json.dumps([p.get_cache()[1], *p.get_alignment(), p.get_meta_block_size(), p.get_sieve_buf_size(), p.get_cache()[3]]))
`, path)
	if mine := []any{float64(got.RdccNSlots), float64(got.AlignmentThreshold), float64(got.AlignmentInterval), float64(got.MetaBlockSize), float64(got.SieveBufSize), got.RdccW0}; !reflect.DeepEqual(seen[1:], mine[1:]) {
		t.Errorf("h5py has %v, here %v", seen, mine)
	}
	if got.PageBufSize != 0 || got.Locking == "" || plain.Mode() != "r" {
		t.Errorf("%+v", got)
	}
}

// Alignment shows in the addresses of the data.
func TestAlignment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aligned.h5")
	f := must[*File](t)(Create(path, Alignment(100, 4096)))
	for _, name := range []string{"a", "b", "c"} {
		must[*Dataset](t)(f.CreateDatasetFrom(name, make([]float64, 100)))
	}
	check(t, f.Close())
	var offsets []int
	h5py(t, &offsets, `
with h5py.File(path) as f: print(json.dumps([d.id.get_offset() for d in f.values()]))
`, path)
	if len(offsets) != 3 || offsets[0]%4096+offsets[1]%4096+offsets[2]%4096 != 0 {
		t.Errorf("offsets %v", offsets)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	good, content := sample(t)
	fresh := filepath.Join(t.TempDir(), "new.h5")
	for _, c := range []struct {
		says    string
		create  bool
		options []Option
	}{
		{"a power of 2 from 512", true, []Option{UserBlock(100)}},
		{"a power of 2 from 512", true, []Option{UserBlock(768)}},
		{"h5.UserBlock is for files that are created", false, []Option{UserBlock(512)}},
		{"h5.FsStrategy is for files that are created", false, []Option{FsStrategy(Page)}},
		{"h5.TrackOrder is for files that are created", false, []Option{TrackOrder}},
		{"is not a strategy", true, []Option{FsStrategy("best")}},
		{"h5.FsPersist does nothing without h5.FsStrategy", true, []Option{FsPersist}},
		{"h5.FsThreshold does nothing", true, []Option{FsThreshold(5)}},
		{"h5.FsPageSize does nothing without h5.FsStrategy(h5.Page)", true, []Option{FsPageSize(4096)}},
		{"a page has 512 bytes to 1 GiB", true, []Option{FsStrategy(Page), FsPageSize(100)}},
		{"\"v9\" is not a version", true, []Option{LibVer("v9", Latest)}},
		{"the second must be newer", true, []Option{LibVer(V110, V108)}},
		{"the second must be newer", true, []Option{LibVer(Earliest, Earliest)}},
		{"between 0 and 1", false, []Option{RdccW0(1.5)}},
		{"a chunk cache of -1 bytes", false, []Option{RdccNBytes(-1)}},
		{"a chunk cache of -1 slots", false, []Option{RdccNSlots(-1)}},
		{"an alignment to 0 bytes", true, []Option{Alignment(1, 0)}},
		{"a metadata block of -1", true, []Option{MetaBlockSize(-1)}},
		{"a sieve buffer of -1", true, []Option{SieveBufSize(-1)}},
		{"the file was not created in pages; create it with h5.FsStrategy(h5.Page)", false, []Option{PageBufSize(1 << 16)}},
		{"the page buffer is smaller than a page", true, []Option{FsStrategy(Page), PageBufSize(512)}},
		{"nothing without h5.PageBufSize", false, []Option{MinMetaKeep(10)}},
		{"0 to 100 percent", false, []Option{MinRawKeep(101)}},
		{"is no mode for h5.Locking", false, []Option{Locking("sometimes")}},
		{"two drivers, core and stdio", false, []Option{Core(true, 0), Stdio}},
		{"two drivers, split and family", true, []Option{Split("", ""), Family(1 << 20)}},
		{"needs one %d", true, []Option{Family(1 << 20)}},
		{"members of -1 bytes", true, []Option{Family(-1)}},
		{"may not have a %", true, []Option{Split("%s%s", "")}},
		{"are equal", true, []Option{Split("x", "x")}},
		{"the direct driver", false, []Option{Direct(0, 0, 0)}},
		{"h5.SWMR is for files that exist", true, []Option{SWMR}},
		{"the format of the file is too old for SWMR; create it with h5.LibVer", false, []Option{SWMR, ReadWrite}},
		{"h5.SWMR goes with the sec2 driver only", false, []Option{SWMR, Stdio}},
	} {
		do, path := Open, good
		if c.create {
			do, path = Create, fresh
		}
		_, err := do(path, c.options...)
		wantError(t, c.says, err, path, c.says)
	}
	_, err := Create("%s-%n.h5", Family(1<<20))
	wantError(t, "a family with another pattern", err, "needs one %d")
	unchanged(t, "options that cannot be", good, content)
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was created: %v", err)
	}
	_, err = OpenFile(good, "a", UserBlock(512))
	wantError(t, "another user block", err, "it exists with a user block of 0 bytes and not 512")
	// nil is no option.
	check(t, must[*File](t)(Open(good, nil)).Close())
}

// OpenFile opens, creates and refuses what h5py does with the same mode, whether
// the file is there or not.
func TestModesAreThoseOfH5py(t *testing.T) {
	folder := t.TempDir()
	theirs := map[string]string{}
	h5py(t, &theirs, `
import shutil
out = {}
for mode in ["r", "r+", "w", "w-", "x", "a", "rw", ""]:
    for there in [False, True]:
        name = os.path.join(path, "h.h5")
        if os.path.exists(name): os.remove(name)
        if there:
            with h5py.File(name, "w") as f: f["x"] = 1
        try:
            with h5py.File(name, mode) as f: out[mode + str(there)] = f.mode + " " + ",".join(f)
        except Exception as e: out[mode + str(there)] = type(e).__name__
print(json.dumps(out))
`, folder)
	kinds := map[string]error{"FileNotFoundError": fs.ErrNotExist, "FileExistsError": fs.ErrExist}
	for what, want := range theirs {
		path := filepath.Join(folder, what+".h5")
		there := strings.HasSuffix(what, "True")
		mode := strings.TrimSuffix(strings.TrimSuffix(what, "True"), "False")
		if there {
			f := must[*File](t)(Create(path))
			check(t, f.Set("x", 1))
			check(t, f.Close())
		}
		f, err := OpenFile(path, mode)
		got := ""
		if err == nil {
			got = f.Mode() + " " + strings.Join(f.Keys(), ",")
			check(t, f.Close())
		}
		if strings.HasSuffix(want, "Error") {
			if err == nil || kinds[want] != nil && !errors.Is(err, kinds[want]) {
				t.Errorf("mode %q, there %v: %v, h5py raises %s", mode, there, err, want)
			}
		} else if got != want {
			t.Errorf("mode %q, there %v: %q %v, h5py has %q", mode, there, got, err, want)
		}
	}
	if len(theirs) != 16 {
		t.Errorf("%d cases", len(theirs))
	}
}

func TestIsHDF5(t *testing.T) {
	good, content := sample(t)
	folder := t.TempDir()
	want := map[string]bool{}
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"good": {content, true}, "empty": {nil, false}, "text": {[]byte("x,y\n1,2\n"), false}, "zeros": {make([]byte, 1<<16), false},
		"behind 512": {append(make([]byte, 512), content...), true}, "behind 2048": {append(make([]byte, 2048), content...), true}, "behind 700": {append(make([]byte, 700), content...), false},
	} {
		path := filepath.Join(folder, name)
		check(t, os.WriteFile(path, c.data, 0o644))
		if got := IsHDF5(path); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		want[name] = c.want
	}
	theirs := map[string]bool{}
	h5py(t, &theirs, `print(json.dumps({n: bool(h5py.is_hdf5(os.path.join(path, n))) for n in os.listdir(path)}))`, folder)
	if !reflect.DeepEqual(theirs, want) {
		t.Errorf("h5py says %v, want %v", theirs, want)
	}
	if IsHDF5(filepath.Join(folder, "nothing")) || IsHDF5(folder) || !IsHDF5(good) {
		t.Error("what is no file is no HDF5 file")
	}
}

func TestInfoListsFiltersAndDrivers(t *testing.T) {
	info := must[LibraryInfo](t)(Info())
	have := map[string]Filter{}
	for _, f := range info.Filters {
		have[f.Name] = f
	}
	for _, name := range []string{"gzip", "shuffle", "fletcher32", "nbit", "scaleoffset"} {
		if f := have[name]; !f.Encode || !f.Decode || f.ID == 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if text := strings.Join(info.Drivers, " "); !strings.Contains(text, "sec2 stdio core split family") || strings.Contains(text, "mpio") != info.Parallel {
		t.Errorf("drivers %s", text)
	}
}
