package h5

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
	"github.com/galago-hpc/galago/lib/rt"
)

// Read returns the elements, all of them or those that are selected, as an array
// of the dataset's own type. The arguments are a selection as NumPy writes it, or
// what says the same in Go, and a [Transfer]:
//
//	d.Read()
//	d.Read("0:10, ::100, 2")
//	d.Read(nd.R(0, 10), nd.Step(100), 2, h5.Collective)
//	d.Read("[1, 3, 5], ..., ::-1")
//	d.Read(nd.All, []int{1, 3, 5})                     // lists, also nd.List and nd.Places
//	d.Read(mask)                                       // []bool or an *nd.Array of them
//	d.Read(nd.Points([]int{0, 1}, []int{5, 2}))        // elements one by one
//	d.Read("[0, 2], :, [1, 3]", h5.Outer)              // h5py's meaning of several lists
//
// What is selected is what NumPy's a[...] selects of an array of the same shape, in
// the same order and shape: places may be in any order and repeated, several lists
// go together, masks may be of several axes. See [Outer] for the other meaning.
//
// Ranges become hyperslabs. Lists, masks and points are read in the order of the
// file, each place once, in the way that is likely the quickest: in boxes from which
// the elements are picked, by hyperslabs, or by H5Sselect_elements; chunks are
// visited once. In a collective transfer everything is selected in one call.
//
// Memory that has just been allocated costs as much as the read itself: use
// [Dataset.ReadInto] to read again and again. H5Dread.
func (d *Dataset) Read(selection ...any) (*nd.Array, error) {
	if !d.direct {
		return d.readArray(selection, nil)
	}
	p, err := d.prepare(selection)
	if err == nil {
		err = mayTake(p.len(), d.dtype.Size())
	}
	if err != nil {
		return nil, d.readNothing(p, err)
	}
	a := nd.New(d.dtype, p.shape...)
	if err := d.readTo(a, p); err != nil {
		return nil, err
	}
	return a, nil
}

// At is Read, by the name that goes with a selection.
//
//	a, err := d.At("0:10, ::100, 2")
func (d *Dataset) At(selection ...any) (*nd.Array, error) { return d.Read(selection...) }

// Slice is Read with typed indices.
//
//	a, err := d.Slice(nd.R(0, 10), nd.Step(100), nd.I(2))
func (d *Dataset) Slice(index ...nd.Index) (*nd.Array, error) { return d.Read(nd.Selection(index)) }

// ReadInto reads all elements, or those selected, into what dst points at: a
// number, a slice, an array, slices of these to any depth, or an *nd.Array.
// Slices get the length they need and keep their memory where it suffices; the
// shape of arrays must fit. If slices are nested at most one deep, as []float64
// and [][3]float64 are, HDF5 reads straight into them.
//
// The elements are converted to the type of dst: integers to floats and between
// floats with rounding, all others only if every value fits, or else it is an
// error. The arguments after dst are those of [Dataset.Read].
//
// Elements of other types go into the Go types that [TypeFor] makes them of, or that
// [Dataset.Value] returns. Compounds go into structs: the tag `h5:"name"` says which
// field of the file a Go field is for, the order does not matter, and fields of
// the file that the struct lacks are not read. Structs of numbers are filled by
// HDF5 where they are. An interface (any) takes what Value returns.
func (d *Dataset) ReadInto(dst any, selection ...any) error {
	if d.direct && d.readSmall(dst, selection) {
		return nil
	}
	if !d.direct || !numeric(dst) {
		return d.readElements(selection, nil, func(s *stream) error { return s.readInto(dst) })
	}
	p, err := d.prepare(selection)
	if err == nil {
		err = mayTake(p.len(), d.dtype.Size())
	}
	if err == nil {
		err = fitTarget(dst, p.shape)
	}
	if err != nil {
		return d.readNothing(p, err)
	}
	target := nd.Share(dst)
	if target != nil && target.Len() == p.len() && nd.Safe(d.dtype, target.DType()) {
		return d.readTo(target, p)
	}
	a := nd.New(d.dtype, p.shape...)
	if err := d.readTo(a, p); err != nil {
		return err
	}
	if dtype := targetType(dst); !nd.Safe(d.dtype, dtype) {
		if a, err = a.Exact(dtype); err != nil {
			return d.error("read", d.path, err)
		}
	}
	if err := a.CopyTo(dst); err != nil {
		return d.error("read", d.path, err)
	}
	return nil
}

// fitTarget gives slices the right length and checks the rest.
func fitTarget(dst any, shape []int) error {
	if a, ok := dst.(*nd.Array); ok && a != nil {
		if !slices.Equal(a.Shape(), shape) {
			return fmt.Errorf("the selection has shape %v and the array %v", Shape(shape), Shape(a.Shape()))
		}
		return nil
	}
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("cannot read into a %T: a pointer to it is needed", dst)
	}
	if err := nd.Fit(v.Elem(), shape); err != nil {
		return fmt.Errorf("the selection has shape %v: %w", Shape(shape), err)
	}
	return nil
}

func targetType(dst any) DType {
	if a, ok := dst.(*nd.Array); ok {
		return a.DType()
	}
	return nd.ElementType(reflect.TypeOf(dst).Elem())
}

// readTo reads into contiguous memory.
func (d *Dataset) readTo(a *nd.Array, p plan) error {
	defer p.cut.release()
	rt.Check()
	leave, err := d.enter("read", d.path)
	if err != nil {
		return err
	}
	defer leave()
	p.source = a
	if d.readPlainly(p) {
		return nil
	}
	return d.transfer("read", p, false)
}

// readNothing takes part in a collective read in spite of an error, for the sake
// of the other ranks, and returns the error.
func (d *Dataset) readNothing(p plan, err error) error {
	d.takePart("read", p, false)
	return d.error("read", d.path, err)
}

func (d *Dataset) takePart(op string, p plan, write bool) {
	if !p.collective || d.null {
		return
	}
	if leave, err := d.enter(op, d.path); err == nil {
		defer leave()
		_ = d.transfer(op, plan{collective: true, nothing: true}, write)
	}
}
