package nd

import (
	"fmt"
	"math"
)

// Promote returns the type in which values of two types meet, as NumPy does: the
// smaller of those that hold both. Bools become the other type. A signed and an
// unsigned integer become a larger signed one, and a float64 if one of them is a
// uint64. Integers of 8 and 16 bits become float32 or complex64 beside these, all
// others float64 or complex128. It is Invalid if one of the types is.
func Promote(a, b DType) DType {
	if a.Size() == 0 || b.Size() == 0 {
		return Invalid
	}
	if rank(a) > rank(b) {
		a, b = b, a
	}
	switch {
	case a == b, a == Bool:
		return b
	case b.Complex():
		if b == Complex64 && (a == Complex64 || narrow(a)) {
			return Complex64
		}
		return Complex128
	case b.Float():
		if b == Float32 && narrow(a) {
			return Float32
		}
		return Float64
	case a.Signed() == b.Signed():
		return pick(a.Size() > b.Size(), a, b)
	case b.Signed():
		a, b = b, a
	}
	// a is signed and b is not.
	if a.Size() > b.Size() {
		return a
	}
	return [...]DType{1: Int16, 2: Int32, 4: Int64, 8: Float64}[b.Size()]
}

// rank orders the kinds of types: bools, integers, floats, complex numbers.
func rank(t DType) int {
	switch {
	case t == Bool:
		return 0
	case t.Integer():
		return 1
	case t.Float():
		return 2
	}
	return 3
}

// narrow reports whether all values of a real type are values of float32.
func narrow(t DType) bool { return t == Float32 || t == Bool || t.Integer() && t.Size() <= 2 }

// A weakness says that an operand is a plain number of Go, which takes the type of
// the array beside it.
type weakness uint8

const (
	strong weakness = iota
	weakInt
	weakFloat
	weakComplex
)

// operand returns the array for an operand: an *Array, a number, or anything else
// that From takes.
func operand(v any) (*Array, weakness, error) {
	switch v := v.(type) {
	case *Array:
		if v != nil && v.buf != nil {
			return v, strong, nil
		}
	case int:
		return scalar(int64(v)), weakInt, nil
	case float64:
		return scalar(v), weakFloat, nil
	case complex128:
		return scalar(v), weakComplex, nil
	}
	a, err := From(v)
	return a, strong, err
}

// scalar returns an array without axes.
func scalar[T element](v T) *Array {
	return &Array{dtype: dtypeOf[T](), buf: bufferOf([]T{v})}
}

// meet returns the type in which an array of type t meets an operand. A weak
// integer that an integer type does not hold is an error.
func meet(t DType, b *Array, weak weakness) (DType, error) {
	switch weak {
	case weakInt:
		if t == Bool {
			return Int64, nil
		}
		if t.Integer() && t != Int64 && !b.buf.fits(b.offset, t) {
			return t, fmt.Errorf("%s does not fit %v", b.buf.text(b.offset), t)
		}
		return t, nil
	case weakFloat:
		return pick(rank(t) >= 2, t, Float64), nil
	case weakComplex:
		switch {
		case t.Complex():
			return t, nil
		case t == Float32:
			return Complex64, nil
		}
		return Complex128, nil
	}
	return Promote(t, b.dtype), nil
}

// sameKind reports whether results of one type may be stored as another, as NumPy
// decides for operations in place: every bool anywhere, integers as integers (no
// signed ones as unsigned) and as floats, floats as floats, all as complex
// numbers; with rounding or wrapping around where the type is smaller.
func sameKind(from, to DType) bool {
	if from.Integer() && to.Integer() {
		return !(from.Signed() && to.Unsigned())
	}
	return rank(from) <= rank(to)
}

// wraps reports whether v lies outside of what int64 holds.
func wraps(v uint64) bool { return v > math.MaxInt64 }
