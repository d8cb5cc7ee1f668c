package h5

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestGroupsAreDictionaries(t *testing.T) {
	_, f := temporary(t)
	run := must[*Group](t)(f.CreateGroup("runs/3"))
	must[*Dataset](t)(run.CreateDataset("pos", Float64, Shape{2}))
	must[*Dataset](t)(run.CreateDataset("/top", Int32))
	must[*Dataset](t)(f.CreateDataset("runs/3/deep/er", Int32))
	must[*Group](t)(f.CreateGroup("größe"))

	if got := f.Keys(); !slices.Equal(got, []string{"größe", "runs", "top"}) || f.Len() != 3 {
		t.Errorf("keys %q", got)
	}
	for name, want := range map[string]bool{
		"runs": true, "runs/3/pos": true, "/runs/3": true, "größe": true, "/": true,
		"nothing": false, "runs/4/pos": false, "top/pos": false, "": false, "a\x00": false,
	} {
		if f.Has(name) != want {
			t.Errorf("Has(%q) is %v", name, !want)
		}
	}
	if !run.Has("/top") || run.Has("top") {
		t.Error("paths that begin with a slash start at the root")
	}
	seen := ""
	for name, node := range run.All() {
		switch node := node.(type) {
		case *Group:
			seen += name + " group " + node.ObjectPath() + "\n"
		case *Dataset:
			seen += name + " dataset " + node.ObjectPath() + " " + node.Shape().String() + "\n"
		}
	}
	if seen != "deep group /runs/3/deep\npos dataset /runs/3/pos (2)\n" {
		t.Errorf("all: %s", seen)
	}
	d := must[*Dataset](t)(f.Dataset("runs/3/deep/er"))
	if d.Name() != "er" || d.File() != f {
		t.Error("name or file of a dataset")
	}
	if g := must[Node](t)(f.Get("/")); g.ObjectPath() != "/" {
		t.Errorf("root: %v", g)
	}
	check(t, f.Delete("runs/3/pos"))
	if run.Has("pos") {
		t.Error("deleted and there")
	}
	check(t, run.Close())
	check(t, run.Close())
	_, err := run.CreateGroup("x")
	wantError(t, "closed group", err, "/runs/3 is closed")
	if !errors.Is(err, fs.ErrClosed) {
		t.Error("not fs.ErrClosed")
	}
	check(t, d.Close())
	_, err = d.Read()
	wantError(t, "closed dataset", err, "is closed")
}

func TestManyObjects(t *testing.T) {
	path, f := temporary(t)
	const n = 2000
	for i := range n {
		must[*Group](t)(f.CreateGroup("g" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strconv.Itoa(i)))
	}
	check(t, f.Close())
	f = must[*File](t)(Open(path))
	defer f.Close()
	count := 0
	for _, node := range f.All() {
		if _, ok := node.(*Group); ok {
			count++
		}
	}
	if count != n || f.Len() != n || len(f.Keys()) != n {
		t.Errorf("%d of %d groups", count, n)
	}
	if text := f.String(); !strings.HasSuffix(text, "1,950 more") {
		t.Errorf("the tree is not cut: %s", text[len(text)-80:])
	}
}

func TestNamesThatCannotBe(t *testing.T) {
	_, f := temporary(t)
	must[*Dataset](t)(f.CreateDataset("d", Int32, Shape{3}))
	must[*Group](t)(f.CreateGroup("g"))
	d := func(_ *Dataset, err error) error { return err }
	g := func(_ *Group, err error) error { return err }
	for _, c := range []struct {
		what string
		err  error
		is   error
		says string
	}{
		{"dataset exists", d(f.CreateDataset("d", Int8)), fs.ErrExist, "there is a dataset with this name already"},
		{"from data exists", d(f.CreateDatasetFrom("g", 1)), fs.ErrExist, "there is a group with this name already"},
		{"group exists", g(f.CreateGroup("g/")), fs.ErrExist, "there is a group with this name already"},
		{"group named like a dataset", g(f.CreateGroup("d")), fs.ErrExist, "there is a dataset with this name already"},
		{"inside a dataset", g(f.CreateGroup("d/x")), nil, "/d is a dataset, not a group"},
		{"dataset inside a dataset", d(f.CreateDataset("/d/x/y", Int8)), nil, "/d is a dataset, not a group"},
		{"no such dataset", d(f.Dataset("pos")), fs.ErrNotExist, "no such object; / has d, g"},
		{"no such path", d(f.Dataset("h/pos")), fs.ErrNotExist, "there is no /h; / has d, g"},
		{"group as dataset", d(f.Dataset("g")), nil, "it is a group, not a dataset"},
		{"dataset as group", g(f.Group("d")), nil, "it is a dataset, not a group"},
		{"empty name", g(f.CreateGroup("")), nil, "the name is empty"},
		{"root", g(f.CreateGroup("/")), nil, "the name is empty"},
		{"NUL", d(f.CreateDataset("a\x00b", Int8)), nil, "NUL"},
		{"delete nothing", f.Delete("x"), fs.ErrNotExist, "no such object"},
	} {
		wantError(t, c.what, c.err, c.says, f.Path())
		if c.is != nil && !errors.Is(c.err, c.is) {
			t.Errorf("%s: %v is not %v", c.what, c.err, c.is)
		}
	}
	if f.Len() != 2 {
		t.Errorf("something was created: %v", f.Keys())
	}
}
