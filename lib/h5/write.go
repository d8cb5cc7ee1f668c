package h5

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// Write writes values to the whole dataset or to what is selected. Values are
// what nd.From takes: a number, which goes to every element selected, or slices,
// arrays, slices of these, nd.Array, gonum matrices of the shape of the
// selection (axes of length 1 do not count), or of one that is broadcast to it by
// NumPy's rules. The selection is given as for [Dataset.Read]; of values for a place
// that is selected several times the last one stays.
//
//	d.Write(values)
//	d.Write(values, "5, :, :")
//	d.Write(int32(rank), rank)
//	d.Write(0, "[1, 3, 5], ::2")
//	d.Write([]float64{1, 2, 3}, ":, 0:3")                // to each row
//	d.Write(rows, nd.R(first, last), h5.Collective)
//
// Values are converted to the type of the dataset: integers to floats and
// between floats with rounding, all others only if every value fits, or else
// nothing is written and it is an error. Contiguous values are handed to HDF5
// as they are, without a copy. H5Dwrite.
//
// A rank that has nothing to write takes part in a collective transfer with nil, or
// with values without elements, and no selection.
//
// Elements of other types are written from the Go types that [TypeFor] makes them
// of, and from what [Dataset.Value] returns. A struct may lack fields of the file:
// these keep their values. What does not fit (a string that is too long, a value
// that an enumeration does not have) is an error, and then nothing is written.
func (d *Dataset) Write(values any, selection ...any) error {
	if d.writesNothing(values, selection) {
		return d.writeNothing()
	}
	if !d.direct || !numeric(values) {
		return d.writeElements(values, selection, nil)
	}
	p, err := d.prepare(selection)
	defer func() { p.cut.release() }()
	if err == nil {
		p.source, err = d.sourceFor(values, p.shape)
	}
	if err == nil && !d.file.writable {
		err = d.readOnly("write", d.path)
	}
	if err != nil {
		d.takePart("write", p, true)
		return d.error("write", d.path, err)
	}
	leave, err := d.enter("write", d.path)
	if err != nil {
		return err
	}
	defer leave()
	return d.transfer("write", p, true)
}

// writesNothing reports whether the values are those of a rank without any.
func (d *Dataset) writesNothing(values any, arguments []any) bool {
	collective := d.collective
	for _, argument := range arguments {
		transfer, ok := argument.(Transfer)
		if !ok {
			return false
		}
		collective = transfer == Collective
	}
	if a, ok := values.(*nd.Array); ok && a != nil {
		return collective && a.Len() == 0
	}
	v := reflect.ValueOf(values)
	return collective && (!v.IsValid() || (v.Kind() == reflect.Slice || v.Kind() == reflect.Array) && v.Len() == 0)
}

// writeNothing takes part in a collective transfer.
func (d *Dataset) writeNothing() error {
	const op = "write"
	if !d.file.writable {
		p := plan{collective: d.file.parallel}
		d.takePart(op, p, true)
		return d.error(op, d.path, d.readOnly(op, d.path))
	}
	leave, err := d.enter(op, d.path)
	if err != nil {
		return err
	}
	defer leave()
	return d.transfer(op, plan{collective: d.file.parallel, nothing: true}, true)
}

// sourceFor returns contiguous memory with the values in the order of the selection,
// of a type that HDF5 converts without loss.
func (d *Dataset) sourceFor(values any, shape []int) (*nd.Array, error) {
	a, err := nd.From(values)
	if err != nil {
		return nil, err
	}
	if !nd.Safe(a.DType(), d.dtype) {
		if a, err = a.Exact(d.dtype); err != nil {
			return nil, err
		}
	}
	if slices.Equal(trim(a.Shape()), trim(shape)) {
		return a.Contiguous(), nil
	}
	if err := mayTake(product(shape), a.DType().Size()); err != nil {
		return nil, err
	}
	for a.NDim() > len(shape) && a.Shape()[0] == 1 {
		if a, err = a.Slice(nd.I(0)); err != nil {
			return nil, err
		}
	}
	spread, err := a.BroadcastTo(shape...)
	if err != nil {
		return nil, fmt.Errorf("the values have shape %v and the selection has %v, to which they cannot be broadcast", Shape(a.Shape()), Shape(shape))
	}
	return spread.Contiguous(), nil
}

// trim leaves out axes of length 1.
func trim(shape []int) []int {
	var long []int
	for _, n := range shape {
		if n != 1 {
			long = append(long, n)
		}
	}
	return long
}
