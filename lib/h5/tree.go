package h5

import (
	"fmt"
	"strings"
)

// How much of a file its tree shows.
const (
	treeEntries = 50   // entries of one group
	treeNodes   = 1000 // entries in all
	treeDepth   = 8
	valueWidth  = 60 // characters of an attribute's value
)

// A branch is a node of the tree that text and HTML are made from.
type branch struct {
	name, about string
	attributes  []string // `unit = "m"`
	branches    []branch
}

// String returns the groups, datasets and attributes as a tree.
func (f *File) String() string { return f.tree().text() }

// String returns the groups, datasets and attributes as a tree.
func (g *Group) String() string { return g.tree().text() }

// String returns name, type and shape, and the attributes on lines of their own.
func (d *Dataset) String() string { return d.tree().text() }

// String returns the attributes, one a line.
func (a *Attributes) String() string { return strings.Join(attributeLines(a), "\n") }

func (f *File) tree() branch {
	b := f.root.tree()
	mode := "read-only"
	if f.writable {
		mode = "read and write"
	}
	if f.parallel {
		mode += ", parallel"
	}
	mu.Lock()
	closed := f.closed
	mu.Unlock()
	if closed {
		mode = "closed"
	}
	b.name, b.about = f.path, "HDF5 file, "+mode
	return b
}

func (g *Group) tree() branch {
	left := treeNodes
	return growGroup(g, g.path, 0, &left)
}

func (d *Dataset) tree() branch { return growDataset(d, d.path) }

func growGroup(g *Group, name string, depth int, left *int) branch {
	n := g.Len()
	b := branch{name: name, about: "group", attributes: attributeLines(g.Attrs())}
	if depth >= treeDepth {
		b.about = fmt.Sprintf("group of %d", n)
		return b
	}
	shown := 0
	for name, node := range g.All() {
		if shown == treeEntries || *left == 0 {
			b.branches = append(b.branches, branch{name: "...", about: fmt.Sprintf("%d more", n-shown)})
			break
		}
		shown++
		*left--
		switch node := node.(type) {
		case *Group:
			b.branches = append(b.branches, growGroup(node, name, depth+1, left))
		case *Dataset:
			b.branches = append(b.branches, growDataset(node, name))
		case *NamedType:
			b.branches = append(b.branches, branch{name: name, about: "type " + node.typ.String(), attributes: attributeLines(node.Attrs())})
		case *Other:
			b.branches = append(b.branches, branch{name: name, about: node.kind})
		}
	}
	return b
}

func growDataset(d *Dataset, name string) branch {
	kind := "elements of an unknown type"
	if t := d.Type(); t != nil {
		kind = t.String()
	}
	if r := []rune(kind); len(r) > valueWidth {
		kind = string(r[:valueWidth-3]) + "..."
	}
	about := kind + " " + d.shape.String()
	switch {
	case d.null:
		about = kind + " without elements"
	case len(d.shape) == 0:
		about = kind + " scalar"
	}
	if d.chunks != nil {
		about += " in chunks of " + Shape(d.chunks).String()
	}
	return branch{name: name, about: about, attributes: attributeLines(d.Attrs())}
}

func attributeLines(a *Attributes) []string {
	var lines []string
	for _, name := range a.Keys() {
		value, err := a.Get(name)
		text := shortText(value)
		if err != nil {
			text = shortText(err.Error())
		}
		lines = append(lines, name+" = "+text)
	}
	return lines
}

func (b branch) text() string {
	var s strings.Builder
	s.WriteString(strings.TrimSpace(b.name + "  " + b.about))
	b.write(&s, "")
	return s.String()
}

func (b branch) write(s *strings.Builder, indent string) {
	more := "│ "
	if len(b.branches) == 0 {
		more = "  "
	}
	for _, line := range b.attributes {
		s.WriteString("\n" + indent + more + "  @" + line)
	}
	width := 0
	for _, child := range b.branches {
		width = max(width, len([]rune(child.name)))
	}
	for i, child := range b.branches {
		fork, below := "├── ", "│   "
		if i == len(b.branches)-1 {
			fork, below = "└── ", "    "
		}
		pad := strings.Repeat(" ", width-len([]rune(child.name)))
		s.WriteString("\n" + indent + fork + child.name + pad + "  " + child.about)
		child.write(s, indent+below)
	}
}
