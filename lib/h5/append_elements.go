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
	shape := outerShape(values, len(d.shape))
	row := len(shape) == len(d.shape)-1
	length := 1
	if !row {
		if len(shape) != len(d.shape) {
			return d.error(op, d.path, fmt.Errorf("a %T has %d axes and the dataset %d", values, len(shape), len(d.shape)))
		}
		length = shape[axis]
		shape = slices.Delete(shape, axis, axis+1)
	}
	if rest := slices.Delete(slices.Clone(d.shape), axis, axis+1); !slices.Equal(shape, []int(rest)) {
		return d.error(op, d.path, fmt.Errorf("a %T does not go along axis %d of shape %v", values, axis, d.shape))
	}
	old, err := d.lengthen(op, axis, length)
	if err != nil || length == 0 {
		return err
	}
	selection := make(nd.Selection, len(d.shape))
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
	old := d.shape[axis]
	shape := slices.Clone(d.shape)
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
