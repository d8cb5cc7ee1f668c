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

func (b typed[T]) countTo(to buffer, l layout) {
	dst := to.(typed[int64])
	l.rows(func(i, j, n, di, dj int) {
		if di == 1 && dj == 0 {
			count := 0
			for _, v := range b[i : i+n] {
				count += int(truth(v != 0))
			}
			dst[j] += int64(count)
			return
		}
		for range n {
			if b[i] != 0 {
				dst[j]++
			}
			i, j = i+di, j+dj
		}
	})
}

func (b complexes[T]) countTo(to buffer, l layout) {
	dst := to.(typed[int64])
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
		if di == 1 && dj == 1 {
			from := src[i : i+n]
			to := dst[j : j+n]
			for k, v := range from {
				to[k] += A(v)
			}
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
		switch {
		case di == 1 && dj == 0:
			out[j] = minRun(b[i:i+n], out[j])
			return
		case di == 1 && dj == 1:
			minimum(out[j:j+n], out[j:j+n], b[i:i+n])
			return
		}
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
		switch {
		case di == 1 && dj == 0:
			out[j] = maxRun(b[i:i+n], out[j])
			return
		case di == 1 && dj == 1:
			maximum(out[j:j+n], out[j:j+n], b[i:i+n])
			return
		}
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

// minRun finds the extreme of a run and of v, NaN if there is one, by eight
// candidates that do not wait for each other.
func minRun[T number](x []T, v T) T {
	c0, c1, c2, c3, c4, c5, c6, c7 := v, v, v, v, v, v, v, v
	for len(x) >= 8 {
		y := x[:8:8]
		c0, c1, c2, c3 = min(c0, y[0]), min(c1, y[1]), min(c2, y[2]), min(c3, y[3])
		c4, c5, c6, c7 = min(c4, y[4]), min(c5, y[5]), min(c6, y[6]), min(c7, y[7])
		x = x[8:]
	}
	for _, w := range x {
		c0 = min(c0, w)
	}
	return min(c0, c1, c2, c3, c4, c5, c6, c7)
}

// maxRun finds the extreme of a run and of v, NaN if there is one, by eight
// candidates that do not wait for each other.
func maxRun[T number](x []T, v T) T {
	c0, c1, c2, c3, c4, c5, c6, c7 := v, v, v, v, v, v, v, v
	for len(x) >= 8 {
		y := x[:8:8]
		c0, c1, c2, c3 = max(c0, y[0]), max(c1, y[1]), max(c2, y[2]), max(c3, y[3])
		c4, c5, c6, c7 = max(c4, y[4]), max(c5, y[5]), max(c6, y[6]), max(c7, y[7])
		x = x[8:]
	}
	for _, w := range x {
		c0 = max(c0, w)
	}
	return max(c0, c1, c2, c3, c4, c5, c6, c7)
}
