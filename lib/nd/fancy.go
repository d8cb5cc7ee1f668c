package nd

import (
	"fmt"
	"slices"
)

// A block is what the lists of a choice select together: where its points lie in
// the array, counted in elements from offset, and the other axes of the result.
type block struct {
	offset  int
	points  []int
	rest    []int // lengths of the axes that are not of the block
	strides []int // of these, in the array
}

func (a *Array) block(c *Choice) block {
	b := block{offset: a.offset}
	for _, p := range c.Picks {
		switch {
		case p.Axis < 0:
			b.rest, b.strides = append(b.rest, 1), append(b.strides, 0)
		case p.List != nil:
			b.add(p, c.Block, a.strides[p.Axis])
		case p.Drop:
			b.offset += p.Start * a.strides[p.Axis]
		default:
			if p.Count > 0 {
				b.offset += p.Start * a.strides[p.Axis]
			}
			b.rest, b.strides = append(b.rest, p.Count), append(b.strides, p.Step*a.strides[p.Axis])
		}
	}
	return b
}

// add moves the points by the places of a list, broadcast to the shape of the
// block.
func (b *block) add(p Pick, shape []int, stride int) {
	if n := product(shape); b.points == nil {
		if stride == 1 && len(p.List) == n {
			b.points = slices.Clone(p.List) // which may be what is written to
			return
		}
		b.points = make([]int, n)
	}
	if len(p.List) == len(b.points) {
		for k, i := range p.List {
			b.points[k] += i * stride
		}
		return
	}
	k := 0
	l := layout{shape: shape, a: broadcastStrides(p.Shape, contiguousStrides(p.Shape), shape), b: make([]int, len(shape))}
	l.rows(func(i, _, n, di, _ int) {
		for range n {
			b.points[k] += p.List[i] * stride
			i += di
			k++
		}
	})
}

// walk calls do for all that the block selects of an array and where it is in
// another of the shape of the result, which has the strides given: either run of
// n elements, di and dj apart, or, with points, one for each of them.
func (b block) walk(c *Choice, strides []int, run func(i, j, n, di, dj int), points func(i, j int, points []int, dj int)) {
	if len(b.points) == 0 {
		return
	}
	blockStrides := strides[c.BlockAxis : c.BlockAxis+len(c.Block)]
	others := append(append([]int{}, strides[:c.BlockAxis]...), strides[c.BlockAxis+len(c.Block):]...)
	rest := layout{shape: b.rest, offA: b.offset, a: b.strides, b: others}
	for _, n := range rest.shape {
		if n == 0 {
			return
		}
	}
	rest = rest.coalesced()
	// The points of a contiguous result lie one stride apart from each other.
	dj := 1
	if k := len(blockStrides); k > 0 {
		dj = blockStrides[k-1]
	}
	last := len(rest.shape) - 1
	if last < 0 || rest.shape[last] < 8 || rest.a[last] != 1 {
		rest.rows(func(i, j, n, di, step int) {
			for range n {
				points(i, j, b.points, dj)
				i += di
				j += step
			}
		})
		return
	}
	j := rest.offB
	for k, p := range b.points {
		rest.offA, rest.offB = b.offset+p, j+k*dj
		rest.rows(run)
	}
}

// gather returns a copy of what a choice with lists selects.
func (a *Array) gather(c *Choice) *Array {
	out := unset(a.dtype, c.Shape()...)
	b := a.block(c)
	b.walk(c, out.strides,
		func(i, j, n, di, dj int) { a.buf.copyRun(out.buf, i, j, n, di, dj) },
		func(i, j int, points []int, dj int) { a.buf.take(out.buf, i, j, points, dj) })
	return out
}

func (b typed[T]) take(dst buffer, i, j int, points []int, dj int) {
	take(b, dst.(typed[T]), i, j, points, dj)
}

func (b complexes[T]) take(dst buffer, i, j int, points []int, dj int) {
	take(b, dst.(complexes[T]), i, j, points, dj)
}

func take[T element](src, dst []T, i, j int, points []int, dj int) {
	if dj == 1 {
		row := dst[j : j+len(points)]
		for k, p := range points {
			row[k] = src[i+p]
		}
		return
	}
	for _, p := range points {
		dst[j] = src[i+p]
		j += dj
	}
}

// Put writes values to what is selected, as NumPy's a[selection] = values does:
// values are what [From] takes, broadcast to the shape of the selection and
// converted as by Convert. Of places that are selected twice the last value stays.
//
//	err := a.Put(0, "::2, [1, 3]")
//	err := a.Put(-1, mask)
func (a *Array) Put(values any, selection ...any) error {
	s, err := Select(selection...)
	if err != nil {
		return err
	}
	c, err := s.Choose(a.shape)
	if err != nil {
		return err
	}
	src, err := From(values)
	if err != nil {
		return err
	}
	shape := c.Shape()
	if src, err = src.stretched(shape); err != nil {
		return fmt.Errorf("put values to %q of an array of shape %v: %w", s.String(), Shape(a.shape), err)
	}
	if overlap(a, src) {
		src = src.Copy()
	}
	if !c.Lists {
		src.copyInto(a.view(c))
		return nil
	}
	if src.dtype != a.dtype || !src.IsContiguous() {
		src = src.Convert(a.dtype)
	}
	b := a.block(c)
	b.walk(c, contiguousStrides(shape),
		func(i, j, n, di, dj int) { src.buf.copyRun(a.buf, src.offset+j, i, n, dj, di) },
		func(i, j int, points []int, dj int) {
			for _, p := range points {
				src.buf.copyRun(a.buf, src.offset+j, i+p, 1, 1, 1)
				j += dj
			}
		})
	return nil
}

// nonzero returns the coordinates of the elements that are not 0, a list an axis,
// in row-major order.
func (a *Array) nonzero() [][]int {
	truths := a
	if a.dtype != Bool || !a.IsContiguous() {
		truths = a.Convert(Bool)
	}
	n := truths.Len()
	data := elementsOf[boolean](truths.buf)[truths.offset : truths.offset+n]
	count := 0
	for _, v := range data {
		count += int(v)
	}
	lists := make([][]int, len(a.shape))
	for axis := range lists {
		lists[axis] = make([]int, 0, count)
	}
	if len(lists) == 1 {
		for i, v := range data {
			if v != 0 {
				lists[0] = append(lists[0], i)
			}
		}
		return lists
	}
	last := len(lists) - 1
	if last < 0 || n == 0 {
		return lists
	}
	width := a.shape[last]
	for row := range n / width {
		for i, v := range data[row*width : (row+1)*width] {
			if v == 0 {
				continue
			}
			lists[last] = append(lists[last], i)
			rest := row
			for axis := last - 1; axis >= 0; axis-- {
				lists[axis] = append(lists[axis], rest%a.shape[axis])
				rest /= a.shape[axis]
			}
		}
	}
	return lists
}

// Nonzero returns where the elements are that are not 0: for each axis an array
// of Int64 with their indices, in row-major order.
func (a *Array) Nonzero() []*Array {
	var out []*Array
	for _, list := range a.nonzero() {
		places := New(Int64, len(list))
		data := elementsOf[int64](places.buf)
		for k, i := range list {
			data[k] = int64(i)
		}
		out = append(out, places)
	}
	return out
}
