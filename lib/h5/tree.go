package h5

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/rt"
)

// How much of a file its tree shows in a notebook.
const (
	treeEntries = 50  // entries of one group
	treeNodes   = 500 // entries in all
	treeDepth   = 8
	valueWidth  = 60 // characters of an attribute's value

	ratioChunks   = 4096 // a dataset with at most so many chunks is asked how well it is compressed
	attributeSize = 64   // elements of an attribute that are looked at
)

// TreeOptions say how much [WriteTree] writes. The zero value is all.
type TreeOptions struct {
	Depth        int  // levels below the group; 0 is all
	Entries      int  // entries of each group; 0 is all
	Total        int  // entries altogether; 0 is all
	NoAttributes bool // leave the attributes out
	Colour       bool // with the colours of terminals
}

// WriteTree writes the names in a group and in those below it, and what is behind
// them, a line each, while it goes along. Soft and external links are not followed. An
// object with several names is described at the first of them.
//
//	err := h5.WriteTree(os.Stdout, f, h5.TreeOptions{Depth: 2})
func WriteTree(w io.Writer, node Node, o TreeOptions) error {
	t := newTree(o)
	b := t.root(node)
	out := &treeWriter{w: w, tree: t, ink: plainInk}
	if o.Colour {
		out.ink = terminalInk
	}
	out.line(out.ink[b.kind].on(b.name) + space(b.about) + b.about)
	out.below(b, "")
	return out.err
}

// String returns the groups, datasets and attributes as a tree.
func (f *File) String() string { return treeText(f) }

// String returns the groups, datasets and attributes as a tree.
func (g *Group) String() string { return treeText(g) }

// String returns the attributes, one a line.
func (a *Attributes) String() string { return strings.Join(attributeLines(a), "\n") }

var shownTree = TreeOptions{Depth: treeDepth, Entries: treeEntries, Total: treeNodes}

func treeText(node Node) string {
	var s strings.Builder
	_ = WriteTree(&s, node, shownTree)
	return strings.TrimSuffix(s.String(), "\n")
}

// A branch is an entry of a tree.
type branch struct {
	kind        inkKind
	name, about string
	attributes  []string // `unit = "m"`
	group       *Group   // whose entries follow
	depth       int
}

// A tree is what is known while it is walked over.
type tree struct {
	TreeOptions
	left int                 // entries that may still be shown; below 0 is all
	seen map[identity]string // the first names of objects that have several
}

func newTree(o TreeOptions) *tree {
	t := &tree{TreeOptions: o, left: o.Total, seen: map[identity]string{}}
	if o.Total == 0 {
		t.left = -1
	}
	return t
}

// root describes what the tree is of.
func (t *tree) root(node Node) branch {
	switch n := node.(type) {
	case *File:
		b := t.grow(&n.root, n.handle.path, n.root.about(), 0)
		b.about = "HDF5 file, " + n.state()
		return b
	case *Group:
		return t.grow(n, n.path, n.about(), 0)
	case *Dataset:
		return branch{kind: inkDataset, name: n.path, about: n.summary(false), attributes: t.attributes(n)}
	case *NamedType:
		return branch{kind: inkType, name: n.path, about: "type " + shorten(n.typ.String()), attributes: t.attributes(n)}
	}
	return branch{kind: inkTrouble, name: node.ObjectPath(), about: kindOf(node)}
}

// state says how the file is open.
func (f *File) state() string {
	mode := "read-only"
	if f.writable {
		mode = "read and write"
	}
	if f.parallel {
		mode += ", parallel"
	}
	if f.Closed() {
		mode = "closed"
	}
	return mode
}

// about tells what the group is in the file.
func (g *Group) about() objectInfo {
	leave, err := g.enter("list", g.path)
	if err != nil {
		return objectInfo{kind: -1}
	}
	defer leave()
	return g.infoOf(".")
}

// grow describes a group.
func (t *tree) grow(g *Group, name string, info objectInfo, depth int) branch {
	if info.kind >= 0 {
		t.seen[info.identity] = g.path
	}
	b := branch{kind: inkGroup, name: name, about: "group", attributes: t.attributes(g), depth: depth}
	switch n := g.Len(); {
	case n == 0:
		if depth > 0 {
			b.about = "empty group"
		}
	case t.Depth > 0 && depth >= t.Depth:
		b.about = "group of " + digits(n)
	default:
		b.group = g
		if t.Entries > 0 && n > t.Entries {
			b.about = "group of " + digits(n)
		}
	}
	return b
}

