package h5

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// readSmall is ReadInto for what is read again and again: a few numbers, by integers
// alone, into a Go variable of the dataset's type and the right shape. It reports
// whether it did so, without having allocated anything; if anything is otherwise, or
// fails, all is left to ReadInto.
func (d *Dataset) readSmall(dst any, selection []any) bool {
	if len(selection) > maxQuick {
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

// maxQuick is the number of axes up to which there are small reads.
const maxQuick = 8

// readPlace reads what is at an index of the first axes; see readSmall.
func (d *Dataset) readPlace(dst any, index []int) bool {
	shape := d.extent()
	if d.file.parallel || len(shape) == 0 || len(shape) > maxQuick || len(index) > len(shape) {
		return false
	}
	first, n := 0, 1
	for axis, length := range shape {
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
	if !d.direct || n == 0 || size == 0 || n*size > smallPiece {
		return false
	}
	target := memoryOf(dst, d.dtype, shape[len(index):], n*size)
	if target == nil {
		return false
	}
	return !d.file.writable && d.readKnown(target, first*size) || d.readBlock(target, first*size, index, shape)
}

// readKnown reads past HDF5 from an offset in the dataset, in bytes, if it is known
// where the dataset lies.
func (d *Dataset) readKnown(target []byte, offset int) bool {
	mu.Lock()
	defer mu.Unlock()
	b := &d.bytes
	return b.known && b.why == nil && !d.file.closed && d.id >= 0 && readAt(b.fd, target, b.offset+int64(offset))
}

// readBlock reads what is at an index of the first axes, if the dataset has still the
// shape: past HDF5 if that is possible.
func (d *Dataset) readBlock(target []byte, offset int, index []int, shape Shape) bool {
	leave, err := d.enter("read", d.path)
	if err != nil {
		return false
	}
	defer leave()
	switch {
	case d.renew() || !slices.Equal(d.extent(), shape):
		return false
	case d.plain().why == nil:
		return readAt(d.bytes.fd, target, d.bytes.offset+int64(offset))
	}
	return d.selectBlock(target, index)
}

// selectBlock has HDF5 read what is at an index of the first axes. The lock is held.
func (d *Dataset) selectBlock(target []byte, index []int) bool {
	lib := d.file.lib
	start, _, count, dims := lib.spaces.room(len(d.extent()))
	for axis, length := range d.extent() {
		start[axis], count[axis], dims[axis] = 0, uint64(length), uint64(length)
		if axis >= len(index) {
			continue
		}
		i := index[axis]
		if i < 0 {
			i += length
		}
		start[axis], count[axis] = uint64(i), 1
	}
	file, memory := lib.spaces.file.get(lib, dims), lib.spaces.memory.get(lib, count)
	if file < 0 || memory < 0 {
		return false
	}
	// herr_t H5Sselect_hyperslab(hid_t, H5S_seloper_t set, const hsize_t *start, *stride, *count, *block)
	lib.block.Set(0, dl.Int(file), dl.Int(0), dl.Slice(start), dl.Null, dl.Slice(count), dl.Null)
	// herr_t H5Dread(hid_t dataset, hid_t memory_type, hid_t memory_space, hid_t file_space, hid_t dxpl, void *buffer)
	lib.block.Set(1, dl.Int(d.id), dl.Int(lib.native[d.dtype]), dl.Int(memory), dl.Int(file), dl.Int(lib.independent), dl.Slice(target))
	return lib.block.Run() == 2 && int32(lib.block.Result(1)) >= 0
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
func quickRegion(shape Shape, arguments []any) nd.Region {
	if len(arguments) > len(shape) {
		return nil
	}
	for axis, argument := range arguments {
		if i, ok := argument.(int); !ok || i < -shape[axis] || i >= shape[axis] {
			return nil
		}
	}
	region := make(nd.Region, len(shape))
	for axis, n := range shape {
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
