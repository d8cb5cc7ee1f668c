package eval

import "reflect"

func isComparison(op string) bool {
	switch op {
	case "==", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// compare compares two values of one type, or an interface with what it may
// hold.
func compare(op string, x, y reflect.Value) reflect.Value {
	switch op {
	case "==":
		return reflect.ValueOf(equal(x, y))
	case "!=":
		return reflect.ValueOf(!equal(x, y))
	}
	less, same := false, false
	switch {
	case x.CanInt():
		less, same = x.Int() < y.Int(), x.Int() == y.Int()
	case x.CanUint():
		less, same = x.Uint() < y.Uint(), x.Uint() == y.Uint()
	case x.CanFloat():
		// With NaN everything is false.
		a, b := x.Float(), y.Float()
		switch op {
		case "<":
			return reflect.ValueOf(a < b)
		case "<=":
			return reflect.ValueOf(a <= b)
		case ">":
			return reflect.ValueOf(a > b)
		default:
			return reflect.ValueOf(a >= b)
		}
	default:
		less, same = x.String() < y.String(), x.String() == y.String()
	}
	switch op {
	case "<":
		return reflect.ValueOf(less)
	case "<=":
		return reflect.ValueOf(less || same)
	case ">":
		return reflect.ValueOf(!less && !same)
	default:
		return reflect.ValueOf(!less)
	}
}

// equal is ==.
func equal(x, y reflect.Value) bool { return x.Interface() == y.Interface() }

func unary(op string, x reflect.Value) reflect.Value {
	v := reflect.New(x.Type()).Elem()
	switch {
	case op == "+":
		v.Set(x)
	case op == "!":
		v.SetBool(!x.Bool())
	case x.CanInt():
		if op == "-" {
			v.SetInt(-x.Int())
		} else {
			v.SetInt(^x.Int())
		}
	case x.CanUint():
		if op == "-" {
			v.SetUint(-x.Uint())
		} else {
			v.SetUint(^x.Uint())
		}
	case x.CanFloat():
		v.SetFloat(-x.Float())
	default:
		v.SetComplex(-x.Complex())
	}
	return v
}

// binary computes x op y in the type of x. Integers wrap as they are stored;
// float32 is computed in float32.
func binary(op string, x, y reflect.Value) reflect.Value {
	v := reflect.New(x.Type()).Elem()
	switch {
	case op == "<<" || op == ">>":
		shift(v, op, x, y)
	case x.CanInt():
		v.SetInt(integer(op, x.Int(), y.Int()))
	case x.CanUint():
		v.SetUint(integer(op, x.Uint(), y.Uint()))
	case x.Kind() == reflect.Float32:
		v.SetFloat(float64(number(op, float32(x.Float()), float32(y.Float()))))
	case x.Kind() == reflect.Float64:
		v.SetFloat(number(op, x.Float(), y.Float()))
	case x.Kind() == reflect.Complex64:
		v.SetComplex(complex128(number(op, complex64(x.Complex()), complex64(y.Complex()))))
	case x.Kind() == reflect.Complex128:
		v.SetComplex(number(op, x.Complex(), y.Complex()))
	default:
		v.SetString(x.String() + y.String())
	}
	return v
}

func integer[T int64 | uint64](op string, a, b T) T {
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/":
		return a / b
	case "%":
		return a % b
	case "&":
		return a & b
	case "|":
		return a | b
	case "^":
		return a ^ b
	default:
		return a &^ b
	}
}

func number[T float32 | float64 | complex64 | complex128](op string, a, b T) T {
	switch op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	default:
		return a / b
	}
}

// shift shifts x by y, an integer of any type. A negative y panics, as it does
// in compiled code.
func shift(v reflect.Value, op string, x, y reflect.Value) {
	var by uint64
	if y.CanUint() {
		by = y.Uint()
	} else {
		n := y.Int()
		_ = 1 << n // panics if n < 0
		by = uint64(n)
	}
	left := op == "<<"
	switch {
	case x.CanInt() && left:
		v.SetInt(x.Int() << by)
	case x.CanInt():
		v.SetInt(x.Int() >> by)
	case left:
		v.SetUint(x.Uint() << by)
	default:
		v.SetUint(x.Uint() >> by)
	}
}
