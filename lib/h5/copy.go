package h5

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// A CopyOption says what is copied with an object.
type CopyOption uint32

// The options, which h5py's Group.copy has as keywords.
const (
	Shallow        CopyOption = 1  // only the immediate members of a group
	ExpandSoft     CopyOption = 2  // what soft links lead to, in place of the links
	ExpandExternal CopyOption = 4  // what external links lead to, in place of the links
	ExpandRefs     CopyOption = 8  // what references point at, too
	WithoutAttrs   CopyOption = 16 // no attributes
)

// Copy makes a copy of an object, with all that is in it if it is a group, under
// another name of the group. Names may be paths. H5Ocopy; collective in a
// parallel file. To copy to another file, see the function [Copy].
func (g *Group) Copy(source, name string, options ...CopyOption) error {
	const op = "copy"
	full := g.within(source)
	leave, err := g.enter(op, full)
	if err != nil {
		return err
	}
	defer leave()
	if strings.IndexByte(source, 0) >= 0 || source == "" {
		return g.error(op, full, errors.New("the name is empty or has a NUL in it"))
	}
	if missing := g.missing(source); missing != "" {
		return g.notThere(op, full, missing)
	}
	return g.copyFrom(&g.object, source, name, options)
}

// Copy makes a copy of an object, with all that is in it if it is a group, in
// another group, of the same file or another. An empty name stands for the name
// that the object has. H5Ocopy; collective if the files are parallel.
//
//	err := h5.Copy(run, backup.Root(), "")
func Copy(source Node, to *Group, name string, options ...CopyOption) error {
	const op = "copy"
	o := underlying(source)
	if o == nil || to == nil {
		return &Error{Op: op, Reason: "there is nothing to copy, or nowhere to copy it to", Err: fs.ErrInvalid}
	}
	if name == "" {
		name = path.Base(o.path)
	}
	leave, err := to.enter(op, to.within(name))
	if err != nil {
		return err
	}
	defer leave()
	switch {
	case o.file.closed || o.id < 0:
		return &Error{Op: op, Object: o.path, File: o.file.path, Reason: "it is closed", Err: fs.ErrClosed}
	case o.file.lib != to.file.lib:
		return &Error{Op: op, Object: o.path, File: o.file.path, Reason: "its file and that of the copy are served by two libraries, one of them parallel", Advice: "open both with h5.MPIO, or both without"}
	case o.file.parallel != to.file.parallel:
		return &Error{Op: op, Object: o.path, File: o.file.path, Reason: "one of the two files is parallel and the other is not", Advice: "open both with h5.MPIO, or both without"}
	}
	return to.copyFrom(o, ".", name, options)
}

// copyFrom does the work. The lock is held.
func (g *Group) copyFrom(o *object, source, name string, options []CopyOption) error {
	const op = "copy"
	if err := g.mayAdd(op, name); err != nil {
		return err
	}
	l := g.file.lib
	plist := int64(l.c.pCreate.Call(dl.Int(l.objectCopy)))
	if plist < 0 {
		return g.fail(op, o.path)
	}
	defer l.c.pClose.Call(dl.Int(plist))
	var flags CopyOption
	for _, option := range options {
		flags |= option
	}
	if err := l.set(plist, "CopyOption", l.f.setCopy, dl.Int(flags)); err != nil { // herr_t H5Pset_copy_object(hid_t, unsigned flags)
		return g.error(op, o.within(source), err)
	}
	// herr_t H5Ocopy(hid_t from, const char *name, hid_t to, const char *name, hid_t ocpypl, hid_t lcpl)
	if int32(g.file.call(l.f.copyObject, dl.Int(o.id), dl.Str(source), dl.Int(g.id), dl.Str(name), dl.Int(plist), dl.Int(l.linkPlist))) < 0 {
		return g.fail(op, o.within(source))
	}
	return nil
}

// Move gives an object, or a link as it is, another name, and makes the groups on
// the way to it that are missing. H5Lmove; collective in a parallel file.
func (g *Group) Move(source, name string) error {
	const op = "move"
	full := g.within(source)
	leave, err := g.enter(op, full)
	if err != nil {
		return err
	}
	defer leave()
	if strings.IndexByte(source, 0) >= 0 || strings.Trim(source, "/.") == "" {
		return g.error(op, full, errors.New("the name is empty, the group itself, or has a NUL in it"))
	}
	if missing := g.missing(source); missing != "" {
		return g.notThere(op, full, missing)
	}
	if full == g.within(name) {
		return nil
	}
	if err := g.mayAdd(op, name); err != nil {
		return err
	}
	if strings.HasPrefix(g.within(name), full+"/") {
		return g.error(op, full, errors.New("a group cannot be moved into itself"))
	}
	l := g.file.lib
	// herr_t H5Lmove(hid_t from, const char *name, hid_t to, const char *name, hid_t lcpl, hid_t lapl)
	if int32(g.file.call(l.f.linkMove, dl.Int(g.id), dl.Str(source), dl.Int(g.id), dl.Str(name), dl.Int(l.linkPlist), dl.Int(0))) < 0 {
		return g.fail(op, full)
	}
	return nil
}
