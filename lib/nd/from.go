package nd

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// From returns an array with the numbers in v, which may be a number, a bool, a slice, an
// array, slices of slices or of arrays to any depth, a pointer to one of these,
// an *Array (returned as it is), or a gonum matrix (anything with Dims and At).
//
// Where the numbers lie in one piece of memory, as in []float64, [][3]float64, a
// pointer to an array, a *mat.Dense or a *mat.VecDense, the result shares it;
// slices of slices and other matrices are copied. The
// errors are types that are not numbers and slices of different lengths.
func From(v any) (*Array, error) {
	switch v := v.(type) {
	case *Array:
		if v == nil || v.buf == nil {
			return nil, errors.New("array from an *nd.Array that was not made: it is nil, or the zero Array")
		}
		return v, nil
	case rawMatrix:
		return fromGeneral(v.RawMatrix()), nil
	case rawVector:
		return fromVector(v.RawVector()), nil
	case matrix:
		return fromMatrix(v), nil
	}
	value := reflect.ValueOf(v)
	for value.Kind() == reflect.Pointer && !value.IsNil() {
		value = value.Elem()
	}
	dtype, depth := elements(value)
	if dtype == Invalid {
		return nil, fmt.Errorf("array from a %T: it is not made of numbers", v)
	}
	if !value.CanAddr() && value.Kind() != reflect.Slice {
		held := reflect.New(value.Type()).Elem()
		held.Set(value)
		value = held
	}
	shape, err := nestedShape(value, depth)
	if err != nil {
		return nil, fmt.Errorf("array from a %T: %w", v, err)
	}
	if p, ok := flat(value); ok {
		if p == nil {
			return New(dtype, shape...), nil
		}
		return contiguous(dtype, bufferAt(dtype, p, product(shape)), shape), nil
	}
	a := New(dtype, shape...)
	at := 0
	eachRun(value, func(p unsafe.Pointer, n int) {
		run := bufferAt(dtype, p, n)
		copyLayout(run, a.buf, layout{shape: []int{n}, offB: at, a: []int{1}, b: []int{1}})
		at += n
	})
	return a, nil
}

// matrix is what From needs of a gonum matrix.
type matrix interface {
	Dims() (r, c int)
	At(i, j int) float64
}

func fromMatrix(m matrix) *Array {
	rows, columns := m.Dims()
	a := New(Float64, rows, columns)
	data := a.buf.(typed[float64])
	for i := range rows {
		for j := range columns {
			data[i*columns+j] = m.At(i, j)
		}
	}
	return a
}

// elements returns the element type of nested slices and arrays, and how deep
// it is down.
func elements(value reflect.Value) (DType, int) {
	if !value.IsValid() {
		return Invalid, 0
	}
	t, depth := value.Type(), 0
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
		depth++
	}
	return DTypeOf(t), depth
}

// nestedShape returns the lengths of nested slices and arrays and makes sure
// that all at one depth are equally long.
func nestedShape(value reflect.Value, depth int) ([]int, error) {
	if depth == 0 {
		return nil, nil
	}
	n := value.Len()
	if n == 0 {
		return emptyShape(value.Type(), depth), nil
	}
	shape, err := nestedShape(value.Index(0), depth-1)
	if err != nil {
		return nil, err
	}
	if _, ok := flat(value); !ok {
		for i := 1; i < n; i++ {
			other, err := nestedShape(value.Index(i), depth-1)
			if err != nil {
				return nil, err
			}
			if fmt.Sprint(other) != fmt.Sprint(shape) {
				return nil, fmt.Errorf("element %d has shape %v and element 0 has %v: all must be equally long", i, Shape(other), Shape(shape))
			}
		}
	}
	return append([]int{n}, shape...), nil
}

// emptyShape is the shape of an empty slice: arrays further down still say how
// long they are.
func emptyShape(t reflect.Type, depth int) []int {
	shape := make([]int, depth)
	for axis := range shape {
		if t.Kind() == reflect.Array {
			shape[axis] = t.Len()
		}
		t = t.Elem()
	}
	shape[0] = 0
	return shape
}

// flat returns where the numbers begin if they lie in one piece: at most the
// outermost level is a slice.
func flat(value reflect.Value) (unsafe.Pointer, bool) {
	t := value.Type()
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	for t.Kind() == reflect.Array {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice {
		return nil, false
	}
	if value.Kind() == reflect.Slice {
		return value.UnsafePointer(), true
	}
	return value.Addr().UnsafePointer(), true
}

// eachRun calls do for each piece of memory of nested slices, in order.
func eachRun(value reflect.Value, do func(p unsafe.Pointer, n int)) {
	if p, ok := flat(value); ok {
		n := 1
		for v := value; v.Kind() == reflect.Slice || v.Kind() == reflect.Array; v = v.Index(0) {
			n *= v.Len()
			if n == 0 {
				return
			}
		}
		do(p, n)
		return
	}
	for i := range value.Len() {
		eachRun(value.Index(i), do)
	}
}
