package h5

import (
	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// An outline is what is asked of a dataset when it is opened.
type outline struct {
	dtype  DType
	direct bool // numbers that HDF5 converts from and to those of Go
	shape  Shape
	null   bool // it has no elements and no shape
	placed bool // it is contiguous, and has been written
}

// outlineOf asks; false if HDF5 cannot tell. The lock is held.
func (l *library) outlineOf(id int64) (outline, bool) {
	if o, ok := l.likelyOutline(id); ok {
		return o, true
	}
	c := &l.c
	var o outline
	t := int64(c.dType.Call(dl.Int(id))) // hid_t H5Dget_type(hid_t)
	if t < 0 {
		return o, false
	}
	o.dtype, o.direct = l.elementType(t)
	c.tClose.Call(dl.Int(t))                  // herr_t H5Tclose(hid_t)
	space := int64(c.dSpace.Call(dl.Int(id))) // hid_t H5Dget_space(hid_t)
	if space < 0 {
		return o, false
	}
	o.shape = l.shapeOf(space)
	if len(o.shape) == 0 && int32(c.sClass.Call(dl.Int(space))) == spaceNull { // H5S_class_t H5Sget_simple_extent_type(hid_t)
		o.null, o.direct = true, false
	}
	c.sClose.Call(dl.Int(space)) // herr_t H5Sclose(hid_t)
	o.placed = isAddress(l.d.offset.Call(dl.Int(id)))
	return o, true
}

// The steps of likelyOutline.
const (
	likelyType = iota
	likelyEqual
	likelyTypeClose
	likelySpace
	likelyDims
	likelySpaceClose
	likelyOffset
	likelySteps
)

// likelyBatch are its calls.
func (l *library) likelyBatch() *dl.Batch {
	c := &l.c
	b := dl.NewBatch(c.dType, c.tEqual, c.tClose, c.dSpace, c.sDims, c.sClose, l.d.offset)
	b.Pass(likelyType, likelyEqual, likelyTypeClose)
	b.Pass(likelySpace, likelyDims, likelySpaceClose)
	return b
}

// likelyOutline is outlineOf for most datasets: those that are opened one after the
// other are often of one type. To compare it takes one call, and all is asked in one
// go. It is false if the dataset is another one.
func (l *library) likelyOutline(id int64) (outline, bool) {
	if l.likely == nd.Invalid {
		return outline{}, false
	}
	b := l.looks
	b.Set(likelyType, dl.Int(id))
	b.Set(likelyEqual, dl.Null, dl.Int(l.disk[l.likely])) // htri_t H5Tequal(hid_t, hid_t)
	b.Set(likelyTypeClose, dl.Null)
	b.Set(likelySpace, dl.Int(id))
	b.Set(likelyDims, dl.Null, dl.Slice(l.lengths[:]), dl.Null)
	b.Set(likelySpaceClose, dl.Null)
	b.Set(likelyOffset, dl.Int(id))
	switch b.Run() {
	case likelyEqual + 1:
		l.c.tClose.Call(dl.Word(b.Result(likelyType)))
	case likelyDims + 1:
		l.c.sClose.Call(dl.Word(b.Result(likelySpace)))
	case likelySteps:
		shape := l.foundShape(b.Result(likelyDims))
		if int32(b.Result(likelyEqual)) > 0 && len(shape) > 0 {
			return outline{dtype: l.likely, direct: true, shape: shape, placed: isAddress(b.Result(likelyOffset))}, true
		}
	}
	return outline{}, false
}

// shapeOf returns the lengths of a dataspace's axes. The lock is held.
func (l *library) shapeOf(space int64) Shape {
	// int H5Sget_simple_extent_dims(hid_t, hsize_t *dims, hsize_t *maxdims)
	return l.foundShape(l.c.sDims.Call(dl.Int(space), dl.Slice(l.lengths[:]), dl.Null))
}

// foundShape makes a shape of the lengths that HDF5 has found, so many of them.
func (l *library) foundShape(n uintptr) Shape {
	shape := make(Shape, max(int32(n), 0))
	for i := range shape {
		shape[i] = int(l.lengths[i])
	}
	return shape
}

// isAddress reports whether what H5Dget_offset returns, a haddr_t, is the address of
// what is contiguous and has been written. What has none gets all ones, to which the
// size of a user block, a power of 2, may have been added.
func isAddress(offset uintptr) bool { return offset&(offset+1) != 0 }
