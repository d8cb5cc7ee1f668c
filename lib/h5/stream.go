package h5

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
	"github.com/galago-hpc/galago/lib/rt"
)

// A stream carries elements of any type between Go values and a part of a dataset
// or an attribute. The lock is held while it runs.
type stream struct {
	lib   *library
	file  *Type
	shape []int  // of what is selected
	field string // if only this field of a compound is meant; file is its type

	spreads bool // values are broadcast, not only those without a shape
	entire  bool // compounds are written with all of their fields

	// repeats, if it is not nil, returns which elements of a buffer are copies of
	// others, as selections that repeat places have.
	repeats func() []int

	// move lets HDF5 fill a buffer of elements of a memory type, or take them
	// from it.
	move func(memory int64, buffer []byte) error

	// moveRows, if it is not nil, is move for some of the rows only.
	rows     int
	moveRows func(memory int64, buffer []byte, from, to int) error
}

func (s *stream) len() int { return product(s.shape) }

// memory returns the datatype of the buffer for a codec.
func (s *stream) memory(c *codec) (int64, error) {
	t := c.memory
	if s.field != "" {
		t = &Type{class: ClassCompound, size: t.size, fields: []Field{{Name: s.field, Type: t}}}
	}
	return s.lib.memoryID(t)
}

// A target is where elements of one Go type are: runs of values one after the
// other, in row-major order.
type target struct {
	element reflect.Type
	flat    unsafe.Pointer // if all lie in one piece
	runs    func(do func(p unsafe.Pointer, n int) error) error
}

// readInto reads into what dst points at.
func (s *stream) readInto(dst any) error {
	switch a := dst.(type) {
	case *nd.Array:
		return s.readArray(a)
	case **Records:
		records, err := s.readRecords()
		if err == nil {
			*a = records
		}
		return err
	case *any:
		v, err := s.readNatural()
		if err == nil {
			*a = v
		}
		return err
	}
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return fmt.Errorf("cannot read into a %T: a pointer to it is needed", dst)
	}
	v = v.Elem()
	levels, err := levelsFor(v.Type(), s.file, len(s.shape))
	if err != nil {
		return err
	}
	t := target{element: v.Type()}
	for range levels {
		t.element = t.element.Elem()
	}
	c, err := codecFor(t.element, s.file, reading)
	if err != nil {
		return err
	}
	if levels != len(s.shape) && !(levels == 0 && s.len() == 1) {
		return fmt.Errorf("the selection has shape %v, which %v has too %s levels for", Shape(s.shape), v.Type(), fewOrMany(levels < len(s.shape)))
	}
	if levels > 0 {
		if err := mayTake(s.len(), int(t.element.Size())); err != nil {
			return err
		}
		if err := fitLevels(v, s.shape); err != nil {
			return err
		}
	}
	if p, ok := flatMemory(v, levels); ok {
		t.flat = p
	}
	t.runs = func(do func(unsafe.Pointer, int) error) error { return eachRun(v, levels, do) }
	return s.read(c, t)
}

func fewOrMany(few bool) string {
	if few {
		return "few"
	}
	return "many"
}

// readArray reads into an array, whose last axes are those of the elements if these
// are arrays themselves.
func (s *stream) readArray(a *nd.Array) error {
	if a == nil {
		return errors.New("cannot read into a nil *nd.Array")
	}
	dtype, dims := s.file.numbersOf()
	if dtype == nd.Invalid {
		return fmt.Errorf("elements of the type %v do not go into an array of numbers", s.file)
	}
	want := slices.Concat(s.shape, dims)
	if !slices.Equal(a.Shape(), want) {
		return fmt.Errorf("the selection has shape %v and the array %v", Shape(want), Shape(a.Shape()))
	}
	element := goNumbers[a.DType()]
	for i := len(dims) - 1; i >= 0; i-- {
		element = reflect.ArrayOf(dims[i], element)
	}
	c, err := codecFor(element, s.file, reading)
	if err != nil {
		return err
	}
	whole := a
	if !a.IsContiguous() {
		whole = nd.New(a.DType(), want...)
	}
	t := target{element: element, flat: unsafe.Pointer(unsafe.SliceData(whole.Bytes()))}
	t.runs = func(do func(unsafe.Pointer, int) error) error { return do(t.flat, s.len()) }
	if err := s.read(c, t); err != nil {
		return err
	}
	if whole != a {
		return a.Assign(whole)
	}
	return nil
}

