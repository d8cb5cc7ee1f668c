package h5

import (
	"errors"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// A Group is a dictionary of groups and datasets. Names may be paths, such as
// "run 3/pos"; those that begin with a slash start at the root.
type Group struct {
	object
	order order // guarded by mu
}

// CreateGroup makes a group, and the groups on the way to it that are missing.
// With [TrackOrder] it keeps its members in the order of their creation.
// H5Gcreate2; collective in a parallel file.
func (g *Group) CreateGroup(name string, options ...GroupOption) (*Group, error) {
	full := g.within(name)
	leave, err := g.enter("create group", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := g.mayAdd("create group", name); err != nil {
		return nil, err
	}
	c := &g.file.lib.c
	plist, err := g.file.lib.groupList(options)
	if err != nil {
		return nil, g.error("create group", full, err)
	}
	defer c.pClose.Call(dl.Int(plist))
	// hid_t H5Gcreate2(hid_t loc, const char *name, hid_t lcpl, hid_t gcpl, hid_t gapl)
	id := int64(g.file.call(c.gCreate, dl.Int(g.id), dl.Str(name), dl.Int(g.file.lib.linkPlist), dl.Int(plist), dl.Int(0)))
	if id < 0 {
		return nil, g.fail("create group", full)
	}
	g.file.note(id)
	return g.newGroup(id, full), nil
}

// CreateAnonymous makes a group without a name, which vanishes with the file
// unless a link is made to it: g.Set("name", group). H5Gcreate_anon; collective in
// a parallel file.
func (g *Group) CreateAnonymous(options ...GroupOption) (*Group, error) {
	const op, name = "create group", "(anonymous)"
	leave, err := g.enter(op, name)
	if err != nil {
		return nil, err
	}
	defer leave()
	if !g.file.writable {
		return nil, g.readOnly(op, name)
	}
	plist, err := g.file.lib.groupList(options)
	if err != nil {
		return nil, g.error(op, name, err)
	}
	defer g.file.lib.c.pClose.Call(dl.Int(plist))
	// hid_t H5Gcreate_anon(hid_t loc, hid_t gcpl, hid_t gapl)
	id := int64(g.file.call(g.file.lib.f.anonymous, dl.Int(g.id), dl.Int(plist), dl.Int(0)))
	if id < 0 {
		return nil, g.fail(op, name)
	}
	return g.newGroup(id, name), nil
}

func (g *Group) newGroup(id int64, path string) *Group {
	child := &Group{object: object{file: g.file, id: id, path: path}}
	child.later = closeLater(child, g.file, id)
	return child
}

// Close gives up the group; its file stays open. Groups that are not closed are
// closed with the file. Closing twice does nothing.
func (g *Group) Close() error { return g.close("close group") }

// Get opens what has the name: a *Group, a *Dataset or a *NamedType; an *Other if
// it is a link to something that is not there.
func (g *Group) Get(name string) (Node, error) {
	full := g.within(name)
	leave, err := g.enter("get", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	return g.get("get", name)
}

// Group opens a group.
func (g *Group) Group(name string) (*Group, error) {
	full := g.within(name)
	leave, err := g.enter("open group", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	node, err := g.get("open group", name)
	if err != nil {
		return nil, err
	}
	if group, ok := node.(*Group); ok {
		return group, nil
	}
	return nil, g.notA("open group", "a group", node)
}

// Dataset opens a dataset.
func (g *Group) Dataset(name string) (*Dataset, error) {
	full := g.within(name)
	leave, err := g.enter("open dataset", full)
	if err != nil {
		return nil, err
	}
	defer leave()
	if d, err := g.datasetAt("open dataset", name, full, 0); d != nil || err != nil {
		return d, err
	}
	node, err := g.get("open dataset", name) // says what there is instead
	if err != nil {
		return nil, err
	}
	if d, ok := node.(*Dataset); ok {
		return d, nil
	}
	return nil, g.notA("open dataset", "a dataset", node)
}

// datasetAt opens a dataset with an access property list, which takes less time than
// to open an object whatever it is; nil if there is none. The lock is held.
func (g *Group) datasetAt(op, name, full string, access int64) (*Dataset, error) {
	f := g.file
	if !plainName(name) || name == "" {
		return nil, nil
	}
	// hid_t H5Dopen2(hid_t loc, const char *name, hid_t dapl)
	id := int64(f.call(f.lib.d.open, dl.Int(g.id), f.lib.str(name), dl.Int(access)))
	if id < 0 {
		return nil, nil
	}
	f.note(id)
	d, err := g.newDataset(op, id, full)
	if err != nil {
		f.release(id)
		return nil, err
	}
	return d, nil
}

// notA is the error for a name that stands for something else.
func (g *Group) notA(op, wanted string, node Node) error {
	e := &Error{Op: op, Object: node.ObjectPath(), File: g.file.path, Reason: "it is " + kindOf(node) + ", not " + wanted}
	if _, ok := node.(*Other); ok {
		e.Err = fs.ErrNotExist
	}
	return e
}

func kindOf(node Node) string {
	switch n := node.(type) {
	case *Group:
		return "a group"
	case *Dataset:
		return "a dataset"
	case *NamedType:
		return "a named type"
	case *Other:
		return n.kind
	}
	return "something else"
}

// get opens an entry. The lock is held.
func (g *Group) get(op, name string) (Node, error) {
	full := g.within(name)
	if strings.IndexByte(name, 0) >= 0 || name == "" {
		return nil, g.error(op, full, errors.New("the name is empty or has a NUL in it"))
	}
	f := g.file
	// hid_t H5Oopen(hid_t loc, const char *name, hid_t lapl)
	id := int64(f.call(f.lib.c.oOpen, dl.Int(g.id), dl.Str(name), dl.Int(0)))
	if id < 0 {
		err := g.fail(op, full)
		if missing := g.missing(name); missing != "" {
			return nil, g.notThere(op, full, missing)
		}
		if exists := int32(f.call(f.lib.c.oExists, dl.Int(g.id), dl.Str(name), dl.Int(0))); exists <= 0 { // htri_t H5Oexists_by_name(hid_t, const char *, hid_t lapl)
			return g.dangling(name), nil
		}
		return nil, err
	}
	f.note(id)
	return g.opened(op, id, full)
}

// opened makes the node of an identifier. The lock is held.
func (g *Group) opened(op string, id int64, path string) (Node, error) {
	var node Node
	var err error
	switch int32(g.file.lib.c.iType.Call(dl.Int(id))) { // H5I_type_t H5Iget_type(hid_t)
	case objectGroup:
		return g.newGroup(id, path), nil
	case objectDataset:
		node, err = g.newDataset(op, id, path)
	case objectType:
		node, err = g.newNamedType(id, path)
	default:
		other := &Other{object{file: g.file, id: id, path: path}, "something that this library does not know"}
		closeLater(other, g.file, id)
		return other, nil
	}
	if err != nil {
		g.file.release(id)
		return nil, err
	}
	return node, nil
}

// missing returns the first part of the path that does not exist, "" if all
// exist. H5Lexists demands that each part on the way exists.
func (g *Group) missing(name string) string {
	prefix := ""
	if strings.HasPrefix(name, "/") {
		prefix = "/"
	}
	for _, part := range strings.Split(strings.Trim(name, "/"), "/") {
		if part == "" || part == "." {
			continue
		}
		prefix += part
		// htri_t H5Lexists(hid_t loc, const char *name, hid_t lapl)
		if int32(g.file.call(g.file.lib.c.lExists, dl.Int(g.id), dl.Str(prefix), dl.Int(0))) <= 0 {
			return prefix
		}
		prefix += "/"
	}
	return ""
}

// notThere is the error for a name that does not exist; it lists those that do.
func (g *Group) notThere(op, full, missing string) error {
	e := &Error{Op: op, Object: full, File: g.file.path, Reason: "there is no such object", Err: fs.ErrNotExist}
	if strings.Trim(missing, "/") != "" && g.within(missing) != full {
		e.Reason = "there is no " + g.within(missing)
	}
	keys := g.keys()
	const most = 8
	if n := len(keys); n > most {
		keys = append(keys[:most:most], "...")
	}
	if len(keys) > 0 {
		e.Advice = g.path + " has " + strings.Join(keys, ", ")
	} else {
		e.Advice = g.path + " is empty"
	}
	return e
}

// mayAdd refuses names that exist and files that are open for reading only,
// more plainly than HDF5 does.
func (g *Group) mayAdd(op, name string) error {
	full := g.within(name)
	switch {
	case strings.IndexByte(name, 0) >= 0 || strings.Trim(name, "/") == "":
		return g.error(op, full, errors.New("the name is empty or has a NUL in it"))
	case !g.file.writable:
		return g.readOnly(op, full)
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	prefix := ""
	if strings.HasPrefix(name, "/") {
		prefix = "/"
	}
	for i, part := range parts {
		prefix += part
		if g.missing(prefix) != "" {
			return nil
		}
		node, err := g.get(op, prefix)
		if err != nil {
			return err
		}
		if o, ok := node.(interface{ shut(string) error }); ok && !g.file.parallel {
			_ = o.shut(op) // it was only looked at
		}
		if i == len(parts)-1 {
			return &Error{Op: op, Object: full, File: g.file.path, Reason: "there is " + kindOf(node) + " with this name already", Advice: "open it, or Delete it first", Err: fs.ErrExist}
		}
		if _, ok := node.(*Group); !ok {
			return &Error{Op: op, Object: full, File: g.file.path, Reason: g.within(prefix) + " is " + kindOf(node) + ", not a group"}
		}
		prefix += "/"
	}
	return nil
}

func (o *object) readOnly(op, name string) error {
	return &Error{Op: op, Object: name, File: o.file.path, Reason: "the file is open for reading only", Advice: "open it with h5.ReadWrite", Err: fs.ErrPermission}
}

// Has reports whether the name exists. A link to something that is not there
// does not count.
func (g *Group) Has(name string) bool {
	leave, err := g.enter("look for", name)
	if err != nil {
		return false
	}
	defer leave()
	if name == "" || strings.IndexByte(name, 0) >= 0 || g.missing(name) != "" {
		return false
	}
	return int32(g.file.call(g.file.lib.c.oExists, dl.Int(g.id), dl.Str(name), dl.Int(0))) > 0
}

// Delete removes the name from the group, and with it the object if it has no
// other name. The file does not become smaller. H5Ldelete; collective in a
// parallel file.
func (g *Group) Delete(name string) error {
	full := g.within(name)
	leave, err := g.enter("delete", full)
	if err != nil {
		return err
	}
	defer leave()
	switch {
	case name == "" || strings.IndexByte(name, 0) >= 0:
		return g.error("delete", full, errors.New("the name is empty or has a NUL in it"))
	case !g.file.writable:
		return g.readOnly("delete", full)
	}
	if missing := g.missing(name); missing != "" {
		return g.notThere("delete", full, missing)
	}
	if g.unlink(name) < 0 {
		return g.fail("delete", full)
	}
	return nil
}

// Keys returns the names in the group, sorted, or in the order of creation if the
// group was created with [TrackOrder]; nil if the file is closed. H5Literate.
func (g *Group) Keys() []string {
	leave, err := g.enter("list", g.path)
	if err != nil {
		return nil
	}
	defer leave()
	return g.keys()
}

// Len returns the number of names in the group; 0 if the file is closed.
func (g *Group) Len() int {
	leave, err := g.enter("count", g.path)
	if err != nil {
		return 0
	}
	defer leave()
	// H5G_info_t: int storage_type; hsize_t nlinks; int64_t max_corder; hbool_t mounted
	var info [4]uint64
	if int32(g.file.call(g.file.lib.c.gInfo, dl.Int(g.id), dl.Ptr(&info))) < 0 {
		return 0
	}
	return int(info[1])
}

// All goes over the names in the group, in the order of [Group.Keys], and opens
// each. Entries that cannot be opened appear as an *Other that says why.
func (g *Group) All() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		for _, name := range g.Keys() {
			if !yield(name, g.entry(name)) {
				return
			}
		}
	}
}

// Backward is [Group.All] in the opposite order.
func (g *Group) Backward() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		for _, name := range slices.Backward(g.Keys()) {
			if !yield(name, g.entry(name)) {
				return
			}
		}
	}
}

// entry opens an entry, and makes a node of an error.
func (g *Group) entry(name string) Node {
	node, err := g.Get(name)
	if err != nil {
		return &Other{object{file: g.file, id: -1, path: g.within(name)}, err.Error()}
	}
	return node
}

// names is what the last iteration found, guarded by mu.
var names []string

// herr_t op(hid_t loc, const char *name, const void *info, void *data), for links
// and attributes alike.
var nameCallback = dl.Callback(func(loc, name, info, data uintptr) uintptr {
	names = append(names, dl.String(name))
	return 0
})

func (g *Group) keys() []string {
	names = nil
	var next uint64
	index := indexName
	if g.ordered() {
		index = indexCreation
	}
	// herr_t H5Literate(hid_t group, H5_index_t, H5_iter_order_t, hsize_t *next, H5L_iterate_t op, void *data)
	g.file.call(g.file.lib.c.lIterate, dl.Int(g.id), dl.Int(index), dl.Int(orderIncrement), dl.Ptr(&next), dl.Word(nameCallback), dl.Null)
	return names
}
