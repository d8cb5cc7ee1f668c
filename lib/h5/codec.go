package h5

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
)

// A codec carries elements of one type between Go's memory and what HDF5 sees of
// it: a buffer of elements of the type memory, which HDF5 converts from and to the
// type in the file. It is worked out once for each Go type, type in a file and
// direction.
//
// If it is plain, Go's memory is such a buffer, and HDF5 is handed it as it is.
type codec struct {
	memory *Type
	plain  bool

	// settle puts right what HDF5 has put into plain memory, and vet looks
	// for what may not be handed to HDF5; nil if there is nothing to do.
	settle func(p unsafe.Pointer)
	vet    func(p unsafe.Pointer) error

	// load makes a Go value of an element of the buffer, store the other way
	// round; both nil if the codec is plain.
	load  func(from, to unsafe.Pointer) error
	store func(from, to unsafe.Pointer, a *arena) error

	// loadAll, if it is not nil, does what load does for many elements at once.
	// storeAll is the same for store, for what always fits.
	loadAll  func(from, to unsafe.Pointer, n int) error
	storeAll func(from, to unsafe.Pointer, n int)

	allocates bool // HDF5 fills the buffer with memory of its own, which goes back to it
}

type direction bool

const (
	reading direction = false
	writing direction = true
)

type codecKey struct {
	goType reflect.Type
	file   string
	dir    direction
}

// codecs remembers them: codecKey to *codec.
var codecs sync.Map

// codecFor returns the codec between a Go type and a type in a file. The error says
// why there is none.
func codecFor(goType reflect.Type, file *Type, dir direction) (*codec, error) {
	key := codecKey{goType, file.key(), dir}
	if c, ok := codecs.Load(key); ok {
		return c.(*codec), nil
	}
	c, err := newCodec(goType, file, dir, 0)
	if err != nil {
		return nil, err
	}
	codecs.Store(key, c)
	return c, nil
}

func newCodec(goType reflect.Type, file *Type, dir direction, depth int) (*codec, error) {
	if depth > deepest {
		return nil, fmt.Errorf("%v is nested more than %d deep", goType, deepest)
	}
	depth++
	if goType.Kind() == reflect.Interface {
		return dynamicCodec(goType, file, dir, depth)
	}
	switch goType {
	case goTime, goDuration:
		if c, err := timeCodec(goType, file); c != nil || err != nil {
			return c, err
		}
	case goRef, goRegionRef:
		if file.class == ClassReference && !file.modern && file.region == (goType == goRegionRef) {
			return &codec{memory: file, plain: true}, nil
		}
		return nil, mismatch(goType, file)
	case goRecord:
		return recordCodec(file, dir, depth)
	}
	switch file.class {
	case ClassInteger, ClassFloat, ClassBitfield, ClassEnum:
		if goType.Kind() == reflect.Bool {
			return boolCodec(file, dir)
		}
		if dtype := nd.DTypeOf(goType); isNumber(dtype) && goType.Kind() != reflect.Uintptr {
			return numberCodec(dtype, file, dir)
		}
	case ClassString:
		if goType.Kind() == reflect.String {
			return textCodec(file), nil
		}
	case ClassOpaque:
		if goType.Kind() == reflect.Array && goType.Elem().Kind() == reflect.Uint8 && goType.Len() == file.size {
			return &codec{memory: file, plain: true}, nil
		}
		if goType.Kind() == reflect.Slice && goType.Elem().Kind() == reflect.Uint8 {
			return bytesCodec(file), nil
		}
	case ClassComplex, ClassCompound:
		if goType.Kind() == reflect.Complex64 || goType.Kind() == reflect.Complex128 {
			if file.IsComplex() {
				return complexCodec(goType, file), nil
			}
			break
		}
		if file.class == ClassCompound && goType.Kind() == reflect.Struct {
			return structCodec(goType, file, dir, depth)
		}
		if file.class == ClassCompound && goType.Kind() == reflect.Map && goType.Key().Kind() == reflect.String {
			return mapCodec(goType, file, dir, depth)
		}
	case ClassArray:
		if goType.Kind() == reflect.Array || goType.Kind() == reflect.Slice {
			return arrayCodec(goType, file, dir, depth)
		}
	case ClassVlen:
		if goType.Kind() == reflect.Slice {
			return sequenceCodec(goType, file, dir, depth)
		}
	}
	return nil, mismatch(goType, file)
}

// mismatch is the error for a Go type that does not go with a type in a file.
func mismatch(goType reflect.Type, file *Type) error {
	if file.class == ClassReference && file.modern {
		return fmt.Errorf("references as HDF5 1.12 makes them (H5T_STD_REF) are not covered")
	}
	natural, err := naturalType(file)
	if err != nil {
		return err
	}
	return fmt.Errorf("elements of the type %v go with %v in Go, not with %v", file, natural, goType)
}

// each does something with n values that lie one after the other.
func each(p unsafe.Pointer, n int, size uintptr, do func(unsafe.Pointer) error) error {
	for i := range n {
		if err := do(unsafe.Add(p, uintptr(i)*size)); err != nil {
			return err
		}
	}
	return nil
}

// loadRun makes n Go values of what is in a buffer.
func (c *codec) loadRun(from, to unsafe.Pointer, n int, goSize uintptr) error {
	if n == 0 {
		return nil
	}
	if c.plain {
		copy(unsafe.Slice((*byte)(to), n*int(goSize)), unsafe.Slice((*byte)(from), n*int(goSize)))
		c.settleRun(to, n, goSize)
		return nil
	}
	if c.loadAll != nil && n > 1 {
		return c.loadAll(from, to, n)
	}
	for i := range n {
		if err := c.load(unsafe.Add(from, i*c.memory.size), unsafe.Add(to, uintptr(i)*goSize)); err != nil {
			return err
		}
	}
	return nil
}

func (c *codec) settleRun(p unsafe.Pointer, n int, goSize uintptr) {
	if c.settle == nil {
		return
	}
	for i := range n {
		c.settle(unsafe.Add(p, uintptr(i)*goSize))
	}
}

// storeRun fills a buffer with n Go values.
func (c *codec) storeRun(from, to unsafe.Pointer, n int, goSize uintptr, a *arena) error {
	if n == 0 {
		return nil
	}
	if c.plain {
		if err := c.vetRun(from, n, goSize); err != nil {
			return err
		}
		copy(unsafe.Slice((*byte)(to), n*int(goSize)), unsafe.Slice((*byte)(from), n*int(goSize)))
		return nil
	}
	if c.storeAll != nil && n > 1 {
		c.storeAll(from, to, n)
		return nil
	}
	for i := range n {
		if err := c.store(unsafe.Add(from, uintptr(i)*goSize), unsafe.Add(to, i*c.memory.size), a); err != nil {
			return err
		}
	}
	return nil
}

func (c *codec) vetRun(p unsafe.Pointer, n int, goSize uintptr) error {
	if c.vet == nil {
		return nil
	}
	return each(p, n, goSize, c.vet)
}
