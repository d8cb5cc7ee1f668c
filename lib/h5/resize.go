package h5

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// resizes counts the calls of Resize in this process: a dataset that is open more
// than once finds out by it that its shape may be old.
var resizes atomic.Uint64

// Resize changes the lengths of all axes, within [Dataset.MaxShape]. Elements that
// come into being have the fill value; those outside the new shape are lost.
// H5Dset_extent; collective in a parallel file.
func (d *Dataset) Resize(shape ...int) error {
	const op = "resize"
	leave, err := d.enter(op, d.path)
	if err != nil {
		return err
	}
	defer leave()
	return d.resize(op, shape)
}

// ResizeAxis changes the length of one axis; negative ones count from the last.
func (d *Dataset) ResizeAxis(axis, length int) error {
	const op = "resize"
	leave, err := d.enter(op, d.path)
	if err != nil {
		return err
	}
	defer leave()
	if axis, err = d.axis(axis); err != nil {
		return d.error(op, d.path, err)
	}
	d.renew()
	shape := slices.Clone(d.extent())
	shape[axis] = length
	return d.resize(op, shape)
}

func (d *Dataset) axis(axis int) (int, error) {
	n := len(d.extent())
	if axis < -n || axis >= n {
		return 0, fmt.Errorf("there is no axis %d in shape %v", axis, d.extent())
	}
	if axis < 0 {
		axis += n
	}
	return axis, nil
}

// resize does the work. The lock is held.
func (d *Dataset) resize(op string, shape []int) error {
	if !d.file.writable {
		return d.readOnly(op, d.path)
	}
	most, _ := d.maxShape()
	if len(shape) != len(d.extent()) {
		return d.error(op, d.path, fmt.Errorf("the new shape %v has %d axes and the dataset %d", Shape(shape), len(shape), len(d.extent())))
	}
	bytes := max(d.dtype.Size(), 1)
	for axis, n := range shape {
		switch {
		case n < 0:
			return d.error(op, d.path, fmt.Errorf("length %d of axis %d is negative", n, axis))
		case most != nil && most[axis] != Unlimited && n > most[axis]:
			e := &Error{Op: op, Object: d.path, File: d.file.handle.path, Reason: fmt.Sprintf("the new shape %v is more than the dataset can become: %v", Shape(shape), most), Advice: "create it with h5.MaxShape or h5.Resizable"}
			return e
		case n > 0 && bytes > 1<<62/n:
			return d.error(op, d.path, fmt.Errorf("shape %v is larger than any file can be", Shape(shape)))
		}
		bytes *= max(n, 1)
	}
	if d.layoutIs(layoutContiguous) && !slices.Equal(shape, d.extent()) && most != nil && len(d.chunks) == 0 {
		if files, _ := d.external(); len(files) == 0 {
			return d.error(op, d.path, errors.New("it is not chunked; create it with h5.MaxShape or h5.Resizable"))
		}
	}
	for axis, n := range d.extent() {
		d.file.gaveUp = d.file.gaveUp || shape[axis] < n
	}
	dims := lengths(shape)
	// herr_t H5Dset_extent(hid_t dataset, const hsize_t *size)
	if int32(d.file.call(d.file.lib.d.setExtent, dl.Int(d.id), dl.Slice(dims))) < 0 {
		return d.fail(op, d.path)
	}
	d.setExtent(slices.Clone(shape))
	d.resized.Store(resizes.Add(1))
	return nil
}

// renew takes up the shape that the dataset has by now, which another *Dataset of
// this process may have changed, and reports whether it is another. The lock is
// held.
func (d *Dataset) renew() bool {
	now := resizes.Load()
	if d.resized.Load() == now {
		return false
	}
	l := d.file.lib
	space := int64(l.c.dSpace.Call(dl.Int(d.id)))
	if space < 0 {
		return false
	}
	defer l.c.sClose.Call(dl.Int(space))
	d.resized.Store(now)
	shape := l.shapeOf(space)
	if slices.Equal(shape, d.extent()) {
		return false
	}
	d.setExtent(shape)
	return true
}

