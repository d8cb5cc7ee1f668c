// Package diff finds out in what two HDF5 files, or two objects, differ: in what
// there is, in types and shapes, in attributes and in values.
//
//	a, err := h5.Open("a.h5")
//	b, err := h5.Open("b.h5")
//	all, err := diff.Of(a, b, diff.Options{Relative: 1e-9})
//	for _, d := range all {
//		fmt.Println(d)
//	}
//
// What counts is what a program would read: an int32 and an int64 of the same value
// are the same, and so are compressed and uncompressed, unless [Options] says
// otherwise. NaN is the same as NaN. It judges as the program h5diff does; but
// objects that h5diff calls not comparable, such as those of different shapes, and
// those that only one file has, are differences here.
package diff

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/galago-hpc/galago/lib/h5"
)

// Options say what counts as different, and how much is told.
type Options struct {
	Absolute     float64 // numbers that are not further apart are the same: h5diff -d
	Relative     float64 // also those whose distance is not more than this part of the first: h5diff -p
	Storage      bool    // types of other sizes or byte orders, chunks and filters are differences, too
	NoAttributes bool    // attributes are not compared
	Values       int     // so many elements of each object that differ are listed
}

// A Difference is one thing that differs.
type Difference struct {
	Path   string   // the object; "/x @unit" for an attribute
	What   string   // in a line
	Values []string // elements that differ, as "(3, 2): 1.5 and 2"
}

// String returns the difference in a line, and the elements below it.
func (d Difference) String() string {
	text := printable(d.Path + "  " + d.What)
	for _, v := range d.Values {
		text += "\n  " + printable(v)
	}
	return text
}

// printable keeps names in a file from breaking lines, or from telling the terminal
// what to do.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\uFFFD'
		}
		return r
	}, text)
}

// Of compares two objects, groups with all that is below them. The names of a and b are
// used in what is said about objects that one of them lacks. The error is of
// what cannot be read, in which case there may be more differences.
func Of(a, b h5.Node, o Options) ([]Difference, error) {
	var all []Difference
	err := Each(a, b, o, func(d Difference) { all = append(all, d) })
	return all, err
}

// Each is [Of] that tells each difference when it is found.
func Each(a, b h5.Node, o Options, tell func(Difference)) error {
	c := &comparison{Options: o, tell: tell, seen: map[string]bool{}, names: [2]string{fileOf(a), fileOf(b)}}
	if c.names[0] == c.names[1] {
		c.names = [2]string{c.names[0] + " (first)", c.names[1] + " (second)"}
	}
	c.again(a, b)
	c.nodes(a.ObjectPath(), a, b)
	return c.failed
}

func fileOf(node h5.Node) string {
	if in, ok := node.(interface{ File() *h5.File }); ok {
		return in.File().Path()
	}
	return node.ObjectPath()
}

// A comparison is what is known on the way.
type comparison struct {
	Options
	tell   func(Difference)
	names  [2]string // of the files
	seen   map[string]bool
	failed error // the first
}

func (c *comparison) differ(path, format string, args ...any) {
	c.tell(Difference{Path: path, What: fmt.Sprintf(format, args...)})
}

func (c *comparison) fail(path string, err error) {
	if c.failed == nil {
		c.failed = fmt.Errorf("compare %s: %w", path, err)
	}
}

// nodes compares two objects; path is what they are called.
func (c *comparison) nodes(path string, a, b h5.Node) {
	if file, ok := a.(*h5.File); ok {
		a = file.Root()
	}
	if file, ok := b.(*h5.File); ok {
		b = file.Root()
	}
	if kind(a) != kind(b) {
		c.differ(path, "%s and %s", kind(a), kind(b))
		return
	}
	switch a := a.(type) {
	case *h5.Group:
		c.groups(path, a, b.(*h5.Group))
	case *h5.Dataset:
		c.datasets(path, a, b.(*h5.Dataset))
	case *h5.NamedType:
		if b := b.(*h5.NamedType); a.Type().String() != b.Type().String() {
			c.differ(path, "type %v and %v", a.Type(), b.Type())
		}
	case *h5.Other:
		c.fail(path, fmt.Errorf("%s", a.String()))
		return
	}
	c.attributes(path, a, b)
}

func kind(node h5.Node) string {
	switch node.(type) {
	case *h5.Group:
		return "a group"
	case *h5.Dataset:
		return "a dataset"
	case *h5.NamedType:
		return "a named type"
	}
	return "something that cannot be opened"
}

// groups compares the entries of two groups by their names.
func (c *comparison) groups(path string, a, b *h5.Group) {
	first, second := a.Keys(), b.Keys()
	slices.Sort(first)
	slices.Sort(second)
	for _, name := range union(first, second) {
		below := strings.TrimSuffix(path, "/") + "/" + name
		_, inA := slices.BinarySearch(first, name)
		_, inB := slices.BinarySearch(second, name)
		switch {
		case !inB:
			c.differ(below, "only in %s", c.names[0])
		case !inA:
			c.differ(below, "only in %s", c.names[1])
		default:
			c.entries(below, name, a, b)
		}
	}
}

// union merges two sorted lists.
func union(a, b []string) []string {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

// entries compares what two groups have under a name: links by where they lead to,
// objects by what they are.
func (c *comparison) entries(path, name string, a, b *h5.Group) {
	linkA, errA := a.Link(name)
	linkB, errB := b.Link(name)
	if errA != nil || errB != nil {
		c.fail(path, firstError(errA, errB))
		return
	}
	_, hardA := linkA.(h5.HardLink)
	_, hardB := linkB.(h5.HardLink)
	if !hardA || !hardB {
		if linkA != linkB {
			c.differ(path, "%v and %v", linkA, linkB)
		}
		return
	}
	x, errA := a.Get(name)
	y, errB := b.Get(name)
	if errA != nil || errB != nil {
		c.fail(path, firstError(errA, errB))
		return
	}
	defer closeAll(x, y)
	if !c.again(x, y) {
		c.nodes(path, x, y)
	}
}

// again reports whether two objects were compared before, by other names. Each pair is
// compared once, which also ends circles.
func (c *comparison) again(a, b h5.Node) bool {
	x, y := identity(a), identity(b)
	if x == "" || y == "" {
		return false
	}
	again := c.seen[x+"|"+y]
	c.seen[x+"|"+y] = true
	return again
}

// identity tells objects of a file apart, "" if it cannot.
func identity(node h5.Node) string {
	r, ok := node.(interface{ Ref() (h5.Ref, error) })
	if !ok {
		return ""
	}
	ref, err := r.Ref()
	if err != nil {
		return ""
	}
	return ref.String()
}

func closeAll(nodes ...h5.Node) {
	for _, n := range nodes {
		if c, ok := n.(interface{ Close() error }); ok {
			_ = c.Close()
		}
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
