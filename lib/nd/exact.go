package nd

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// Safe reports whether every value of one type has a place in another: an equal
// integer, or for floats the nearest one. Float64 is safe to make a Float32,
// which may be rounded, or infinite beyond its range. Bools are 0 and 1.
func Safe(from, to DType) bool {
	switch {
	case from == to, from == Bool:
		return true
	case to.Complex():
		return true
	case from.Complex(), to == Bool:
		return false
	case to.Float():
		return true
	case from.Float():
		return false
	case from.Signed():
		return to.Signed() && to.Size() >= from.Size()
	case to.Signed():
		return to.Size() > from.Size()
	}
	return to.Size() >= from.Size()
}

// Exact is Convert for types that are not [Safe]: it is an error, which names the
// first value that does not fit, if a value would change: fractions, NaN,
// integers out of range, imaginary parts, and for Bool all but 0 and 1.
func (a *Array) Exact(dtype DType) (*Array, error) {
	if !Safe(a.dtype, dtype) {
		c := a.Contiguous()
		for i := range c.Len() {
			if !c.buf.fits(c.offset+i, dtype) {
				return nil, fmt.Errorf("%s does not fit %v", strings.TrimSuffix(c.buf.text(c.offset+i), ".0"), dtype)
			}
		}
	}
	return a.Convert(dtype), nil
}

// fits reports whether an element is a value of type t, to which its own type is
// not safe to convert.
func (b typed[T]) fits(i int, t DType) bool {
	if t == Bool {
		return b[i] == 0 || b[i] == 1
	}
	bits := 8 * t.Size()
	switch v := any(b[i]).(type) {
	case float32:
		return floatFits(float64(v), t, bits)
	case float64:
		return floatFits(v, t, bits)
	case uint64:
		if t.Signed() {
			bits--
		}
		return bits == 64 || v < 1<<bits
	}
	v := int64(b[i])
	if t.Unsigned() {
		return v >= 0 && (bits == 64 || v < 1<<bits)
	}
	return bits == 64 || v >= -1<<(bits-1) && v < 1<<(bits-1)
}

func (b complexes[T]) fits(i int, t DType) bool {
	v := complex128(b[i])
	return imag(v) == 0 && (Safe(Float64, t) || typed[float64]{real(v)}.fits(0, t))
}

func floatFits(v float64, t DType, bits int) bool {
	if v != math.Trunc(v) { // NaN as well
		return false
	}
	if t.Unsigned() {
		return v >= 0 && v < math.Ldexp(1, bits)
	}
	return v >= -math.Ldexp(1, bits-1) && v < math.Ldexp(1, bits-1)
}

// ElementType returns the element type for numbers, slices and arrays of type t,
// or Invalid if they are not made of numbers.
func ElementType(t reflect.Type) DType {
	for t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		t = t.Elem()
	}
	return DTypeOf(t)
}
