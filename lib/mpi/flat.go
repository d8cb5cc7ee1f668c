package mpi

import (
	"fmt"
	"reflect"
	"unsafe"
)

// Flat views a slice of arrays, or of structs, that are made of T only as a
// slice of T over the same memory, so that it can be sent and received:
//
//	var stars [][3]float64
//	...
//	must0(mpi.Bcast(comm, must(mpi.Flat[float64](stars)), 0))
//
// Counts and lengths are then in T: three for each star. An error tells what
// in A is not T.
func Flat[T Element, A any](s []A) ([]T, error) {
	n, err := countOf(reflect.TypeFor[A](), reflect.TypeFor[T]())
	if err == nil && reflect.TypeFor[A]().Size() != uintptr(n)*reflect.TypeFor[T]().Size() {
		// Go pads structs that end in an array of length 0.
		err = fmt.Errorf("%v has gaps between its elements", reflect.TypeFor[A]())
	}
	if err != nil {
		return nil, &Error{Class: ErrType, Text: err.Error()}
	}
	if len(s) == 0 || n == 0 {
		return nil, nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s))), n*len(s)), nil
}

// countOf is how many elements a value of type t consists of.
func countOf(t, element reflect.Type) (int, error) {
	switch {
	case t.Kind() == element.Kind():
		return 1, nil
	case t.Kind() == reflect.Array:
		n, err := countOf(t.Elem(), element)
		return n * t.Len(), err
	case t.Kind() == reflect.Struct:
		total := 0
		for i := range t.NumField() {
			field := t.Field(i)
			n, err := countOf(field.Type, element)
			if err != nil {
				return 0, fmt.Errorf("field %s of %w", field.Name, err)
			}
			total += n
		}
		return total, nil
	}
	return 0, fmt.Errorf("%v is not made of %v", t, element)
}
