package nd

func eq[T element](dst []boolean, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = truth(x[i] == y[i])
	}
}

func ne[T element](dst []boolean, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = truth(x[i] != y[i])
	}
}

func lt[T number](dst []boolean, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = truth(x[i] < y[i])
	}
}

func le[T number](dst []boolean, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = truth(x[i] <= y[i])
	}
}

func compareKernel[T number](o op) func(dst []boolean, x, y []T) {
	switch o {
	case opEq:
		return eq[T]
	case opNe:
		return ne[T]
	case opLt:
		return lt[T]
	case opLe:
		return le[T]
	case opGt:
		return func(dst []boolean, x, y []T) { lt(dst, y, x) }
	}
	return func(dst []boolean, x, y []T) { le(dst, y, x) }
}

// compareComplexKernel orders complex numbers by their real parts, and those that
// are equal by the imaginary ones.
func compareComplexKernel[T complexNumber](o op) func(dst []boolean, x, y []T) {
	less := func(x, y T, equal bool) boolean {
		v, w := complex128(x), complex128(y)
		if isComplexNaN(v) || isComplexNaN(w) {
			return 0
		}
		if real(v) != real(w) {
			return truth(real(v) < real(w))
		}
		return truth(imag(v) < imag(w) || equal && imag(v) == imag(w))
	}
	switch o {
	case opEq:
		return eq[T]
	case opNe:
		return ne[T]
	case opGt, opGe:
		return func(dst []boolean, x, y []T) {
			for i := range dst {
				dst[i] = less(y[i], x[i], o == opGe)
			}
		}
	}
	return func(dst []boolean, x, y []T) {
		for i := range dst {
			dst[i] = less(x[i], y[i], o == opLe)
		}
	}
}

// compareMixed compares int64s with uint64s, which have no type in common that
// holds both.
func compareMixed(o op, out, a, b *Array) {
	swap := a.dtype.Unsigned()
	if swap {
		a, b = b, a
		switch o {
		case opLt:
			o = opGt
		case opLe:
			o = opGe
		case opGt:
			o = opLt
		case opGe:
			o = opLe
		}
	}
	x := elementsOf[int64](a.broadcast(out.shape).Convert(Int64).buf)
	y := elementsOf[uint64](b.broadcast(out.shape).Convert(Uint64).buf)
	results := New(Bool, out.shape...)
	dst := elementsOf[boolean](results.buf)
	kernel := compareKernel[int64](o)
	for i := range dst {
		// What int64 does not hold is larger than all that it holds.
		v, w := [1]int64{x[i]}, [1]int64{int64(y[i])}
		if wraps(y[i]) {
			v[0], w[0] = 0, 1
		}
		kernel(dst[i:i+1], v[:], w[:])
	}
	results.copyInto(out)
}