// read does the work.
func (s *stream) read(c *codec, t target) error {
	id, err := s.memory(c)
	if err != nil {
		return err
	}
	n := s.len()
	if n == 0 {
		return s.move(id, nil)
	}
	size := t.element.Size()
	if c.plain && t.flat != nil {
		if err := s.move(id, unsafe.Slice((*byte)(t.flat), n*int(size))); err != nil {
			return err
		}
		c.settleRun(t.flat, n, size)
		return nil
	}
	if t.flat != nil && s.moveRows != nil && !c.allocates {
		return s.inPieces(c, id, func(buffer []byte, first, n int, move func() error) error {
			rt.Check()
			if err := move(); err != nil {
				return err
			}
			return c.loadRun(unsafe.Pointer(unsafe.SliceData(buffer)), unsafe.Add(t.flat, first*int(size)), n, size)
		})
	}
	buffer, give, err := s.fill(c, id)
	defer give()
	if err != nil {
		return err
	}
	place := unsafe.Pointer(unsafe.SliceData(buffer))
	return t.runs(func(p unsafe.Pointer, n int) error {
		err := c.loadRun(place, p, n, size)
		place = unsafe.Add(place, n*c.memory.size)
		return err
	})
}

// used holds buffers of elements that have been read, for the next ones; the garbage
// collector takes them when it is due.
var used sync.Pool

// usedMemory returns n bytes with anything in them, and what gives them back: memory
// that has just been allocated costs as much as a read itself.
func usedMemory(n int) (buffer []byte, give func()) {
	kept, _ := used.Get().(*[]byte)
	if kept == nil || len(*kept) < n {
		made := aligned(n)
		kept = &made
	}
	return (*kept)[:n], func() { used.Put(kept) }
}

// pieceBytes is what the processor's cache still has when it has passed through HDF5.
const pieceBytes = 256 << 10

// inPieces goes over the elements in pieces of some rows, with one buffer for all of
// them: first and n say which elements it is for.
func (s *stream) inPieces(c *codec, id int64, do func(buffer []byte, first, n int, move func() error) error) error {
	each := s.len() / s.rows
	most := max(pieceBytes/(each*c.memory.size), 1)
	room, give := usedMemory(min(most, s.rows) * each * c.memory.size)
	defer give()
	clear(room) // what is between the fields of compounds is written as well
	for from := 0; from < s.rows; from += most {
		to := min(from+most, s.rows)
		n := (to - from) * each
		buffer := room[:n*c.memory.size]
		if err := do(buffer, from*each, n, func() error { return s.moveRows(id, buffer, from, to) }); err != nil {
			return err
		}
	}
	return nil
}

// fill reads all elements into a buffer; give returns what HDF5 has allocated, and
// is to be called in any case.
func (s *stream) fill(c *codec, id int64) (buffer []byte, give func(), err error) {
	n := s.len()
	give = func() {}
	if err := mayTake(n, c.memory.size); err != nil {
		return nil, give, err
	}
	if c.allocates {
		buffer = aligned(n * c.memory.size)
	} else {
		buffer, give = usedMemory(n * c.memory.size)
	}
	err = s.move(id, buffer)
	// If HDF5 could not read everything, the buffer may hold what was in the file in
	// place of addresses: what was allocated is then lost, rather than the process.
	if c.allocates && n > 0 && err == nil {
		filled := buffer
		give = func() {
			if s.repeats != nil {
				// What HDF5 has allocated once goes back once.
				for _, i := range s.repeats() {
					clear(filled[i*c.memory.size:][:c.memory.size])
				}
			}
			s.lib.reclaim(id, filled, n)
		}
	}
	return buffer, give, err
}

// write writes values; those without a shape go to every element.
func (s *stream) write(values any) error {
	t, shape, err := s.source(values)
	if err != nil {
		return err
	}
	c, err := codecFor(t.element, s.file, writing)
	if err != nil {
		return err
	}
	if s.entire && len(c.memory.fields) < len(s.file.fields) {
		return fmt.Errorf("%v lacks fields of %s, and a value is written whole: read it, change it and write it back", t.element, fieldNames(s.file))
	}
	id, err := s.memory(c)
	if err != nil {
		return err
	}
	n := s.len()
	spread := !slices.Equal(trim(shape), trim(s.shape))
	if spread && len(shape) > 0 && !(s.spreads && spreads(shape, s.shape)) {
		return fmt.Errorf("the values have shape %v and the selection has %v", Shape(shape), Shape(s.shape))
	}
	if n == 0 {
		return s.move(id, nil)
	}
	defer runtime.KeepAlive(values)
	size := t.element.Size()
	if c.plain && t.flat != nil && !spread {
		if err := c.vetRun(t.flat, n, size); err != nil {
			return err
		}
		return s.move(id, unsafe.Slice((*byte)(t.flat), n*int(size)))
	}
	if err := mayTake(n, c.memory.size); err != nil {
		return err
	}
	if t.flat != nil && s.moveRows != nil && c.storeAll != nil && !spread {
		return s.inPieces(c, id, func(buffer []byte, first, n int, move func() error) error {
			c.storeAll(unsafe.Add(t.flat, first*int(size)), unsafe.Pointer(unsafe.SliceData(buffer)), n)
			return move()
		})
	}
	a := &arena{}
	defer a.release()
	buffer := aligned(product(shape) * c.memory.size)
	place := unsafe.Pointer(unsafe.SliceData(buffer))
	if err := t.runs(func(p unsafe.Pointer, n int) error {
		err := c.storeRun(p, place, n, size, a)
		place = unsafe.Add(place, n*c.memory.size)
		return err
	}); err != nil {
		return err
	}
	if spread {
		wide := aligned(n * c.memory.size)
		spreadTo(wide, buffer, shape, s.shape, c.memory.size)
		buffer = wide
	}
	return s.move(id, buffer)
}

