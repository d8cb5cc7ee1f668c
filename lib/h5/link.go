package h5

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// A Link is how a group holds an entry: a [HardLink], a [SoftLink] or an
// [ExternalLink].
type Link interface {
	// String describes the link in a few words.
	String() string
	isLink()
}

// A HardLink is a name of an object, no less than its other names. To make one,
// say of what; what [Group.Link] returns has no Node: open the name for that.
type HardLink struct{ Node Node }

// A SoftLink is a path in the same file, which is followed each time the link is
// used. It need not exist.
type SoftLink struct{ Path string }

// An ExternalLink is a path in another file, which is opened when the link is
// used. A relative File starts at the folder of the file with the link.
type ExternalLink struct{ File, Path string }

func (HardLink) isLink()     {}
func (SoftLink) isLink()     {}
func (ExternalLink) isLink() {}

// String says that it is one, and of what if that is known.
func (l HardLink) String() string {
	if l.Node == nil {
		return "hard link"
	}
	return "hard link to " + l.Node.ObjectPath()
}

// String gives the path.
func (l SoftLink) String() string { return "soft link to " + l.Path }

// String gives file and path.
func (l ExternalLink) String() string { return "external link to " + l.Path + " in " + l.File }

// CreateLink makes a link, and the groups on the way to it that are missing.
// H5Olink, H5Lcreate_soft, H5Lcreate_external; collective in a parallel file.
//
//	err := g.CreateLink("latest", h5.SoftLink{Path: "/runs/3"})
//	err := g.CreateLink("mesh", h5.ExternalLink{File: "mesh.h5", Path: "/nodes"})
//	err := g.CreateLink("alias", h5.HardLink{Node: dataset})
func (g *Group) CreateLink(name string, to Link) error {
	const op = "link"
	full := g.within(name)
	leave, err := g.enter(op, full)
	if err != nil {
		return err
	}
	defer leave()
	if err := g.mayAdd(op, name); err != nil {
		return err
	}
	f, l := g.file, g.file.lib
	var status uintptr
	switch to := to.(type) {
	case HardLink:
		o, err := g.ofThisFile(op, full, to.Node)
		if err != nil {
			return err
		}
		// herr_t H5Olink(hid_t object, hid_t loc, const char *name, hid_t lcpl, hid_t lapl)
		status = f.call(l.f.linkObject, dl.Int(o.id), dl.Int(g.id), dl.Str(name), dl.Int(l.linkPlist), dl.Int(0))
	case SoftLink:
		if to.Path == "" || strings.IndexByte(to.Path, 0) >= 0 {
			return g.error(op, full, fmt.Errorf("%q is no path to link to", to.Path))
		}
		// herr_t H5Lcreate_soft(const char *path, hid_t loc, const char *name, hid_t lcpl, hid_t lapl)
		status = f.call(l.f.linkSoft, dl.Str(to.Path), dl.Int(g.id), dl.Str(name), dl.Int(l.linkPlist), dl.Int(0))
	case ExternalLink:
		if to.Path == "" || to.File == "" || strings.IndexByte(to.Path+to.File, 0) >= 0 {
			return g.error(op, full, fmt.Errorf("%q in %q is nothing to link to", to.Path, to.File))
		}
		// herr_t H5Lcreate_external(const char *file, const char *path, hid_t loc, const char *name, hid_t lcpl, hid_t lapl)
		status = f.call(l.f.linkOutside, dl.Str(to.File), dl.Str(to.Path), dl.Int(g.id), dl.Str(name), dl.Int(l.linkPlist), dl.Int(0))
	default:
		return g.error(op, full, fmt.Errorf("a %T is no link; use h5.HardLink, h5.SoftLink or h5.ExternalLink", to))
	}
	if int32(status) < 0 {
		return g.fail(op, full)
	}
	return nil
}

// ofThisFile makes sure that a hard link can be made to a node.
func (g *Group) ofThisFile(op, full string, node Node) (*object, error) {
	o := underlying(node)
	switch {
	case o == nil || o.id < 0:
		return nil, g.error(op, full, errors.New("there is no object to link to, or it is closed"))
	case o.file.closed || o.file.lib != g.file.lib || o.infoOf(".").file != g.infoOf(".").file:
		return nil, &Error{Op: op, Object: full, File: g.file.path, Reason: o.path + " is in another file, " + o.file.path, Advice: "use h5.ExternalLink, or h5.Copy"}
	}
	return o, nil
}

// underlying returns the object behind a node; nil if there is none.
func underlying(node Node) *object {
	var o *object
	switch n := node.(type) {
	case *File:
		if n != nil {
			o = &n.root.object
		}
	case *Group:
		if n != nil {
			o = &n.object
		}
	case *Dataset:
		if n != nil {
			o = &n.object
		}
	case *NamedType:
		if n != nil {
			o = &n.object
		}
	}
	return o
}

