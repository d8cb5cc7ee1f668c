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
	first      Shape                 // what it points to as long as nobody resizes it
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
	l, resized := g.file.lib, resizes.Load()
	o, ok := l.outlineOf(id)
	if !ok {
		return nil, g.fail(op, path)
	}
	if err := saneShape(o.shape, o.dtype.Size()); err != nil {
		return nil, g.error(op, path, err)
	}
	d := &Dataset{object: object{file: g.file, id: id, path: path}, first: o.shape, dtype: o.dtype, direct: o.direct, null: o.null}
	d.current.Store(&d.first)
	d.resized.Store(resized)
	if !o.placed {
		d.chunks = l.chunksOf(id, len(o.shape))
	}
	d.later = closeLater(d, g.file, id)
	return d, nil
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
