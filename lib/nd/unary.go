package nd

import (
	"math"
	"math/cmplx"
)

// Functions of the elements one by one. Those that give floats do so in the type
// of floats and complex numbers, and in float64 for integers and bools (NumPy takes
// smaller floats for small integers). Outside of the domain the result is NaN.

// Neg returns -a. Bools become int8 first; unsigned integers wrap around.
func (a *Array) Neg() *Array {
	switch a.dtype {
	case Bool:
		return a.Convert(Int8).Neg()
	case Complex64:
		return mapped(a, func(dst, x []complex64) { neg(dst, x) })
	case Complex128:
		return mapped(a, func(dst, x []complex128) { neg(dst, x) })
	}
	return a.numeric(numericLoops{
		neg[int8], neg[int16], neg[int32], neg[int64], neg[uint8], neg[uint16], neg[uint32], neg[uint64], neg[float32], neg[float64]})
}

// Abs returns the absolute values, of complex numbers as floats.
func (a *Array) Abs() *Array {
	switch a.dtype {
	case Bool:
		return a.Copy()
	case Complex64, Complex128:
		return a.fromComplex(cmplx.Abs)
	}
	return a.numeric(numericLoops{
		absolute[int8], absolute[int16], absolute[int32], absolute[int64], absolute[uint8], absolute[uint16], absolute[uint32], absolute[uint64], absFloat[float32], absFloat[float64]})
}

// Sign returns -1, 0 or 1, NaN for NaN; for complex numbers z/|z|.
func (a *Array) Sign() *Array {
	switch a.dtype {
	case Bool:
		return a.Copy()
	case Complex64, Complex128:
		return a.analytic(nil, func(z complex128) complex128 {
			if z == 0 {
				return 0
			}
			return z / complex(cmplx.Abs(z), 0)
		})
	}
	return a.numeric(numericLoops{
		sign[int8], sign[int16], sign[int32], sign[int64], sign[uint8], sign[uint16], sign[uint32], sign[uint64], sign[float32], sign[float64]})
}

// Square returns a*a. Bools become int8 first.
func (a *Array) Square() *Array {
	if a.dtype == Bool {
		return a.Convert(Int8)
	}
	out, _ := a.Mul(a)
	return out
}

// A numericLoops has a loop for each real type, in the order of the constants.
type numericLoops struct {
	i8  func(dst, x []int8)
	i16 func(dst, x []int16)
	i32 func(dst, x []int32)
	i64 func(dst, x []int64)
	u8  func(dst, x []uint8)
	u16 func(dst, x []uint16)
	u32 func(dst, x []uint32)
	u64 func(dst, x []uint64)
	f32 func(dst, x []float32)
	f64 func(dst, x []float64)
}

func (a *Array) numeric(loops numericLoops) *Array {
	switch a.dtype {
	case Int8:
		return mapped(a, loops.i8)
	case Int16:
		return mapped(a, loops.i16)
	case Int32:
		return mapped(a, loops.i32)
	case Int64:
		return mapped(a, loops.i64)
	case Uint8:
		return mapped(a, loops.u8)
	case Uint16:
		return mapped(a, loops.u16)
	case Uint32:
		return mapped(a, loops.u32)
	case Uint64:
		return mapped(a, loops.u64)
	case Float32:
		return mapped(a, loops.f32)
	}
	return mapped(a, loops.f64)
}

// mapped returns the results of a loop for the elements, converted to T.
func mapped[T, R element](a *Array, loop func(dst []R, x []T)) *Array {
	out := unset(dtypeOf[R](), a.shape...)
	eachOp(out, a, loop)
	return out
}

func neg[T arithmetic](dst, x []T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = -x[i]
	}
}

func absolute[T integer](dst, x []T) {
	for i, v := range x {
		if v < 0 {
			v = -v
		}
		dst[i] = v
	}
}

func absFloat[T float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Abs(float64(v)))
	}
}

func sign[T integer | float](dst, x []T) {
	for i, v := range x {
		switch {
		case v > 0:
			v = 1
		case v < 0:
			// 0 - 1 is -1 in every type that has negative numbers.
			v = 0
			v--
		}
		dst[i] = v
	}
}

// analytic applies a function to the elements as floats, or, if they are complex,
// its complex form.
func (a *Array) analytic(f func(float64) float64, g func(complex128) complex128) *Array {
	switch a.dtype {
	case Float32:
		return mapped(a, func(dst, x []float32) {
			for i, v := range x {
				dst[i] = float32(f(float64(v)))
			}
		})
	case Complex64:
		return mapped(a, func(dst, x []complex64) {
			for i, v := range x {
				dst[i] = complex64(g(complex128(v)))
			}
		})
	case Complex128:
		return mapped(a, func(dst, x []complex128) {
			for i, v := range x {
				dst[i] = g(v)
			}
		})
	}
	return mapped(a, func(dst, x []float64) {
		for i, v := range x {
			dst[i] = f(v)
		}
	})
}

