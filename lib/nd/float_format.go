package nd

import (
	"math"
	"strconv"
	"strings"
)

// A floatFormat writes floats that belong together: with the points below each
// other, and with exponents if the sizes differ by much.
type floatFormat struct {
	bits       int
	sign       bool // positive numbers have a sign too
	scientific bool
	left       int // characters before the point
	right      int // digits after it
	exponent   int // digits of the exponent
	width      int
}

// newFloatFormat finds the format for n numbers. The rules are NumPy's.
func newFloatFormat(n int, at func(k int) float64, bits int, sign bool, options PrintOptions) floatFormat {
	f := floatFormat{bits: bits, sign: sign, right: options.Precision}
	smallest, largest, finite, negative := math.Inf(1), 0.0, 0, false
	for k := range n {
		v := at(k)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			negative = negative || v < 0
			continue
		}
		finite++
		if v = math.Abs(v); v != 0 {
			smallest, largest = min(smallest, v), max(largest, v)
		}
	}
	limit, tiny, ratio := 1e8, 0.0001, largest/smallest
	if bits == 32 {
		limit, tiny, ratio = 1e6, float64(float32(0.0001)), float64(float32(largest)/float32(smallest))
	}
	f.scientific = largest > 0 && (largest >= limit || !options.Suppress && (smallest < tiny || ratio > 1000))

	// How many characters any of the numbers needs.
	left, right, exponent := 0, 0, 0
	for k := range n {
		if v := at(k); !math.IsNaN(v) && !math.IsInf(v, 0) {
			whole, fraction, power := f.parts(v)
			left, right, exponent = max(left, len(whole)), max(right, len(fraction)), max(exponent, len(power)-1)
		}
	}
	f.left, f.right, f.exponent = left, right, exponent
	tail := f.right
	if f.scientific {
		tail += len("e+") + f.exponent
	}
	if finite < n {
		f.left = max(f.left, len("nan")-tail-1, len("inf")+int(truth(sign || negative))-tail-1)
	}
	f.width = f.left + 1 + tail
	return f
}

// parts returns the shortest digits before and after the point that give v back,
// with at most f.right after it, and the exponent with its sign.
func (f *floatFormat) parts(v float64) (whole, fraction, power string) {
	if whole, fraction, power = f.split(v, -1, f.bits); len(fraction) > f.right {
		whole, fraction, power = f.split(v, f.right, f.bits)
		fraction = strings.TrimRight(fraction, "0")
	}
	return whole, fraction, power
}

// split returns the parts with so many digits after the point, -1 for as many as
// give v back.
func (f *floatFormat) split(v float64, digits, bits int) (whole, fraction, power string) {
	verb := byte('f')
	if f.scientific {
		verb = 'e'
	}
	s, power, _ := strings.Cut(strconv.FormatFloat(v, verb, digits, bits), "e")
	whole, fraction, _ = strings.Cut(s, ".")
	if f.sign && whole[0] != '-' {
		whole = "+" + whole
	}
	return whole, fraction, power
}

func (f *floatFormat) text(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s := specialText(v)
		if f.sign && s[0] != '-' {
			s = "+" + s
		}
		return padLeft(s, f.width)
	}
	whole, fraction, power := f.parts(v)
	if f.scientific {
		// All have the same number of digits, which are those of the exact value.
		whole, fraction, power = f.split(v, f.right, 64)
		digits := strings.Repeat("0", max(0, f.exponent-len(power)+1)) + power[1:]
		return padLeft(whole, f.left) + "." + fraction + "e" + power[:1] + digits
	}
	return padLeft(whole, f.left) + "." + fraction + strings.Repeat(" ", max(0, f.right-len(fraction)))
}

func specialText(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	return "nan"
}

// floatText writes a number by itself, as Python does: "2.0", "1e-05".
func floatText(v float64, bits int) string {
	s := plainText(v, bits)
	if !strings.ContainsAny(s, ".enf") {
		s += ".0"
	}
	return s
}

func plainText(v float64, bits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return specialText(v)
	}
	limit := 1e16
	if bits == 32 {
		limit = 1e6
	}
	if size := math.Abs(v); size != 0 && (size < 1e-4 || size >= limit) {
		return strconv.FormatFloat(v, 'e', -1, bits)
	}
	return strconv.FormatFloat(v, 'f', -1, bits)
}

// complexText writes a complex number as Python does: "(1+2j)", "2j".
func complexText(v complex128, bits int) string {
	im := plainText(imag(v), bits) + "j"
	if real(v) == 0 && !math.Signbit(real(v)) {
		return im
	}
	if im[0] != '-' {
		im = "+" + im
	}
	return "(" + plainText(real(v), bits) + im + ")"
}
