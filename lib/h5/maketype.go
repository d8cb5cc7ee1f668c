package h5

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// numbers are the types that the DTypes have in a file: little-endian.
var numbers = func() (all [int(Float64) + 1]*Type) {
	for t := Int8; t <= Float64; t++ {
		all[t] = &Type{class: ClassInteger, size: t.Size(), signed: t.Signed(), precision: 8 * t.Size()}
	}
	all[Float32] = floatType(4, 8)
	all[Float64] = floatType(8, 11)
	return all
}()

// floatType makes the type of floats as IEEE 754 lays them out.
func floatType(size, exponent int) *Type {
	bits := 8 * size
	return &Type{class: ClassFloat, size: size, precision: bits,
		float: floatLayout{sign: bits - 1, exponent: bits - 1 - exponent, exponentSize: exponent, mantissa: 0, mantissaSize: bits - 1 - exponent, bias: 1<<(exponent-1) - 1}}
}

// Types that no DType stands for.
var (
	// Float16 is the type of half-precision floats, which are float32 in memory.
	Float16 = floatType(2, 5)
	// BFloat16 is the type of floats with the range of float32 and 8 bits of
	// mantissa, which are float32 in memory.
	BFloat16 = floatType(2, 8)
	// Bool is the type of truth values as h5py writes them: an enumeration of
	// FALSE and TRUE.
	Bool = &Type{class: ClassEnum, size: 1, base: numbers[Int8], members: []Member{{"FALSE", 0}, {"TRUE", 1}}}
	// Complex64 is the type of complex numbers of two float32, as h5py writes
	// them: a compound of r and i.
	Complex64 = complexType(numbers[Float32])
	// Complex128 is the type of complex numbers of two float64, as h5py writes
	// them: a compound of r and i.
	Complex128 = complexType(numbers[Float64])
	// Text is the type of UTF-8 strings of variable length, that of Go's strings.
	Text = &Type{class: ClassString, size: pointerSize, variable: true, utf8: true}
	// ASCII is the type of ASCII strings of variable length.
	ASCII = &Type{class: ClassString, size: pointerSize, variable: true}
	// ObjectRef is the type of references to groups and datasets: [Ref].
	ObjectRef = &Type{class: ClassReference, size: 8}
	// DatasetRegion is the type of references to parts of datasets: [RegionRef].
	DatasetRegion = &Type{class: ClassReference, size: 12, region: true}
)

const (
	pointerSize  = 8
	sequenceSize = 16 // of hvl_t: a length and a pointer
)

func complexType(part *Type) *Type {
	return &Type{class: ClassCompound, size: 2 * part.size, fields: []Field{{"r", part, 0}, {"i", part, part.size}}}
}

// NativeComplex returns the type of complex numbers that HDF5 2.0 has of its own,
// of two floats of the given type: only libraries from 2.0 on can write or read
// it. H5Tcomplex_create.
func NativeComplex(part AnyType) (*Type, error) {
	t, err := typeOf(part)
	if err != nil {
		return nil, err
	}
	if t.class != ClassFloat {
		return nil, fmt.Errorf("complex numbers are made of floats, not of %v", t)
	}
	return &Type{class: ClassComplex, size: 2 * t.size, base: t}, nil
}

// BigEndian returns a type with the bytes of all its numbers in the order of
// network protocols and FITS. In memory nothing changes.
func BigEndian(t AnyType) *Type { return ordered(t, Big) }

// LittleEndian returns a type with the bytes of all its numbers in the order of
// today's processors, which is that of h5.Int32, h5.Float64 and so on.
func LittleEndian(t AnyType) *Type { return ordered(t, Little) }

// ordered returns nil, which nothing can be made with, for what is no type.
func ordered(t AnyType, order ByteOrder) *Type {
	old, err := typeOf(t)
	if err != nil {
		return nil
	}
	switch old.class {
	case ClassString, ClassOpaque, ClassReference:
		return old
	}
	changed := old.same()
	if old.base == nil && old.class != ClassCompound {
		changed.order = order
	}
	if old.base != nil {
		changed.base = ordered(old.base, order)
	}
	changed.fields = slices.Clone(old.fields)
	for i := range changed.fields {
		changed.fields[i].Type = ordered(changed.fields[i].Type, order)
	}
	return changed
}

// IntegerOf returns the type of integers of the given number of bytes, of which
// as many bits count as precision says; the others are 0. H5Tset_precision.
func IntegerOf(size, precision int, signed bool) (*Type, error) {
	if size < 1 || size > 16 || precision < 1 || precision > 8*size {
		return nil, fmt.Errorf("there are no integers of %d bits in %d bytes; bytes go from 1 to 16", precision, size)
	}
	return &Type{class: ClassInteger, size: size, signed: signed, precision: precision}, nil
}

// FixedText returns the type of UTF-8 strings of at most so many bytes, filled up
// with NULs as NumPy and h5py do. Longer strings are an error when they are
// written, not cut. H5Tset_size.
func FixedText(bytes int) *Type {
	return &Type{class: ClassString, size: max(bytes, 1), utf8: true, padding: NullPad}
}

