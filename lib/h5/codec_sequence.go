package h5

import (
	"fmt"
	"reflect"
	"unsafe"
)

// arrayCodec carries arrays of fixed shape as Go arrays or slices, one level for
// each axis.
func arrayCodec(goType reflect.Type, file *Type, dir direction, depth int) (*codec, error) {
	n := file.dims[0]
	inner := file.base
	if len(file.dims) > 1 {
		inner = &Type{class: ClassArray, size: file.size / n, base: file.base, dims: file.dims[1:]}
	}
	if goType.Kind() == reflect.Array && goType.Len() != n {
		return nil, fmt.Errorf("%v has another length than %v", goType, file)
	}
	element := goType.Elem()
	e, err := newCodec(element, inner, dir, depth)
	if err != nil {
		return nil, err
	}
	size := element.Size()
	memory := &Type{class: ClassArray, size: n * e.memory.size, base: e.memory, dims: []int{n}}
	if len(file.dims) > 1 {
		memory.base, memory.dims = e.memory.base, append([]int{n}, e.memory.dims...)
	}
	c := &codec{memory: memory, allocates: e.allocates}
	if goType.Kind() == reflect.Array {
		if e.plain {
			c.plain = true
			if e.settle != nil {
				c.settle = func(p unsafe.Pointer) { e.settleRun(p, n, size) }
			}
			if e.vet != nil {
				c.vet = func(p unsafe.Pointer) error { return e.vetRun(p, n, size) }
			}
			return c, nil
		}
		c.load = func(from, to unsafe.Pointer) error { return e.loadRun(from, to, n, size) }
		c.store = func(from, to unsafe.Pointer, a *arena) error { return e.storeRun(from, to, n, size, a) }
		return c, nil
	}
	c.load = func(from, to unsafe.Pointer) error {
		made := reflect.MakeSlice(goType, n, n)
		if err := e.loadRun(from, made.UnsafePointer(), n, size); err != nil {
			return err
		}
		reflect.NewAt(goType, to).Elem().Set(made)
		return nil
	}
	c.store = func(from, to unsafe.Pointer, a *arena) error {
		v := reflect.NewAt(goType, from).Elem()
		if v.Len() != n {
			return fmt.Errorf("a slice of %d elements does not fit %v", v.Len(), file)
		}
		return e.storeRun(v.UnsafePointer(), to, n, size, a)
	}
	return c, nil
}

// A sequence is hvl_t, what HDF5 sees of a sequence of variable length.
type sequence struct {
	length  uint64
	address uintptr
}

// sequenceCodec carries sequences of variable length as slices.
func sequenceCodec(goType reflect.Type, file *Type, dir direction, depth int) (*codec, error) {
	element := goType.Elem()
	e, err := newCodec(element, file.base, dir, depth)
	if err != nil {
		return nil, err
	}
	size := element.Size()
	c := &codec{memory: &Type{class: ClassVlen, size: sequenceSize, base: e.memory}, allocates: true}
	c.load = func(from, to unsafe.Pointer) error {
		s := *(*sequence)(from)
		n := int(s.length)
		if s.address == 0 {
			n = 0
		}
		if err := mayTake(n, int(size)); err != nil {
			return err
		}
		made := reflect.MakeSlice(goType, n, n)
		if n > 0 {
			if err := e.loadRun(at(s.address, n*e.memory.size), made.UnsafePointer(), n, size); err != nil {
				return err
			}
		}
		reflect.NewAt(goType, to).Elem().Set(made)
		return nil
	}
	c.store = func(from, to unsafe.Pointer, a *arena) error {
		v := reflect.NewAt(goType, from).Elem()
		n := v.Len()
		if n == 0 {
			*(*sequence)(to) = sequence{}
			return nil
		}
		block := a.alloc(n * e.memory.size)
		if err := e.storeRun(v.UnsafePointer(), unsafe.Pointer(unsafe.SliceData(block)), n, size, a); err != nil {
			return err
		}
		*(*sequence)(to) = sequence{uint64(n), addressOf(block)}
		return nil
	}
	return c, nil
}
