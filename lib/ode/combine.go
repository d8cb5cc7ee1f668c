package ode

// combine sets dst = y + h * (w[0] k0 + w[1] k1 + ...), where the vectors k0, k1
// ... lie one after the other in k. This sum is where the time of a step goes. All
// vectors have the length of dst, a multiple of 4; w has an element at least.
func combine(dst, y, k, w []float64, h float64) {
	n := len(dst)
	if len(y) != n || len(k) < n*len(w) || n == 0 || len(w) == 0 {
		return
	}
	if vector {
		combineVector(&dst[0], &y[0], &k[0], &w[0], n, len(w), h)
		return
	}
	combinePlain(dst, y, k, w, h)
}

// combinePlain is combine for processors without vector instructions that we know.
func combinePlain(dst, y, k, w []float64, h float64) {
	n := len(dst)
	y = y[:n]
	clear(dst)
	for j, weight := range w {
		if weight == 0 {
			continue
		}
		kj := k[j*n:][:n]
		for i := range dst {
			dst[i] += weight * kj[i]
		}
	}
	for i := range dst {
		dst[i] = y[i] + h*dst[i]
	}
}
