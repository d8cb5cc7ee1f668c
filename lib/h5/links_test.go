package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
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

// Links of each kind are what h5py sees and makes.
func TestLinksBothWays(t *testing.T) {
	folder := t.TempDir()
	ours, theirs, target := filepath.Join(folder, "ours.h5"), filepath.Join(folder, "theirs.h5"), filepath.Join(folder, "target.h5")
	f := must[*File](t)(Create(target))
	check(t, f.Set("deep/x", []int32{7, 8}))
	check(t, f.Close())

	f = must[*File](t)(Create(ours))
	check(t, f.Set("data", []float64{1, 2}))
	check(t, f.Set("alias/of/data", must[*Dataset](t)(f.Dataset("data"))))
	check(t, f.Set("soft", SoftLink{Path: "/data"}))
	check(t, f.CreateLink("dangling", SoftLink{Path: "größe/nichts"}))
	check(t, f.CreateLink("outside", ExternalLink{File: "target.h5", Path: "/deep/x"}))
	check(t, f.CreateLink("far", ExternalLink{File: "target.h5", Path: "/deep"}))
	check(t, f.CreateLink("lost", ExternalLink{File: "no such.h5", Path: "/x"}))
	check(t, f.Close())
	const inspect = `
def links(name):
    out = {}
    with h5py.File(os.path.join(path, name)) as f:
        for k in sorted(f):
            l = f.get(k, getlink=True)
            out[k] = type(l).__name__ + (" " + l.path if hasattr(l, "path") else "") + (" " + l.filename if hasattr(l, "filename") else "")
        assert f["alias/of/data"] == f["data"] and f["soft"][:].tolist() == [1, 2] and f["outside"][:].tolist() == [7, 8] and f["far/x"][:].tolist() == [7, 8]
    return out
`
	var seen map[string]map[string]string
	h5py(t, &seen, inspect+`
with h5py.File(os.path.join(path, "theirs.h5"), "w") as f:
    f["data"] = [1., 2.]
    f["alias/of/data"] = f["data"]
    f["soft"] = h5py.SoftLink("/data")
    f["dangling"] = h5py.SoftLink("größe/nichts")
    f["outside"] = h5py.ExternalLink("target.h5", "/deep/x")
    f["far"] = h5py.ExternalLink("target.h5", "/deep")
    f["lost"] = h5py.ExternalLink("no such.h5", "/x")
print(json.dumps({n: links(n) for n in ["ours.h5", "theirs.h5"]}))
`, folder)
	want := map[string]string{
		"alias": "HardLink", "data": "HardLink", "soft": "SoftLink /data", "dangling": "SoftLink größe/nichts",
		"outside": "ExternalLink /deep/x target.h5", "far": "ExternalLink /deep target.h5", "lost": "ExternalLink /x no such.h5",
	}
	for name, got := range seen {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("h5py sees in %s\n%v\nwant\n%v", name, got, want)
		}
	}
	list := func(path string) string {
		cmd := exec.Command("h5ls", "-r", filepath.Base(path))
		cmd.Dir = folder
		return output(t, cmd)
	}
	if a, b := list(ours), list(theirs); a != b || !strings.Contains(a, "Soft Link {/data}") || !strings.Contains(a, "External Link {target.h5//deep}") {
		t.Errorf("h5ls lists\n%s\nand\n%s", a, b)
	}
	for _, path := range []string{ours, theirs} {
		f := must[*File](t)(Open(path, ReadWrite))
		for name, text := range want {
			var got string
			switch l := must[Link](t)(f.Link(name)).(type) {
			case HardLink:
				got = "HardLink"
			case SoftLink:
				got = "SoftLink " + l.Path
			case ExternalLink:
				got = "ExternalLink " + l.Path + " " + l.File
			}
			if got != text {
				t.Errorf("%s %s: %s, want %s", path, name, got, text)
			}
		}
		for name, values := range map[string]string{"alias/of/data": "[1. 2.]", "soft": "[1. 2.]", "outside": "[7 8]", "far/x": "[7 8]"} {
			if got := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset(name)).Read()).String(); got != values {
				t.Errorf("%s %s: %s", path, name, got)
			}
		}
		one, two, three := must[Node](t)(f.Get("data")), must[Node](t)(f.Get("alias/of/data")), must[Node](t)(f.Get("outside"))
		if !Same(one, two) || !Same(one, one) || Same(one, three) || !Same(f, must[Node](t)(f.Get("/"))) || Same(one, nil) {
			t.Error("Same is wrong")
		}
		_, err := f.Dataset("dangling")
		wantError(t, "dangling", err, "open dataset /dangling", "a link to something that is not there (größe/nichts)")
		_, err = f.Group("lost")
		wantError(t, "lost", err, "(/x in no such.h5)")
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v is not fs.ErrNotExist", err)
		}
		if f.Has("lost") || f.Has("dangling") || !f.Has("far/x") {
			t.Error("Has")
		}
		check(t, f.Delete("lost"))
		check(t, f.Delete("alias/of/data"))
		if f.Has("alias/of/data") || !f.Has("data") {
			t.Error("deleting one name deletes the other")
		}
		parent := must[*Group](t)(must[*Group](t)(f.Group("alias/of")).Parent())
		if parent.ObjectPath() != "/alias" || must[*Group](t)(parent.Parent()).ObjectPath() != "/" || must[*Group](t)(f.Root().Parent()).ObjectPath() != "/" {
			t.Errorf("parent %s", parent.ObjectPath())
		}
		check(t, f.Close())
		// Closing the file has closed the one that its links lead to.
		check(t, must[*File](t)(Create(filepath.Join(folder, "new.h5"))).Close())
		g := must[*File](t)(Open(target, ReadWrite))
		check(t, g.Close())
	}
}