// upToDate is renew for callers that do not hold the lock.
func (d *Dataset) upToDate() {
	if d.resized.Load() == resizes.Load() {
		return
	}
	if leave, err := d.enter("look at", d.path); err == nil {
		d.renew()
		leave()
	}
}

// errResized is the error of a transfer between whose preparation and beginning the
// dataset was resized by another goroutine.
var errResized = errors.New("its shape was changed at the same time by another goroutine; do it again")

// Append makes an axis (negative ones count from the last) longer by as much as
// the values need, and writes them there. Values have the shape of the dataset but
// for the length of that axis, or one axis less, which is a length of 1; a slice of
// numbers is appended to a dataset with one axis. The axis must have room in
// [Dataset.MaxShape]. If writing fails, the dataset is as long as before.
//
//	d, err := f.CreateDataset("log", h5.Float64, h5.Shape{0, 3}, h5.MaxShape{h5.Unlimited, 3})
//	err = d.Append([]float64{1, 2, 3}, 0)          // one row
//	err = d.Append([][3]float64{{4, 5, 6}, {7, 8, 9}}, 0)
//
// In a parallel file all ranks make the call with values of the same shape, and rank
// 0 writes them. H5Dset_extent, H5Dwrite.
func (d *Dataset) Append(values any, axis int) error {
	const op = "append to"
	d.upToDate()
	axis, err := d.axis(axis)
	if err != nil {
		return d.error(op, d.path, err)
	}
	if !d.direct || !numeric(values) {
		return d.appendElements(values, axis)
	}
	a, err := nd.From(values)
	if err != nil {
		return d.error(op, d.path, err)
	}
	if a, err = d.appendable(a, axis); err != nil {
		return d.error(op, d.path, err)
	}
	// Only rank 0's values are written. It takes part even if they cannot be.
	first := !d.file.parallel || d.file.comm.Rank() == 0
	var unfit error
	if first && !nd.Safe(a.DType(), d.dtype) {
		var exact *nd.Array
		if exact, unfit = a.Exact(d.dtype); unfit == nil {
			a = exact
		}
	}
	if unfit != nil && !d.file.parallel {
		return d.error(op, d.path, unfit)
	}
	leave, err := d.enter(op, d.path)
	if err != nil {
		return err
	}
	defer leave()
	d.renew()
	old := slices.Clone(d.extent())
	shape := slices.Clone(d.extent())
	length := a.Shape()[axis]
	shape[axis] += length
	for other, n := range a.Shape() {
		if other != axis && n != old[other] {
			return d.error(op, d.path, errResized)
		}
	}
	if err := d.resize(op, shape); err != nil {
		return err
	}
	region := whole(shape)
	region[axis] = nd.Span{Start: old[axis], Step: 1, Count: length}
	p := plan{region: region, shape: region.Shape(), source: a.Contiguous(), collective: d.file.parallel, nothing: !first || unfit != nil}
	if err = d.transfer(op, p, true); unfit != nil {
		err = d.error(op, d.path, unfit)
	}
	if err = d.file.together(err); err != nil {
		_ = d.resize(op, old)
	}
	return err
}

// together is agree in the middle of an operation, if the user has not freed the
// communicator of the file: then the ranks do not know of each other.
func (h *handle) together(err error) error {
	if !h.parallel || h.comm.Freed() {
		return err
	}
	return agree(h.comm, err)
}

// appendable gives values the axes of the dataset.
func (d *Dataset) appendable(a *nd.Array, axis int) (*nd.Array, error) {
	shape := a.Shape()
	if len(shape) == len(d.extent())-1 {
		shape = slices.Insert(slices.Clone(shape), axis, 1)
	}
	fits := len(shape) == len(d.extent())
	for other := range shape {
		fits = fits && (other == axis || shape[other] == d.extent()[other])
	}
	if !fits {
		return nil, fmt.Errorf("values of shape %v do not go along axis %d of shape %v", Shape(a.Shape()), axis, d.extent())
	}
	return a.Reshape(shape...)
}
