package nd

import "fmt"

// Comparisons broadcast as arithmetic does and give arrays of Bool, which [Mask],
// Sel, Where and Put take. NaN is not equal to anything, itself included. Integers
// of all types are compared exactly. Complex numbers are ordered by their real
// parts and then by the imaginary ones.

// Eq returns where the elements are equal. [Array.Equal] compares whole arrays.
func (a *Array) Eq(b any) (*Array, error) { return a.elementwise(opEq, b, nil) }

// Ne returns where the elements are not equal.
func (a *Array) Ne(b any) (*Array, error) { return a.elementwise(opNe, b, nil) }

// Lt returns where a is less than b.
func (a *Array) Lt(b any) (*Array, error) { return a.elementwise(opLt, b, nil) }

// Le returns where a is less than b or equal.
func (a *Array) Le(b any) (*Array, error) { return a.elementwise(opLe, b, nil) }

// Gt returns where a is greater than b.
func (a *Array) Gt(b any) (*Array, error) { return a.elementwise(opGt, b, nil) }

// Ge returns where a is greater than b or equal.
func (a *Array) Ge(b any) (*Array, error) { return a.elementwise(opGe, b, nil) }

// And returns where both are true, that is not 0; NaN is true.
func (a *Array) And(b any) (*Array, error) { return a.elementwise(opAnd, b, nil) }

// Or returns where one is true or both.
func (a *Array) Or(b any) (*Array, error) { return a.elementwise(opOr, b, nil) }

// Xor returns where one only is true.
func (a *Array) Xor(b any) (*Array, error) { return a.elementwise(opXor, b, nil) }

// Not returns where the elements are false, that is 0.
func (a *Array) Not() *Array {
	out := unset(Bool, a.shape...)
	eachOp(out, a, func(dst, x []boolean) {
		for i, v := range x {
			dst[i] = v ^ 1
		}
	})
	return out
}

// Where returns the elements for which a mask is true, along one axis. The mask
// has the shape of the array or of its first axes, which become one then.
func (a *Array) Where(mask *Array) (*Array, error) {
	x := Mask(mask)
	if x.err == nil && len(mask.shape) == len(a.shape) && a.IsContiguous() && mask.IsContiguous() && Shape(mask.shape).String() == Shape(a.shape).String() {
		return a.compress(mask), nil
	}
	return a.Slice(x)
}

// Where returns an array with elements of a where a condition is true, and of b
// elsewhere. All three are broadcast; a and b are what [From] takes, and meet in
// one type as for arithmetic.
func Where(condition *Array, a, b any) (*Array, error) {
	fail := func(err error) (*Array, error) { return nil, fmt.Errorf("choose between arrays: %w", err) }
	if err := made(condition); err != nil {
		return fail(err)
	}
	x, weakX, err := operand(a)
	if err != nil {
		return fail(err)
	}
	y, weakY, err := operand(b)
	if err != nil {
		return fail(err)
	}
	var t DType
	switch {
	case weakX != strong && weakY == strong:
		t, err = meet(y.dtype, x, weakX)
	default:
		t, err = meet(x.dtype, y, weakY)
	}
	if err != nil {
		return fail(err)
	}
	shape, err := BroadcastShapes(condition.shape, x.shape, y.shape)
	if err != nil {
		return fail(err)
	}
	if err := checkShape(shape); err != nil {
		return fail(err)
	}
	out := y.broadcast(shape).Convert(t)
	mask := condition.broadcast(shape)
	if mask.dtype != Bool || !mask.IsContiguous() {
		mask = mask.Convert(Bool)
	}
	out.blend(mask, x.broadcast(shape))
	return out, nil
}
