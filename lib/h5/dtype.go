package h5

import (
	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A DType is the type of the numbers in a dataset, the same as that of an nd.Array.
// On the disk they are little-endian, H5T_STD_I32LE and H5T_IEEE_F64LE for
// example. Elements of other types have a [Type].
type DType = nd.DType

// The element types.
const (
	Int8    = nd.Int8
	Int16   = nd.Int16
	Int32   = nd.Int32
	Int64   = nd.Int64
	Uint8   = nd.Uint8
	Uint16  = nd.Uint16
	Uint32  = nd.Uint32
	Uint64  = nd.Uint64
	Float32 = nd.Float32
	Float64 = nd.Float64
)

// A Shape is the lengths of the axes of a dataset. None at all is a dataset of
// one number.
type Shape []int

// String returns the lengths in parentheses.
func (s Shape) String() string { return nd.Shape(s).String() }

// elementType finds the DType for a datatype of HDF5; Invalid if it is none of
// numbers. Direct says that HDF5 converts its elements from and to Go's numbers:
// so it does with integers that use all their bits, and with floats. The lock is held.
func (l *library) elementType(id int64) (dtype DType, direct bool) {
	c := &l.c
	defer func() {
		if direct {
			l.likely = dtype
		}
	}()
	class := Class(int32(c.tClass.Call(dl.Int(id)))) // H5T_class_t H5Tget_class(hid_t)
	size := int(c.tSize.Call(dl.Int(id)))            // size_t H5Tget_size(hid_t)
	switch class {
	case ClassEnum, ClassCompound, ClassComplex:
		if t, err := l.describe(id); err == nil {
			return t.DType(), false
		}
		return nd.Invalid, false
	case ClassInteger, ClassBitfield:
		signed := class == ClassInteger && int32(c.tSign.Call(dl.Int(id))) != 0 // H5T_sign_t H5Tget_sign(hid_t)
		dtype = (&Type{class: class, size: size, signed: signed}).number()
		precision := int(c.tPrecision.Call(dl.Int(id))) // size_t H5Tget_precision(hid_t)
		return dtype, class == ClassInteger && precision == 8*dtype.Size() && size == dtype.Size()
	case ClassFloat:
		return (&Type{class: class, size: size}).number(), true
	}
	return nd.Invalid, false
}
