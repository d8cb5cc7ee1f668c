package h5

// spreads reports whether values of a shape can be broadcast to another, by NumPy's
// rules for assignment.
func spreads(shape, to []int) bool {
	for len(shape) > len(to) && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) > len(to) {
		return false
	}
	for axis, n := range shape {
		if n != 1 && n != to[len(to)-len(shape)+axis] {
			return false
		}
	}
	return true
}

// spreadTo copies elements of a shape to memory of the shape to which they are
// broadcast.
func spreadTo(wide, narrow []byte, shape, to []int, size int) {
	for len(shape) > len(to) {
		shape = shape[1:]
	}
	in, out := rowMajor(shape), rowMajor(to)
	w := walk{size: size, points: []walkPoint{{}}}
	for axis, n := range to {
		a := walkAxis{count: n, to: out[axis]}
		if own := axis - len(to) + len(shape); own >= 0 && shape[own] != 1 {
			a.in = in[own]
		}
		w.axes = append(w.axes, a)
	}
	w.run(narrow, wide)
}
