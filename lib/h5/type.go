package h5

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/galago-hpc/galago/lib/nd"
)

// AnyType is what elements can be said to be: a [DType] such as h5.Int32, a
// *[Type], or a *[NamedType] of the file.
type AnyType interface {
	// Size returns the bytes that an element takes in the file.
	Size() int
	// String returns the type as Go would write it.
	String() string
}

// A Class is the kind of a type: H5T_class_t.
type Class int8

// The classes.
const (
	ClassInteger   Class = iota
	ClassFloat           // floating-point numbers of any layout
	ClassTime            // times of the C library, which nothing writes
	ClassString          // text of fixed or variable length
	ClassBitfield        // bits that are no number
	ClassOpaque          // bytes with a tag
	ClassCompound        // records of named fields
	ClassReference       // references to objects, or to regions of datasets
	ClassEnum            // integers with names; bool is one
	ClassVlen            // sequences of variable length
	ClassArray           // arrays of fixed shape
	ClassComplex         // the complex numbers of HDF5 2.0
)

var classNames = [...]string{"integer", "float", "time", "string", "bitfield", "opaque", "compound", "reference", "enumeration", "sequence", "array", "complex"}

// String returns the name in lower case.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return "unknown"
	}
	return classNames[c]
}

// A ByteOrder is the order of the bytes of a number in the file.
type ByteOrder int8

// The byte orders: H5T_order_t.
const (
	Little ByteOrder = 0
	Big    ByteOrder = 1
	vax    ByteOrder = 2
)

// A Padding fills up strings of fixed length: H5T_str_t.
type Padding int8

// The ways to fill up.
const (
	NullTerm Padding = iota // ends with a NUL, which counts; C's way
	NullPad                 // NULs as far as there is room; NumPy's way
	SpacePad                // spaces; Fortran's way
)

// A Type describes the elements of a dataset or an attribute. It never changes.
// Types come from [Dataset.Type] and [Attributes.Type], from Go types by
// [TypeFor], and from the functions that make one: [Text], [FixedText], [EnumOf],
// [ArrayOf], [VlenOf], [CompoundOf], [OpaqueOf], [Bitfield], [BigEndian] and so on.
//
// Among the options of [Group.CreateDatasetFrom] it says what the values are
// stored as.
type Type struct {
	class     Class
	size      int
	order     ByteOrder
	signed    bool
	precision int // bits that count, of integers, floats and bit fields
	offset    int // bits below them
	float     floatLayout
	variable  bool // a string of variable length
	utf8      bool
	padding   Padding
	tag       string
	fields    []Field
	members   []Member
	base      *Type // of enumerations, sequences, arrays, complex numbers
	dims      []int // of arrays
	region    bool  // a reference to a region
	modern    bool  // a reference as HDF5 1.12 makes them
	named     bool  // committed
	once      sync.Once
	text      string
}

// A floatLayout is where the parts of a floating-point number are, in bits.
type floatLayout struct {
	sign, exponent, exponentSize, mantissa, mantissaSize int
	bias                                                 int
	norm, inside                                         int
}

// A Field is a part of a compound. Its name is what the tag `h5:"name"` of a Go
// struct field refers to.
type Field struct {
	Name   string
	Type   *Type
	Offset int // bytes from the beginning of the compound
}

// A Member is a name of an enumeration and its value; values of uint64 beyond the
// range of int64 appear as negative.
type Member struct {
	Name  string
	Value int64
}

// Class returns the kind of the type. H5Tget_class.
func (t *Type) Class() Class { return t.class }

// Size returns the bytes that an element takes; for text and sequences of variable
// length, those of the pointer to it. H5Tget_size.
func (t *Type) Size() int { return t.size }

// heapReference is the bytes of what refers to text or a sequence of variable length
// in a file: a length, an address, and a number there.
const heapReference = 4 + 8 + 4

// storedSize returns the bytes that an element takes in a dataset in a file.
func (t *Type) storedSize() int {
	switch {
	case t.Variable():
		return heapReference
	case t.class == ClassArray:
		return product(t.dims) * t.base.storedSize()
	}
	size := t.size
	for _, f := range t.fields {
		size += f.Type.storedSize() - f.Type.size
	}
	return size
}

// Order returns the byte order of a number. H5Tget_order.
func (t *Type) Order() ByteOrder {
	if t.base != nil && t.class != ClassVlen {
		return t.base.Order()
	}
	return t.order
}

// Signed reports whether the type is an integer with a sign. H5Tget_sign.
func (t *Type) Signed() bool { return t.signed }

