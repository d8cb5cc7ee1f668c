package h5

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
	"github.com/galago-hpc/galago/lib/rt"
)

// stream returns the way for elements to and from the part of a dataset that a plan
// selects; part is a field of a compound, or "". The lock is held.
func (d *Dataset) stream(op string, p plan, write bool) (*stream, error) {
	t, err := d.describeType()
	if err != nil {
		return nil, err
	}
	if d.null {
		return nil, fmt.Errorf("it has no elements (its dataspace is null), only the type %v", t)
	}
	if write && d.chunks == nil {
		if err := d.makeExternal(); err != nil {
			return nil, err
		}
	}
	s := &stream{lib: d.file.lib, file: t, shape: p.shape, spreads: true}
	p.allocates = t.pointers()
	if p.cut != nil && p.allocates {
		s.repeats = p.cut.repeats
	}
	s.move = func(memory int64, buffer []byte) error {
		moved := p
		moved.raw, moved.rawType = buffer, memory
		return d.transfer(op, moved, write)
	}
	if d.divides(p, t) {
		axis := p.outermost()
		s.rows = p.region[axis].Count
		s.moveRows = func(memory int64, buffer []byte, from, to int) error {
			moved := p
			moved.rawType = memory
			moved = moved.part(axis, from, to)
			moved.raw = buffer
			return d.transfer(op, moved, write)
		}
	}
	return s, nil
}

// divides reports whether a transfer may as well be done in pieces: it is a large one,
// and HDF5 does nothing that it would do anew for each piece. The lock is held.
func (d *Dataset) divides(p plan, t *Type) bool {
	return p.cut == nil && !p.allocates && !p.nothing && !d.file.parallel && len(d.chunks) == 0 &&
		p.outermost() >= 0 && p.len()*t.size > 2*pieceBytes && d.layoutIs(layoutContiguous)
}

// readElements reads elements of any type with what do makes of a stream; view, if it
// is not nil, changes the stream first.
func (d *Dataset) readElements(selection []any, view func(*stream) error, do func(*stream) error) error {
	return d.carryElements("read", selection, view, do)
}

// carryElements reads or writes. If it fails before HDF5 is called, the rank takes
// part in a collective transfer with nothing.
func (d *Dataset) carryElements(op string, selection []any, view, do func(*stream) error) error {
	write := op == "write"
	if !write {
		rt.Check()
	}
	p, err := d.prepare(selection)
	moved := false
	if err == nil && write && !d.file.writable {
		err = d.readOnly(op, d.path)
	}
	if err == nil {
		moved, err = d.carry(op, p, view, do)
	}
	if err == nil {
		return nil
	}
	if !moved {
		d.takePart(op, p, write)
	}
	return d.error(op, d.path, err)
}

// carry does it with the lock held, and reports whether HDF5 was called.
func (d *Dataset) carry(op string, p plan, view, do func(*stream) error) (moved bool, err error) {
	leave, err := d.enter(op, d.path)
	if err != nil {
		return false, err
	}
	defer leave()
	s, err := d.stream(op, p, op == "write")
	if err == nil && view != nil {
		err = view(s)
	}
	if err != nil {
		return false, err
	}
	move := s.move
	s.move = func(memory int64, buffer []byte) error {
		moved = true
		return move(memory, buffer)
	}
	err = do(s)
	return moved, err
}

// writeElements is the same for writing.
func (d *Dataset) writeElements(values any, selection []any, view func(*stream) error) error {
	return d.carryElements("write", selection, view, func(s *stream) error { return s.write(values) })
}

// Value reads the elements, all of them or those that are selected as for
// [Dataset.Read], as what is natural in Go:
//
//	numbers        an *nd.Array; a number if it is only one that has no axes;
//	               so are bool and complex numbers
//	arrays of them an *nd.Array with further axes
//	text           []string, [][]string ...; string
//	times of NumPy []time.Time ...
//	compounds      a *Records, which prints as a table; one without axes is a Record
//	sequences      [][]T, a slice for each element
//	references     []Ref or []RegionRef
//	opaque bytes   [][]byte
//	nothing        a Null
//
// To read into types of your own, use [Dataset.ReadInto].
func (d *Dataset) Value(selection ...any) (any, error) {
	if d.null {
		if t := d.Type(); t != nil {
			return Null{t}, nil
		}
	}
	var value any
	err := d.readElements(selection, nil, func(s *stream) error {
		v, err := s.readNatural()
		value = v
		return err
	})
	if err != nil {
		return nil, err
	}
	return value, nil
}

// ReadAs reads the elements, or those selected, as a Go type, which [Dataset.ReadInto]
// says more about:
//
//	stars, err := h5.ReadAs[[]Star](d, "0:10")
func ReadAs[T any](d *Dataset, selection ...any) (T, error) {
	var v T
	err := d.ReadInto(&v, selection...)
	return v, err
}