// A file may be open by itself and through a link at the same time, whichever came
// first.
func TestLinkToAFileThatIsOpen(t *testing.T) {
	_, f := temporary(t)
	target, g := temporary(t)
	check(t, g.Set("x", []int32{1, 2}))
	check(t, f.Set("x", ExternalLink{target, "/x"}))
	read := func(d *Dataset) string { return must[*nd.Array](t)(d.Read()).String() }
	d := must[*Dataset](t)(f.Dataset("x"))
	check(t, must[*Dataset](t)(g.Dataset("x")).Write(5, 0))
	if got := read(d); got != "[5 2]" {
		t.Errorf("through the link: %s", got)
	}
	check(t, g.Close())
	if got := read(d); got != "[5 2]" {
		t.Errorf("through the link: %s", got)
	}
	g = must[*File](t)(Open(target, ReadWrite))
	check(t, must[*Dataset](t)(g.Dataset("x")).Write(6, 1))
	if got := read(d); got != "[5 6]" {
		t.Errorf("through the link: %s", got)
	}
	check(t, g.Close())
	check(t, f.Close())
	// Neither is open now.
	check(t, must[*File](t)(Create(target)).Close())
	output(t, child(t, "open", f.Path(), "r+", "true"))
}

func TestLinksThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	_, other := temporary(t)
	check(t, f.Set("x", 1))
	check(t, other.Set("y", 1))
	y := must[*Dataset](t)(other.Dataset("y"))
	closed := must[*Dataset](t)(f.Dataset("x"))
	check(t, closed.Close())
	for _, c := range []struct {
		name string
		to   Link
		says string
	}{
		{"x", SoftLink{"/y"}, "there is a dataset with this name already"}, {"x/y", SoftLink{"/y"}, "/x is a dataset, not a group"}, {"", SoftLink{"/y"}, "the name is empty"},
		{"a", SoftLink{}, "is no path to link to"}, {"a", SoftLink{"a\x00b"}, "is no path to link to"}, {"a", ExternalLink{"", "/x"}, "is nothing to link to"},
		{"a", HardLink{}, "there is no object to link to"}, {"a", HardLink{closed}, "or it is closed"}, {"a", HardLink{y}, "/y is in another file"}, {"a", nil, "is no link"},
	} {
		wantError(t, fmt.Sprintf("%q to %v", c.name, c.to), f.CreateLink(c.name, c.to), "link /", c.says)
	}
	// What is wrong with the file that a link leads to is said.
	folder := filepath.Dir(f.Path())
	check(t, os.WriteFile(filepath.Join(folder, "text.h5"), []byte("no file of HDF5"), 0o644))
	for file, says := range map[string]string{"text.h5": "which cannot be opened: it is not an HDF5 file", ".": "which cannot be opened: it is a folder", other.Path(): "a link to something that is not there (/nothing in"} {
		check(t, f.Set("link", ExternalLink{file, "/nothing"}))
		_, err := f.Dataset("link")
		wantError(t, file, err, "open dataset /link", says)
		check(t, f.Delete("link"))
	}
	_, err := f.Link("nothing")
	wantError(t, "link", err, "there is no such object")
	if l := must[Link](t)(f.Link("/")); l != (HardLink{}) {
		t.Errorf("link of the root: %v", l)
	}
	if f.Len() != 1 {
		t.Errorf("keys %v", f.Keys())
	}
}

