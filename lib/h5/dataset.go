package h5

import (
	"slices"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/dl"
)

// A Dataset is an array in a file.
type Dataset struct {
	object
	current    atomic.Pointer[Shape] // see extent
	chunks     Chunks
	dtype      DType
	null       bool  // it has no elements and no shape
	direct     bool  // numbers that HDF5 converts from and to those of Go
	collective bool  // transfers are, unless they say otherwise
	typ        *Type // looked up when it is first asked for, with the lock held

	resized atomic.Uint64 // the number of resizes when the shape was looked up
	bytes   plainBytes    // guarded by mu

	deflated deflated // guarded by mu
}

// newDataset looks up what a dataset is. The lock is held.
func (g *Group) newDataset(op string, id int64, path string) (*Dataset, error) {
	d := &Dataset{object: object{file: g.file, id: id, path: path}}
	l := g.file.lib
	c := &l.c
	t := int64(c.dType.Call(dl.Int(id))) // hid_t H5Dget_type(hid_t)
	if t < 0 {
		return nil, g.fail(op, path)
	}
	d.dtype, d.direct = l.elementType(t)
	c.tClose.Call(dl.Int(t)) // herr_t H5Tclose(hid_t)
	d.resized.Store(resizes.Load())
	space := int64(c.dSpace.Call(dl.Int(id))) // hid_t H5Dget_space(hid_t)
	if space < 0 {
		return nil, g.fail(op, path)
	}
	shape := l.shapeOf(space)
	d.setExtent(shape)
	if len(shape) == 0 && int32(c.sClass.Call(dl.Int(space))) == spaceNull { // H5S_class_t H5Sget_simple_extent_type(hid_t)
		d.null, d.direct = true, false
	}
	c.sClose.Call(dl.Int(space)) // herr_t H5Sclose(hid_t)
	if err := saneShape(shape, d.dtype.Size()); err != nil {
		return nil, g.error(op, path, err)
	}
	d.chunks = l.chunksOf(id, len(shape))
	d.later = closeLater(d, g.file, id)
	return d, nil
}

// shapeOf returns the lengths of a dataspace's axes. The lock is held.
func (l *library) shapeOf(space int64) Shape {
	dims := l.lengths[:]
	// int H5Sget_simple_extent_dims(hid_t, hsize_t *dims, hsize_t *maxdims), their number
	n := int(int32(l.c.sDims.Call(dl.Int(space), dl.Slice(dims), dl.Null)))
	shape := make(Shape, max(n, 0))
	for i := range shape {
		shape[i] = int(dims[i])
	}
	return shape
}

// extent returns the lengths of the axes as they are known. The slice never changes,
// but the next call may return another: who needs them twice, and does not hold the
// lock, calls it once.
func (d *Dataset) extent() Shape { return *d.current.Load() }

// setExtent replaces the lengths of the axes. The lock is held.
func (d *Dataset) setExtent(shape Shape) { d.current.Store(&shape) }

// Shape returns the lengths of the axes.
func (d *Dataset) Shape() Shape {
	d.upToDate()
	return slices.Clone(d.extent())
}

// Type returns the type of the elements in the file, nil if HDF5 cannot tell it,
// or if the file is closed. H5Dget_type.
func (d *Dataset) Type() *Type {
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return nil
	}
	defer leave()
	t, _ := d.describeType()
	return t
}

// describeType looks the type up. The lock is held.
func (d *Dataset) describeType() (*Type, error) {
	if d.typ != nil {
		return d.typ, nil
	}
	c := &d.file.lib.c
	id := int64(c.dType.Call(dl.Int(d.id)))
	if id < 0 {
		return nil, d.fail("look at", d.path)
	}
	defer c.tClose.Call(dl.Int(id))
	t, err := d.file.lib.describe(id)
	if err == nil {
		d.typ = t
	}
	return t, err
}

// IsNull reports whether the dataset has a type and nothing else: it was made of
// [Empty].
func (d *Dataset) IsNull() bool { return d.null }

// Len returns the number of elements.
func (d *Dataset) Len() int {
	if d.null {
		return 0
	}
	d.upToDate()
	n := 1
	for _, k := range d.extent() {
		n *= k
	}
	return n
}

// DType returns the type that the elements have in memory, nd.Invalid if they are
// not numbers; see [Type.DType].
func (d *Dataset) DType() DType { return d.dtype }

// Chunks returns the shape of the chunks, nil if the dataset is contiguous.
func (d *Dataset) Chunks() Chunks { return slices.Clone(d.chunks) }

// Close gives up the dataset; its file stays open. Datasets that are not closed
// are closed with the file. Closing twice does nothing.
func (d *Dataset) Close() error {
	leave := d.file.lib.enter()
	defer leave()
	if d.id >= 0 {
		d.file.unmap(d.id)
	}
	return d.shut("close dataset")
}
