package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// Attributes is the dictionary of small named values of a file, group or
// dataset. Changes are collective in a parallel file.
type Attributes struct{ of *object }

func (a *Attributes) enter(op, name string) (func(), error) {
	leave, err := a.of.enter(op+" attribute", a.label(name))
	if err == nil && (name == "" || strings.IndexByte(name, 0) >= 0) {
		leave()
		return nil, a.error(op, name, errors.New("the name is empty or has a NUL in it"))
	}
	return leave, err
}

// label names the attribute in messages.
func (a *Attributes) label(name string) string { return fmt.Sprintf("%q of %s", name, a.of.path) }

func (a *Attributes) fail(op, name string) error { return a.of.fail(op+" attribute", a.label(name)) }

func (a *Attributes) error(op, name string, err error) error {
	return a.of.error(op+" attribute", a.label(name), err)
}

// Get returns the value of an attribute: a string, a number of its own type
// (float64, int32 ...), a bool as h5py writes it, a slice of these for one axis,
// and an *nd.Array for more axes. An attribute without a value (h5py.Empty) is
// nil.
func (a *Attributes) Get(name string) (any, error) {
	leave, err := a.enter("get", name)
	if err != nil {
		return nil, err
	}
	defer leave()
	return a.get(name)
}

// get does the work. The lock is held.
func (a *Attributes) get(name string) (any, error) {
	if !a.exists(name) {
		e := &Error{Op: "get attribute", Object: a.label(name), File: a.of.file.path, Reason: "there is no such attribute", Err: fs.ErrNotExist}
		if keys := a.keys(); len(keys) > 0 {
			e.Advice = a.of.path + " has " + strings.Join(keys, ", ")
		}
		return nil, e
	}
	l := a.of.file.lib
	c := &l.c
	// hid_t H5Aopen(hid_t object, const char *name, hid_t aapl)
	id := int64(a.of.file.call(c.aOpen, dl.Int(a.of.id), dl.Str(name), dl.Int(0)))
	if id < 0 {
		return nil, a.fail("get", name)
	}
	defer c.aClose.Call(dl.Int(id))           // herr_t H5Aclose(hid_t)
	t := int64(c.aType.Call(dl.Int(id)))      // hid_t H5Aget_type(hid_t)
	space := int64(c.aSpace.Call(dl.Int(id))) // hid_t H5Aget_space(hid_t)
	if t < 0 || space < 0 {
		return nil, a.fail("get", name)
	}
	defer c.tClose.Call(dl.Int(t))
	defer c.sClose.Call(dl.Int(space))
	if int32(c.sClass.Call(dl.Int(space))) == spaceNull {
		return nil, nil
	}
	shape := l.shapeOf(space)
	dtype, kind := l.elementType(t)
	switch {
	case dtype != nd.Invalid:
		v := nd.New(dtype, shape...)
		// herr_t H5Aread(hid_t attribute, hid_t memory_type, void *buffer)
		if v.Len() > 0 && int32(a.of.file.call(c.aRead, dl.Int(id), dl.Int(l.native[dtype]), dl.Slice(v.Bytes()))) < 0 {
			return nil, a.fail("get", name)
		}
		if l.isBool(t) {
			return boolValue(v), nil
		}
		return goValue(v), nil
	case kind == "strings":
		texts, ok := l.readStrings(t, space, product(shape), func(memory int64, buffer dl.Arg) bool {
			return int32(a.of.file.call(c.aRead, dl.Int(id), dl.Int(memory), buffer)) >= 0
		})
		if !ok {
			return nil, a.fail("get", name)
		}
		if len(shape) == 0 {
			return texts[0], nil
		}
		return texts, nil
	}
	return nil, a.error("get", name, fmt.Errorf("it holds %s, which have no Go value here", kind))
}

