package nd

func (b typed[T]) sumTo(dst buffer, l layout) {
	switch dst := dst.(type) {
	case typed[int64]:
		accumulate(b, dst, l)
	case typed[uint64]:
		accumulate(b, dst, l)
	case typed[float64]:
		accumulate(b, dst, l)
	case complexes[complex128]:
		l.rows(func(i, j, n, di, dj int) {
			for range n {
				dst[j] += complex(float64(b[i]), 0)
				i, j = i+di, j+dj
			}
		})
	}
}

func (b complexes[T]) sumTo(dst buffer, l layout) {
	out := dst.(complexes[complex128])
	l.rows(func(i, j, n, di, dj int) {
		if dj == 0 {
			out[j] += pairwiseComplex(b, i, n, di)
			return
		}
		for range n {
			out[j] += complex128(b[i])
			i, j = i+di, j+dj
		}
	})
}

func pairwiseComplex[T complexNumber](src []T, i, n, step int) (sum complex128) {
	if n > 128 {
		half := n / 2
		return pairwiseComplex(src, i, half, step) + pairwiseComplex(src, i+half*step, n-half, step)
	}
	for range n {
		sum += complex128(src[i])
		i += step
	}
	return sum
}

func (b typed[T]) prodTo(dst buffer, l layout) {
	switch dst := dst.(type) {
	case typed[int64]:
		multiply(b, dst, l)
	case typed[uint64]:
		multiply(b, dst, l)
	case typed[float64]:
		multiply(b, dst, l)
	}
}

func multiply[T, A number](src typed[T], dst typed[A], l layout) {
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			dst[j] *= A(src[i])
			i, j = i+di, j+dj
		}
	})
}

func (b complexes[T]) prodTo(dst buffer, l layout) {
	out := dst.(complexes[complex128])
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			out[j] *= complex128(b[i])
			i, j = i+di, j+dj
		}
	})
}

func (b typed[T]) countTo(dst typed[int64], l layout) {
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if b[i] != 0 {
				dst[j]++
			}
			i, j = i+di, j+dj
		}
	})
}

func (b complexes[T]) countTo(dst typed[int64], l layout) {
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if b[i] != 0 {
				dst[j]++
			}
			i, j = i+di, j+dj
		}
	})
}

func accumulate[T, A number](src typed[T], dst typed[A], l layout) {
	l.rows(func(i, j, n, di, dj int) {
		if dj == 0 {
			dst[j] += pairwise[T, A](src, i, n, di)
			return
		}
		for range n {
			dst[j] += A(src[i])
			i += di
			j += dj
		}
	})
}

// pairwise adds n elements, halving the run until it is short: the rounding
// error grows with log n and not with n. The four running sums are independent
// of each other, which the processor likes.
func pairwise[T, A number](src typed[T], i, n, step int) A {
	if n > 256 {
		half := n / 2
		return pairwise[T, A](src, i, half, step) + pairwise[T, A](src, i+half*step, n-half, step)
	}
	var s0, s1, s2, s3 A
	for ; n >= 4; n -= 4 {
		s0 += A(src[i])
		s1 += A(src[i+step])
		s2 += A(src[i+2*step])
		s3 += A(src[i+3*step])
		i += 4 * step
	}
	for ; n > 0; n-- {
		s0 += A(src[i])
		i += step
	}
	return (s0 + s1) + (s2 + s3)
}

func (b typed[T]) minTo(dst buffer, l layout) {
	out := dst.(typed[T])
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if v := b[i]; v < out[j] || v != v {
				out[j] = v
			}
			i += di
			j += dj
		}
	})
}

func (b typed[T]) maxTo(dst buffer, l layout) {
	out := dst.(typed[T])
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if v := b[i]; v > out[j] || v != v {
				out[j] = v
			}
			i += di
			j += dj
		}
	})
}

func (b complexes[T]) minTo(dst buffer, l layout) { b.extremeTo(dst, l, opLt) }
func (b complexes[T]) maxTo(dst buffer, l layout) { b.extremeTo(dst, l, opGt) }

func (b complexes[T]) extremeTo(dst buffer, l layout, o op) {
	out, better := dst.(complexes[T]), compareComplexKernel[T](o)
	var yes [1]boolean
	l.rows(func(i, j, n, di, dj int) {
		for range n {
			if !isComplexNaN(complex128(out[j])) {
				better(yes[:], b[i:i+1], out[j:j+1])
				if yes[0] != 0 || isComplexNaN(complex128(b[i])) {
					out[j] = b[i]
				}
			}
			i, j = i+di, j+dj
		}
	})
}
