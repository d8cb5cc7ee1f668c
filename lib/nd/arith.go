package nd

// The operand of an operation is an *Array, a number, or anything else that
// [From] takes. Shapes are broadcast. Elements meet in the type that [Promote]
// gives, but a plain Go constant (an int, float64 or complex128) takes the type
// of the array if that can hold numbers of its kind: a float32 array times 2.5 is
// of float32, an int32 array times 2.5 of float64, and an int that does not fit an
// array of integers is an error. Integers wrap around.
//
// The errors are shapes that cannot be broadcast and types for which there is no
// such operation.

// Add returns the sum, of bools the logical or.
func (a *Array) Add(b any) (*Array, error) { return a.elementwise(opAdd, b, nil) }

// Sub returns the difference a - b. Bools have none.
func (a *Array) Sub(b any) (*Array, error) { return a.elementwise(opSub, b, nil) }

// Mul returns the product, of bools the logical and.
func (a *Array) Mul(b any) (*Array, error) { return a.elementwise(opMul, b, nil) }

// Div returns the quotient a / b. Of integers it is of float64, with fractions.
func (a *Array) Div(b any) (*Array, error) { return a.elementwise(opDiv, b, nil) }

// FloorDiv returns the quotient rounded down, Python's a // b; 0 for integers
// divided by 0.
func (a *Array) FloorDiv(b any) (*Array, error) { return a.elementwise(opFloorDiv, b, nil) }

// Mod returns the remainder of FloorDiv, Python's a % b, which has the sign of b;
// 0 for integers divided by 0.
func (a *Array) Mod(b any) (*Array, error) { return a.elementwise(opMod, b, nil) }

// Pow returns a to the power of b. Negative powers of integers are an error.
func (a *Array) Pow(b any) (*Array, error) { return a.elementwise(opPow, b, nil) }

// Minimum returns the smaller of each pair, NaN if one is NaN.
func (a *Array) Minimum(b any) (*Array, error) { return a.elementwise(opMinimum, b, nil) }

// Maximum returns the larger of each pair, NaN if one is NaN.
func (a *Array) Maximum(b any) (*Array, error) { return a.elementwise(opMaximum, b, nil) }

// Hypot returns the square root of a*a + b*b without needless overflow.
func (a *Array) Hypot(b any) (*Array, error) { return a.elementwise(opHypot, b, nil) }

// Atan2 returns the angle of the point (b, a) in radians, from -pi to pi.
func (a *Array) Atan2(b any) (*Array, error) { return a.elementwise(opAtan2, b, nil) }

// AddInPlace adds b to the elements of a. The result must have the shape of a, and
// its type must be stored in that of a without losing its kind: no floats in
// integers, no signed integers in unsigned ones. On an error nothing is changed.
func (a *Array) AddInPlace(b any) error { return a.inPlace(opAdd, b) }

// SubInPlace subtracts b, by the rules of AddInPlace.
func (a *Array) SubInPlace(b any) error { return a.inPlace(opSub, b) }

// MulInPlace multiplies by b, by the rules of AddInPlace.
func (a *Array) MulInPlace(b any) error { return a.inPlace(opMul, b) }

// DivInPlace divides by b, by the rules of AddInPlace: integers cannot be divided
// in place.
func (a *Array) DivInPlace(b any) error { return a.inPlace(opDiv, b) }

// PowInPlace raises to the power of b, by the rules of AddInPlace.
func (a *Array) PowInPlace(b any) error { return a.inPlace(opPow, b) }

// MinimumInPlace lowers what is larger than b to b, by the rules of AddInPlace.
func (a *Array) MinimumInPlace(b any) error { return a.inPlace(opMinimum, b) }

// MaximumInPlace raises what is smaller than b to b, by the rules of AddInPlace.
func (a *Array) MaximumInPlace(b any) error { return a.inPlace(opMaximum, b) }

func (a *Array) inPlace(o op, b any) error {
	_, err := a.elementwise(o, b, a)
	return err
}

// BitAnd returns the bits that are set in both integers; of bools the logical and.
func (a *Array) BitAnd(b any) (*Array, error) { return a.elementwise(opBitAnd, b, nil) }

// BitOr returns the bits that are set in one of the integers or both; of bools the
// logical or.
func (a *Array) BitOr(b any) (*Array, error) { return a.elementwise(opBitOr, b, nil) }

// BitXor returns the bits that are set in one of the integers only; of bools the
// exclusive or.
func (a *Array) BitXor(b any) (*Array, error) { return a.elementwise(opBitXor, b, nil) }

// Clip returns the elements limited to low and high, either of which may be nil
// for no limit. Shapes and types are those of Maximum and Minimum.
func (a *Array) Clip(low, high any) (*Array, error) {
	out := a
	var err error
	if low != nil {
		if out, err = out.Maximum(low); err != nil {
			return nil, err
		}
	}
	if high != nil {
		if out, err = out.Minimum(high); err != nil {
			return nil, err
		}
	}
	if out == a {
		out = a.Copy()
	}
	return out, nil
}
