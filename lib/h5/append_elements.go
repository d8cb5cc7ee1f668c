package h5

import (
	"errors"
	"fmt"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// appendElements is Append for structs, strings and what else is not numbers: the
// slices and arrays around them are the axes.
func (d *Dataset) appendElements(values any, axis int) error {
	const op = "append to"
	own := d.extent()
	t := d.Type()
	if t == nil {
		return d.error(op, d.path, errors.New("HDF5 cannot tell its type"))
	}
	_, shape, err := (&stream{file: t, shape: make([]int, len(own))}).source(values)
	if err != nil {
		return d.error(op, d.path, err)
	}
	shape = slices.Clone(shape)
	row := len(shape) == len(own)-1
	length := 1
	if !row {
		if len(shape) != len(own) {
			return d.error(op, d.path, fmt.Errorf("a %T has %d axes and the dataset %d", values, len(shape), len(own)))
		}
		length = shape[axis]
		shape = slices.Delete(shape, axis, axis+1)
	}
	if rest := slices.Delete(slices.Clone(own), axis, axis+1); !slices.Equal(shape, []int(rest)) {
		return d.error(op, d.path, fmt.Errorf("a %T does not go along axis %d of shape %v", values, axis, own))
	}
	old, err := d.lengthen(op, axis, length)
	if err != nil || length == 0 {
		return err
	}
	selection := make(nd.Selection, len(own))
	for other := range selection {
		selection[other] = nd.All
	}
	selection[axis] = nd.R(old, old+length)
	if row {
		selection[axis] = nd.I(old)
	}
	if d.file.parallel && d.file.comm.Rank() != 0 {
		d.takePart("write", plan{collective: true}, true) // the word of the others
	} else {
		err = d.Write(values, selection, Collective)
	}
	// Unless another goroutine has appended meanwhile.
	if err = d.file.together(err); err != nil && d.Shape()[axis] == old+length {
		err = errors.Join(err, d.ResizeAxis(axis, old))
	}
	return err
}

// lengthen makes an axis longer and returns how long it was.
func (d *Dataset) lengthen(op string, axis, by int) (int, error) {
	leave, err := d.enter(op, d.path)
	if err != nil {
		return 0, err
	}
	defer leave()
	d.renew()
	old := d.extent()[axis]
	shape := slices.Clone(d.extent())
	shape[axis] += by
	return old, d.resize(op, shape)
}
