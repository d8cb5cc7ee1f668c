package diff

import (
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/lib/h5"
)

type star struct {
	ID   int32   `h5:"id"`
	Mass float64 `h5:"mass"`
	Name string  `h5:"name"`
}

// check ends the test at an error.
func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// made writes a file with some of all, and then changes it.
func made(t *testing.T, name string, change func(f *h5.File)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := h5.Create(path)
	check(t, err)
	put := func(name string, value any, options ...h5.DatasetOption) *h5.Dataset {
		d, err := f.CreateDatasetFrom(name, value, options...)
		check(t, err)
		return d
	}
	d := put("a", []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, math.NaN()}, h5.Chunks{4})
	check(t, d.Attrs().Set("unit", "m"))
	check(t, d.Attrs().Set("range", []float64{0, 9}))
	put("g/b", [][]int32{{0, 1, 2}, {3, 4, 5}})
	put("g/text", []string{"one", "two"})
	put("stars", []star{{1, 0.5, "Sun"}, {2, 1.5, "Vega"}})
	put("empty", h5.Empty(h5.Float64))
	put("z", []complex128{1, 2i})
	check(t, f.Set("soft", h5.SoftLink{Path: "/a"}))
	check(t, f.Set("loop", f.Root()))
	if change != nil {
		change(f)
	}
	check(t, f.Close())
	return path
}

func compared(t *testing.T, a, b string, o Options) []Difference {
	t.Helper()
	f, err := h5.Open(a)
	check(t, err)
	defer f.Close()
	g, err := h5.Open(b)
	check(t, err)
	defer g.Close()
	all, err := Of(f, g, o)
	check(t, err)
	return all
}

// h5diff returns the exit status of h5diff.
func h5diff(t *testing.T, args ...string) int {
	t.Helper()
	out, err := exec.Command("h5diff", args...).CombinedOutput()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		if failed.ExitCode() > 1 {
			t.Fatalf("h5diff %v: %s", args, out)
		}
		return failed.ExitCode()
	}
	check(t, err)
	return 0
}

