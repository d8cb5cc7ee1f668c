package h5

import (
	"errors"

	"github.com/galago-hpc/galago/internal/dl"
)

// A NamedType is a type that has a name in the file, and attributes like other
// objects: a committed datatype. Datasets that are created with it share it.
type NamedType struct {
	object
	typ *Type
}

// Type returns the description of the type.
func (n *NamedType) Type() *Type { return n.typ }

// Size returns the bytes that an element takes.
func (n *NamedType) Size() int { return n.typ.size }

// String returns the name and the type.
func (n *NamedType) String() string { return n.Name() + "  type " + n.typ.String() }

// Close gives up the type; its file stays open. Closing twice does nothing.
func (n *NamedType) Close() error { return n.close("close type") }

// CommitType gives a type a name in the file, and makes the groups on the way to it
// that are missing; h5py's f["name"] = dtype. H5Tcommit2; collective in a parallel
// file.
func (g *Group) CommitType(name string, t AnyType) (*NamedType, error) {
	const op = "commit type"
	full := g.within(name)
	leave, err := g.enter(op, full)
	if err != nil {
		return nil, err
	}
	defer leave()
	typ, err := typeOf(t)
	if err != nil {
		return nil, g.error(op, full, err)
	}
	if err := g.mayAdd(op, name); err != nil {
		return nil, err
	}
	l := g.file.lib
	id, err := l.makeType(typ)
	if err != nil {
		return nil, g.error(op, full, err)
	}
	// herr_t H5Tcommit2(hid_t loc, const char *name, hid_t type, hid_t lcpl, hid_t tcpl, hid_t tapl)
	if int32(g.file.call(l.c.tCommit, dl.Int(g.id), dl.Str(name), dl.Int(id), dl.Int(l.linkPlist), dl.Int(0), dl.Int(0))) < 0 {
		err := g.fail(op, full)
		l.c.tClose.Call(dl.Int(id))
		return nil, err
	}
	g.file.note(id)
	return g.newNamedType(id, full)
}

// newNamedType describes a committed type. The lock is held.
func (g *Group) newNamedType(id int64, path string) (*NamedType, error) {
	typ, err := g.file.lib.describe(id)
	if err != nil {
		g.file.lib.c.oClose.Call(dl.Int(id))
		return nil, g.error("open type", path, err)
	}
	n := &NamedType{object: object{file: g.file, id: id, path: path}, typ: typ}
	n.later = closeLater(n, g.file, id)
	return n, nil
}

// NamedType opens a committed type.
func (g *Group) NamedType(name string) (*NamedType, error) {
	full := g.within(name)
	leave, err := g.enter("open type", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	node, err := g.get("open type", name)
	if err != nil {
		return nil, err
	}
	if t, ok := node.(*NamedType); ok {
		return t, nil
	}
	return nil, g.error("open type", full, errors.New("it is "+kindOf(node)+", not a named type"))
}

// diskID returns the datatype with which something is created: that of a committed
// type itself if it is in the same file. release closes what was made.
func (f *File) diskID(t AnyType) (id int64, release func(), err error) {
	if n, ok := t.(*NamedType); ok && n != nil && n.file == f && n.id >= 0 {
		return n.id, func() {}, nil
	}
	typ, err := typeOf(t)
	if err != nil {
		return 0, nil, err
	}
	if id, err = f.lib.makeType(typ); err != nil {
		return 0, nil, err
	}
	return id, func() { f.lib.c.tClose.Call(dl.Int(id)) }, nil
}