// children goes over the branches of a branch, as many as are shown. The objects are
// open only while do runs.
func (t *tree) children(b branch, do func(child branch, width int, last bool)) {
	if b.group == nil {
		return
	}
	most := t.Entries
	if t.left >= 0 && (most == 0 || t.left < most) {
		most = t.left
	}
	total := b.group.Len()
	entries := b.group.firstEntries(most, t.left == 0)
	if t.left >= 0 {
		// What is shown here is not left for what is below.
		t.left -= len(entries)
	}
	width := 0
	for _, e := range entries {
		width = max(width, len([]rune(e.name)))
	}
	for i, e := range entries {
		rt.Check()
		last := i == len(entries)-1 && len(entries) >= total
		t.entry(b, e, func(child branch) { do(child, width, last) })
	}
	if more := total - len(entries); more > 0 {
		do(branch{kind: inkMore, name: "...", about: digits(more) + " more"}, 3, true)
	}
}

// entry describes an entry of a group.
func (t *tree) entry(b branch, e linkEntry, do func(branch)) {
	g := b.group
	if e.kind != linkIsHard {
		do(g.linkBranch(e.name))
		return
	}
	if first, ok := t.seen[e.info.identity]; ok && e.info.kind >= 0 {
		do(branch{kind: inkLink, name: e.name, about: "same as " + first})
		return
	}
	if e.info.names > 1 && e.info.kind >= 0 {
		t.seen[e.info.identity] = g.within(e.name)
	}
	switch node := g.entry(e.name).(type) {
	case *Group:
		do(t.grow(node, e.name, e.info, b.depth+1))
		node.done()
	case *Dataset:
		do(branch{kind: inkDataset, name: e.name, about: node.summary(true), attributes: t.attributes(node)})
		node.done()
	case *NamedType:
		do(branch{kind: inkType, name: e.name, about: "type " + shorten(node.typ.String()), attributes: t.attributes(node)})
		node.done()
	case *Other:
		do(branch{kind: inkTrouble, name: e.name, about: node.kind})
	}
}

// done closes an object that was opened to be looked at. In a parallel file it
// stays open, since ranks that look are perhaps not all.
func (o *object) done() {
	if !o.file.parallel {
		_ = o.close("close")
	}
}

// linkBranch describes a link without following it.
func (g *Group) linkBranch(name string) branch {
	b := branch{kind: inkLink, name: name}
	to, err := g.Link(name)
	switch to := to.(type) {
	case SoftLink:
		b.about = "-> " + to.Path
		if !g.Has(name) {
			b.kind, b.about = inkTrouble, b.about+", which is not there"
		}
	case ExternalLink:
		b.about = "-> " + to.Path + " in " + to.File
	default:
		b.kind, b.about = inkTrouble, "a link that cannot be read"
		if err != nil {
			b.about = err.Error()
		}
	}
	return b
}

func (t *tree) attributes(node Node) []string {
	if t.NoAttributes {
		return nil
	}
	return attributeLines(node.Attrs())
}

// Summary says in a line what the dataset is: its name, type and shape.
func (d *Dataset) Summary() string { return d.path + "  " + d.typeAndShape() }

func (d *Dataset) typeAndShape() string {
	kind := "elements of an unknown type"
	if t := d.Type(); t != nil {
		kind = t.String()
	}
	kind = shorten(kind)
	switch {
	case d.null:
		return kind + " without elements"
	case len(d.extent()) == 0:
		return kind + " scalar"
	}
	return kind + " " + d.extent().String()
}

// summary adds how the dataset is stored; compressed says whether to ask how well,
// which means to read about every chunk.
func (d *Dataset) summary(compressed bool) string {
	about := d.typeAndShape()
	if d.chunks != nil {
		about += " in chunks of " + Shape(d.chunks).String()
	} else if layout := d.Layout(); layout != Contiguous && layout != Compact && layout != "" {
		about += ", " + string(layout)
	}
	filters := d.Filters()
	for _, f := range filters {
		about += ", " + f.text()
	}
	if compressed && len(filters) > 0 && d.chunksAtMost() <= ratioChunks {
		if ratio := d.CompressionRatio(); ratio > 0 {
			about += ", " + ratioText(ratio)
		}
	}
	return about
}

