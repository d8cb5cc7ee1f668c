package nd

// copyLayout copies what l walks: l.a in src, l.b in dst.
func copyLayout(src, dst buffer, l layout) {
	l.rows(func(i, j, n, di, dj int) { src.copyRun(dst, i, j, n, di, dj) })
}

func (b typed[T]) copyRun(dst buffer, i, j, n, di, dj int) {
	switch dst := dst.(type) {
	case typed[T]:
		move(b, dst, i, j, n, di, dj)
	case typed[int8]:
		convert(b, dst, i, j, n, di, dj)
	case typed[int16]:
		convert(b, dst, i, j, n, di, dj)
	case typed[int32]:
		convert(b, dst, i, j, n, di, dj)
	case typed[int64]:
		convert(b, dst, i, j, n, di, dj)
	case typed[uint8]:
		convert(b, dst, i, j, n, di, dj)
	case typed[uint16]:
		convert(b, dst, i, j, n, di, dj)
	case typed[uint32]:
		convert(b, dst, i, j, n, di, dj)
	case typed[uint64]:
		convert(b, dst, i, j, n, di, dj)
	case typed[float32]:
		convert(b, dst, i, j, n, di, dj)
	case typed[float64]:
		convert(b, dst, i, j, n, di, dj)
	case typed[boolean]:
		for range n {
			dst[j] = truth(b[i] != 0)
			i, j = i+di, j+dj
		}
	case complexes[complex64]:
		for range n {
			dst[j] = complex(float32(b[i]), 0)
			i, j = i+di, j+dj
		}
	case complexes[complex128]:
		for range n {
			dst[j] = complex(float64(b[i]), 0)
			i, j = i+di, j+dj
		}
	}
}

func (b complexes[T]) copyRun(dst buffer, i, j, n, di, dj int) {
	switch dst := dst.(type) {
	case complexes[T]:
		move(b, dst, i, j, n, di, dj)
	case complexes[complex64]:
		for range n {
			dst[j] = complex64(b[i])
			i, j = i+di, j+dj
		}
	case complexes[complex128]:
		for range n {
			dst[j] = complex128(b[i])
			i, j = i+di, j+dj
		}
	case typed[boolean]:
		for range n {
			dst[j] = truth(b[i] != 0)
			i, j = i+di, j+dj
		}
	default:
		// The real parts pass through a block of floats.
		var block [64]float64
		parts := typed[float64](block[:])
		var boxed buffer = parts
		for n > 0 {
			m := min(n, len(block))
			for k := range m {
				parts[k] = real(complex128(b[i]))
				i += di
			}
			boxed.copyRun(dst, 0, j, m, 1, dj)
			j, n = j+m*dj, n-m
		}
	}
}

// move copies elements of one type.
func move[T element](src, dst []T, i, j, n, di, dj int) {
	switch {
	case n == 0:
	case dj == 1 && di == 1:
		copy(dst[j:j+n], src[i:i+n])
	case dj == 1 && di == 0:
		fill(dst[j:j+n], src[i])
	case dj == 1:
		row := dst[j : j+n]
		for k := range row {
			row[k] = src[i]
			i += di
		}
	default:
		for range n {
			dst[j] = src[i]
			i += di
			j += dj
		}
	}
}

func fill[T element](dst []T, v T) {
	for k := range dst {
		dst[k] = v
	}
}

func convert[S, D number](src []S, dst []D, i, j, n, di, dj int) {
	if di == 1 && dj == 1 {
		from := src[i : i+n]
		to := dst[j : j+n]
		for k, v := range from {
			to[k] = D(v)
		}
		return
	}
	for range n {
		dst[j] = D(src[i])
		i += di
		j += dj
	}
}
