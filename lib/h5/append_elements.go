package h5

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// appendElements is Append for structs, strings and what else is not numbers: the
// slices and arrays around them are the axes.
func (d *Dataset) appendElements(values any, axis int) error {
	const op = "append to"
	own := d.extent()
	shape := outerShape(values, len(own))
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
	err = d.Write(values, selection, Collective)
	if err != nil && !d.file.parallel {
		// Unless another goroutine has appended meanwhile.
		if d.Shape()[axis] == old+length {
			err = errors.Join(err, d.ResizeAxis(axis, old))
		}
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

// outerShape returns the lengths of at most n levels of slices and arrays.
func outerShape(values any, n int) []int {
	shape := []int{}
	v := reflect.ValueOf(values)
	for range n {
		if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
			break
		}
		shape = append(shape, v.Len())
		if v.Len() == 0 {
			break
		}
		v = v.Index(0)
	}
	return shape
}