// fromComplex applies a function from complex to real numbers.
func (a *Array) fromComplex(f func(complex128) float64) *Array {
	if a.dtype == Complex64 {
		return mapped(a, func(dst []float32, x []complex64) {
			for i, v := range x {
				dst[i] = float32(f(complex128(v)))
			}
		})
	}
	return mapped(a, func(dst []float64, x []complex128) {
		for i, v := range x {
			dst[i] = f(v)
		}
	})
}

// Apply returns f of each element. The result is of float32 for float32 and of
// float64 for all others; of complex numbers f sees the real parts.
func (a *Array) Apply(f func(float64) float64) *Array {
	if a.dtype.Complex() {
		return a.Convert(Float64).analytic(f, nil)
	}
	return a.analytic(f, nil)
}

// ApplyInPlace replaces each element by f of it, converted to the array's type as
// Go converts.
func (a *Array) ApplyInPlace(f func(float64) float64) { a.Apply(f).copyInto(a) }

// Sqrt returns the square roots.
func (a *Array) Sqrt() *Array {
	switch a.dtype {
	case Complex64, Complex128:
		return a.analytic(nil, cmplx.Sqrt)
	case Float32:
		return mapped(a, squareRoot[float32])
	}
	return mapped(a, squareRoot[float64])
}

func squareRoot[T float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Sqrt(float64(v)))
	}
}

// Cbrt returns the cube roots; of complex numbers the principal ones.
func (a *Array) Cbrt() *Array {
	return a.analytic(math.Cbrt, func(z complex128) complex128 { return cmplx.Pow(z, 1.0/3) })
}

// Exp returns e to the power of a.
func (a *Array) Exp() *Array { return a.analytic(math.Exp, cmplx.Exp) }

// Exp2 returns 2 to the power of a.
func (a *Array) Exp2() *Array {
	return a.analytic(math.Exp2, func(z complex128) complex128 { return cmplx.Exp(z * math.Ln2) })
}

// Expm1 returns Exp minus 1, exact near 0.
func (a *Array) Expm1() *Array {
	return a.analytic(math.Expm1, func(z complex128) complex128 {
		half := math.Sin(imag(z) / 2)
		return complex(math.Expm1(real(z))*math.Cos(imag(z))-2*half*half, math.Exp(real(z))*math.Sin(imag(z)))
	})
}

// Log returns the natural logarithms.
func (a *Array) Log() *Array { return a.analytic(math.Log, cmplx.Log) }

// Log2 returns the logarithms to base 2.
func (a *Array) Log2() *Array {
	return a.analytic(math.Log2, func(z complex128) complex128 { return cmplx.Log(z) / math.Ln2 })
}

// Log10 returns the logarithms to base 10, exact at powers of 10.
func (a *Array) Log10() *Array { return a.analytic(log10, cmplx.Log10) }

// log10 is math.Log10 without the last bit that it errs by at some powers of 10.
func log10(x float64) float64 {
	y := math.Log10(x)
	if whole := math.Round(y); whole != y && math.Abs(y-whole) < 1e-12 && math.Pow10(int(whole)) == x {
		return whole
	}
	return y
}

// Log1p returns the natural logarithms of 1 + a, exact near 0.
func (a *Array) Log1p() *Array {
	return a.analytic(math.Log1p, func(z complex128) complex128 { return cmplx.Log(1 + z) })
}

// Sin returns the sines of angles in radians.
func (a *Array) Sin() *Array { return a.analytic(math.Sin, cmplx.Sin) }

// Cos returns the cosines of angles in radians.
func (a *Array) Cos() *Array { return a.analytic(math.Cos, cmplx.Cos) }

// Tan returns the tangents of angles in radians.
func (a *Array) Tan() *Array { return a.analytic(math.Tan, cmplx.Tan) }

// Asin returns the arc sines in radians.
func (a *Array) Asin() *Array { return a.analytic(math.Asin, cmplx.Asin) }

// Acos returns the arc cosines in radians.
func (a *Array) Acos() *Array { return a.analytic(math.Acos, cmplx.Acos) }

// Atan returns the arc tangents in radians.
func (a *Array) Atan() *Array { return a.analytic(math.Atan, cmplx.Atan) }