// readArray is Read for numbers that HDF5 does not convert by itself, and for
// arrays of numbers, which add their axes.
func (d *Dataset) readArray(selection []any, view func(*stream) error) (*nd.Array, error) {
	var a *nd.Array
	err := d.readElements(selection, view, func(s *stream) error {
		dtype, dims := s.file.numbersOf()
		if dtype == nd.Invalid {
			natural, err := naturalType(s.file)
			if err != nil {
				return err
			}
			return fmt.Errorf("it holds elements of the type %v, not numbers; read them with Value, or with ReadInto into %v", s.file, natural)
		}
		if err := mayTake(s.len(), s.file.size); err != nil {
			return err
		}
		a = nd.New(dtype, slices.Concat(s.shape, dims)...)
		return s.readArray(a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Strings returns the elements of a dataset of strings in row-major order, all of
// them or those that are selected.
func (d *Dataset) Strings(selection ...any) ([]string, error) {
	var texts []string
	err := d.readElements(selection, nil, func(s *stream) error {
		if s.file.class != ClassString {
			return fmt.Errorf("it holds elements of the type %v, not strings", s.file)
		}
		s.shape = []int{s.len()}
		return s.readInto(&texts)
	})
	return texts, err
}

// numeric reports whether a value is made of the numbers that nd knows.
func numeric(v any) bool {
	switch v := v.(type) {
	case *nd.Array:
		return v == nil || isNumber(v.DType())
	case nil:
		return false
	}
	t := reflect.TypeOf(v)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Implements(reflect.TypeFor[interface{ Dims() (int, int) }]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[interface{ Dims() (int, int) }]()) {
		return true
	}
	return isNumber(nd.ElementType(t))
}

// named reports whether a value is made of constants that NameEnum gave names.
func named(v any) bool {
	t := reflect.TypeOf(v)
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		t = t.Elem()
	}
	_, ok := enums.Load(t)
	return ok
}

// createFromElements is CreateDatasetFrom for what nd.From does not take.
func (g *Group) createFromElements(name string, data any, l layout) (*Dataset, error) {
	const op = "create dataset"
	full := g.within(name)
	var shape []int
	var err error
	switch v := data.(type) {
	case Null:
		if v.typ == nil {
			return nil, g.error(op, full, errors.New("h5.Empty needs an element type, such as h5.Float64"))
		}
		l.null, l.typ, l.shape, l.chunks = true, v.typ, nil, nil
	default:
		if l.typ, shape, err = typeAndShape(data, l.typ); err != nil {
			return nil, g.error(op, full, err)
		}
		if l.shape == nil {
			l.shape = shape
		}
		if product(l.shape) != product(shape) {
			return nil, g.error(op, full, fmt.Errorf("shape %v has %d elements, and the values have %d", l.shape, product(l.shape), product(shape)))
		}
	}
	leave, err := g.enter(op, full)
	if err != nil {
		return nil, err
	}
	defer leave()
	d, err := g.createDataset(name, l)
	if err != nil || l.null {
		return d, err
	}
	p := plan{region: whole(d.extent()), shape: d.extent()}
	if f := g.file; f.parallel {
		p.collective = len(d.chunks) > 0
		p.nothing = f.comm.Rank() != 0
	}
	s, err := d.stream("write", p, true)
	if err == nil {
		s.shape = shape
		err = s.write(data)
	}
	if err != nil {
		if !g.file.parallel {
			// A dataset with half of its values helps nobody.
			g.unlink(name)
		}
		return nil, d.error("write", d.path, err)
	}
	return d, nil
}

// typeAndShape works out what a Go value is stored as: asked, or else what TypeFor
// says, and the lengths of the slices and arrays around the elements.
func typeAndShape(data any, asked AnyType) (AnyType, []int, error) {
	var t *Type
	var err error
	if asked != nil {
		if t, err = typeOf(asked); err != nil {
			return nil, nil, err
		}
	} else if t, err = typeOfValue(data); err != nil {
		return nil, nil, err
	} else {
		asked = t
	}
	s := &stream{file: t, shape: make([]int, 32)}
	_, shape, err := s.source(data)
	return asked, shape, err
}

// typeOfValue returns the type of the elements of a Go value.
func typeOfValue(data any) (*Type, error) {
	switch v := data.(type) {
	case nil:
		return nil, errors.New("nil is no value")
	case *Records:
		if v != nil {
			return v.typ, nil
		}
	case Record:
		return nil, errors.New("a Record does not know its type; pass it as an option")
	case Null:
		return v.typ, nil
	case *nd.Array:
		if v != nil {
			return typeOf(v.DType())
		}
	}
	t := reflect.TypeOf(data)
	if _, ok := data.(interface{ Dims() (int, int) }); ok {
		return numbers[Float64], nil
	}
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		if t == goRef || t == goRegionRef {
			break
		}
		t = t.Elem()
	}
	typ, err := typeOfGo(t, 0)
	if err != nil {
		return nil, err
	}
	return typ, nil
}