// Set gives an attribute a value, replacing the one it has: a string or a slice
// of strings (stored as h5py does, UTF-8 of variable length), a bool, or numbers
// as nd.From takes them.
func (a *Attributes) Set(name string, value any) error {
	leave, err := a.enter("set", name)
	if err != nil {
		return err
	}
	defer leave()
	if !a.of.file.writable {
		return a.of.readOnly("set attribute", a.label(name))
	}
	l := a.of.file.lib
	c := &l.c
	v, err := l.encode(value)
	if err != nil {
		return a.error("set", name, err)
	}
	defer v.release()
	space := l.newSpace(v.shape)
	if space < 0 {
		return a.fail("set", name)
	}
	defer c.sClose.Call(dl.Int(space))
	// The old value goes only once the new one is in the file.
	written := name
	if a.exists(name) {
		written = name + " (new)"
	}
	if err := a.write(written, v, space); err != nil {
		e := a.fail("set", name)
		a.of.file.call(c.aDelete, dl.Int(a.of.id), dl.Str(written))
		return e
	}
	if written != name {
		// herr_t H5Adelete(hid_t object, const char *name)
		// herr_t H5Arename(hid_t object, const char *old, const char *new)
		if int32(a.of.file.call(c.aDelete, dl.Int(a.of.id), dl.Str(name))) < 0 ||
			int32(a.of.file.call(c.aRename, dl.Int(a.of.id), dl.Str(written), dl.Str(name))) < 0 {
			return a.fail("set", name)
		}
	}
	return nil
}

var errHDF5 = errors.New("see HDF5's error stack")

// write creates an attribute that does not exist. The error is in HDF5's stack.
func (a *Attributes) write(name string, v encoded, space int64) error {
	c := &a.of.file.lib.c
	// hid_t H5Acreate2(hid_t object, const char *name, hid_t type, hid_t space, hid_t acpl, hid_t aapl)
	id := int64(a.of.file.call(c.aCreate, dl.Int(a.of.id), dl.Str(name), dl.Int(v.disk), dl.Int(space), dl.Int(0), dl.Int(0)))
	if id < 0 {
		return errHDF5
	}
	// herr_t H5Awrite(hid_t attribute, hid_t memory_type, const void *buffer)
	if product(v.shape) > 0 && int32(a.of.file.call(c.aWrite, dl.Int(id), dl.Int(v.memory), v.data)) < 0 {
		return errHDF5
	}
	// herr_t H5Aclose(hid_t)
	if int32(a.of.file.call(c.aClose, dl.Int(id))) < 0 {
		return errHDF5
	}
	return nil
}

// Has reports whether there is an attribute with this name.
func (a *Attributes) Has(name string) bool {
	leave, err := a.enter("look for", name)
	if err != nil {
		return false
	}
	defer leave()
	return a.exists(name)
}

func (a *Attributes) exists(name string) bool {
	// htri_t H5Aexists(hid_t object, const char *name)
	return int32(a.of.file.call(a.of.file.lib.c.aExists, dl.Int(a.of.id), dl.Str(name))) > 0
}

// Delete removes an attribute.
func (a *Attributes) Delete(name string) error {
	leave, err := a.enter("delete", name)
	if err != nil {
		return err
	}
	defer leave()
	switch {
	case !a.of.file.writable:
		return a.of.readOnly("delete attribute", a.label(name))
	case !a.exists(name):
		return &Error{Op: "delete attribute", Object: a.label(name), File: a.of.file.path, Reason: "there is no such attribute", Err: fs.ErrNotExist}
	}
	if int32(a.of.file.call(a.of.file.lib.c.aDelete, dl.Int(a.of.id), dl.Str(name))) < 0 {
		return a.fail("delete", name)
	}
	return nil
}

// Keys returns the names of the attributes, sorted; nil if the file is closed.
func (a *Attributes) Keys() []string {
	leave, err := a.of.enter("list attributes", a.of.path)
	if err != nil {
		return nil
	}
	defer leave()
	return a.keys()
}

// Len returns the number of attributes; 0 if the file is closed.
func (a *Attributes) Len() int { return len(a.Keys()) }

func (a *Attributes) keys() []string {
	names = nil
	var next uint64
	// herr_t H5Aiterate2(hid_t object, H5_index_t, H5_iter_order_t, hsize_t *next, H5A_operator2_t, void *data)
	a.of.file.call(a.of.file.lib.c.aIterate, dl.Int(a.of.id), dl.Int(indexName), dl.Int(orderIncrement), dl.Ptr(&next), dl.Word(nameCallback), dl.Null)
	return names
}

func product(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}
