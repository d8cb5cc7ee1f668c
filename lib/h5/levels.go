package h5

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// levelsFor returns how many of a Go type's slices and arrays, from the outside, are
// the axes of a selection; the others belong to its elements.
func levelsFor(t reflect.Type, file *Type, axes int) (int, error) {
	leaf, depth := t, 0
	for (leaf.Kind() == reflect.Slice || leaf.Kind() == reflect.Array) && leaf != goRef && leaf != goRegionRef {
		leaf = leaf.Elem()
		depth++
	}
	if leaf.Kind() == reflect.Interface {
		return min(depth, axes), nil
	}
	own := 0
	for f := file; f != nil; f = f.base {
		switch f.class {
		case ClassArray:
			own += len(f.dims)
		case ClassVlen:
			own++
		case ClassOpaque:
			if leaf.Kind() == reflect.Uint8 {
				own++
			}
		}
	}
	if depth < own {
		return 0, mismatch(t, file)
	}
	return depth - own, nil
}

// flatMemory returns where the elements begin if they lie in one piece: at most the
// outermost level is a slice.
func flatMemory(v reflect.Value, levels int) (unsafe.Pointer, bool) {
	t := v.Type()
	for level := range levels {
		if t.Kind() == reflect.Slice && level > 0 {
			return nil, false
		}
		t = t.Elem()
	}
	if levels > 0 && v.Kind() == reflect.Slice {
		return v.UnsafePointer(), true
	}
	return v.Addr().UnsafePointer(), true
}

// eachRun calls do for each piece of memory, in order.
func eachRun(v reflect.Value, levels int, do func(p unsafe.Pointer, n int) error) error {
	if p, ok := flatMemory(v, levels); ok {
		n := 1
		t := v.Type()
		for level := range levels {
			if level == 0 {
				n = v.Len()
			} else {
				n *= t.Len()
			}
			t = t.Elem()
		}
		if n == 0 {
			return nil
		}
		return do(p, n)
	}
	for i := range v.Len() {
		if err := eachRun(v.Index(i), levels-1, do); err != nil {
			return err
		}
	}
	return nil
}

// shapeOfLevels returns the lengths of nested slices and arrays and makes sure
// that all at one depth are equally long.
func shapeOfLevels(v reflect.Value, levels int) ([]int, error) {
	if levels == 0 {
		return nil, nil
	}
	n := v.Len()
	if n == 0 {
		shape := make([]int, levels)
		t := v.Type()
		for axis := range shape {
			if axis > 0 && t.Kind() == reflect.Array {
				shape[axis] = t.Len()
			}
			t = t.Elem()
		}
		return shape, nil
	}
	shape, err := shapeOfLevels(v.Index(0), levels-1)
	if err != nil {
		return nil, err
	}
	for i := 1; i < n && levels > 1; i++ {
		other, err := shapeOfLevels(v.Index(i), levels-1)
		if err != nil {
			return nil, err
		}
		if !slices.Equal(other, shape) {
			return nil, fmt.Errorf("element %d has shape %v and element 0 has %v: all must be equally long, unless the type of the elements is a sequence (h5.VlenOf)", i, Shape(other), Shape(shape))
		}
	}
	return append([]int{n}, shape...), nil
}

// fitLevels makes slices as long as the shape demands, keeping memory that
// suffices; arrays must have that length.
func fitLevels(v reflect.Value, shape []int) error {
	t := v.Type()
	for axis, n := range shape {
		if t.Kind() == reflect.Array && t.Len() != n {
			return fmt.Errorf("%v has length %d for axis %d of length %d of the selection", t, t.Len(), axis, n)
		}
		t = t.Elem()
	}
	growLevels(v, shape)
	return nil
}

func growLevels(v reflect.Value, shape []int) {
	n := shape[0]
	if v.Kind() == reflect.Slice {
		if v.Cap() < n || v.IsNil() {
			grown := reflect.MakeSlice(v.Type(), n, n)
			reflect.Copy(grown, v)
			v.Set(grown)
		} else {
			v.SetLen(n)
		}
	}
	if len(shape) > 1 {
		for i := range n {
			growLevels(v.Index(i), shape[1:])
		}
	}
}
