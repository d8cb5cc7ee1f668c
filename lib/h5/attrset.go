package h5

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/galago-hpc/galago/internal/dl"
)

// Set gives an attribute a value, replacing the one it has, its type and its shape.
// Values are what [TypeFor] knows a type for, or nd.From takes: numbers, bool,
// strings (stored as h5py does, UTF-8 of variable length), complex numbers,
// time.Time (stored as text, RFC 3339), structs, references, slices and arrays of
// these to any depth, gonum matrices, and [Empty].
//
// An attribute has room for 64 kB, except in files of a newer format, made with
// [LibVer], which keep large ones apart (dense attribute storage).
func (a *Attributes) Set(name string, value any) error { return a.Create(name, value) }

// Create is Set with options: a *[Type], or [Elements], says what the value is stored
// as, and a [Shape] which shape it has. h5py's attrs.create.
//
//	err := d.Attrs().Create("scale", 0.5, h5.Elements(h5.Float32))
//	err := d.Attrs().Create("code", "m", h5.FixedText(8))
func (a *Attributes) Create(name string, value any, options ...DatasetOption) error {
	const op = "set"
	leave, err := a.enter(op, name)
	if err != nil {
		return err
	}
	defer leave()
	if !a.of.file.writable {
		return a.of.readOnly("set attribute", a.label(name))
	}
	var l layout
	for _, o := range options {
		switch o.(type) {
		case *Type, *NamedType, elements, Shape:
			o.apply(&l)
		default:
			return a.error(op, name, fmt.Errorf("a %T is for datasets; attributes have a type and a shape", o))
		}
	}
	var shape []int
	if empty, ok := value.(Null); ok {
		l.null = true
		if l.typ == nil {
			l.typ = empty.typ
		}
		if empty.typ == nil {
			return a.error(op, name, errors.New("h5.Empty needs an element type, such as h5.Float64"))
		}
	} else if l.typ, shape, err = typeAndShape(value, l.typ); err != nil {
		return a.error(op, name, err)
	}
	if l.shape == nil {
		l.shape = shape
	}
	if product(l.shape) != product(shape) && len(shape) > 0 {
		return a.error(op, name, fmt.Errorf("shape %v has %d elements, and the value has %d", l.shape, product(l.shape), product(shape)))
	}
	// The old value goes only once the new one is in the file.
	f := a.of.file
	c := &f.lib.c
	written := name
	if a.exists(name) {
		for written = name + " (new)"; a.exists(written); written += "'" {
		}
	}
	if err := a.write(op, name, written, value, shape, &l); err != nil {
		if written != name {
			f.undo(c.aDelete, dl.Int(a.of.id), dl.Str(written))
		} else if a.exists(name) {
			f.undo(c.aDelete, dl.Int(a.of.id), dl.Str(name))
		}
		return a.error(op, name, err)
	}
	if written != name {
		// herr_t H5Adelete(hid_t object, const char *name)
		// herr_t H5Arename(hid_t object, const char *old, const char *new)
		if int32(f.call(c.aDelete, dl.Int(a.of.id), dl.Str(name))) < 0 ||
			int32(f.call(c.aRename, dl.Int(a.of.id), dl.Str(written), dl.Str(name))) < 0 {
			return a.fail(op, name)
		}
	}
	return nil
}

// attributeLimit is what an object header has room for.
const attributeLimit = 64 << 10

// write creates an attribute that does not exist.
func (a *Attributes) write(op, name, written string, value any, shape []int, l *layout) error {
	f := a.of.file
	c := &f.lib.c
	disk, release, err := f.diskID(l.typ)
	if err != nil {
		return err
	}
	defer release()
	space := int64(c.sCreate.Call(dl.Int(spaceNull)))
	if !l.null {
		c.sClose.Call(dl.Int(space))
		space = f.lib.newSpace(l.shape)
	}
	if space < 0 {
		return a.fail(op, name)
	}
	defer c.sClose.Call(dl.Int(space))
	// hid_t H5Acreate2(hid_t object, const char *name, hid_t type, hid_t space, hid_t acpl, hid_t aapl)
	id := int64(f.call(c.aCreate, dl.Int(a.of.id), dl.Str(written), dl.Int(disk), dl.Int(space), dl.Int(0), dl.Int(0)))
	if id < 0 {
		e := a.fail(op, name)
		if t, err := typeOf(l.typ); err == nil && product(l.shape)*t.size >= attributeLimit-256 {
			e.(*Error).Reason = fmt.Sprintf("%d bytes do not fit into an attribute: it has room for 64 kB, unless the file has a newer format", product(l.shape)*t.size)
			e.(*Error).Advice = "store it as a dataset, or create the file with h5.LibVer(h5.V110, h5.Latest)"
		}
		return e
	}
	o := &openAttribute{id: id}
	typ, err := typeOf(l.typ)
	if err == nil && !l.null {
		o.stream = stream{lib: f.lib, file: typ, shape: shape}
		if len(shape) == 0 {
			o.shape = l.shape
		}
		o.writing(a, op, name)
		err = o.write(value)
	}
	if int32(f.call(c.aClose, dl.Int(id))) < 0 && err == nil {
		return a.fail(op, name)
	}
	return err
}

// Modify changes the value of an attribute and keeps its type and its shape; one
// that does not exist is made as by Set. Values that do not fit the type are an
// error. h5py's attrs.modify.
func (a *Attributes) Modify(name string, value any) error {
	const op = "modify"
	leave, err := a.enter(op, name)
	if err != nil {
		return err
	}
	if !a.exists(name) {
		leave()
		return a.Set(name, value)
	}
	defer leave()
	if !a.of.file.writable {
		return a.of.readOnly("modify attribute", a.label(name))
	}
	o, err := a.open(op, name)
	if err != nil {
		return err
	}
	defer o.close()
	if o.null {
		return a.error(op, name, fmt.Errorf("it has no value, only the type %v; use Set", o.file))
	}
	o.writing(a, op, name)
	o.entire = true
	if err := o.write(value); err != nil {
		return a.error(op, name, err)
	}
	return nil
}

// Rename gives an attribute another name. H5Arename.
func (a *Attributes) Rename(name, other string) error {
	const op = "rename"
	leave, err := a.enter(op, name)
	if err != nil {
		return err
	}
	defer leave()
	switch {
	case other == "" || !plainName(other):
		return a.error(op, name, errors.New("the new name is empty or has a NUL in it"))
	case !a.of.file.writable:
		return a.of.readOnly("rename attribute", a.label(name))
	case !a.exists(name):
		return a.notThere(op, name)
	case a.exists(other):
		return &Error{Op: "rename attribute", Object: a.label(name), File: a.of.file.path, Reason: fmt.Sprintf("there is an attribute %q already", other), Err: fs.ErrExist}
	}
	if int32(a.of.file.call(a.of.file.lib.c.aRename, dl.Int(a.of.id), dl.Str(name), dl.Str(other))) < 0 {
		return a.fail(op, name)
	}
	return nil
}

// writing turns the direction round.
func (o *openAttribute) writing(a *Attributes, op, name string) {
	f := a.of.file
	o.move = func(memory int64, buffer []byte) error {
		// herr_t H5Awrite(hid_t attribute, hid_t memory_type, const void *buffer)
		if len(buffer) > 0 && int32(f.call(f.lib.c.aWrite, dl.Int(o.id), dl.Int(memory), dl.Slice(buffer))) < 0 {
			return a.fail(op, name)
		}
		return nil
	}
}
