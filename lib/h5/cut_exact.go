package h5

import (
	"fmt"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// What things cost, about, in nanoseconds on an ordinary machine: only their ratios
// matter, and they only choose between ways that give the same.
const (
	costCall   = 4500 // H5Dread or H5Dwrite of a small hyperslab
	costDirect = 900  // pread
	costUnite  = 1500 // a further hyperslab in one selection
	costPoint  = 40   // a point of H5Sselect_elements
	costPiece  = 15   // each run of a hyperslab that is contiguous in the file
	costUneven = 60   // the same where hyperslabs are united
	costCopy   = 2    // an element copied within memory
	bytesPerNs = 16   // read from the system's memory into the processor's

	// sieve is how much HDF5 reads at once of a contiguous dataset for small pieces.
	sieve = 64 << 10
)

const (
	// uniteAtMost bounds the hyperslabs of one selection: HDF5 1.10 takes a time for
	// each that grows with their number.
	uniteAtMost = 256
	// pointsAtOnce bounds the coordinates that are in memory.
	pointsAtOnce = 1 << 18
)

// A cutRun is neighbouring points of one row of the group's last axis.
type cutRun struct{ place, count int }

// runs returns the places of points in order, each once, in memory that may have room.
func (c *cut) runs(room []cutRun) (runs []cutRun, places int) {
	row := 1
	if c.first < c.last {
		row = c.shape[c.last-1]
	}
	runs = slices.Grow(room[:0], len(c.points))
	for i, p := range c.points {
		if i > 0 && p.place == c.points[i-1].place {
			continue
		}
		places++
		if n := len(runs); n > 0 && runs[n-1].place+runs[n-1].count == p.place && p.place%row != 0 {
			runs[n-1].count++
			continue
		}
		runs = append(runs, cutRun{p.place, 1})
	}
	return runs, places
}

// inOrder reports whether memory has the elements in the order of the file, none
// twice.
func (c *cut) inOrder() bool {
	step := 1
	for axis := len(c.shape) - 1; axis >= c.last; axis-- {
		if s := c.spans[axis]; s.count > 1 && s.move != step {
			return false
		}
		step *= c.spans[axis].count
	}
	for i, p := range c.points {
		if p.to != i*step || i > 0 && p.place == c.points[i-1].place {
			return false
		}
	}
	step *= len(c.points)
	for axis := c.first - 1; axis >= 0; axis-- {
		if s := c.spans[axis]; s.count > 1 && s.move != step {
			return false
		}
		step *= c.spans[axis].count
	}
	return c.base == 0
}

// rearranged is the copy between memory in the order of the file, in which each
// place is once, and memory in the order of the selection.
func (c *cut) rearranged(size, places int) walk {
	w := walk{size: size, to: c.base}
	after := c.after()
	inside := rowMajor(c.counts(places))
	for axis, s := range c.spans[:c.first] {
		w.axes = append(w.axes, walkAxis{s.count, inside[axis], s.move})
	}
	for axis, s := range c.spans[c.last:] {
		w.axes = append(w.axes, walkAxis{s.count, inside[c.first+1+axis], s.move})
	}
	w.points = make([]walkPoint, len(c.points))
	at := -1
	for i, p := range c.points {
		if i == 0 || p.place != c.points[i-1].place {
			at++
		}
		w.points[i] = walkPoint{at * after, p.to}
	}
	return w
}

// counts is the shape of memory in the order of the file.
func (c *cut) counts(places int) []int {
	var shape []int
	for _, s := range c.spans[:c.first] {
		shape = append(shape, s.count)
	}
	shape = append(shape, places)
	for _, s := range c.spans[c.last:] {
		shape = append(shape, s.count)
	}
	return shape
}

// turned is the walk the other way.
func (w walk) turned() walk {
	axes, points := make([]walkAxis, len(w.axes)), make([]walkPoint, len(w.points))
	for i, a := range w.axes {
		axes[i] = walkAxis{a.count, a.to, a.in}
	}
	for i, p := range w.points {
		points[i] = walkPoint{p.to, p.in}
	}
	return walk{w.size, axes, points, w.to, w.in}
}

// exactCost is what transferExact is expected to take, and by which way.
func (c *cut) exactCost(p plan, chunked bool, runs []cutRun, places int) (cost float64, way cutWay) {
	outside := c.outside()
	n := float64(places * outside)
	size := float64(len(p.raw) / max(c.count(), 1))
	// Runs that are contiguous in the file, as far as the group and what is after it
	// tell.
	pieces, whole := float64(len(runs)*c.before()), true
	for axis := len(c.shape) - 1; axis >= c.last; axis-- {
		s := c.spans[axis]
		if !whole || s.step != 1 {
			pieces *= float64(s.count)
		}
		whole = whole && s.step == 1 && s.count == c.shape[axis]
	}
	if c.first == len(c.shape) && c.first > 0 {
		// Without lists, the last range is what may be contiguous.
		if s := c.spans[c.first-1]; s.step == 1 {
			pieces /= float64(max(s.count, 1))
		}
	}
	extent := min(float64(c.extent())*size, pieces*sieve+n*size) / bytesPerNs
	many := float64(len(runs))
	if many == 1 {
		return costCall + pieces*costPiece + extent, cutUnion
	}
	cost, way = costCall+many*costUnite+pieces*costUneven+extent, cutUnion
	if !p.collective && !chunked {
		calls := many*costCall + pieces*costPiece + n*size/bytesPerNs
		if c.before() > 1 {
			calls += many * extent // each goes through all of it
		}
		if calls < cost {
			cost, way = calls, cutCalls
		}
	}
	if t := costCall + n*costPoint + extent; t < cost {
		cost, way = t, cutPoints
	}
	return cost, way
}

// extent returns how many elements there are in the file from the first to the last
// that is selected. The points are sorted.
func (c *cut) extent() int {
	n, step := 1, 1
	for axis := len(c.shape) - 1; axis >= 0; axis-- {
		if axis >= c.first && axis < c.last {
			if axis == c.last-1 {
				n += (c.points[len(c.points)-1].place - c.points[0].place) * step
			}
		} else if s := c.spans[axis]; s.count > 0 {
			n += (s.count - 1) * s.step * step
		}
		step *= c.shape[axis]
	}
	return n
}

// A cutWay is a way to say to HDF5 what is selected.
type cutWay int

const (
	cutAny    cutWay = iota
	cutBoxes         // boxes around what is selected
	cutUnion         // hyperslabs in one selection
	cutCalls         // hyperslabs, one after the other
	cutPoints        // H5Sselect_elements
)

// transferExact reads or writes what is selected and nothing else. The points are
// sorted.
func (d *Dataset) transferExact(op string, p *plan, runs []cutRun, places int, way cutWay, write bool) error {
	c := p.cut
	size := len(p.raw) / c.count()
	if c.inOrder() {
		p.called = true
		return d.exchange(op, *p, runs, places, way, write)
	}
	if err := mayTake(places*c.outside(), size); err != nil {
		return d.error(op, d.path, err)
	}
	p.called = true
	w := c.rearranged(size, places)
	asked := p.raw
	p.raw = aligned(places * c.outside() * size)
	if write {
		// Of values for one place the last one stays.
		w.turned().run(asked, p.raw)
		return d.exchange(op, *p, runs, places, way, true)
	}
	if err := d.exchange(op, *p, runs, places, way, false); err != nil {
		return err
	}
	w.run(p.raw, asked)
	return nil
}

// exchange moves elements in the order of the file.
func (d *Dataset) exchange(op string, p plan, runs []cutRun, places int, way cutWay, write bool) error {
	c := p.cut
	size := len(p.raw) / (places * c.outside())
	if way == cutPoints {
		return d.exchangePoints(op, p, size, write)
	}
	most := len(runs)
	switch {
	case way == cutCalls:
		most = 1
	case !p.collective:
		most = uniteAtMost
	}
	from := 0
	for len(runs) > 0 {
		some := runs[:min(most, len(runs))]
		runs = runs[len(some):]
		space, err := d.fileSpace(op)
		if err != nil {
			return err
		}
		n := 0
		for i, r := range some {
			n += r.count
			if c.selectRun(d.file.lib, space, r, i > 0) < 0 {
				return d.fail(op, d.path)
			}
		}
		if err := d.exchangeSome(op, p, space, from, n, places, size, write); err != nil {
			return err
		}
		from += n
	}
	return nil
}

// selectRun selects a run with the ranges around it, alone or beside what is selected
// already. Below zero HDF5 failed.
func (c *cut) selectRun(l *library, space int64, r cutRun, beside bool) int32 {
	start, stride, count, _ := l.spaces.room(len(c.shape))
	place := r.place
	for axis := len(c.shape) - 1; axis >= 0; axis-- {
		if axis < c.first || axis >= c.last {
			s := c.spans[axis]
			start[axis], stride[axis], count[axis] = uint64(s.start), uint64(s.step), uint64(s.count)
			continue
		}
		start[axis], stride[axis], count[axis] = uint64(place%c.shape[axis]), 1, 1
		place /= c.shape[axis]
	}
	if c.first < c.last {
		count[c.last-1] = uint64(r.count)
	}
	set := selectSet
	if beside {
		set = selectOr
	}
	// herr_t H5Sselect_hyperslab(hid_t, H5S_seloper_t, const hsize_t *start, *stride, *count, *block)
	return int32(l.c.sHyperslab.Call(dl.Int(space), dl.Int(set), dl.Slice(start), dl.Slice(stride), dl.Slice(count), dl.Null))
}

const (
	selectSet = 0 // H5S_SELECT_SET
	selectOr  = 1 // H5S_SELECT_OR
)

// exchangeSome moves n of the points from one on, for which the selection in the file
// has been made.
func (d *Dataset) exchangeSome(op string, p plan, space int64, from, n, places, size int, write bool) error {
	c := p.cut
	l := d.file.lib
	before, after := c.before(), c.after()
	if n == places || before == 1 {
		return d.call(op, p, space, p.raw[from*after*size:][:before*n*after*size], before*n*after, write)
	}
	memory := l.newSpace([]int{before, places, after})
	if memory < 0 {
		return d.fail(op, d.path)
	}
	defer l.c.sClose.Call(dl.Int(memory))
	start := []uint64{0, uint64(from), 0}
	count := []uint64{uint64(before), uint64(n), uint64(after)}
	if int32(l.c.sHyperslab.Call(dl.Int(memory), dl.Int(0), dl.Slice(start), dl.Null, dl.Slice(count), dl.Null)) < 0 {
		return d.fail(op, d.path)
	}
	return d.callWith(op, p, space, memory, p.raw, write)
}

// exchangePoints selects element by element.
func (d *Dataset) exchangePoints(op string, p plan, size int, write bool) error {
	c := p.cut
	rank := len(c.shape)
	total := len(p.raw) / size
	most := total
	if !p.collective {
		most = min(total, pointsAtOnce)
	}
	if most < total {
		c.lists = nil // which may be where the first of them are read to
	}
	kept := &d.file.lib.spaces.points
	if cap(kept.coordinates) < most*rank {
		kept.coordinates = make([]int, 0, most*rank) // for HDF5, hsize_t
	}
	defer kept.shrink()
	coordinates := kept.coordinates[:0]
	from := 0
	send := func() error {
		n := len(coordinates) / rank
		space, err := d.fileSpace(op)
		if err != nil {
			return err
		}
		// The coordinates would stay in the dataspace, which is kept.
		defer d.file.lib.c.sNone.Call(dl.Int(space))
		// herr_t H5Sselect_elements(hid_t, H5S_seloper_t, size_t number, const hsize_t *coordinates)
		if int32(d.file.lib.c.sElements.Call(dl.Int(space), dl.Int(0), dl.Int(n), dl.Slice(coordinates))) < 0 {
			return d.fail(op, d.path)
		}
		err = d.call(op, p, space, p.raw[from*size:][:n*size], n, write)
		from += n
		coordinates = coordinates[:0]
		return err
	}
	outer, inner := make([]int, c.first), make([]int, rank-c.last)
	for {
		for i, q := range c.points {
			if i > 0 && q.place == c.points[i-1].place {
				continue
			}
			for {
				n := len(coordinates)
				coordinates = coordinates[:n+rank]
				index := coordinates[n:]
				for axis, at := range outer {
					index[axis] = c.spans[axis].start + at*c.spans[axis].step
				}
				if c.lists == nil {
					c.coordinates(q.place, index)
				}
				for k, list := range c.lists {
					index[c.first+k] = list[i]
				}
				for k, at := range inner {
					s := c.spans[c.last+k]
					index[c.last+k] = s.start + at*s.step
				}
				if len(coordinates) == most*rank {
					if err := send(); err != nil {
						return err
					}
				}
				if !next(inner, c.spans[c.last:]) {
					break
				}
			}
		}
		if !next(outer, c.spans[:c.first]) {
			break
		}
	}
	if len(coordinates) > 0 {
		return send()
	}
	return nil
}

// next goes on to the next place of some ranges; after the last one it is back at the
// first, and reports false.
func next(index []int, spans []cutSpan) bool {
	for axis := len(index) - 1; axis >= 0; axis-- {
		if index[axis]++; index[axis] < spans[axis].count {
			return true
		}
		index[axis] = 0
	}
	return false
}

// fileSpace returns the dataset's dataspace, to select in.
func (d *Dataset) fileSpace(op string) (int64, error) {
	_, _, _, dims := d.file.lib.spaces.room(len(d.extent()))
	for axis, n := range d.extent() {
		dims[axis] = uint64(n)
	}
	space := d.file.lib.spaces.file.get(d.file.lib, dims)
	if space < 0 {
		return 0, d.fail(op, d.path)
	}
	return space, nil
}

// call transfers n elements that lie together in memory.
func (d *Dataset) call(op string, p plan, space int64, data []byte, n int, write bool) error {
	_, _, count, _ := d.file.lib.spaces.room(1)
	count[0] = uint64(n)
	memory := d.file.lib.spaces.memory.get(d.file.lib, count)
	if memory < 0 {
		return d.fail(op, d.path)
	}
	return d.callWith(op, p, space, memory, data, write)
}

// callWith calls H5Dread or H5Dwrite.
func (d *Dataset) callWith(op string, p plan, space, memory int64, data []byte, write bool) error {
	l := d.file.lib
	list, function := l.independent, l.c.dRead
	if p.collective {
		list = l.collective
	}
	if write {
		function = l.c.dWrite
	}
	if int32(d.file.call(function, dl.Int(d.id), dl.Int(p.rawType), dl.Int(memory), dl.Int(space), dl.Int(list), dl.Slice(data))) < 0 {
		return d.failData(op)
	}
	return nil
}

// checkPoints makes sure that there is memory for the places that a selection with
// lists is worked out to: those of the lists, once for each place of the ranges between
// them.
func checkPoints(choice *nd.Choice, outer bool) error {
	const most = 1 << 50
	n := 1
	times := func(k int) {
		if k > 0 && n > most/k {
			n = most
		} else {
			n *= k
		}
	}
	first, last := len(choice.Picks), -1
	for i, p := range choice.Picks {
		if p.List != nil {
			first, last = min(first, i), i
		}
	}
	index := -1 // of the list before, which may be of several axes
	for i, p := range choice.Picks {
		switch {
		case p.List == nil && p.Axis >= 0 && i > first && i < last:
			times(p.Count)
		case p.List != nil && outer && p.Index != index:
			times(len(p.List))
			index = p.Index
		}
	}
	if !outer {
		for _, k := range choice.Block {
			times(k)
		}
	}
	if err := mayTake(n, 4*8); err != nil {
		return fmt.Errorf("its lists select too much at once: %w", err)
	}
	return nil
}
