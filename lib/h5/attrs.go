package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"math/bits"
	"reflect"
	"strings"
	"time"

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
// and an *nd.Array of numbers for more axes. Values of other types are as
// [Dataset.Value] returns them; an attribute without a value (h5py's Empty) is a
// [Null]. [Attr] returns the value as a Go type.
func (a *Attributes) Get(name string) (any, error) {
	leave, err := a.enter("get", name)
	if err != nil {
		return nil, err
	}
	defer leave()
	o, err := a.open("get", name)
	if err != nil {
		return nil, err
	}
	defer o.close()
	if o.null {
		return Null{o.file}, nil
	}
	v, err := o.readNatural()
	if err != nil {
		return nil, a.error("get", name, err)
	}
	if array, ok := v.(*nd.Array); ok && array.NDim() == 1 {
		return goSlice(array), nil
	}
	return v, nil
}

// goSlice returns the memory of an array of one axis as a slice.
func goSlice(a *nd.Array) any {
	v := reflect.New(reflect.SliceOf(goNumbers[a.DType()]))
	if err := a.CopyTo(v.Interface()); err != nil {
		return a
	}
	return v.Elem().Interface()
}

// GetInto reads an attribute into what dst points at, converted as by
// [Dataset.ReadInto]: numbers only if every value fits.
func (a *Attributes) GetInto(name string, dst any) error {
	leave, err := a.enter("get", name)
	if err != nil {
		return err
	}
	defer leave()
	o, err := a.open("get", name)
	if err != nil {
		return err
	}
	defer o.close()
	if o.null {
		return a.error("get", name, fmt.Errorf("it has no value, only the type %v", o.file))
	}
	if err := o.readInto(dst); err != nil {
		return a.error("get", name, err)
	}
	return nil
}

// Attr returns an attribute of a file, group, dataset or named type as a Go type:
//
//	unit, err := h5.Attr[string](d, "unit")
//	origin, err := h5.Attr[[3]float64](g, "origin")
func Attr[T any](of Node, name string) (T, error) {
	var v T
	err := of.Attrs().GetInto(name, &v)
	return v, err
}

// Time returns an attribute that is a time: text as ISO 8601 writes it (which is
// how Set stores a time.Time), or h5py's datetime64. Text without a zone is UTC.
func (a *Attributes) Time(name string) (time.Time, error) {
	var t time.Time
	err := a.GetInto(name, &t)
	return t, err
}

// An openAttribute is one that is being read or changed.
type openAttribute struct {
	stream
	id   int64
	null bool
}

func (o *openAttribute) close() { o.lib.c.aClose.Call(dl.Int(o.id)) } // herr_t H5Aclose(hid_t)

// open opens an attribute. The lock is held.
func (a *Attributes) open(op, name string) (*openAttribute, error) {
	if !a.exists(name) {
		return nil, a.notThere(op, name)
	}
	f := a.of.file
	// hid_t H5Aopen(hid_t object, const char *name, hid_t aapl)
	id := int64(f.call(f.lib.c.aOpen, dl.Int(a.of.id), dl.Str(name), dl.Int(0)))
	if id < 0 {
		return nil, a.fail(op, name)
	}
	o, err := a.opened(op, name, id)
	if err != nil {
		f.lib.c.aClose.Call(dl.Int(id))
		return nil, err
	}
	return o, nil
}

func (a *Attributes) opened(op, name string, id int64) (*openAttribute, error) {
	f := a.of.file
	c := &f.lib.c
	t := int64(c.aType.Call(dl.Int(id)))      // hid_t H5Aget_type(hid_t)
	space := int64(c.aSpace.Call(dl.Int(id))) // hid_t H5Aget_space(hid_t)
	if t >= 0 {
		defer c.tClose.Call(dl.Int(t))
	}
	if space >= 0 {
		defer c.sClose.Call(dl.Int(space))
	}
	if t < 0 || space < 0 {
		return nil, a.fail(op, name)
	}
	typ, err := f.lib.describe(t)
	if err != nil {
		return nil, a.error(op, name, err)
	}
	o := &openAttribute{id: id, null: int32(c.sClass.Call(dl.Int(space))) == spaceNull}
	o.stream = stream{lib: f.lib, file: typ, shape: f.lib.shapeOf(space)}
	if err := saneShape(o.shape, typ.size); err != nil {
		return nil, a.error(op, name, err)
	}
	o.move = func(memory int64, buffer []byte) error {
		// herr_t H5Aread(hid_t attribute, hid_t memory_type, void *buffer)
		if len(buffer) > 0 && int32(f.call(c.aRead, dl.Int(id), dl.Int(memory), dl.Slice(buffer))) < 0 {
			return a.fail(op, name)
		}
		return nil
	}
	return o, nil
}

func (a *Attributes) notThere(op, name string) error {
	e := &Error{Op: op + " attribute", Object: a.label(name), File: a.of.file.path, Reason: "there is no such attribute", Err: fs.ErrNotExist}
	if keys := a.keys(); len(keys) > 0 {
		e.Advice = a.of.path + " has " + strings.Join(keys, ", ")
	}
	return e
}

// Type returns the type that an attribute has in the file; h5py's
// attrs.get_id(name).dtype. H5Aget_type.
func (a *Attributes) Type(name string) (*Type, error) {
	leave, err := a.enter("look at", name)
	if err != nil {
		return nil, err
	}
	defer leave()
	o, err := a.open("look at", name)
	if err != nil {
		return nil, err
	}
	defer o.close()
	return o.file, nil
}

// Shape returns the shape of an attribute, without axes if it has none; h5py's
// attrs.get_id(name).shape. H5Aget_space.
func (a *Attributes) Shape(name string) (Shape, error) {
	leave, err := a.enter("look at", name)
	if err != nil {
		return nil, err
	}
	defer leave()
	o, err := a.open("look at", name)
	if err != nil {
		return nil, err
	}
	defer o.close()
	return o.shape, nil
}

// All goes over the attributes, in the order of Keys. The value of one that cannot be
// read is the error.
func (a *Attributes) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, name := range a.Keys() {
			v, err := a.Get(name)
			if err != nil {
				v = err
			}
			if !yield(name, v) {
				return
			}
		}
	}
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
		return a.notThere("delete", name)
	}
	if int32(a.of.file.call(a.of.file.lib.c.aDelete, dl.Int(a.of.id), dl.Str(name))) < 0 {
		return a.fail("delete", name)
	}
	return nil
}

// Keys returns the names of the attributes, sorted, or in the order of creation if the
// object was created with [TrackOrder]; nil if the file is closed. H5Aiterate2.
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
	found := a.inOrder(indexName)
	if len(found) > 1 && a.of.tracks(a.of.file.lib.f.getAttrOrder) {
		found = a.inOrder(indexCreation)
	}
	return found
}

func (a *Attributes) inOrder(index int) []string {
	names = nil
	var next uint64
	// herr_t H5Aiterate2(hid_t object, H5_index_t, H5_iter_order_t, hsize_t *next, H5A_operator2_t, void *data)
	a.of.file.call(a.of.file.lib.c.aIterate, dl.Int(a.of.id), dl.Int(index), dl.Int(orderIncrement), dl.Ptr(&next), dl.Word(nameCallback), dl.Null)
	return names
}

func product(shape []int) int {
	n := uint64(1)
	for _, k := range shape {
		if k == 0 {
			return 0
		}
		// What is too large stays so.
		high, low := bits.Mul64(n, uint64(k))
		if n = low; high != 0 || low > math.MaxInt {
			n = math.MaxInt
		}
	}
	return int(n)
}