func TestDifferences(t *testing.T) {
	must := func(d *h5.Dataset, err error) *h5.Dataset { check(t, err); return d }
	again := func(f *h5.File, name string, value any, options ...h5.DatasetOption) {
		check(t, f.Delete(name))
		must(f.CreateDatasetFrom(name, value, options...))
	}
	for name, c := range map[string]struct {
		change   func(f *h5.File)
		want     []string
		lenience bool // h5diff calls it not comparable, and the same
	}{
		"equal":   {nil, nil, false},
		"values":  {func(f *h5.File) { check(t, must(f.Dataset("a")).Write([]float64{2.5, 7}, "2:4")) }, []string{"/a  2 of 10 elements differ, the most by 4 at (3): 3 and 7"}, false},
		"nan":     {func(f *h5.File) { check(t, must(f.Dataset("a")).Write(9.0, 9)) }, []string{"/a  1 of 10 elements differ, first (9): NaN and 9"}, false},
		"text":    {func(f *h5.File) { again(f, "g/text", []string{"one", "three"}) }, []string{`/g/text  1 of 2 elements differ, first (1): "two" and "three"`}, false},
		"field":   {func(f *h5.File) { check(t, must(f.Dataset("stars")).Field("mass").Write(2.5, 1)) }, []string{"/stars  1 of 2 elements differ, the most by 1 at (1).mass: 1.5 and 2.5"}, false},
		"complex": {func(f *h5.File) { check(t, must(f.Dataset("z")).Write(3i, 1)) }, []string{"/z  1 of 2 elements differ, the most by 1 at (1): (0+2i) and (0+3i)"}, false},
		"attribute": {func(f *h5.File) { check(t, must(f.Dataset("a")).Attrs().Set("unit", "s")) },
			[]string{`/a @unit  "m" and "s"`}, false},
		"one attribute more": {func(f *h5.File) { check(t, f.Attrs().Set("more", 1)) }, []string{"/ @more  only in b.h5"}, false},
		"one less":           {func(f *h5.File) { check(t, f.Delete("stars")) }, []string{"/stars  only in a.h5"}, false},
		"one more":           {func(f *h5.File) { must(f.CreateDatasetFrom("extra", 1)) }, []string{"/extra  only in b.h5"}, false},
		"link":               {func(f *h5.File) { check(t, f.Delete("soft")); check(t, f.Set("soft", h5.SoftLink{Path: "/b"})) }, []string{"/soft  soft link to /a and soft link to /b"}, false},
		"kind":               {func(f *h5.File) { check(t, f.Delete("a")); _, err := f.CreateGroup("a"); check(t, err) }, []string{"/a  a dataset and a group"}, true},
		"shape":              {func(f *h5.File) { again(f, "g/b", [][]int32{{0, 1}, {2, 3}, {4, 5}}) }, []string{"/g/b  shape (2, 3) and (3, 2)"}, true},
		"type":               {func(f *h5.File) { again(f, "g/b", [][]float64{{0, 1, 2}, {3, 4, 5}}) }, []string{"/g/b  type int32 and float64"}, true},
		"larger type":        {func(f *h5.File) { again(f, "g/b", [][]int64{{0, 1, 2}, {3, 4, 5}}) }, nil, false},
		"compressed": {func(f *h5.File) {
			again(f, "g/b", [][]int32{{0, 1, 2}, {3, 4, 5}}, h5.Chunks{1, 2}, h5.Gzip(1))
		}, nil, false},
	} {
		a, b := made(t, "a.h5", nil), made(t, "b.h5", c.change)
		var got []string
		for _, d := range compared(t, a, b, Options{}) {
			d.What = strings.NewReplacer(a, "a.h5", b, "b.h5").Replace(d.What)
			got = append(got, d.String())
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
		status := min(len(got), 1)
		if c.lenience {
			status = 0
		}
		if theirs := h5diff(t, a, b); theirs != status && !(c.lenience && theirs == 1) {
			t.Errorf("%s: h5diff says %d", name, theirs)
		}
	}
}

func TestTolerancesAreThoseOfH5diff(t *testing.T) {
	a := made(t, "a.h5", nil)
	b := made(t, "b.h5", func(f *h5.File) {
		d, err := f.Dataset("a")
		check(t, err)
		check(t, d.Write([]float64{0.01, 1.01, 2.02, 3.1}, "0:4"))
		d, err = f.Dataset("g/b")
		check(t, err)
		check(t, d.Write(int32(7), 1, 2))
	})
	for _, object := range []string{"/a", "/g/b"} {
		for _, x := range []float64{0.005, 0.0105, 0.05, 0.2, 0.45, 1, 1.5, 2, 3} {
			for option, o := range map[string]Options{"-d": {Absolute: x}, "-p": {Relative: x}} {
				f, err := h5.Open(a)
				check(t, err)
				g, err := h5.Open(b)
				check(t, err)
				p, err := f.Get(object)
				check(t, err)
				q, err := g.Get(object)
				check(t, err)
				all, err := Of(p, q, o)
				check(t, err)
				if ours, theirs := min(len(all), 1), h5diff(t, option, fmt.Sprint(x), a, b, object); ours != theirs {
					t.Errorf("%s %v %s: %v, and h5diff says %d", option, x, object, all, theirs)
				}
				check(t, f.Close())
				check(t, g.Close())
			}
		}
	}
}

func TestElementsAreListed(t *testing.T) {
	a := made(t, "a.h5", nil)
	b := made(t, "b.h5", func(f *h5.File) {
		d, err := f.Dataset("g/b")
		check(t, err)
		check(t, d.Write([][]int32{{9, 9}, {9, 9}}, ":, 1:"))
	})
	all := compared(t, a, b, Options{Values: 3})
	if len(all) != 1 || strings.Join(all[0].Values, "; ") != "(0, 1): 1 and 9; (0, 2): 2 and 9; (1, 1): 4 and 9" {
		t.Errorf("%v", all)
	}
}

// 2^53 + 1 is no float64.
func TestLargeIntegersAreExact(t *testing.T) {
	put := func(v any) func(f *h5.File) {
		return func(f *h5.File) { _, err := f.CreateDatasetFrom("n", v); check(t, err) }
	}
	a, b, c := made(t, "a.h5", put([]int64{1 << 53})), made(t, "b.h5", put([]int64{1<<53 + 1})), made(t, "c.h5", put([]uint64{1 << 53}))
	if all := compared(t, a, b, Options{}); len(all) != 1 || all[0].String() != "/n  9007199254740992 and 9007199254740993" {
		t.Errorf("%v", all)
	}
	if all := compared(t, a, c, Options{}); len(all) != 0 {
		t.Errorf("%v", all)
	}
}

func TestStorageCountsIfAsked(t *testing.T) {
	a := made(t, "a.h5", nil)
	b := made(t, "b.h5", func(f *h5.File) {
		check(t, f.Delete("g/b"))
		_, err := f.CreateDatasetFrom("g/b", [][]int64{{0, 1, 2}, {3, 4, 5}}, h5.Chunks{1, 2}, h5.Gzip(1))
		check(t, err)
	})
	var got []string
	for _, d := range compared(t, a, b, Options{Storage: true}) {
		got = append(got, d.String())
	}
	want := "/g/b  type int32 and int64\n/g/b  layout contiguous and chunked\n/g/b  chunks () and (1, 2)\n/g/b  filters [] and [deflate[1]]"
	if strings.Join(got, "\n") != want {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

func TestNamesDoNotCommandTheTerminal(t *testing.T) {
	a := made(t, "a.h5", nil)
	b := made(t, "b.h5", func(f *h5.File) { _, err := f.CreateGroup("x\x1b[2J\ny"); check(t, err) })
	if all := compared(t, a, b, Options{}); len(all) != 1 || !strings.HasPrefix(all[0].String(), "/x�[2J�y  only in ") {
		t.Errorf("%q", all)
	}
}

// References are the same if they lead to the same names.
func TestReferences(t *testing.T) {
	refer := func(to string, before int) func(f *h5.File) {
		return func(f *h5.File) {
			// What comes before moves the objects to other addresses.
			for i := range before {
				_, err := f.CreateDatasetFrom("g/b"+fmt.Sprint(i), 1)
				check(t, err)
				check(t, f.Delete("g/b"+fmt.Sprint(i)))
			}
			d, err := f.CreateDatasetFrom("x", 1)
			check(t, err)
			_, err = f.CreateDatasetFrom("y", 1)
			check(t, err)
			if to == "y" {
				d, err = f.Dataset("y")
				check(t, err)
			}
			r, err := d.Ref()
			check(t, err)
			_, err = f.CreateDatasetFrom("refs", []h5.Ref{r})
			check(t, err)
		}
	}
	a, b, c := made(t, "a.h5", refer("x", 0)), made(t, "b.h5", refer("x", 9)), made(t, "c.h5", refer("y", 0))
	if all := compared(t, a, b, Options{}); len(all) != 0 {
		t.Errorf("%v", all)
	}
	if all := compared(t, a, c, Options{}); len(all) != 1 || all[0].String() != "/refs  reference to /x and reference to /y" {
		t.Errorf("%v", all)
	}
}