// A random tree with objects of several names, soft and external links and
// cycles: what is visited is what h5py visits.
func TestVisitsAreThoseOfH5py(t *testing.T) {
	folder := t.TempDir()
	const trees = 12
	for seed := range uint64(trees) {
		random := rand.New(rand.NewPCG(seed, 1))
		path := filepath.Join(folder, fmt.Sprintf("%d.h5", seed))
		var options []Option
		if seed%3 == 1 {
			options = append(options, LibVer(V110, V110))
		}
		if seed%3 == 2 {
			options = append(options, TrackOrder)
		}
		f := must[*File](t)(Create(path, options...))
		groups := []*Group{f.Root()}
		var nodes []Node
		for range 40 {
			g := groups[random.IntN(len(groups))]
			name := string(rune('a'+random.IntN(26))) + fmt.Sprint(random.IntN(20))
			if g.Has(name) {
				continue
			}
			if l, err := g.Link(name); err == nil {
				t.Logf("there is %v", l)
				continue
			}
			switch random.IntN(6) {
			case 0, 1:
				child := must[*Group](t)(g.CreateGroup(name))
				groups, nodes = append(groups, child), append(nodes, child)
			case 2, 3:
				nodes = append(nodes, must[*Dataset](t)(g.CreateDatasetFrom(name, int32(1))))
			case 4:
				if len(nodes) > 0 { // may make a cycle
					check(t, g.Set(name, nodes[random.IntN(len(nodes))]))
				}
			case 5:
				if random.IntN(2) == 0 {
					check(t, g.Set(name, SoftLink{"/"}))
				} else {
					check(t, g.Set(name, ExternalLink{"0.h5", "/"}))
				}
			}
		}
		if seed == 3 {
			check(t, f.Set("root again", f.Root()))
		}
		check(t, f.Close())
	}
	type visits struct {
		Visit, Items, Links []string
		LinkItems           [][2]string
		Reversed            []string
	}
	want := map[string]visits{}
	h5py(t, &want, `
out = {}
for name in os.listdir(path):
    with h5py.File(os.path.join(path, name)) as f:
        v = dict(Visit=[], Items=[], Links=[], LinkItems=[], Reversed=list(reversed(f)))
        f.visit(v["Visit"].append)
        f.visititems(lambda n, o: v["Items"].append(n + " " + type(o).__name__))
        f.visit_links(v["Links"].append)
        f.visititems_links(lambda n, l: v["LinkItems"].append([n, type(l).__name__]))
        out[name] = v
print(json.dumps(out))
`, folder)
	if len(want) != trees {
		t.Fatalf("%d files", len(want))
	}
	total := 0
	for name, want := range want {
		f := must[*File](t)(Open(filepath.Join(folder, name)))
		got := visits{Visit: []string{}, Items: []string{}, Links: []string{}, LinkItems: [][2]string{}, Reversed: []string{}}
		for name := range f.Visit() {
			got.Visit = append(got.Visit, name)
		}
		for name, node := range f.VisitItems() {
			got.Items = append(got.Items, name+" "+strings.TrimPrefix(reflect.TypeOf(node).String(), "*h5."))
			if node.Name() != name[strings.LastIndex(name, "/")+1:] || node.ObjectPath() != "/"+name {
				t.Errorf("%s is called %s", name, node.ObjectPath())
			}
		}
		for name, link := range f.VisitLinks() {
			got.Links = append(got.Links, name)
			got.LinkItems = append(got.LinkItems, [2]string{name, reflect.TypeOf(link).Name()})
		}
		for name := range f.Backward() {
			got.Reversed = append(got.Reversed, name)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", name, got, want)
		}
		total += len(got.Visit) + len(got.Links)
		// Stopping early is heeded.
		n := 0
		for range f.Visit() {
			if n++; n == 3 {
				break
			}
		}
		if n != min(3, len(want.Visit)) {
			t.Errorf("stopped after %d", n)
		}
		check(t, f.Close())
		for range f.VisitItems() {
			t.Error("a closed file has something in it")
		}
	}
	if total < 10*trees {
		t.Errorf("only %d visits", total)
	}
}

// The file may be used, and changed, while it is visited.
func TestVisitWhileItChanges(t *testing.T) {
	_, f := temporary(t)
	for i := range 5 {
		check(t, f.Set(fmt.Sprintf("g%d/x", i), i))
	}
	for name := range f.Visit() {
		switch {
		case strings.HasSuffix(name, "x"), name == "g4":
			check(t, f.Delete(name))
		case !strings.HasSuffix(name, "new"):
			check(t, f.Set(name+"/new", 1))
		}
	}
	if got := slices.Collect(f.Visit()); !slices.Equal(got, []string{"g0", "g0/new", "g1", "g1/new", "g2", "g2/new", "g3", "g3/new"}) {
		t.Errorf("left: %v", got)
	}
}

