package nd

// A layout3 is a layout of three buffers.
type layout3 struct {
	shape   []int
	off     [3]int
	strides [3][]int
}

// coalesced is layout.coalesced, and in addition moves an axis to the end if it is
// much longer than a short last one: calls for rows of three elements would cost
// more than what they do.
func (l layout3) coalesced() layout3 {
	out := layout3{off: l.off}
	for i, n := range l.shape {
		if n == 1 {
			continue
		}
		last := len(out.shape) - 1
		merge := last >= 0
		for k := range l.strides {
			merge = merge && out.strides[k][last] == n*l.strides[k][i]
		}
		if merge {
			out.shape[last] *= n
			for k := range l.strides {
				out.strides[k][last] = l.strides[k][i]
			}
			continue
		}
		out.shape = append(out.shape, n)
		for k := range l.strides {
			out.strides[k] = append(out.strides[k], l.strides[k][i])
		}
	}
	if last := len(out.shape) - 1; last > 0 && out.shape[last] < 16 {
		longest := last
		for i, n := range out.shape {
			if n > 4*out.shape[last] && n > out.shape[longest] {
				longest = i
			}
		}
		out.shape[longest], out.shape[last] = out.shape[last], out.shape[longest]
		for k := range out.strides {
			s := out.strides[k]
			s[longest], s[last] = s[last], s[longest]
		}
	}
	return out
}

// rows calls do for every row of the last axis: the places of its first elements,
// the strides, and its length.
func (l layout3) rows(do func(at, step [3]int, n int)) {
	for _, n := range l.shape {
		if n == 0 {
			return
		}
	}
	l = l.coalesced()
	last := len(l.shape) - 1
	if last < 0 {
		do(l.off, [3]int{1, 1, 1}, 1)
		return
	}
	at := l.off
	step := [3]int{l.strides[0][last], l.strides[1][last], l.strides[2][last]}
	count := make([]int, last)
	for {
		do(at, step, l.shape[last])
		axis := last - 1
		for ; axis >= 0; axis-- {
			count[axis]++
			for k := range at {
				at[k] += l.strides[k][axis]
			}
			if count[axis] < l.shape[axis] {
				break
			}
			for k := range at {
				at[k] -= l.strides[k][axis] * count[axis]
			}
			count[axis] = 0
		}
		if axis < 0 {
			return
		}
	}
}