// FixedASCII returns the type of ASCII strings of at most so many bytes (one less
// with [NullTerm]) with a way to fill them up. H5Tset_strpad.
func FixedASCII(bytes int, padding Padding) *Type {
	return &Type{class: ClassString, size: max(bytes, 1), padding: padding}
}

// EnumOf returns the enumeration with the names and values of a map, on the
// integer type of T. H5Tenum_create.
//
//	colours, err := h5.EnumOf(map[string]Colour{"RED": Red, "GREEN": Green})
func EnumOf[T ~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint](names map[string]T) (*Type, error) {
	base := numbers[nd.DTypeFor[T]()]
	t := &Type{class: ClassEnum, size: base.size, base: base}
	for name, value := range names {
		t.members = append(t.members, Member{name, int64(value)})
	}
	// In the order of the values, so that the same map makes the same file.
	slices.SortFunc(t.members, func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Name, b.Name))
	})
	for i, m := range t.members {
		switch {
		case m.Name == "" || !plainName(m.Name):
			return nil, fmt.Errorf("enumeration: the name %q is empty or has a NUL in it", m.Name)
		case i > 0 && t.members[i-1].Value == m.Value:
			return nil, fmt.Errorf("enumeration: %s and %s both have the value %d", t.members[i-1].Name, m.Name, m.Value)
		}
	}
	if len(t.members) == 0 {
		return nil, fmt.Errorf("enumeration: there are no names")
	}
	return t, nil
}

// NameEnum says which names the constants of a Go type have in files: wherever
// T appears, in a struct for example, it becomes the enumeration of [EnumOf].
func NameEnum[T ~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint](names map[string]T) (*Type, error) {
	goType := reflect.TypeFor[T]()
	if goType.PkgPath() == "" {
		return nil, fmt.Errorf("enumeration: %v is every %v; name the constants of a type of your own", goType, goType)
	}
	t, err := EnumOf(names)
	if err != nil {
		return nil, err
	}
	enums.Store(goType, t)
	return t, nil
}

// ArrayOf returns the type of arrays of fixed shape, that of Go's [3]T.
// H5Tarray_create2.
func ArrayOf(t AnyType, dims ...int) (*Type, error) {
	base, err := typeOf(t)
	if err != nil {
		return nil, err
	}
	if len(dims) == 0 || len(dims) > 32 {
		return nil, fmt.Errorf("array type: %d axes; it must be 1 to 32", len(dims))
	}
	size := base.size
	for axis, n := range dims {
		if n < 1 || size > math.MaxInt32/n {
			return nil, fmt.Errorf("array type: length %d of axis %d in %v is below 1 or too large", n, axis, Shape(dims))
		}
		size *= n
	}
	return &Type{class: ClassArray, size: size, base: base, dims: slices.Clone(dims)}, nil
}

// VlenOf returns the type of sequences of variable length, that of Go's []T.
// h5py's vlen_dtype; H5Tvlen_create.
func VlenOf(t AnyType) (*Type, error) {
	base, err := typeOf(t)
	if err != nil {
		return nil, err
	}
	return &Type{class: ClassVlen, size: sequenceSize, base: base}, nil
}

// OpaqueOf returns the type of bytes that only their tag tells what they are.
// H5Tset_tag.
func OpaqueOf(bytes int, tag string) (*Type, error) {
	const longest = 255 // H5T_OPAQUE_TAG_MAX less its NUL
	if bytes < 1 || len(tag) > longest || !plainName(tag) {
		return nil, fmt.Errorf("opaque type of %d bytes with the tag %.40q: bytes must be 1 or more, the tag at most %d characters without NUL", bytes, tag, longest)
	}
	return &Type{class: ClassOpaque, size: bytes, tag: tag}, nil
}

// Bitfield returns the type of sets of 8, 16, 32 or 64 bits, which are unsigned
// integers in memory. H5T_STD_B8LE and kin.
func Bitfield(bits int) (*Type, error) {
	switch bits {
	case 8, 16, 32, 64:
		return &Type{class: ClassBitfield, size: bits / 8, precision: bits}, nil
	}
	return nil, fmt.Errorf("there are no bit fields of %d bits; use 8, 16, 32 or 64", bits)
}

// CompoundOf returns the type of records with these fields, packed in their order:
// what Offset says does not count. [TypeFor] makes it of a Go struct.
// H5Tinsert.
func CompoundOf(fields ...Field) (*Type, error) {
	t := &Type{class: ClassCompound}
	for i, f := range fields {
		if f.Name == "" || !plainName(f.Name) {
			return nil, fmt.Errorf("compound: name %q of field %d is empty or has a NUL in it", f.Name, i)
		}
		if f.Type == nil {
			return nil, fmt.Errorf("compound: field %s has no type", f.Name)
		}
		if slices.ContainsFunc(fields[:i], func(g Field) bool { return g.Name == f.Name }) {
			return nil, fmt.Errorf("compound: there are two fields %s", f.Name)
		}
		t.fields = append(t.fields, Field{f.Name, f.Type, t.size})
		t.size += f.Type.size
	}
	if len(t.fields) == 0 {
		return nil, fmt.Errorf("compound: there are no fields")
	}
	return t, nil
}

// field finds a field of a compound.
func (t *Type) field(name string) (Field, bool) {
	for _, f := range t.fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}