// source finds the elements in a Go value, and their shape.
func (s *stream) source(values any) (t target, shape []int, err error) {
	switch a := values.(type) {
	case nil:
		return t, nil, errors.New("nil is no value")
	case *nd.Array:
		return s.arraySource(a)
	case *Records:
		if a == nil {
			return t, nil, errors.New("nil is no value")
		}
		values = a.list()
		if len(a.shape) != 1 {
			values = nested(reflect.ValueOf(values), a.shape).Interface()
		}
	}
	if _, ok := values.(interface{ Dims() (int, int) }); ok {
		m, err := nd.From(values)
		if err != nil {
			return t, nil, err
		}
		return s.arraySource(m)
	}
	v := reflect.ValueOf(values)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.Pointer {
		return t, nil, errors.New("nil is no value")
	}
	if !v.CanAddr() {
		held := reflect.New(v.Type()).Elem()
		held.Set(v)
		v = held
	}
	levels, err := levelsFor(v.Type(), s.file, len(s.shape))
	if err != nil {
		return t, nil, err
	}
	t.element = v.Type()
	for range levels {
		t.element = t.element.Elem()
	}
	if shape, err = shapeOfLevels(v, levels); err != nil {
		return t, nil, err
	}
	if p, ok := flatMemory(v, levels); ok {
		t.flat = p
	}
	t.runs = func(do func(unsafe.Pointer, int) error) error { return eachRun(v, levels, do) }
	return t, shape, nil
}

func (s *stream) arraySource(a *nd.Array) (t target, shape []int, err error) {
	if a == nil {
		return t, nil, errors.New("array from a nil *nd.Array")
	}
	_, dims := s.file.numbersOf()
	all := a.Shape()
	if len(all) < len(dims) || !slices.Equal(all[len(all)-len(dims):], dims) {
		return t, nil, fmt.Errorf("an array of shape %v has no elements of the type %v", Shape(all), s.file)
	}
	t.element = goNumbers[a.DType()]
	for i := len(dims) - 1; i >= 0; i-- {
		t.element = reflect.ArrayOf(dims[i], t.element)
	}
	shape = all[:len(all)-len(dims)]
	whole := a.Contiguous()
	t.flat = unsafe.Pointer(unsafe.SliceData(whole.Bytes()))
	t.runs = func(do func(unsafe.Pointer, int) error) error {
		err := do(t.flat, product(shape))
		runtime.KeepAlive(whole)
		return err
	}
	return t, shape, nil
}

// readNatural reads what nobody has named a Go type for; see Dataset.Value.
func (s *stream) readNatural() (any, error) {
	if dtype, dims := s.file.numbersOf(); dtype != nd.Invalid && len(s.shape)+len(dims) > 0 {
		if err := mayTake(s.len(), s.file.size); err != nil {
			return nil, err
		}
		a := nd.New(dtype, slices.Concat(s.shape, dims)...)
		return a, s.readArray(a)
	}
	if s.file.class == ClassCompound && !s.file.IsComplex() && len(s.shape) > 0 {
		return s.readRecords()
	}
	natural, err := naturalType(s.file)
	if err != nil {
		return nil, err
	}
	if len(s.shape) == 0 {
		v := reflect.New(natural)
		err := s.readInto(v.Interface())
		return v.Elem().Interface(), err
	}
	flat := reflect.New(reflect.SliceOf(natural))
	n := s.len()
	if err := mayTake(n, int(natural.Size())); err != nil {
		return nil, err
	}
	flat.Elem().Set(reflect.MakeSlice(flat.Type().Elem(), n, n))
	c, err := codecFor(natural, s.file, reading)
	if err != nil {
		return nil, err
	}
	t := target{element: natural, flat: flat.Elem().UnsafePointer()}
	t.runs = func(do func(unsafe.Pointer, int) error) error { return do(t.flat, n) }
	if err := s.read(c, t); err != nil {
		return nil, err
	}
	return nested(flat.Elem(), s.shape).Interface(), nil
}
