// Package ddl writes HDF5 files as text, in the Data Description Language of HDF5 as
// the program h5dump writes it:
//
//	f, err := h5.Open("a.h5")
//	err = ddl.Write(os.Stdout, f, ddl.Options{})
//
// Numbers, text, enumerations and sequences come out line for line as h5dump -e of
// HDF5 1.10 writes them, but for letters beyond ASCII, which are UTF-8. Otherwise it
// differs in this: each element that is a compound begins a line; the objects behind
// references are named, and not written again; a dataset whose type is committed
// has the type written out, and not its name; types of times as NumPy knows them
// are written as times.
package ddl

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
)

// Options say what is written.
type Options struct {
	HeaderOnly bool // no values: h5dump -H
	Exact      bool // floating-point numbers with all their digits, not with six
}

// Write writes an object, of groups all that is below them, while it reads the
// file. An error of what cannot be read stands in the text as well, as a comment, and
// the rest follows.
func Write(w io.Writer, node h5.Node, o Options) error {
	d := &dump{Options: o, w: bufio.NewWriterSize(w, 64<<10), first: map[string]string{}}
	file, _ := node.(*h5.File)
	if in, ok := node.(interface{ File() *h5.File }); ok {
		file = in.File()
	}
	d.file = file
	d.line("HDF5 %s {", quoted(file.Path()))
	switch n := node.(type) {
	case *h5.File:
		d.group("/", n.Root())
	case *h5.Group:
		d.group(n.ObjectPath(), n)
	case *h5.Dataset:
		d.dataset(n.ObjectPath(), n)
	case *h5.NamedType:
		d.namedType(n.ObjectPath(), n)
	default:
		d.fail(fmt.Errorf("write %s: it is not an object", node.ObjectPath()))
	}
	d.line("}")
	if err := d.w.Flush(); err != nil {
		return err
	}
	return d.failed
}

// A dump is text on its way.
type dump struct {
	Options
	w      *bufio.Writer
	file   *h5.File
	depth  int
	first  map[string]string // the first names of objects
	failed error             // the first that could not be read
}

// line writes a line at the depth of what it is in.
func (d *dump) line(format string, args ...any) {
	for range d.depth {
		d.w.WriteString("   ")
	}
	fmt.Fprintf(d.w, format, args...)
	d.w.WriteByte('\n')
}

// block writes a line that opens a brace, what is inside, and the end.
func (d *dump) block(head string, inside func()) {
	d.line("%s {", head)
	d.depth++
	inside()
	d.depth--
	d.line("}")
}

// fail notes an error, and writes it as a comment.
func (d *dump) fail(err error) {
	if d.failed == nil {
		d.failed = err
	}
	d.line("/* %s */", strings.ReplaceAll(oneLine(err.Error()), "*/", "* /"))
}

// again tells whether an object was written before, and by which name, and remembers
// the name if not.
func (d *dump) again(path string, node h5.Node) (first string, again bool) {
	r, ok := node.(interface{ Ref() (h5.Ref, error) })
	if !ok {
		return "", false
	}
	ref, err := r.Ref()
	if err != nil {
		return "", false
	}
	key := ref.String()
	if first, again = d.first[key]; !again {
		d.first[key] = path
	}
	return first, again
}

func (d *dump) group(name string, g *h5.Group) {
	d.block("GROUP "+quoted(name), func() {
		if first, again := d.again(g.ObjectPath(), g); again {
			d.line("HARDLINK %s", quoted(first))
			return
		}
		d.attributes(g)
		for _, name := range sorted(g.Keys()) {
			d.entry(g, name)
		}
	})
}

// entry writes what a group has under a name.
func (d *dump) entry(g *h5.Group, name string) {
	link, err := g.Link(name)
	if err != nil {
		d.fail(err)
		return
	}
	switch to := link.(type) {
	case h5.SoftLink:
		d.block("SOFTLINK "+quoted(name), func() { d.line("LINKTARGET %s", quoted(to.Path)) })
		return
	case h5.ExternalLink:
		d.block("EXTERNAL_LINK "+quoted(name), func() {
			d.line("TARGETFILE %s", quoted(to.File))
			d.line("TARGETPATH %s", quoted(to.Path))
		})
		return
	}
	node, err := g.Get(name)
	if err != nil {
		d.fail(err)
		return
	}
	switch n := node.(type) {
	case *h5.Group:
		d.group(name, n)
		_ = n.Close()
	case *h5.Dataset:
		d.dataset(name, n)
		_ = n.Close()
	case *h5.NamedType:
		d.namedType(name, n)
		_ = n.Close()
	default:
		d.fail(fmt.Errorf("%s: %s", node.ObjectPath(), node))
	}
}

func (d *dump) dataset(name string, s *h5.Dataset) {
	d.block("DATASET "+quoted(name), func() {
		if first, again := d.again(s.ObjectPath(), s); again {
			d.line("HARDLINK %s", quoted(first))
			return
		}
		t := s.Type()
		if t == nil {
			d.fail(fmt.Errorf("%s: HDF5 cannot tell the type", s.ObjectPath()))
			return
		}
		d.datatype(t)
		d.dataspace(s.IsNull(), s.Shape(), s.MaxShape())
		d.values(func(v *values) {
			v.typ, v.shape, v.null = t, s.Shape(), s.IsNull()
			v.dataset(s)
		})
		d.attributes(s)
	})
}

func (d *dump) namedType(name string, n *h5.NamedType) {
	if first, again := d.again(n.ObjectPath(), n); again && first != n.ObjectPath() {
		d.block("DATATYPE "+quoted(name), func() { d.line("HARDLINK %s", quoted(first)) })
		return
	}
	d.typed("DATATYPE "+quoted(name)+" ", n.Type(), "")
	if n.Attrs().Len() > 0 {
		d.depth++
		d.attributes(n)
		d.depth--
	}
}

func (d *dump) attributes(node h5.Node) {
	a := node.Attrs()
	for _, name := range sorted(a.Keys()) {
		d.block("ATTRIBUTE "+quoted(name), func() {
			t, err := a.Type(name)
			if err != nil {
				d.fail(err)
				return
			}
			shape, err := a.Shape(name)
			if err != nil {
				d.fail(err)
				return
			}
			d.datatype(t)
			value, err := a.Get(name)
			_, null := value.(h5.Null)
			d.dataspace(null, shape, h5.MaxShape(shape))
			d.values(func(v *values) {
				v.typ, v.shape, v.null = t, shape, null
				if err != nil {
					d.fail(err)
					return
				}
				v.write(value, wholeOf(shape))
			})
		})
	}
}

func (d *dump) dataspace(null bool, shape h5.Shape, most h5.MaxShape) {
	switch {
	case null:
		d.line("DATASPACE  NULL")
	case len(shape) == 0:
		d.line("DATASPACE  SCALAR")
	default:
		words, limits := make([]string, len(shape)), make([]string, len(shape))
		for i, n := range shape {
			words[i], limits[i] = fmt.Sprint(n), fmt.Sprint(n)
			if len(most) == len(shape) {
				limits[i] = fmt.Sprint(most[i])
				if most[i] == h5.Unlimited {
					limits[i] = "H5S_UNLIMITED"
				}
			}
		}
		d.line("DATASPACE  SIMPLE { ( %s ) / ( %s ) }", strings.Join(words, ", "), strings.Join(limits, ", "))
	}
}
