package h5

import "unsafe"

// A walk copies elements between two orders in memory: ranges, which both sides walk
// with strides of their own, and points between them, which have a place on each
// side. All is counted in elements.
type walk struct {
	size   int // of an element, in bytes
	axes   []walkAxis
	points []walkPoint
	in, to int // where the first element of a point at 0 is
}

type walkAxis struct{ count, in, to int }

type walkPoint struct{ in, to int }

// run copies. Points are taken in their order.
func (w walk) run(in, to []byte) {
	for _, a := range w.axes {
		if a.count == 0 {
			return
		}
	}
	if len(w.points) == 0 {
		return
	}
	w.join()
	if len(w.points) == 1 && len(w.axes) > 0 {
		// The longest range makes the best of the loops.
		longest := 0
		for i, a := range w.axes {
			if a.count > w.axes[longest].count {
				longest = i
			}
		}
		inner := w.axes[longest]
		rest := append(append([]walkAxis{}, w.axes[:longest]...), w.axes[longest+1:]...)
		p := w.points[0]
		eachPlace(rest, w.in+p.in, w.to+p.to, func(i, j int) { copyRange(to, in, j, i, inner, w.size) })
		return
	}
	eachPlace(w.axes, w.in, w.to, func(i, j int) { copyPoints(to, in, j, i, w.points, w.size) })
}

// join makes larger elements of ranges that lie together on both sides, and one range
// of two that go on from each other.
func (w *walk) join() {
	var axes []walkAxis
	for _, a := range w.axes {
		if a.count == 1 {
			continue
		}
		if n := len(axes); n > 0 && axes[n-1].in == a.in*a.count && axes[n-1].to == a.to*a.count {
			axes[n-1] = walkAxis{axes[n-1].count * a.count, a.in, a.to}
			continue
		}
		axes = append(axes, a)
	}
	w.axes = axes
	n := len(axes)
	if n == 0 || axes[n-1].in != 1 || axes[n-1].to != 1 {
		return
	}
	long := axes[n-1].count
	for _, a := range axes[:n-1] {
		if a.in%long != 0 || a.to%long != 0 {
			long = 0
			break
		}
	}
	if long == 0 || w.in%long != 0 || w.to%long != 0 {
		return
	}
	for _, p := range w.points {
		if p.in%long != 0 || p.to%long != 0 {
			return
		}
	}
	w.size *= long
	w.in, w.to = w.in/long, w.to/long
	w.axes = axes[:n-1]
	for i := range w.axes {
		w.axes[i].in /= long
		w.axes[i].to /= long
	}
	points := make([]walkPoint, len(w.points))
	for i, p := range w.points {
		points[i] = walkPoint{p.in / long, p.to / long}
	}
	w.points = points
}

// eachPlace calls do for all places of some axes.
func eachPlace(axes []walkAxis, i, j int, do func(i, j int)) {
	index := make([]int, len(axes))
	for {
		do(i, j)
		axis := len(axes) - 1
		for ; axis >= 0; axis-- {
			a := axes[axis]
			i += a.in
			j += a.to
			if index[axis]++; index[axis] < a.count {
				break
			}
			i -= a.count * a.in
			j -= a.count * a.to
			index[axis] = 0
		}
		if axis < 0 {
			return
		}
	}
}

// words returns memory as elements of a size that a processor moves at once, nil if
// it does not lie as such should.
func words[T any](b []byte) []T {
	var zero T
	size := unsafe.Sizeof(zero)
	p := unsafe.Pointer(unsafe.SliceData(b))
	if uintptr(p)%unsafe.Alignof(zero) != 0 {
		return nil
	}
	return unsafe.Slice((*T)(p), len(b)/int(size))
}

type pair struct{ a, b uint64 }

func copyRange(to, in []byte, j, i int, a walkAxis, size int) {
	done := false
	switch size {
	case 1:
		done = rangeOf(to, in, j, i, a)
	case 2:
		done = rangeOf(words[uint16](to), words[uint16](in), j, i, a)
	case 4:
		done = rangeOf(words[uint32](to), words[uint32](in), j, i, a)
	case 8:
		done = rangeOf(words[uint64](to), words[uint64](in), j, i, a)
	case 16:
		done = rangeOf(words[pair](to), words[pair](in), j, i, a)
	}
	if done {
		return
	}
	for range a.count {
		copy(to[j*size:(j+1)*size], in[i*size:])
		i += a.in
		j += a.to
	}
}

func rangeOf[T any](to, in []T, j, i int, a walkAxis) bool {
	if to == nil || in == nil {
		return false
	}
	if a.in == 1 && a.to == 1 {
		copy(to[j:j+a.count], in[i:i+a.count])
		return true
	}
	if a.to == 1 {
		for k := range to[j : j+a.count] {
			to[j+k] = in[i]
			i += a.in
		}
		return true
	}
	for range a.count {
		to[j] = in[i]
		i += a.in
		j += a.to
	}
	return true
}

func copyPoints(to, in []byte, j, i int, points []walkPoint, size int) {
	done := false
	switch size {
	case 1:
		done = pointsOf(to, in, j, i, points)
	case 2:
		done = pointsOf(words[uint16](to), words[uint16](in), j, i, points)
	case 4:
		done = pointsOf(words[uint32](to), words[uint32](in), j, i, points)
	case 8:
		done = pointsOf(words[uint64](to), words[uint64](in), j, i, points)
	case 16:
		done = pointsOf(words[pair](to), words[pair](in), j, i, points)
	}
	if done {
		return
	}
	for _, p := range points {
		copy(to[(j+p.to)*size:(j+p.to+1)*size], in[(i+p.in)*size:])
	}
}

func pointsOf[T any](to, in []T, j, i int, points []walkPoint) bool {
	if to == nil || in == nil {
		return false
	}
	for _, p := range points {
		to[j+p.to] = in[i+p.in]
	}
	return true
}
