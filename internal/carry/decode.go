package carry

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// Decode sets the variable that ptr points to from what [Encode] returned. ptr may be
// a [reflect.Value]. The variable has the type of the value that was encoded, or one
// of the same shape: its named types may be others, of other packages, with the same
// fields in the same order. Two liberties are taken: if a pointer was encoded, ptr may
// be of its type, and what it pointed to is set; and a variable of an interface type takes
// every value that it could hold if it were carried within one.
//
// After an error the variable is unchanged. Data that is cut off, altered or of another
// type is an error.
func Decode(data []byte, ptr any) (err error) {
	target, ok := ptr.(reflect.Value)
	if !ok {
		target = reflect.ValueOf(ptr)
	}
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode a carried value into %T: not a pointer to a variable", ptr)
	}
	target = target.Elem()
	d := decoder{data: data}
	shape, name, err := d.header()
	if err != nil {
		return fmt.Errorf("decode a carried value: %w", err)
	}
	switch want := shapeOf(target.Type()); {
	case shape == want:
		err = d.into(target, target)
	case shape == shapeOf(reflect.PointerTo(target.Type())):
		// The pointer is read into a variable of its own, and made to point to target.
		err = d.into(reflect.New(reflect.PointerTo(target.Type())).Elem(), target)
	case target.Kind() == reflect.Interface:
		err = d.dynamic(target, shape, name)
	default:
		err = mismatch(target.Type(), shape)
	}
	if err != nil {
		return fmt.Errorf("decode a carried value of type %s into %v: %w", brief(name), target.Type(), err)
	}
	return nil
}

// TypeOf returns the name of the type of the value in data, as [fmt] prints it for %T
// in the program that encoded it.
func TypeOf(data []byte) (string, error) {
	d := decoder{data: data}
	_, name, err := d.header()
	if err != nil {
		return "", fmt.Errorf("read the type of a carried value: %w", err)
	}
	return name, nil
}

func mismatch(t reflect.Type, shape string) error {
	return fmt.Errorf("the types differ: the value is %s, the variable is %s", brief(shape), brief(shapeOf(t)))
}

func brief(s string) string {
	if len(s) > 300 {
		return s[:300] + "..."
	}
	return s
}

var (
	errShort = errors.New("the data ends too early")
	errBad   = errors.New("the data is damaged")
)

type decoder struct {
	data    []byte // what is still to be read
	promise int    // how much of it the objects that are still to be read take at least
	objects []object
	depth   int
	seat    unsafe.Pointer // where the first object behind a pointer is put, nil for new memory
	fixed   int            // the object that lies in the variable to be set
	places  []object       // at the second reading: where the objects are put
}

func (d *decoder) header() (shape, name string, err error) {
	if len(d.data) < len(magic)+1 || string(d.data[:len(magic)]) != magic {
		return "", "", errors.New("this is not a carried value")
	}
	if l := d.data[len(magic)]; l != layout {
		return "", "", fmt.Errorf("it comes from a machine with another memory layout (%q, here %q)", l, layout)
	}
	d.data = d.data[len(magic)+1:]
	s, err := d.text()
	if err != nil {
		return "", "", err
	}
	n, err := d.text()
	return string(s), string(n), err
}

// into reads root, which is target or a pointer to be set to target. The target is
// zeroed for it, and restored if that fails.
func (d *decoder) into(root, target reflect.Value) (err error) {
	before := reflect.New(target.Type()).Elem()
	before.Set(target)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w (%v)", errBad, r)
		}
		if err != nil {
			target.Set(before)
		}
	}()
	target.SetZero()
	place := root.Addr().UnsafePointer()
	pointed := place != target.Addr().UnsafePointer()
	if pointed {
		d.seat, d.fixed = target.Addr().UnsafePointer(), 1
	}
	start := d.data
	if err := d.read(planOf(root.Type()), place); err != nil {
		return err
	}
	again, err := d.join()
	if err == nil && len(d.data) > 0 {
		err = fmt.Errorf("%w: %d bytes are left over", errBad, len(d.data))
	}
	if err == nil && again {
		d.data, d.places, d.objects = start, d.objects, nil
		err = d.read(planOf(root.Type()), place)
	}
	if err != nil {
		return err
	}
	if pointed && root.UnsafePointer() != target.Addr().UnsafePointer() {
		return errors.New("the value is a nil pointer")
	}
	return nil
}