// Each option of Copy does what h5py's keyword does: h5diff and h5dump see no
// difference between the copies.
func TestCopiesAreThoseOfH5py(t *testing.T) {
	folder := t.TempDir()
	source := filepath.Join(folder, "source.h5")
	h5py(t, nil, `
with h5py.File(os.path.join(path, "target.h5"), "w", libver=("earliest", "v110")) as f: f["far"] = np.arange(4)
with h5py.File(os.path.join(path, "source.h5"), "w", libver=("earliest", "v110")) as f:
    g = f.create_group("g")
    g["x"] = np.arange(6.).reshape(2, 3)
    g["x"].attrs["unit"] = "m"
    g.attrs["about"] = "a group"
    g["deep/er/y"] = 3
    g["soft"] = h5py.SoftLink("/g/x")
    g["outside"] = h5py.ExternalLink("target.h5", "/far")
    f["pointed"] = np.arange(3)
    g["refs"] = np.array([f["pointed"].ref], dtype=h5py.ref_dtype)
`, folder)
	type option struct {
		name, kwargs string
		options      []CopyOption
	}
	cases := []option{
		{"plain", "", nil}, {"shallow", "shallow=True", []CopyOption{Shallow}}, {"soft", "expand_soft=True", []CopyOption{ExpandSoft}},
		{"external", "expand_external=True", []CopyOption{ExpandExternal}}, {"refs", "expand_refs=True", []CopyOption{ExpandRefs}}, {"attrs", "without_attrs=True", []CopyOption{WithoutAttrs}},
		{"all", "shallow=True, expand_soft=True, expand_external=True, without_attrs=True", []CopyOption{Shallow, ExpandSoft | ExpandExternal, WithoutAttrs}},
	}
	script := ""
	for _, c := range cases {
		comma := ""
		if c.kwargs != "" {
			comma = ", "
		}
		script += fmt.Sprintf("    with h5py.File(os.path.join(path, '%s-theirs.h5'), 'w', libver=('earliest', 'v110')) as g:\n        f.copy('g', g, 'copy'%s%s); f.copy(f['g/x'], g)\n", c.name, comma, c.kwargs)
	}
	h5py(t, nil, "with h5py.File(os.path.join(path, 'source.h5')) as f:\n"+script, folder)
	// What references point at has its address for a name.
	address := regexp.MustCompile(`\d{3,}`)
	for _, c := range cases {
		theirs, ours := filepath.Join(folder, c.name+"-theirs.h5"), filepath.Join(folder, c.name+"-ours.h5")
		f, to := must[*File](t)(Open(source)), must[*File](t)(Create(ours))
		g := must[*Group](t)(f.Group("g"))
		check(t, Copy(g, to.Root(), "copy", c.options...))
		x := must[*Dataset](t)(g.Dataset("x"))
		check(t, Copy(x, to.Root(), ""))
		check(t, to.Close())
		check(t, f.Close())
		dump := func(path string) string {
			out := output(t, exec.Command("h5dump", path))
			_, out, _ = strings.Cut(out, "\n") // the first line has the file's name
			return address.ReplaceAllString(out, "ADDRESS")
		}
		if a, b := dump(ours), dump(theirs); a != b || !strings.Contains(a, "copy") {
			t.Errorf("%s: h5dump of ours\n%s\nof theirs\n%s", c.name, a, b)
		}
	}
	// Within a file.
	f := must[*File](t)(Open(source, ReadWrite))
	check(t, f.Copy("g", "copies/of/g"))
	check(t, f.Copy("/", "whole")) // into itself
	if a := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("copies/of/g/x")).Read()); a.At(1, 2) != 5 {
		t.Error(a)
	}
	if !f.Has("whole/copies/of/g/deep/er/y") || f.Has("whole/whole") {
		t.Errorf("whole: %v", slices.Collect(f.Visit()))
	}
	d := must[*Dataset](t)(f.Dataset("g/x"))
	check(t, d.Write(100)) // a copy is a copy
	if a := must[*nd.Array](t)(must[*Dataset](t)(f.Dataset("copies/of/g/x")).Read()); a.At(1, 2) != 5 {
		t.Error(a)
	}
	check(t, f.Close())
}
