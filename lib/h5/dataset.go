package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
)

// A Dataset is an array in a file.
type Dataset struct {
	object
	shape      Shape
	chunks     Chunks
	dtype      DType
	null       bool  // it has no elements and no shape
	direct     bool  // numbers that HDF5 converts from and to those of Go
	collective bool  // transfers are, unless they say otherwise
	typ        *Type // looked up when it is first asked for, with the lock held

	resized uint64     // the number of resizes when the shape was looked up
	bytes   plainBytes // guarded by mu
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
	d.resized = resizes.Load()
	space := int64(c.dSpace.Call(dl.Int(id))) // hid_t H5Dget_space(hid_t)
	if space < 0 {
		return nil, g.fail(op, path)
	}
	d.shape = l.shapeOf(space)
	if int32(c.sClass.Call(dl.Int(space))) == spaceNull { // H5S_class_t H5Sget_simple_extent_type(hid_t)
		d.null, d.direct = true, false
	}
	c.sClose.Call(dl.Int(space)) // herr_t H5Sclose(hid_t)
	if err := saneShape(d.shape, d.dtype.Size()); err != nil {
		return nil, g.error(op, path, err)
	}
	if plist := l.chunkedPlist(id); plist >= 0 {
		if int32(c.pLayout.Call(dl.Int(plist))) == layoutChunked { // H5D_layout_t H5Pget_layout(hid_t)
			dims := make([]uint64, len(d.shape))
			c.pGetChunk.Call(dl.Int(plist), dl.Int(len(dims)), dl.Slice(dims)) // int H5Pget_chunk(hid_t, int max_ndims, hsize_t *dims)
			d.chunks = make(Chunks, len(dims))
			for i, n := range dims {
				d.chunks[i] = int(n)
			}
		}
		c.pClose.Call(dl.Int(plist))
	}
	d.later = closeLater(d, g.file, id)
	return d, nil
}

// shapeOf returns the lengths of a dataspace's axes.
func (l *library) shapeOf(space int64) Shape {
	n := int(int32(l.c.sNDims.Call(dl.Int(space)))) // int H5Sget_simple_extent_ndims(hid_t)
	if n <= 0 {
		return Shape{}
	}
	dims := make([]uint64, n)
	l.c.sDims.Call(dl.Int(space), dl.Slice(dims), dl.Null) // int H5Sget_simple_extent_dims(hid_t, hsize_t *dims, hsize_t *maxdims)
	shape := make(Shape, n)
	for i, k := range dims {
		shape[i] = int(k)
	}
	return shape
}

// Shape returns the lengths of the axes.
func (d *Dataset) Shape() Shape {
	d.upToDate()
	return slices.Clone(d.shape)
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
	for _, k := range d.shape {
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
	if d.id >= 0 {
		d.file.unmap(d.id)
	}
	leave()
	return d.close("close dataset")
}