// read reads all objects, the first of which is put at place.
func (d *decoder) read(p *plan, place unsafe.Pointer) (err error) {
	if !d.need(p, 1) {
		return errShort
	}
	d.objects = append(d.objects, object{plan: p, at: place, n: 1})
	for next := 0; next < len(d.objects); next++ {
		o := d.objects[next]
		if o.m.IsValid() {
			d.promise--
			err = d.entries(o)
		} else {
			d.promise -= times(o.plan.min, o.n)
			err = d.elements(o.plan, o.at, o.n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dynamic sets an interface to a value that was encoded by itself.
func (d *decoder) dynamic(target reflect.Value, shape, name string) error {
	t, err := typeNamed(name, 0)
	switch {
	case err != nil:
		return err
	case shapeOf(t) != shape:
		return mismatch(t, shape)
	case planOf(t).min > len(d.data):
		return errShort
	}
	v := reflect.New(t).Elem()
	if err := d.into(v, v); err != nil {
		return err
	}
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
		target.SetZero()
	case v.Type().AssignableTo(target.Type()):
		target.Set(v)
	default:
		return fmt.Errorf("type %v does not implement %v", v.Type(), target.Type())
	}
	return nil
}

// need sets aside the data for n values that are read later. It says whether there is
// so much, so that no more memory is asked for than the data can fill.
func (d *decoder) need(p *plan, n int) bool {
	size := times(p.min, n)
	if size > len(d.data)-d.promise {
		return false
	}
	d.promise += size
	return true
}

func (d *decoder) number() (int, error) {
	v, n := binary.Uvarint(d.data)
	if n <= 0 || v > 1<<62 {
		return 0, errShort
	}
	d.data = d.data[n:]
	return int(v), nil
}

// bytes takes n bytes of the data.
func (d *decoder) bytes(n int) ([]byte, error) {
	if n < 0 || n > len(d.data) {
		return nil, errShort
	}
	b := d.data[:n:n]
	d.data = d.data[n:]
	return b, nil
}

func (d *decoder) text() ([]byte, error) {
	n, err := d.number()
	if err != nil {
		return nil, err
	}
	return d.bytes(n)
}

func (d *decoder) elements(p *plan, at unsafe.Pointer, n int) error {
	if p.min == 0 || n == 0 {
		return nil
	}
	if p.way == byFlat {
		b, err := d.bytes(times(p.min, n))
		if err == nil {
			copy(unsafe.Slice((*byte)(at), len(b)), b)
		}
		return err
	}
	for i := range n {
		if err := d.value(p, unsafe.Add(at, uintptr(i)*p.size)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) entries(o object) error {
	n, err := d.number()
	if err != nil {
		return err
	}
	if n > len(d.data) && n > 1 {
		return errShort
	}
	for range n {
		key, elem := reflect.New(o.plan.key.t), reflect.New(o.plan.elem.t)
		if err := d.value(o.plan.key, key.UnsafePointer()); err != nil {
			return err
		}
		if err := d.value(o.plan.elem, elem.UnsafePointer()); err != nil {
			return err
		}
		o.m.SetMapIndex(key.Elem(), elem.Elem())
	}
	return nil
}

// value reads one value into zeroed memory.
func (d *decoder) value(p *plan, at unsafe.Pointer) error {
	switch p.way {
	case byFlat:
		b, err := d.bytes(int(p.size))
		if err != nil {
			return err
		}
		copy(unsafe.Slice((*byte)(at), len(b)), b)
	case byBool, byZero:
		b, err := d.bytes(1)
		if err != nil {
			return err
		}
		switch {
		case b[0] == 0:
		case b[0] == 1 && p.way == byBool:
			*(*bool)(at) = true
		default:
			return errBad
		}
	case byString:
		b, err := d.text()
		if err != nil {
			return err
		}
		*(*string)(at) = string(b)
	case byArray:
		return d.elements(p.elem, at, p.t.Len())
	case byStruct, byTime:
		for i := range p.fields {
			f := &p.fields[i]
			if err := d.value(f.plan, unsafe.Add(at, f.offset)); err != nil {
				return err
			}
		}
	case byPointer, bySlice, byMap:
		return d.reference(p, reflect.NewAt(p.t, at).Elem())
	case byInterface:
		return d.held(p, at)
	case byMethod:
		return d.method(p, at)
	}
	return nil
}

// reference reads a reference into v.
func (d *decoder) reference(p *plan, v reflect.Value) error {
	n, err := d.number()
	switch {
	case err != nil:
		return err
	case n == 0:
		return nil
	case n == 1:
		return d.object(p, v)
	case n == 2:
		name, err := d.text()
		if err != nil {
			return err
		}
		known, ok := wellKnownBy[string(name)]
		if !ok || p.way != byPointer || !known.Type().ConvertibleTo(p.t) {
			return errBad
		}
		v.Set(known.Convert(p.t))
		return nil
	case n-3 >= len(d.objects):
		return errBad
	}
	o := d.objects[n-3]
	switch {
	case p.way == byMap && o.m.IsValid() && o.m.Type() == p.t:
		v.Set(o.m)
	case p.way == bySlice && o.many && o.plan == p.elem:
		v.Set(slice(p, o))
	case p.way == byPointer && !o.many && !o.m.IsValid() && o.plan == p.elem:
		v.Set(reflect.NewAt(p.elem.t, o.at).Convert(p.t))
	default:
		return errBad
	}
	return nil
}

// object makes an object that is referred to for the first time. Its content comes later.
func (d *decoder) object(p *plan, v reflect.Value) error {
	switch p.way {
	case byMap:
		if len(d.data) <= d.promise {
			return errShort
		}
		d.promise++
		v.Set(reflect.MakeMap(p.t))
		d.objects = append(d.objects, object{plan: p, m: reflect.ValueOf(v.Interface())})
	case bySlice:
		n, err := d.number()
		if err != nil {
			return err
		}
		if !d.need(p.elem, n) {
			return errShort
		}
		o := object{plan: p.elem, n: n, many: true}
		if d.places != nil {
			o.at = d.places[len(d.objects)].at
		} else {
			o.at = reflect.MakeSlice(p.t, n, n).UnsafePointer()
		}
		v.Set(slice(p, o))
		d.objects = append(d.objects, o)
	case byPointer:
		if !d.need(p.elem, 1) {
			return errShort
		}
		o := object{plan: p.elem, n: 1}
		switch {
		case d.places != nil:
			o.at = d.places[len(d.objects)].at
		case d.seat != nil:
			o.at, d.seat = d.seat, nil
		default:
			o.at = reflect.New(p.elem.t).UnsafePointer()
		}
		v.Set(reflect.NewAt(p.elem.t, o.at).Convert(p.t))
		d.objects = append(d.objects, o)
	}
	return nil
}

// slice returns the slice of an object that holds elements.
func slice(p *plan, o object) reflect.Value {
	type header struct {
		at       unsafe.Pointer
		len, cap int
	}
	return reflect.NewAt(p.t, unsafe.Pointer(&header{o.at, o.n, o.n})).Elem()
}

// held reads what an interface holds.
func (d *decoder) held(p *plan, at unsafe.Pointer) error {
	name, err := d.text()
	if err != nil || len(name) == 0 {
		return err
	}
	shape, err := d.text()
	if err != nil {
		return err
	}
	if d.depth++; d.depth > deepest {
		return errBad
	}
	defer func() { d.depth-- }()
	t, err := typeNamed(string(name), 0)
	if err != nil {
		return err
	}
	if shapeOf(t) != string(shape) {
		return mismatch(t, string(shape))
	}
	if !t.AssignableTo(p.t) {
		return fmt.Errorf("type %v does not implement %v in this process", t, p.t)
	}
	held := planOf(t)
	if !d.need(held, 1) {
		return errShort
	}
	d.promise -= held.min
	box := reflect.New(t)
	if err := d.value(held, box.UnsafePointer()); err != nil {
		return err
	}
	reflect.NewAt(p.t, at).Elem().Set(box.Elem())
	return nil
}

// method lets the value decode itself.
func (d *decoder) method(p *plan, at unsafe.Pointer) error {
	data, err := d.text()
	if err != nil {
		return err
	}
	data = append([]byte(nil), data...) // which the method may keep
	switch v := reflect.NewAt(p.t, at).Interface(); p.method {
	case binaryMarshaller:
		err = v.(encoding.BinaryUnmarshaler).UnmarshalBinary(data)
	case gobMarshaller:
		err = v.(gobDecoder).GobDecode(data)
	case textMarshaller:
		err = v.(encoding.TextUnmarshaler).UnmarshalText(data)
	}
	if err != nil {
		return fmt.Errorf("%v: %w", p.t, err)
	}
	return nil
}
