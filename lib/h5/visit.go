package h5

import (
	"iter"

	"github.com/galago-hpc/galago/internal/dl"
)

// Visit goes over the names of all objects in the group and in the groups below
// it, as paths that start at the group, sorted. Each object comes once, by the
// first of its names; soft and external links are not followed. What is created
// or deleted meanwhile may or may not come.
func (g *Group) Visit() iter.Seq[string] {
	return func(yield func(string) bool) {
		g.visit(func(_ *Group, name, _ string, _ linkEntry) bool { return yield(name) })
	}
}

// VisitItems is [Group.Visit] with the objects.
func (g *Group) VisitItems() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		g.visit(func(in *Group, name, last string, _ linkEntry) bool {
			node := in.openEntry(last)
			return yield(name, node)
		})
	}
}

// VisitLinks goes over all links in the group and in the groups below it, sorted:
// each link once, whatever it leads to. Soft and external links are not followed.
func (g *Group) VisitLinks() iter.Seq2[string, Link] {
	return func(yield func(string, Link) bool) {
		g.walk("", g.itself(), true, func(in *Group, name, last string, entry linkEntry) bool {
			var to Link = HardLink{}
			if entry.kind != linkIsHard {
				var err error
				if to, err = in.Link(last); err != nil {
					return true
				}
			}
			return yield(name, to)
		})
	}
}

func (g *Group) visit(do func(in *Group, name, last string, entry linkEntry) bool) {
	g.walk("", g.itself(), false, do)
}

// itself is the set of the group alone: a link that leads back to it leads to
// nothing that is below it.
func (g *Group) itself() map[identity]bool {
	leave, err := g.enter("visit", g.path)
	if err != nil {
		return nil
	}
	defer leave()
	return map[identity]bool{g.infoOf(".").identity: true}
}

// A linkEntry is a link of a group and the object that it leads to.
type linkEntry struct {
	name string
	kind int32 // H5L_type_t
	info objectInfo
}

// walk goes over a group and those below it. It holds the lock for no longer than
// it takes to list one group, and not while do runs, which may use the file.
func (g *Group) walk(prefix string, seen map[identity]bool, links bool, do func(in *Group, name, last string, entry linkEntry) bool) bool {
	for _, entry := range g.entries() {
		hard := entry.kind == linkIsHard
		again := hard && seen[entry.info.identity]
		if !links && (!hard || again) {
			continue
		}
		// Most objects have one name, and need not be remembered.
		group := hard && entry.info.kind == typeGroup
		if hard && (entry.info.names > 1 || group) {
			seen[entry.info.identity] = true
		}
		name := prefix + entry.name
		if !do(g, name, entry.name, entry) {
			return false
		}
		if !group || again {
			continue
		}
		child, err := g.Group(entry.name)
		if err != nil {
			continue // deleted meanwhile
		}
		on := child.walk(name+"/", seen, links, do)
		_ = child.Close()
		if !on {
			return false
		}
	}
	return true
}

// found is what the last iteration found, guarded by mu.
var found []linkEntry

// herr_t op(hid_t loc, const char *name, const H5L_info_t *info, void *data)
var linkCallback = dl.Callback(func(loc, name, info, data uintptr) uintptr {
	found = append(found, linkEntry{name: dl.String(name), kind: dl.Read[int32](info)})
	return 0
})

// entries lists the links of a group, sorted, with what is known about the
// objects.
func (g *Group) entries() []linkEntry {
	leave, err := g.enter("list", g.path)
	if err != nil {
		return nil
	}
	defer leave()
	found = nil
	var next uint64
	g.file.call(g.file.lib.c.lIterate, dl.Int(g.id), dl.Int(indexName), dl.Int(orderIncrement), dl.Ptr(&next), dl.Word(linkCallback), dl.Null)
	entries := found
	found = nil
	for i := range entries {
		if entries[i].kind == linkIsHard {
			entries[i].info = g.infoOf(entries[i].name)
		}
	}
	return entries
}

// openEntry opens an entry that exists.
func (g *Group) openEntry(name string) Node {
	broken := func(err error) Node {
		return &Other{object{file: g.file, id: -1, path: g.within(name)}, err.Error()}
	}
	leave, err := g.enter("get", g.within(name))
	if err != nil {
		return broken(err)
	}
	defer leave()
	node, err := g.get("get", name)
	if err != nil {
		return broken(err)
	}
	return node
}

// An identity tells objects apart, whatever their names.
type identity struct{ file, low, high uint64 }

type objectInfo struct {
	identity
	kind  int32  // H5O_type_t; -1 if nothing is known
	names uint32 // hard links to it
}

// infoOf asks what an object is. The lock is held.
func (g *object) infoOf(name string) objectInfo {
	l := g.file.lib
	// Larger than any version of H5O_info_t.
	var info [64]uint64
	unknown := objectInfo{kind: -1}
	if l.f.objectInfo3.Present() {
		// herr_t H5Oget_info_by_name3(hid_t loc, const char *name, H5O_info2_t *info, unsigned fields, hid_t lapl)
		// H5O_info2_t: unsigned long file; 16 bytes of token; H5O_type_t type; unsigned links; ...
		if int32(g.file.call(l.f.objectInfo3, dl.Int(g.id), dl.Str(name), dl.Ptr(&info), dl.Int(infoBasic), dl.Int(0))) < 0 {
			return unknown
		}
		return objectInfo{identity{info[0], info[1], info[2]}, int32(info[3]), uint32(info[3] >> 32)}
	}
	var status uintptr
	// H5O_info1_t: unsigned long file; haddr_t address; H5O_type_t type; unsigned links; ...
	if l.f.objectInfo2.Present() {
		// herr_t H5Oget_info_by_name2(hid_t loc, const char *name, H5O_info1_t *info, unsigned fields, hid_t lapl)
		status = g.file.call(l.f.objectInfo2, dl.Int(g.id), dl.Str(name), dl.Ptr(&info), dl.Int(infoBasic), dl.Int(0))
	} else {
		// herr_t H5Oget_info_by_name1(hid_t loc, const char *name, H5O_info1_t *info, hid_t lapl)
		status = g.file.call(l.f.objectInfo1, dl.Int(g.id), dl.Str(name), dl.Ptr(&info), dl.Int(0))
	}
	if int32(status) < 0 {
		return unknown
	}
	return objectInfo{identity{info[0], info[1], 0}, int32(info[2]), uint32(info[2] >> 32)}
}

// Same reports whether two nodes are one object, be it by two names or in a file
// that is open twice: h5py's ==. Objects that are closed are the same as none.
// H5Oget_info.
func Same(a, b Node) bool {
	x, y := underlying(a), underlying(b)
	if x == nil || y == nil || x.file.lib != y.file.lib {
		return false
	}
	leave, err := x.enter("compare", x.path)
	if err != nil {
		return false
	}
	defer leave()
	if y.file.closed || y.id < 0 {
		return false
	}
	i, j := x.infoOf("."), y.infoOf(".")
	return i.kind >= 0 && i.identity == j.identity
}

// Parent opens the group that the object is in, by the path with which it was
// opened; the root is its own parent.
func (o *object) Parent() (*Group, error) {
	path := "/"
	for i := len(o.path) - 1; i > 0; i-- {
		if o.path[i] == '/' {
			path = o.path[:i]
			break
		}
	}
	return o.file.Group(path)
}
