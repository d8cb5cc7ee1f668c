package h5

import (
	"fmt"
	"math"
	"slices"
)

// sane looks for what no writer would make of a type, and a damaged file may say:
// HDF5 trusts it, and reads or writes memory that is not its own.
func (t *Type) sane() error {
	bits := 8 * t.size
	bad := false
	switch t.class {
	case ClassInteger, ClassBitfield:
		bad = t.precision < 1 || t.offset < 0 || t.offset+t.precision > bits || t.order > Big || t.size > 64
	case ClassFloat:
		f := t.float
		bad = t.precision < 1 || t.offset < 0 || t.offset+t.precision > bits || t.size > 64 || f.sign < 0 || f.sign >= bits ||
			f.exponent < 0 || f.exponentSize < 1 || f.exponentSize > 32 || f.exponent+f.exponentSize > bits ||
			f.mantissa < 0 || f.mantissaSize < 1 || f.mantissa+f.mantissaSize > bits || f.norm < 0 || f.norm > 2 ||
			f.mantissa < f.exponent+f.exponentSize && f.exponent < f.mantissa+f.mantissaSize
	case ClassCompound:
		fields := slices.SortedFunc(slices.Values(t.fields), func(a, b Field) int { return a.Offset - b.Offset })
		end := 0
		for _, f := range fields {
			bad = bad || f.Offset < end || f.Offset+f.Type.size > t.size
			end = f.Offset + f.Type.size
		}
		bad = bad || len(fields) == 0
	case ClassEnum:
		bad = t.base.class != ClassInteger || t.size != t.base.size
	case ClassArray:
		n := t.base.size
		for _, k := range t.dims {
			bad = bad || k < 1 || n > t.size
			n *= k
		}
		bad = bad || n != t.size
	case ClassVlen:
		bad = t.size != sequenceSize
	case ClassComplex:
		bad = t.size != 2*t.base.size || t.base.class != ClassFloat
	case ClassString:
		bad = t.padding < NullTerm || t.padding > SpacePad || t.variable && t.size != pointerSize
	case ClassReference:
		bad = !t.modern && (t.region && t.size != 12 || !t.region && t.size != 8)
	}
	if bad {
		return fmt.Errorf("the type is damaged: %d bytes of %s that cannot be", t.size, t.class)
	}
	return nil
}

// saneShape looks for a shape with more elements of some bytes than there are
// numbers for: what is counted or placed in it would come out wrong.
func saneShape(shape Shape, size int) error {
	for _, k := range shape {
		if k < 0 {
			return fmt.Errorf("the shape is damaged: an axis of length %d", uint64(k))
		}
	}
	if n := product(shape); n == math.MaxInt || n > math.MaxInt/max(size, 1) {
		return fmt.Errorf("the shape is damaged: %v has more elements than any file can hold", shape)
	}
	return nil
}
