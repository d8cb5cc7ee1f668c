package nd

import "slices"

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
	for i := range x.Len() {
		p, q := x.offset+i, y.offset+i
		if x.buf.at(p) != y.buf.at(q) || !a.dtype.Float() {
			if x.buf.text(p) != y.buf.text(q) {
				return false
			}
		}
	}
	return true
}
