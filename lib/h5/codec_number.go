package h5

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
)

// numberCodec carries numbers. HDF5 converts between types where every value has a
// place; otherwise the numbers come in the type of the file and each is checked.
func numberCodec(dtype DType, file *Type, dir direction) (*codec, error) {
	own := file.number()
	if own == nd.Invalid {
		return nil, fmt.Errorf("there are no %v in Go", file)
	}
	memory := numbers[own]
	if file.odd() {
		return oddCodec(dtype, file, dir), nil
	}
	// HDF5 converts bit fields to bit fields only, and nothing to enumerations.
	exact := file.class == ClassBitfield || file.class == ClassEnum && dir == writing
	if exact {
		memory = nativeOf(file)
	}
	check := checkOf(file, dir)
	if dir == reading {
		if dtype == own || !exact && nd.Safe(own, dtype) {
			if !exact {
				memory = numbers[dtype]
			}
			return &codec{memory: memory, plain: true}, nil
		}
		return &codec{memory: memory, load: func(from, to unsafe.Pointer) error { return numberAt(own, from).put(dtype, to) }}, nil
	}
	if dtype == own || !exact && nd.Safe(dtype, own) {
		if !exact {
			memory = numbers[dtype]
		}
		c := &codec{memory: memory, plain: true}
		if check != nil {
			c.vet = func(p unsafe.Pointer) error { return check(numberAt(dtype, p)) }
		}
		return c, nil
	}
	return &codec{memory: memory, store: func(from, to unsafe.Pointer, a *arena) error {
		if check != nil {
			if err := check(numberAt(dtype, from)); err != nil {
				return err
			}
		}
		return numberAt(dtype, from).put(own, to)
	}}, nil
}

// odd reports whether a type is one of integers that no processor has: of 3 bytes,
// or of bits that do not count.
func (t *Type) odd() bool {
	return t.class == ClassInteger && (t.precision != 8*t.size || t.size&(t.size-1) != 0)
}

// oddCodec carries odd integers without HDF5's conversion, which gets signs wrong
// where the bytes are in the other order (1.10).
func oddCodec(dtype DType, file *Type, dir direction) *codec {
	check := checkOf(file, dir)
	return &codec{memory: file,
		load: func(from, to unsafe.Pointer) error {
			v := decodeInteger(unsafe.Slice((*byte)(from), file.size), file)
			return number{u: uint64(v), unsigned: !file.signed}.put(dtype, to)
		},
		store: func(from, to unsafe.Pointer, a *arena) error {
			v := numberAt(dtype, from)
			if err := check(v); err != nil {
				return err
			}
			i, _ := v.integer()
			copy(unsafe.Slice((*byte)(to), file.size), encodeInteger(i, file))
			return nil
		}}
}

// nativeOf returns the layout in memory of a type of numbers that HDF5 does not
// convert to plain ones.
func nativeOf(file *Type) *Type {
	own := file.number()
	switch file.class {
	case ClassBitfield:
		return &Type{class: ClassBitfield, size: own.Size(), precision: 8 * own.Size()}
	case ClassEnum:
		return &Type{class: ClassEnum, size: own.Size(), base: numbers[own], members: file.members}
	}
	return numbers[own]
}

// checkOf returns what every number written must pass that its size alone does
// not tell; nil if there is nothing to check.
func checkOf(file *Type, dir direction) func(number) error {
	if dir == reading {
		return nil
	}
	own := file.number()
	switch {
	case file.class == ClassEnum:
		known := map[int64]bool{}
		for _, m := range file.members {
			known[m.Value] = true
		}
		return func(v number) error {
			if i, ok := v.integer(); !ok || !known[i] {
				return fmt.Errorf("%v is no value of %v", v, file)
			}
			return nil
		}
	case file.odd() || file.class == ClassBitfield && file.precision < 8*own.Size():
		low, high := int64(0), int64(1)<<file.precision-1
		if file.signed {
			low, high = -1<<(file.precision-1), 1<<(file.precision-1)-1
		}
		return func(v number) error {
			if i, ok := v.integer(); !ok || i < low || i > high || v.unsigned && v.u > uint64(high) {
				return fmt.Errorf("%v does not fit %v", v, file)
			}
			return nil
		}
	}
	return nil
}

