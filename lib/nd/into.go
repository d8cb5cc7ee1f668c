package nd

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// CopyTo copies the elements into what dst points at: a number, a slice, an
// array, slices of slices or of arrays, or an Array. Slices get the length they
// need, and keep their memory where it suffices; arrays must have the right
// length. Elements are converted as by Convert.
func (a *Array) CopyTo(dst any) error {
	if array, ok := dst.(*Array); ok && array != nil {
		return array.Assign(a)
	}
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("copy an array to a %T: a pointer is needed", dst)
	}
	target = target.Elem()
	if err := Fit(target, a.shape); err != nil {
		return fmt.Errorf("copy an array of shape %v to a %T: %w", Shape(a.shape), dst, err)
	}
	dtype, _ := elements(target)
	c, at := a.Contiguous(), 0
	eachRun(target, func(p unsafe.Pointer, n int) {
		run := bufferAt(dtype, p, n)
		copyLayout(c.buf, run, layout{shape: []int{n}, offA: c.offset + at, a: []int{1}, b: []int{1}})
		at += n
	})
	return nil
}

// Fit makes the slices in v, which must be settable, as long as the shape
// demands, keeping memory that suffices. It is an error if v is not made of
// numbers, has another number of levels than the shape has axes, or holds arrays
// of another length. A shape of one element fits a number.
func Fit(v reflect.Value, shape []int) error {
	dtype, depth := elements(v)
	if dtype == Invalid {
		return fmt.Errorf("%v is not made of numbers", v.Type())
	}
	if depth == 0 && product(shape) == 1 {
		return nil
	}
	if depth != len(shape) {
		return fmt.Errorf("%v has %d levels for %d axes", v.Type(), depth, len(shape))
	}
	// All lengths are checked before the first slice is touched.
	t := v.Type()
	for axis, n := range shape {
		if t.Kind() == reflect.Array && t.Len() != n {
			return fmt.Errorf("%v has length %d for axis %d of length %d", t, t.Len(), axis, n)
		}
		t = t.Elem()
	}
	fit(v, shape)
	return nil
}

func fit(v reflect.Value, shape []int) {
	if len(shape) == 0 {
		return
	}
	n := shape[0]
	if v.Kind() == reflect.Slice {
		if v.Cap() < n || v.IsNil() {
			grown := reflect.MakeSlice(v.Type(), n, n)
			if nested(v.Type().Elem()) {
				reflect.Copy(grown, v)
			}
			v.Set(grown)
		} else {
			v.SetLen(n)
		}
	}
	if nested(v.Type().Elem()) {
		for i := range n {
			fit(v.Index(i), shape[1:])
		}
	}
}

// nested reports whether there is a slice at some depth of t.
func nested(t reflect.Type) bool {
	for t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t.Kind() == reflect.Slice
}

// Share returns an array that is the memory of what dst points at, if that lies
// in one piece, for readers that fill it; nil if it does not. The array has the
// shape of dst.
func Share(dst any) *Array {
	if array, ok := dst.(*Array); ok {
		if array != nil && array.IsContiguous() {
			return array
		}
		return nil
	}
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	v = v.Elem()
	dtype, depth := elements(v)
	if dtype == Invalid {
		return nil
	}
	p, ok := flat(v)
	if !ok {
		return nil
	}
	shape, err := nestedShape(v, depth)
	if err != nil || p == nil {
		return nil
	}
	shape = slices.Clip(shape)
	return contiguous(dtype, bufferAt(dtype, p, product(shape)), shape)
}
