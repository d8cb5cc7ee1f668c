package h5

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// A Ref refers to a group, a dataset or a named type of a file, and can be an
// element of datasets and attributes, also inside of compounds. It holds no more
// than where the object is: [File.Deref] opens it, in the file that it comes from.
// The zero Ref refers to nothing. hobj_ref_t.
type Ref struct{ address uint64 }

// IsNull reports whether the reference refers to nothing.
func (r Ref) IsNull() bool { return r.address == 0 }

// String tells references apart.
func (r Ref) String() string {
	if r.IsNull() {
		return "null reference"
	}
	return fmt.Sprintf("reference to object %d", r.address)
}

const (
	referenceObject = 0 // H5R_OBJECT
	referenceRegion = 1 // H5R_DATASET_REGION
)

// Ref returns a reference to the object; h5py's ref. H5Rcreate.
func (o *object) Ref() (Ref, error) {
	const op = "make a reference to"
	leave, err := o.enter(op, o.path)
	if err != nil {
		return Ref{}, err
	}
	defer leave()
	return o.ref(op)
}

// ref does the work. The lock is held.
func (o *object) ref(op string) (Ref, error) {
	var r Ref
	// herr_t H5Rcreate(void *ref, hid_t loc, const char *name, H5R_type_t, hid_t space)
	if int32(o.file.call(o.file.lib.c.rCreate, dl.Ptr(&r), dl.Int(o.id), dl.Str("."), dl.Int(referenceObject), dl.Int(-1))) < 0 {
		return Ref{}, o.fail(op, o.path)
	}
	return r, nil
}

// Deref opens what a reference of this file refers to; h5py's f[ref].
// H5Rdereference2.
func (f *File) Deref(r Ref) (Node, error) {
	const op = "dereference"
	leave, err := f.root.enter(op, r.String())
	if err != nil {
		return nil, err
	}
	defer leave()
	return f.deref(op, r)
}

// deref does the work. The lock is held.
func (f *File) deref(op string, r Ref) (Node, error) {
	if r.IsNull() {
		return nil, f.root.error(op, r.String(), errors.New("it refers to nothing"))
	}
	// hid_t H5Rdereference2(hid_t obj, hid_t oapl, H5R_type_t, const void *ref)
	id := int64(f.call(f.lib.c.rDereference, dl.Int(f.id), dl.Int(0), dl.Int(referenceObject), dl.Ptr(&r)))
	if id < 0 {
		err := f.lib.fail(op, r.String(), f.path).(*Error)
		err.Advice = "references are valid in the file that they come from, as long as the object is not deleted"
		return nil, err
	}
	return f.root.opened(op, id, f.nameOfID(id))
}

// nameOfID returns the path of an open object, "" if it has none.
func (f *File) nameOfID(id int64) string {
	// ssize_t H5Iget_name(hid_t, char *name, size_t size)
	n := int64(f.call(f.lib.c.iName, dl.Int(id), dl.Null, dl.Int(0)))
	if n <= 0 {
		return ""
	}
	name := make([]byte, n+1)
	f.call(f.lib.c.iName, dl.Int(id), dl.Slice(name), dl.Int(len(name)))
	return dl.Text(name)
}
