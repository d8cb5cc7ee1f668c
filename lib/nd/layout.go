package nd

import "slices"

// A layout walks two buffers together: one shape, and for each buffer the
// offset of its first element and the strides, all counted in elements.
type layout struct {
	shape      []int
	offA, offB int
	a, b       []int
}

// coalesced drops axes of length 1 and merges neighbours that both buffers walk
// as one, so that rows are as long as they can be.
func (l layout) coalesced() layout {
	out := layout{offA: l.offA, offB: l.offB}
	for i, n := range l.shape {
		if n == 1 {
			continue
		}
		last := len(out.shape) - 1
		if last >= 0 && out.a[last] == n*l.a[i] && out.b[last] == n*l.b[i] {
			out.shape[last] *= n
			out.a[last], out.b[last] = l.a[i], l.b[i]
			continue
		}
		out.shape = append(out.shape, n)
		out.a = append(out.a, l.a[i])
		out.b = append(out.b, l.b[i])
	}
	return out
}

// sorted orders the axes so that the first buffer is walked in the order of its
// memory.
func (l layout) sorted() layout {
	order := make([]int, len(l.shape))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return abs(l.a[j]) - abs(l.a[i]) })
	out := layout{offA: l.offA, offB: l.offB}
	for _, i := range order {
		out.shape = append(out.shape, l.shape[i])
		out.a = append(out.a, l.a[i])
		out.b = append(out.b, l.b[i])
	}
	return out
}

// rows calls do for every row of the last axis: the offsets of its first
// elements, its length and the two strides.
func (l layout) rows(do func(i, j, n, di, dj int)) {
	for _, n := range l.shape {
		if n == 0 {
			return
		}
	}
	l = l.coalesced()
	last := len(l.shape) - 1
	if last < 0 {
		do(l.offA, l.offB, 1, 1, 1)
		return
	}
	i, j := l.offA, l.offB
	count := make([]int, last)
	for {
		do(i, j, l.shape[last], l.a[last], l.b[last])
		axis := last - 1
		for ; axis >= 0; axis-- {
			count[axis]++
			i += l.a[axis]
			j += l.b[axis]
			if count[axis] < l.shape[axis] {
				break
			}
			i -= l.a[axis] * count[axis]
			j -= l.b[axis] * count[axis]
			count[axis] = 0
		}
		if axis < 0 {
			return
		}
	}
}

// contiguousStrides returns the strides of row-major order.
func contiguousStrides(shape []int) []int {
	strides := make([]int, len(shape))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = step
		step *= shape[i]
	}
	return strides
}

func product(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
