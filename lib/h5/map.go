package h5

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
)

// Map returns the elements of a dataset as a slice, in row-major order, that is the
// file's own memory: nothing is read until it is used, and any element is as near as
// one of an ordinary slice. T must be the very type of the elements. The dataset must
// be contiguous, in the machine's byte order, and in a file that is open for reading
// only with the ordinary driver; the error says what is not so.
//
// Changes to the elements stay in memory and never reach the file. The slice lives
// until the dataset or its file is closed: using it after that ends the program with
// a fault, which is no panic. (A file that is closed because the program has lost it
// leaves the slice alone.) That the file is long enough is checked here; if another
// process shortens it while the slice is in use, the program ends the same way.
// debug.SetPanicOnFault turns both into panics. mmap(2), H5Dget_offset.
func Map[T nd.Number](d *Dataset) ([]T, error) {
	const op = "map"
	if want := nd.DTypeFor[T](); want != d.dtype {
		var zero T
		held := "it holds " + d.dtype.String()
		if !d.direct {
			held = "it does not hold numbers"
		}
		return nil, d.error(op, d.path, fmt.Errorf("%s and cannot be mapped as %T; use h5.As or ReadInto, which convert", held, zero))
	}
	memory, err := d.mapped(op)
	if err != nil || len(memory) == 0 {
		return nil, err
	}
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)/int(unsafe.Sizeof(zero))), nil
}

// Map returns the dataset as an array of the file's own memory; see [Map].
func (d *Dataset) Map() (*nd.Array, error) {
	switch d.dtype {
	case Int8:
		return mapArray[int8](d)
	case Int16:
		return mapArray[int16](d)
	case Int32:
		return mapArray[int32](d)
	case Int64:
		return mapArray[int64](d)
	case Uint8:
		return mapArray[uint8](d)
	case Uint16:
		return mapArray[uint16](d)
	case Uint32:
		return mapArray[uint32](d)
	case Uint64:
		return mapArray[uint64](d)
	case Float32:
		return mapArray[float32](d)
	case Float64:
		return mapArray[float64](d)
	}
	return nil, d.error("map", d.path, errors.New("it holds elements of another form than plain numbers"))
}

func mapArray[T nd.Number](d *Dataset) (*nd.Array, error) {
	values, err := Map[T](d)
	if err != nil {
		return nil, err
	}
	if len(d.extent()) == 0 {
		a, err := nd.Of(values)
		if err != nil {
			return nil, err
		}
		return a.Slice(nd.I(0))
	}
	return nd.Of(values, d.extent()...)
}

// mapping is the memory of a mapped dataset.
type mapping struct {
	id     int64  // of the dataset
	pages  []byte // what was mapped
	memory []byte // the elements in it
}

// mapped maps the dataset, once.
func (d *Dataset) mapped(op string) ([]byte, error) {
	leave, err := d.enter(op, d.path)
	if err != nil {
		return nil, err
	}
	defer leave()
	for _, m := range d.file.mappings {
		if m.id == d.id {
			return m.memory, nil
		}
	}
	b := d.plain()
	if b.why == nil {
		b.why = b.fits()
	}
	if b.why != nil {
		return nil, &Error{Op: op, Object: d.path, File: d.file.handle.path, Reason: b.why.Error(), Advice: "use Read or h5.As", Err: b.why}
	}
	if b.size == 0 {
		return nil, nil
	}
	if !unalignedIsFine[runtime.GOARCH] && b.offset%int64(d.dtype.Size()) != 0 {
		return nil, d.error(op, d.path, fmt.Errorf("its elements begin at byte %d, which is no multiple of their size", b.offset))
	}
	before := b.offset % int64(os.Getpagesize())
	// Private pages that can be written: a change is not a fault. They are not
	// reserved, or the whole dataset would have to fit in memory.
	pages, err := syscall.Mmap(b.fd, b.offset-before, int(b.size+before), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		return nil, d.error(op, d.path, fmt.Errorf("mmap of %d bytes: %w", b.size, err))
	}
	m := mapping{d.id, pages, pages[before:]}
	d.file.mappings = append(d.file.mappings, m)
	return m.memory, nil
}

// unalignedIsFine lists processors that read numbers at any address.
var unalignedIsFine = map[string]bool{"amd64": true, "386": true, "arm64": true, "ppc64le": true, "s390x": true}

// unmap ends the mappings of a dataset, or all if id is negative. The lock is held.
func (h *handle) unmap(id int64) {
	kept := h.mappings[:0]
	for _, m := range h.mappings {
		if id >= 0 && m.id != id {
			kept = append(kept, m)
			continue
		}
		_ = syscall.Munmap(m.pages)
	}
	clear(h.mappings[len(kept):])
	h.mappings = kept
}