// Sinh returns the hyperbolic sines.
func (a *Array) Sinh() *Array { return a.analytic(math.Sinh, cmplx.Sinh) }

// Cosh returns the hyperbolic cosines.
func (a *Array) Cosh() *Array { return a.analytic(math.Cosh, cmplx.Cosh) }

// Tanh returns the hyperbolic tangents.
func (a *Array) Tanh() *Array { return a.analytic(math.Tanh, cmplx.Tanh) }

// Floor returns the largest integers that are not greater, in the array's type.
// Complex numbers are rounded in both parts.
func (a *Array) Floor() *Array { return a.rounded(math.Floor) }

// Ceil returns the smallest integers that are not less, by the rules of Floor.
func (a *Array) Ceil() *Array { return a.rounded(math.Ceil) }

// Trunc cuts off fractions, by the rules of Floor.
func (a *Array) Trunc() *Array { return a.rounded(math.Trunc) }

// Round rounds to a number of decimals, which may be negative, halves to the even
// neighbour. Floats and complex numbers keep their type, and integers too.
func (a *Array) Round(decimals int) *Array {
	if decimals == 0 {
		return a.rounded(math.RoundToEven)
	}
	if !a.dtype.Float() && !a.dtype.Complex() {
		if decimals > 0 {
			return a.Copy()
		}
		scale := math.Pow10(-decimals)
		return a.Apply(func(v float64) float64 { return math.RoundToEven(v/scale) * scale }).Convert(a.dtype)
	}
	if decimals > 0 {
		scale := math.Pow10(decimals)
		return a.rounded(func(v float64) float64 { return math.RoundToEven(v*scale) / scale })
	}
	scale := math.Pow10(-decimals)
	return a.rounded(func(v float64) float64 { return math.RoundToEven(v/scale) * scale })
}

func (a *Array) rounded(f func(float64) float64) *Array {
	if !a.dtype.Float() && !a.dtype.Complex() {
		return a.Copy()
	}
	return a.analytic(f, func(z complex128) complex128 { return complex(f(real(z)), f(imag(z))) })
}

// IsNaN returns where the elements are NaN.
func (a *Array) IsNaN() *Array {
	return a.test(func(v float64) bool { return v != v }, isComplexNaN)
}

// IsInf returns where the elements are infinite.
func (a *Array) IsInf() *Array {
	return a.test(func(v float64) bool { return v > math.MaxFloat64 || v < -math.MaxFloat64 },
		func(z complex128) bool { return math.IsInf(real(z), 0) || math.IsInf(imag(z), 0) })
}

// IsFinite returns where the elements are neither NaN nor infinite.
func (a *Array) IsFinite() *Array {
	return a.test(func(v float64) bool { return v-v == 0 }, func(z complex128) bool { return z-z == 0 })
}

func (a *Array) test(f func(float64) bool, g func(complex128) bool) *Array {
	if a.dtype.Complex() {
		return mapped(a, func(dst []boolean, x []complex128) {
			for i, z := range x {
				dst[i] = truth(g(z))
			}
		})
	}
	return mapped(a, func(dst []boolean, x []float64) {
		for i, v := range x {
			dst[i] = truth(f(v))
		}
	})
}

// Real returns the real parts. Of complex numbers they are a copy; real arrays are
// returned as they are.
func (a *Array) Real() *Array {
	if a.dtype.Complex() {
		return a.fromComplex(func(z complex128) float64 { return real(z) })
	}
	return a
}

// Imag returns the imaginary parts, zeros for real arrays, always in a new array.
func (a *Array) Imag() *Array {
	if a.dtype.Complex() {
		return a.fromComplex(func(z complex128) float64 { return imag(z) })
	}
	return New(a.dtype, a.shape...)
}

// Conj returns the complex conjugates. Real arrays are returned as they are.
func (a *Array) Conj() *Array {
	if a.dtype.Complex() {
		return a.analytic(nil, cmplx.Conj)
	}
	return a
}

// Angle returns the angles of complex numbers in radians, from -pi to pi.
func (a *Array) Angle() *Array {
	if a.dtype.Complex() {
		return a.fromComplex(cmplx.Phase)
	}
	return a.analytic(func(v float64) float64 { return math.Atan2(0, v) }, nil)
}

// AtComplex returns an element as a complex128, by the rules of At.
func (a *Array) AtComplex(index ...int) complex128 { return a.buf.atComplex(a.position(index)) }

// SetComplex changes an element, by the rules of Set. Real arrays take the real
// part.
func (a *Array) SetComplex(v complex128, index ...int) { a.buf.putComplex(a.position(index), v) }