// A number is a value of any DType.
type number struct {
	float, unsigned bool
	f               float64
	u               uint64 // also the bits of a signed integer
}

func numberAt(dtype DType, p unsafe.Pointer) number {
	switch dtype {
	case Int8:
		return number{u: uint64(*(*int8)(p))}
	case Int16:
		return number{u: uint64(*(*int16)(p))}
	case Int32:
		return number{u: uint64(*(*int32)(p))}
	case Int64:
		return number{u: uint64(*(*int64)(p))}
	case Uint8:
		return number{u: uint64(*(*uint8)(p)), unsigned: true}
	case Uint16:
		return number{u: uint64(*(*uint16)(p)), unsigned: true}
	case Uint32:
		return number{u: uint64(*(*uint32)(p)), unsigned: true}
	case Uint64:
		return number{u: *(*uint64)(p), unsigned: true}
	case Float32:
		return number{f: float64(*(*float32)(p)), float: true}
	}
	return number{f: *(*float64)(p), float: true}
}

// integer returns the value as the bits of an int64, if it is a whole number.
func (v number) integer() (int64, bool) {
	if !v.float {
		return int64(v.u), true
	}
	if v.f != math.Trunc(v.f) || v.f < -1<<63 || v.f >= 1<<63 {
		return 0, false
	}
	return int64(v.f), true
}

// String returns the value.
func (v number) String() string {
	switch {
	case v.float:
		return strconv.FormatFloat(v.f, 'g', -1, 64)
	case v.unsigned:
		return strconv.FormatUint(v.u, 10)
	}
	return strconv.FormatInt(int64(v.u), 10)
}

// put stores the value as a number of another type if it fits.
func (v number) put(dtype DType, p unsafe.Pointer) error {
	if dtype.Float() {
		f := v.f
		switch {
		case !v.float && v.unsigned:
			f = float64(v.u)
		case !v.float:
			f = float64(int64(v.u))
		}
		if dtype == Float32 {
			*(*float32)(p) = float32(f)
		} else {
			*(*float64)(p) = f
		}
		return nil
	}
	i, ok := v.integer()
	if v.float && dtype == Uint64 && v.f >= 1<<63 && v.f < 1<<64 {
		i, ok = int64(uint64(v.f)), true // a whole number, so far up
	} else {
		bits := 8 * dtype.Size()
		big := v.unsigned && v.u > math.MaxInt64
		switch {
		case dtype == Uint64:
			ok = ok && (big || i >= 0)
		case big:
			ok = false
		case dtype.Unsigned():
			ok = ok && i >= 0 && i < 1<<bits
		case bits < 64:
			ok = ok && i >= -1<<(bits-1) && i < 1<<(bits-1)
		}
	}
	if !ok {
		return fmt.Errorf("%v does not fit %v", v, dtype)
	}
	switch dtype.Size() {
	case 1:
		*(*int8)(p) = int8(i)
	case 2:
		*(*int16)(p) = int16(i)
	case 4:
		*(*int32)(p) = int32(i)
	default:
		*(*int64)(p) = i
	}
	return nil
}

// boolCodec carries truth values. What is read may be any byte, which Go's bool
// may not.
func boolCodec(file *Type, dir direction) (*codec, error) {
	if !file.IsBool() {
		return nil, mismatch(reflect.TypeFor[bool](), file)
	}
	if dir == writing {
		return &codec{memory: nativeOf(file), plain: true}, nil
	}
	return &codec{memory: numbers[Int8], plain: true, settle: func(p unsafe.Pointer) {
		if b := (*uint8)(p); *b != 0 {
			*b = 1
		}
	}}, nil
}

// complexCodec carries complex numbers: two floats in memory under the names, or
// of the class, that the file has.
func complexCodec(goType reflect.Type, file *Type) *codec {
	part := numbers[Float64]
	if goType.Kind() == reflect.Complex64 {
		part = numbers[Float32]
	}
	if file.class == ClassComplex {
		return &codec{plain: true, memory: &Type{class: ClassComplex, size: 2 * part.size, base: part}}
	}
	return &codec{plain: true, memory: &Type{class: ClassCompound, size: 2 * part.size,
		fields: []Field{{file.fields[0].Name, part, 0}, {file.fields[1].Name, part, part.size}}}}
}
