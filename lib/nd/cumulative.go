package nd

// CumSum returns the running sums along an axis, in the type of Sum. A wrong axis
// panics with an [*IndexError].
func (a *Array) CumSum(axis int) *Array { return a.cumulate(axis, false) }

// CumProd returns the running products along an axis, by the rules of CumSum.
func (a *Array) CumProd(axis int) *Array { return a.cumulate(axis, true) }

func (a *Array) cumulate(axis int, product bool) *Array {
	axis = a.axis(axis)
	out := a.Convert(a.dtype.wide())
	n, stride := out.shape[axis], out.strides[axis]
	lines, _ := out.lines([]int{axis})
	lines.eachLine(func(at, _ int) {
		switch b := out.buf.(type) {
		case typed[int64]:
			cumulate(b, at, n, stride, product)
		case typed[uint64]:
			cumulate(b, at, n, stride, product)
		case typed[float64]:
			cumulate(b, at, n, stride, product)
		case complexes[complex128]:
			cumulate(b, at, n, stride, product)
		}
	})
	return out
}

func cumulate[T arithmetic](x []T, at, n, step int, product bool) {
	if n == 0 {
		return
	}
	total := x[at]
	for range n - 1 {
		at += step
		if product {
			total *= x[at]
		} else {
			total += x[at]
		}
		x[at] = total
	}
}

// Diff returns the differences between neighbours along an axis, which becomes
// one shorter, n times over. Bools differ where one only is true. A wrong axis
// panics with an [*IndexError].
func (a *Array) Diff(n, axis int) *Array {
	axis = a.axis(axis)
	for range n {
		after, before := make(Selection, axis+1), make(Selection, axis+1)
		for k := range axis {
			after[k], before[k] = All, All
		}
		after[axis], before[axis] = R(1, End), R(0, -1)
		// Ranges are never an error.
		x, _ := a.Slice(after...)
		y, _ := a.Slice(before...)
		if a.dtype == Bool {
			a, _ = x.Xor(y)
		} else {
			a, _ = x.Sub(y)
		}
	}
	if n <= 0 {
		return a.Copy()
	}
	return a
}