// text is a filter in a line.
func (f AppliedFilter) text() string {
	if f.ID == filterDeflate && len(f.Parameters) > 0 {
		return fmt.Sprintf("gzip %d", f.Parameters[0])
	}
	return filterName(f.ID)
}

func ratioText(ratio float64) string {
	if ratio < 1 {
		return fmt.Sprintf("%.2g times larger", 1/ratio)
	}
	return fmt.Sprintf("%.1f times smaller", ratio)
}

// chunksAtMost returns how many chunks the dataset has when all are written.
func (d *Dataset) chunksAtMost() int {
	n := 1
	for axis, c := range d.chunks {
		n *= (d.extent()[axis] + c - 1) / c
	}
	return n
}

// attributeLines describes the attributes. The values of large ones are not read.
func attributeLines(a *Attributes) []string {
	var lines []string
	for _, name := range a.Keys() {
		lines = append(lines, name+" = "+a.short(name))
	}
	return lines
}

func (a *Attributes) short(name string) string {
	if shape, err := a.Shape(name); err == nil && product(shape) > attributeSize {
		if t, err := a.Type(name); err == nil {
			return shorten(t.String()) + " " + shape.String()
		}
	}
	value, err := a.Get(name)
	if err != nil {
		return shortText(err.Error())
	}
	return shortText(value)
}

// shorten cuts a text to what fits beside others.
func shorten(text string) string {
	if r := []rune(text); len(r) > valueWidth {
		return string(r[:valueWidth-3]) + "..."
	}
	return text
}

// A treeWriter writes branches as text.
type treeWriter struct {
	w    io.Writer
	tree *tree
	ink  inks
	err  error
}

func (s *treeWriter) line(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.w, strings.TrimRight(text, " ")+"\n")
	}
}

func (s *treeWriter) below(b branch, indent string) {
	more := "│ "
	if b.group == nil {
		more = "  "
	}
	for _, line := range b.attributes {
		s.line(indent + more + "  " + s.ink[inkAttribute].on("@"+oneLine(line)))
	}
	s.tree.children(b, func(child branch, width int, last bool) {
		if s.err != nil {
			return
		}
		fork, below := "├── ", "│   "
		if last {
			fork, below = "└── ", "    "
		}
		name := oneLine(child.name)
		pad := strings.Repeat(" ", max(0, width-len([]rune(name))))
		s.line(indent + fork + s.ink[child.kind].on(name) + pad + space(child.about) + oneLine(child.about))
		s.below(child, indent+below)
	})
}

func space(about string) string {
	if about == "" {
		return ""
	}
	return "  "
}

// oneLine keeps what a file contains from breaking the lines of a tree, or from
// telling the terminal what to do.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// foundMost ends an iteration early, guarded by mu.
var foundMost int

// herr_t op(hid_t loc, const char *name, const H5L_info_t *info, void *data)
var firstCallback = dl.Callback(func(loc, name, info, data uintptr) uintptr {
	if foundMost >= 0 && len(found) >= foundMost {
		return 1
	}
	found = append(found, linkEntry{name: dl.String(name), kind: dl.Read[int32](info)})
	return 0
})

// firstEntries lists at most so many links of a group, in the order of [Group.Keys],
// and what the objects are; 0 is all, unless none is asked for.
func (g *Group) firstEntries(most int, none bool) []linkEntry {
	if none {
		return nil
	}
	leave, err := g.enter("list", g.path)
	if err != nil {
		return nil
	}
	defer leave()
	found, foundMost = nil, most
	if most == 0 {
		foundMost = -1
	}
	index := indexName
	if g.ordered() {
		index = indexCreation
	}
	var next uint64
	g.file.call(g.file.lib.c.lIterate, dl.Int(g.id), dl.Int(index), dl.Int(orderIncrement), dl.Ptr(&next), dl.Word(firstCallback), dl.Null)
	entries := found
	found = nil
	for i := range entries {
		if entries[i].kind == linkIsHard {
			entries[i].info = g.infoOf(entries[i].name)
		}
	}
	return entries
}
