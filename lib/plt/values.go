package plt

import (
	"fmt"
	"math"
	"reflect"
)

// Values is a series of numbers: a slice or an array of any integer or floating
// type (named ones too), or anything with a method
//
//	Float64s() []float64
//
// such as lib/nd's Array. A nil Values given for x stands for 0, 1, 2 ...
type Values = any

// float64s converts a series. A []float64 is shared, not copied.
func float64s(v Values) ([]float64, error) {
	switch v := v.(type) {
	case []float64:
		return v, nil
	case interface{ Float64s() []float64 }:
		return v.Float64s(), nil
	case interface{ Float64s() ([]float64, error) }:
		return v.Float64s()
	}
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Pointer && r.Elem().Kind() == reflect.Array {
		r = r.Elem()
	}
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		return nil, fmt.Errorf("a %T is no series of numbers: give a slice of a numeric type, or an array of lib/nd", v)
	}
	out := make([]float64, r.Len())
	for i := range out {
		e := r.Index(i)
		switch {
		case e.CanFloat():
			out[i] = e.Float()
		case e.CanInt():
			out[i] = float64(e.Int())
		case e.CanUint():
			out[i] = float64(e.Uint())
		default:
			return nil, fmt.Errorf("a %T is no series of numbers: its elements are of type %s", v, r.Type().Elem())
		}
	}
	return out, nil
}

// pair converts two series, which must be equally long.
func pair(x, y Values) (xs, ys []float64, err error) {
	if ys, err = float64s(y); err != nil {
		return nil, nil, fmt.Errorf("y: %w", err)
	}
	if x == nil {
		xs = make([]float64, len(ys))
		for i := range xs {
			xs[i] = float64(i)
		}
		return xs, ys, nil
	}
	if xs, err = float64s(x); err != nil {
		return nil, nil, fmt.Errorf("x: %w", err)
	}
	if len(xs) != len(ys) {
		return nil, nil, fmt.Errorf("x has %d values, y has %d", len(xs), len(ys))
	}
	return xs, ys, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// bounds gives the smallest and the largest finite value; ok is false if there
// is none.
func bounds(values []float64) (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high, low <= high
}
