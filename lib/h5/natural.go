package h5

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/galago-hpc/galago/lib/nd"
)

// goNumbers are the Go types of the elements of an nd.Array.
var goNumbers = [...]reflect.Type{
	Int8: reflect.TypeFor[int8](), Int16: reflect.TypeFor[int16](), Int32: reflect.TypeFor[int32](), Int64: reflect.TypeFor[int64](),
	Uint8: reflect.TypeFor[uint8](), Uint16: reflect.TypeFor[uint16](), Uint32: reflect.TypeFor[uint32](), Uint64: reflect.TypeFor[uint64](),
	Float32: reflect.TypeFor[float32](), Float64: reflect.TypeFor[float64](),
	nd.Bool: reflect.TypeFor[bool](), nd.Complex64: reflect.TypeFor[complex64](), nd.Complex128: reflect.TypeFor[complex128](),
}

// isNumber reports whether a DType is one of the integers and floats that HDF5
// converts between.
func isNumber(t DType) bool { return t >= Int8 && t <= Float64 }

// naturalType returns the Go type that elements have when none is asked for.
func naturalType(t *Type) (reflect.Type, error) {
	switch t.class {
	case ClassInteger, ClassFloat, ClassBitfield, ClassEnum:
		if dtype := t.DType(); dtype != nd.Invalid {
			return goNumbers[dtype], nil
		}
		return nil, fmt.Errorf("elements of the type %v are too large for Go's integers", t)
	case ClassString:
		return reflect.TypeFor[string](), nil
	case ClassOpaque:
		u, ok := t.datetime()
		if _, known := unitLengths[u.unit]; ok && (known || !u.difference && (u.unit == "Y" || u.unit == "M")) {
			if u.difference {
				return goDuration, nil
			}
			return goTime, nil
		}
		return reflect.TypeFor[[]byte](), nil
	case ClassCompound, ClassComplex:
		if t.IsComplex() {
			return goNumbers[t.DType()], nil
		}
		return goRecord, nil
	case ClassReference:
		switch {
		case t.modern:
			return nil, errors.New("references as HDF5 1.12 makes them (H5T_STD_REF) are not covered")
		case t.region:
			return goRegionRef, nil
		}
		return goRef, nil
	case ClassVlen:
		base, err := naturalType(t.base)
		if err != nil {
			return nil, err
		}
		return reflect.SliceOf(base), nil
	case ClassArray:
		base, err := naturalType(t.base)
		if err != nil {
			return nil, err
		}
		for i := len(t.dims) - 1; i >= 0; i-- {
			base = reflect.ArrayOf(t.dims[i], base)
		}
		return base, nil
	}
	return nil, fmt.Errorf("elements of the type %v have no Go type", t)
}

// numbersOf returns the type of numbers (or bool) that arrays of the type are made
// of, and their shape; Invalid for what is not made of these.
func (t *Type) numbersOf() (DType, []int) {
	var dims []int
	for t.class == ClassArray {
		dims = append(dims, t.dims...)
		t = t.base
	}
	return t.DType(), dims
}

// nested turns a slice into slices of slices for the axes of a shape, with the
// same memory.
func nested(flat reflect.Value, shape []int) reflect.Value {
	if len(shape) <= 1 {
		return flat
	}
	t := flat.Type()
	for range shape[1:] {
		t = reflect.SliceOf(t)
	}
	made := reflect.MakeSlice(t, shape[0], shape[0])
	step := 1
	for _, n := range shape[1:] {
		step *= n
	}
	for i := range shape[0] {
		made.Index(i).Set(nested(flat.Slice3(i*step, (i+1)*step, (i+1)*step), shape[1:]))
	}
	return made
}
