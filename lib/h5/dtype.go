package h5

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A DType is the type of a dataset's elements, the same as that of an nd.Array.
// On the disk they are little-endian, H5T_STD_I32LE and H5T_IEEE_F64LE for
// example.
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

// elementType finds the DType for a datatype of HDF5: integers of 1 to 8 bytes,
// floats of 2 to 8, and enumerations (h5py's bool), which are read as integers.
// The name of any other kind is returned for messages.
func (l *library) elementType(id int64) (dtype DType, kind string) {
	c := &l.c
	class := int32(c.tClass.Call(dl.Int(id))) // H5T_class_t H5Tget_class(hid_t)
	size := int(c.tSize.Call(dl.Int(id)))     // size_t H5Tget_size(hid_t)
	switch class {
	case classEnum:
		base := int64(c.tSuper.Call(dl.Int(id))) // hid_t H5Tget_super(hid_t)
		defer c.tClose.Call(dl.Int(base))
		dtype, _ = l.elementType(base)
		return dtype, "an enumeration"
	case classInteger:
		signed := int32(c.tSign.Call(dl.Int(id))) != 0 // H5T_sign_t H5Tget_sign(hid_t)
		for t := Int8; t <= Uint64; t++ {
			if t.Size() == size && t.Signed() == signed {
				return t, "integers"
			}
		}
		return nd.Invalid, fmt.Sprintf("integers of %d bytes", size)
	case classFloat:
		switch {
		case size <= 4:
			return Float32, "floats"
		case size <= 8:
			return Float64, "floats"
		}
		return nd.Invalid, fmt.Sprintf("floats of %d bytes", size)
	case classString:
		return nd.Invalid, "strings"
	}
	names := map[int32]string{2: "times", 4: "bit fields", 5: "opaque data", 6: "compounds", 7: "references", 9: "sequences of variable length", 10: "arrays"}
	return nd.Invalid, names[class]
}