// Precision returns the bits of a number that count, 0 for other types.
// H5Tget_precision.
func (t *Type) Precision() int { return t.precision }

// Variable reports whether the elements differ in length: text or sequences.
func (t *Type) Variable() bool { return t.variable || t.class == ClassVlen }

// UTF8 reports whether text is UTF-8, and not ASCII. H5Tget_cset.
func (t *Type) UTF8() bool { return t.utf8 }

// Padding returns how text of fixed length is filled up. H5Tget_strpad.
func (t *Type) Padding() Padding { return t.padding }

// Tag returns what opaque bytes are said to be. H5Tget_tag.
func (t *Type) Tag() string { return t.tag }

// Fields returns the parts of a compound, in their order. H5Tget_member_type.
func (t *Type) Fields() []Field { return slices.Clone(t.fields) }

// Members returns the names of an enumeration. H5Tget_member_value.
func (t *Type) Members() []Member { return slices.Clone(t.members) }

// Base returns what an enumeration, sequence, array or complex number is made of,
// nil for other types. H5Tget_super.
func (t *Type) Base() *Type { return t.base }

// Dims returns the shape of an array type. H5Tget_array_dims2.
func (t *Type) Dims() Shape { return slices.Clone(t.dims) }

// Region reports whether references are to regions and not to objects.
func (t *Type) Region() bool { return t.region }

// Committed reports whether the type has a name in the file. H5Tcommitted.
func (t *Type) Committed() bool { return t.named }

// IsBool reports whether the type is the enumeration of FALSE and TRUE that h5py
// makes of bool.
func (t *Type) IsBool() bool {
	return t.class == ClassEnum && t.size == 1 && len(t.members) == 2 && t.nameOf(0) == "FALSE" && t.nameOf(1) == "TRUE"
}

func (t *Type) nameOf(value int64) string {
	for _, m := range t.members {
		if m.Value == value {
			return m.Name
		}
	}
	return ""
}

// IsComplex reports whether the type is one of complex numbers: a compound of two
// equal floats r and i, as h5py writes it, or that of HDF5 2.0.
func (t *Type) IsComplex() bool {
	if t.class == ClassComplex {
		return true
	}
	if t.class != ClassCompound || len(t.fields) != 2 {
		return false
	}
	r, i := t.fields[0], t.fields[1]
	return r.Type.class == ClassFloat && r.Type.size == i.Type.size && i.Type.class == ClassFloat && r.Offset < i.Offset &&
		(r.Name == "r" && i.Name == "i" || r.Name == "re" && i.Name == "im" || r.Name == "real" && i.Name == "imag")
}

// DType returns the type in an nd.Array that holds every value: itself, or the next
// larger one. It is Invalid for what is neither number nor bool, and for integers
// of more than 8 bytes. Enumerations and bit fields count as integers; floats of
// more than 8 bytes are rounded.
func (t *Type) DType() DType {
	switch {
	case t.IsBool():
		return nd.Bool
	case t.IsComplex():
		part := t.base
		if part == nil {
			part = t.fields[0].Type
		}
		if part.size <= 4 {
			return nd.Complex64
		}
		return nd.Complex128
	}
	return t.number()
}

// number is DType for integers and floats only; bool counts as int8.
func (t *Type) number() DType {
	switch t.class {
	case ClassEnum:
		return t.base.number()
	case ClassInteger, ClassBitfield:
		for dtype := Int8; dtype <= Uint64; dtype++ {
			if dtype.Size() >= t.size && dtype.Signed() == t.signed {
				return dtype
			}
		}
	case ClassFloat:
		if t.size <= 4 {
			return Float32
		}
		return Float64
	}
	return nd.Invalid
}

// Equal reports whether two types are the same in the file; the order of the names of
// an enumeration does not matter. H5Tequal, of types of one file.
func (t *Type) Equal(other *Type) bool { return t.key() == other.key() }

