package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A Dataset is an array in a file.
type Dataset struct {
	object
	shape  Shape
	chunks Chunks
	dtype  DType
	kind   string // what the elements are, for messages

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
	d.dtype, d.kind = l.elementType(t)
	c.tClose.Call(dl.Int(t)) // herr_t H5Tclose(hid_t)
	d.resized = resizes.Load()
	space := int64(c.dSpace.Call(dl.Int(id))) // hid_t H5Dget_space(hid_t)
	if space < 0 {
		return nil, g.fail(op, path)
	}
	d.shape = l.shapeOf(space)
	if int32(c.sClass.Call(dl.Int(space))) == spaceNull { // H5S_class_t H5Sget_simple_extent_type(hid_t)
		d.dtype, d.kind = nd.Invalid, "nothing (its dataspace is null)"
	}
	c.sClose.Call(dl.Int(space)) // herr_t H5Sclose(hid_t)
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

// Len returns the number of elements.
func (d *Dataset) Len() int {
	d.upToDate()
	n := 1
	for _, k := range d.shape {
		n *= k
	}
	return n
}

// DType returns the type of the elements, nd.Invalid if they are not numbers.
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
