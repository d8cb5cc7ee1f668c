package nd

import (
	"bytes"
	"slices"
)

// Equal reports whether two arrays have the same type, shape and elements.
// Unlike in NumPy a NaN equals another.
func (a *Array) Equal(b *Array) bool {
	if a.dtype != b.dtype || !slices.Equal(a.shape, b.shape) {
		return false
	}
	if a.Len() == 0 {
		return true
	}
	x, y := a.Contiguous(), b.Contiguous()
	if bytes.Equal(x.Bytes(), y.Bytes()) {
		return true
	}
	if !a.dtype.Float() && !a.dtype.Complex() {
		return false
	}
	for i := range x.Len() {
		p, q := x.offset+i, y.offset+i
		if v, w := x.buf.atComplex(p), y.buf.atComplex(q); !same(real(v), real(w)) || !same(imag(v), imag(w)) {
			return false
		}
	}
	return true
}

// same reports whether two floats are equal or both NaN.
func same(v, w float64) bool { return v == w || v != v && w != w }