// String returns the type as Go would write it: int32, string,
// struct{x float64; name string}, []uint8 (a sequence), [3]float64 (an array);
// big-endian numbers, padding and the like are noted beside it.
func (t *Type) String() string {
	switch t.class {
	case ClassInteger, ClassFloat, ClassBitfield:
		return t.numberText()
	case ClassString:
		encoding := ""
		if !t.utf8 {
			encoding = " ASCII"
		}
		if t.variable {
			return "string" + encoding
		}
		return fmt.Sprintf("string of %d%s%s", t.size, encoding, [...]string{" NUL-terminated", "", " space-padded"}[t.padding%3])
	case ClassOpaque:
		if unit, ok := t.datetime(); ok {
			return unit.String()
		}
		if t.tag == "" {
			return fmt.Sprintf("opaque of %d", t.size)
		}
		return fmt.Sprintf("opaque of %d %q", t.size, t.tag)
	case ClassCompound:
		if t.IsComplex() {
			return complexText(t.fields[0].Type)
		}
		parts := make([]string, len(t.fields))
		for i, f := range t.fields {
			parts[i] = f.Name + " " + f.Type.String()
		}
		return "struct{" + strings.Join(parts, "; ") + "}"
	case ClassReference:
		if t.region {
			return "region reference"
		}
		return "reference"
	case ClassEnum:
		if t.IsBool() {
			return "bool"
		}
		parts := make([]string, len(t.members))
		for i, m := range t.members {
			parts[i] = m.Name + "=" + strconv.FormatInt(m.Value, 10)
		}
		return "enum " + t.base.String() + " {" + strings.Join(parts, ", ") + "}"
	case ClassVlen:
		return "[]" + t.base.String()
	case ClassArray:
		text := ""
		for _, n := range t.dims {
			text += fmt.Sprintf("[%d]", n)
		}
		return text + t.base.String()
	case ClassComplex:
		return complexText(t.base)
	}
	return t.class.String()
}

func complexText(part *Type) string {
	name := "complex" + strconv.Itoa(2*8*part.size)
	if part.order == Big {
		name += " big-endian"
	}
	return name
}

func (t *Type) numberText() string {
	name := [...]string{ClassInteger: "uint", ClassFloat: "float", ClassBitfield: "bits"}[t.class]
	if t.signed {
		name = "int"
	}
	if t.class == ClassFloat && t.precision == 16 && t.float.exponentSize == 8 {
		name = "bfloat"
	}
	name += strconv.Itoa(t.precision)
	if 8*t.size != t.precision {
		name += fmt.Sprintf(" in %d bytes", t.size)
	}
	if t.order == Big && t.size > 1 {
		name += " big-endian"
	}
	if t.order == vax {
		name += " of the VAX"
	}
	return name
}

// key returns a text that is the same for equal types only.
func (t *Type) key() string {
	t.once.Do(func() {
		var b strings.Builder
		t.writeKey(&b)
		t.text = b.String()
	})
	return t.text
}

func (t *Type) writeKey(b *strings.Builder) {
	fmt.Fprintf(b, "%d,%d,%d,%t,%d,%d,%v,%t,%t,%d,%q,%v,%t,%t", t.class, t.size, t.order, t.signed, t.precision, t.offset, t.float, t.variable, t.utf8, t.padding, t.tag, t.dims, t.region, t.modern)
	for _, f := range t.fields {
		fmt.Fprintf(b, ";%q@%d(", f.Name, f.Offset)
		f.Type.writeKey(b)
		b.WriteByte(')')
	}
	for _, m := range slices.SortedFunc(slices.Values(t.members), func(a, b Member) int { return strings.Compare(a.Name, b.Name) }) {
		fmt.Fprintf(b, ";%q=%d", m.Name, m.Value)
	}
	if t.base != nil {
		b.WriteByte('<')
		t.base.writeKey(b)
		b.WriteByte('>')
	}
}

// same copies a type so that it can be changed while it is made.
func (t *Type) same() *Type {
	return &Type{class: t.class, size: t.size, order: t.order, signed: t.signed, precision: t.precision, offset: t.offset, float: t.float, variable: t.variable, utf8: t.utf8,
		padding: t.padding, tag: t.tag, fields: t.fields, members: t.members, base: t.base, dims: t.dims, region: t.region, modern: t.modern}
}

// typeOf returns the description that an AnyType stands for.
func typeOf(t AnyType) (*Type, error) {
	switch v := t.(type) {
	case *Type:
		if v != nil {
			return v, nil
		}
	case *NamedType:
		if v != nil {
			return v.typ, nil
		}
	case DType:
		switch {
		case v == nd.Bool:
			return Bool, nil
		case v == nd.Complex64:
			return Complex64, nil
		case v == nd.Complex128:
			return Complex128, nil
		case isNumber(v):
			return numbers[v], nil
		}
		return nil, fmt.Errorf("%v is not an element type; use h5.Int32, h5.Float64, h5.Text ...", v)
	case nil:
	default:
		return nil, fmt.Errorf("a %T is not an element type; use h5.Int32, h5.Float64, h5.Text, h5.TypeFor ...", t)
	}
	return nil, fmt.Errorf("nil is not an element type; use h5.Int32, h5.Float64, h5.Text ...")
}
