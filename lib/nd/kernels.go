package nd

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/floats"
)

// The loops that operations are made of. All slices are equally long; x and y may
// be dst. Four elements at a time keep the processor busier than one.

type arithmetic interface {
	integer | float | complexNumber
}

func add[T arithmetic](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for len(dst) >= 4 {
		d, v, w := dst[:4:4], x[:4:4], y[:4:4]
		d[0], d[1], d[2], d[3] = v[0]+w[0], v[1]+w[1], v[2]+w[2], v[3]+w[3]
		dst, x, y = dst[4:], x[4:], y[4:]
	}
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func sub[T arithmetic](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for len(dst) >= 4 {
		d, v, w := dst[:4:4], x[:4:4], y[:4:4]
		d[0], d[1], d[2], d[3] = v[0]-w[0], v[1]-w[1], v[2]-w[2], v[3]-w[3]
		dst, x, y = dst[4:], x[4:], y[4:]
	}
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}

func mul[T arithmetic](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for len(dst) >= 4 {
		d, v, w := dst[:4:4], x[:4:4], y[:4:4]
		d[0], d[1], d[2], d[3] = v[0]*w[0], v[1]*w[1], v[2]*w[2], v[3]*w[3]
		dst, x, y = dst[4:], x[4:], y[4:]
	}
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

func div[T float | complexNumber](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] / y[i]
	}
}

// minimum and maximum give NaN if there is one.
func minimum[T number](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		if v := x[i]; v < y[i] || v != v {
			dst[i] = v
		} else {
			dst[i] = y[i]
		}
	}
}

func maximum[T number](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		if v := x[i]; v > y[i] || v != v {
			dst[i] = v
		} else {
			dst[i] = y[i]
		}
	}
}

func bitAnd[T integer | boolean](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] & y[i]
	}
}

func bitOr[T integer | boolean](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] | y[i]
	}
}

func bitXor[T integer | boolean](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] ^ y[i]
	}
}

// boolKernel returns the loop for bools, of which the sum is or and the product
// is and.
func boolKernel(o op) func(dst, x, y []boolean) {
	switch o {
	case opAnd, opBitAnd, opMul, opMinimum:
		return bitAnd[boolean]
	case opOr, opBitOr, opAdd, opMaximum:
		return bitOr[boolean]
	}
	return bitXor[boolean]
}

func integerKernel[T integer](o op) func(dst, x, y []T) {
	switch o {
	case opAdd:
		return add[T]
	case opSub:
		return sub[T]
	case opMul:
		return mul[T]
	case opMinimum:
		return minimum[T]
	case opMaximum:
		return maximum[T]
	case opBitAnd:
		return bitAnd[T]
	case opBitOr:
		return bitOr[T]
	case opBitXor:
		return bitXor[T]
	case opFloorDiv:
		return floorDivIntegers[T]
	case opMod:
		return modIntegers[T]
	}
	return powIntegers[T]
}

func floatKernel[T float](o op) func(dst, x, y []T) {
	if kernel, ok := any(vectorKernel(o)).(func(dst, x, y []T)); ok && kernel != nil {
		return kernel
	}
	switch o {
	case opAdd:
		return add[T]
	case opSub:
		return sub[T]
	case opMul:
		return mul[T]
	case opDiv:
		return div[T]
	case opMinimum:
		return minimum[T]
	case opMaximum:
		return maximum[T]
	case opFloorDiv:
		return floorDivFloats[T]
	case opMod:
		return modFloats[T]
	case opHypot:
		return func(dst, x, y []T) { each2(dst, x, y, math.Hypot) }
	case opAtan2:
		return func(dst, x, y []T) { each2(dst, x, y, math.Atan2) }
	}
	return powFloats[T]
}

// vectorKernel returns gonum's loop for float64s, which works on two at a time, if
// it has one.
func vectorKernel(o op) func(dst, x, y []float64) {
	switch o {
	case opAdd:
		return func(dst, x, y []float64) { floats.AddTo(dst, x, y) }
	case opSub:
		return func(dst, x, y []float64) { floats.SubTo(dst, x, y) }
	case opDiv:
		return func(dst, x, y []float64) { floats.DivTo(dst, x, y) }
	}
	return nil
}

func complexKernel[T complexNumber](o op) func(dst, x, y []T) {
	switch o {
	case opAdd:
		return add[T]
	case opSub:
		return sub[T]
	case opMul:
		return mul[T]
	case opDiv:
		return div[T]
	}
	return func(dst, x, y []T) {
		for i := range dst {
			dst[i] = T(cmplx.Pow(complex128(x[i]), complex128(y[i])))
		}
	}
}

func each2[T float](dst, x, y []T, f func(x, y float64) float64) {
	for i := range dst {
		dst[i] = T(f(float64(x[i]), float64(y[i])))
	}
}

// floorDivIntegers divides towards minus infinity. What is divided by 0 is 0, as
// in NumPy.
func floorDivIntegers[T integer](dst, x, y []T) {
	for i := range dst {
		d := y[i]
		if d == 0 {
			dst[i] = 0
			continue
		}
		q := x[i] / d
		if r := x[i] - q*d; r != 0 && (r < 0) != (d < 0) {
			q--
		}
		dst[i] = q
	}
}

// modIntegers gives the remainder that belongs to floorDivIntegers; it has the
// sign of the divisor.
func modIntegers[T integer](dst, x, y []T) {
	for i := range dst {
		d := y[i]
		if d == 0 {
			dst[i] = 0
			continue
		}
		r := x[i] % d
		if r != 0 && (r < 0) != (d < 0) {
			r += d
		}
		dst[i] = r
	}
}

func powIntegers[T integer](dst, x, y []T) {
	for i := range dst {
		result, base := T(1), x[i]
		for n := y[i]; n > 0; n >>= 1 {
			if n&1 != 0 {
				result *= base
			}
			base *= base
		}
		dst[i] = result
	}
}

func powFloats[T float](dst, x, y []T) {
	for i := range dst {
		switch v := x[i]; y[i] {
		case 2:
			dst[i] = v * v
		case 1:
			dst[i] = v
		default:
			dst[i] = T(math.Pow(float64(v), float64(y[i])))
		}
	}
}

// modFloats is Python's %: the result has the sign of the divisor.
func modFloats[T float](dst, x, y []T) {
	for i := range dst {
		dst[i] = modFloat(x[i], y[i])
	}
}

func modFloat[T float](x, y T) T {
	r := T(math.Mod(float64(x), float64(y)))
	switch {
	case y == 0 || r != r:
	case r == 0:
		r = T(math.Copysign(0, float64(y)))
	case (r < 0) != (y < 0):
		r += y
	}
	return r
}

// floorDivFloats is Python's //: the quotient that goes with %, exact where the
// rounded quotient would lie on the wrong side of an integer.
func floorDivFloats[T float](dst, x, y []T) {
	for i := range dst {
		a, b := x[i], y[i]
		if b == 0 {
			dst[i] = a / b
			continue
		}
		r := T(math.Mod(float64(a), float64(b)))
		q := (a - r) / b
		if r != 0 && (r < 0) != (b < 0) {
			q--
		}
		if q == 0 {
			dst[i] = T(math.Copysign(0, float64(a/b)))
			continue
		}
		down := T(math.Floor(float64(q)))
		if q-down > 0.5 {
			down++
		}
		dst[i] = down
	}
}
