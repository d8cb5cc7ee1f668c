package h5

import (
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
)

// readSmall is ReadInto for what is read again and again: a few numbers, by integers
// alone, into a Go variable of the dataset's type and the right shape. It reports
// whether it did so; if anything is otherwise, all is left to ReadInto.
func (d *Dataset) readSmall(dst any, selection []any) bool {
	if d.file.writable || len(selection) > len(d.shape) || len(d.shape) > maxQuick {
		return false
	}
	var index [maxQuick]int
	for axis, argument := range selection {
		i, ok := argument.(int)
		if !ok {
			return false
		}
		index[axis] = i
	}
	return d.readPlace(dst, index[:len(selection)])
}

// maxQuick is the number of axes up to which a small read allocates nothing.
const maxQuick = 8

// readPlace reads what is at an index of the first axes; see readSmall.
func (d *Dataset) readPlace(dst any, index []int) bool {
	if d.file.writable || len(d.shape) > maxQuick || len(index) > len(d.shape) {
		return false
	}
	if d.resized != resizes.Load() {
		return false
	}
	first, n := 0, 1
	for axis, length := range d.shape {
		first *= length
		if axis >= len(index) {
			n *= length
			continue
		}
		i := index[axis]
		if i < 0 {
			i += length
		}
		if i < 0 || i >= length {
			return false
		}
		first += i
	}
	size := d.dtype.Size()
	if n == 0 || size == 0 || n*size > smallPiece {
		return false
	}
	target := memoryOf(dst, d.dtype, d.shape[len(index):], n*size)
	if target == nil {
		return false
	}
	mu.Lock()
	defer mu.Unlock()
	if d.file.closed || d.id < 0 {
		return false
	}
	b := &d.bytes
	if !b.known || b.why != nil {
		// What is not known yet is found on the long way.
		return false
	}
	return readAt(b.fd, target, b.offset+int64(first*size))
}

// memoryOf returns the bytes of what dst points at, if that is a number of the type
// or arrays of such with the shape, or a slice of them with the right length.
func memoryOf(dst any, dtype DType, shape []int, bytes int) []byte {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	t := v.Type().Elem()
	p := v.UnsafePointer()
	if t.Kind() == reflect.Slice && len(shape) > 0 {
		s := v.Elem()
		if s.Len() != shape[0] || s.Len() == 0 {
			return nil
		}
		p, t, shape = s.UnsafePointer(), t.Elem(), shape[1:]
	}
	for ; t.Kind() == reflect.Array; t, shape = t.Elem(), shape[1:] {
		if len(shape) == 0 || t.Len() != shape[0] {
			return nil
		}
	}
	if len(shape) != 0 || nd.DTypeOf(t) != dtype {
		return nil
	}
	return unsafe.Slice((*byte)(p), bytes)
}

// quickRegion is what integers alone select, nil if there is anything else among the
// arguments, or one of them is wrong.
func (d *Dataset) quickRegion(arguments []any) nd.Region {
	if len(arguments) > len(d.shape) {
		return nil
	}
	for axis, argument := range arguments {
		if i, ok := argument.(int); !ok || i < -d.shape[axis] || i >= d.shape[axis] {
			return nil
		}
	}
	region := make(nd.Region, len(d.shape))
	for axis, n := range d.shape {
		region[axis] = nd.Span{Step: 1, Count: n}
		if axis < len(arguments) {
			i := arguments[axis].(int)
			if i < 0 {
				i += n
			}
			region[axis] = nd.Span{Start: i, Step: 1, Count: 1, Drop: true}
		}
	}
	return region
}