// Link tells how the group holds a name, without following it. H5Lget_info,
// H5Lget_val.
func (g *Group) Link(name string) (Link, error) {
	const op = "look at link"
	full := g.within(name)
	leave, err := g.enter(op, full)
	if err != nil {
		return nil, err
	}
	defer leave()
	if strings.IndexByte(name, 0) >= 0 || name == "" {
		return nil, g.error(op, full, errors.New("the name is empty or has a NUL in it"))
	}
	if missing := g.missing(name); missing != "" {
		return nil, g.notThere(op, full, missing)
	}
	if strings.Trim(name, "/.") == "" {
		return HardLink{}, nil // the group itself, or the root
	}
	return g.link(op, name)
}

// link does the work. The lock is held and the link exists.
func (g *Group) link(op, name string) (Link, error) {
	f, l := g.file, g.file.lib
	// H5L_info_t: H5L_type_t type; hbool_t; int64_t order; H5T_cset_t; union { address or token; size_t length } at 24
	var info [8]uint64
	// herr_t H5Lget_info(hid_t loc, const char *name, H5L_info_t *info, hid_t lapl)
	if int32(f.call(l.f.linkInfo, dl.Int(g.id), dl.Str(name), dl.Ptr(&info), dl.Int(0))) < 0 {
		return nil, g.fail(op, g.within(name))
	}
	kind := int32(info[0])
	if kind == linkIsHard {
		return HardLink{}, nil
	}
	const most = 1 << 20 // a damaged file may claim anything
	if info[3] > most {
		return nil, g.error(op, g.within(name), fmt.Errorf("its value has %d bytes: the file is damaged", info[3]))
	}
	value := make([]byte, info[3])
	// herr_t H5Lget_val(hid_t loc, const char *name, void *buffer, size_t size, hid_t lapl)
	if int32(f.call(l.f.linkValue, dl.Int(g.id), dl.Str(name), dl.Slice(value), dl.Int(len(value)), dl.Int(0))) < 0 {
		return nil, g.fail(op, g.within(name))
	}
	switch {
	case kind == linkIsSoft:
		return SoftLink{Path: dl.Text(value)}, nil
	case kind == linkIsExternal && len(value) > 0:
		// A byte of version and flags, the file, NUL, the path, NUL.
		rest := value[1:]
		end := slices.Index(rest, 0)
		if end < 0 {
			break
		}
		return ExternalLink{File: string(rest[:end]), Path: dl.Text(rest[end+1:])}, nil
	}
	return nil, g.error(op, g.within(name), fmt.Errorf("it is a link of a kind (%d) that is not HDF5's own", kind))
}

// dangling makes a node of a link that leads nowhere, or to a file that cannot be
// opened.
func (g *Group) dangling(name string) Node {
	kind := "a link to something that is not there"
	if to, err := g.link("look at link", name); err == nil {
		switch to := to.(type) {
		case SoftLink:
			kind += " (" + to.Path + ")"
		case ExternalLink:
			kind += " (" + to.Path + " in " + to.File + ")"
			if why := g.file.unopenable(to.File); why != "" {
				kind = "a link to " + to.Path + " in " + to.File + ", which cannot be opened: " + why
			}
		}
	}
	return &Other{object{file: g.file, id: -1, path: g.within(name)}, kind}
}

// unopenable says why a file that an external link names cannot be opened, which
// HDF5 does not pass on; "" if it can, or is not there.
func (h *handle) unopenable(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(h.path), path)
	}
	if _, err := os.Stat(path); err != nil || h.parallel {
		return ""
	}
	o := opening{settings: gather(nil), path: path, lib: h.lib}
	id := int64(h.lib.c.fOpen.Call(dl.Str(path), dl.Int(accReadOnly), dl.Int(0)))
	if id < 0 {
		failed := h.lib.fail("open", "", path).(*Error)
		o.diagnose(failed)
		return failed.Reason
	}
	h.lib.c.fClose.Call(dl.Int(id))
	return ""
}

// Set gives a name in the group to something, as h5py's g[name] = value does: a
// [Link]; an object of the file, which gets one more name; or data, which become
// a dataset ([Group.CreateDatasetFrom]).
func (g *Group) Set(name string, value any) error {
	switch v := value.(type) {
	case Link:
		return g.CreateLink(name, v)
	case Node:
		return g.CreateLink(name, HardLink{v})
	}
	d, err := g.CreateDatasetFrom(name, value)
	if err != nil {
		return err
	}
	return d.Close()
}
