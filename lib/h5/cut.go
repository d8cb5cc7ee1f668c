package h5

import (
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// A cut is a selection in the form in which it is carried out, for all that is more
// than a box walked in the order of the file: lists, masks, points, and steps
// backwards.
//
// The lists together are points of a group of neighbouring axes, first up to but not
// including last; ranges between them belong to the points. Each point has its
// place in the group, counted in row-major order, and where it goes in memory. The
// other axes, before and after the group, are ranges, which go forwards in the file;
// in memory they may go either way. A cut without lists has the group after all axes
// and one point in it.
type cut struct {
	shape       []int // of the dataset
	result      []int // of what is selected, without what it has of length 1 by nd.NewAxis
	first, last int
	short       bool      // the places in the group are below 1<<32
	spans       []cutSpan // of all axes; those of the group are not used
	points      []cutPoint
	lists       [][]int // of the axes of the group, if each has one with a place for each point in turn
	ordered     bool    // the points are in the order of the file
	repeated    bool    // and places are repeated among them
	base        int     // where in memory the first place of all ranges goes, for a point that goes to 0
}

// A cutSpan is what is taken of an axis that is not of the group: count places, step
// apart in the file and move apart in memory, in elements.
type cutSpan struct{ start, step, count, move int }

// A cutPoint is a place in the group and where its elements go.
type cutPoint struct{ place, to int }

// count returns the number of elements, those that are repeated each time.
func (c *cut) count() int { return c.outside() * len(c.points) }

// outside returns how many elements each point has.
func (c *cut) outside() int { return c.before() * c.after() }

func (c *cut) before() int { return countSpans(c.spans[:c.first]) }

func (c *cut) after() int { return countSpans(c.spans[c.last:]) }

func countSpans(spans []cutSpan) int {
	n := 1
	for _, s := range spans {
		n *= s.count
	}
	return n
}

// regionOf returns what is selected as a region, and whether it is one that goes
// forwards: without lists and steps backwards.
func regionOf(choice *nd.Choice) (nd.Region, bool) {
	if choice.Lists {
		return nil, false
	}
	region := make(nd.Region, 0, len(choice.Picks))
	for _, p := range choice.Picks {
		if p.Axis < 0 {
			continue
		}
		if p.Step < 0 && p.Count > 1 {
			return nil, false
		}
		if p.Count <= 1 {
			p.Step = 1
		}
		region = append(region, p.Span)
	}
	return region, true
}

// newCut works out a selection of a dataset; outer is for lists that each go for
// themselves.
func newCut(choice *nd.Choice, shape []int, outer bool) *cut {
	c := &cut{shape: shape, first: len(shape), last: len(shape), spans: make([]cutSpan, len(shape))}
	for _, p := range choice.Picks {
		if p.List != nil {
			c.first, c.last = min(c.first, p.Axis), p.Axis+1
		}
	}
	c.short = product(shape[c.first:c.last]) < 1<<32
	var block []cutPoint
	var moves []int // of the picks
	if outer {
		c.result, moves, block = c.outerBlock(choice)
	} else {
		c.result, moves, block = c.block(choice)
	}
	for k, p := range choice.Picks {
		if p.Axis < 0 || p.List != nil {
			continue
		}
		s := cutSpan{p.Start, p.Step, p.Count, moves[k]}
		if s.count > 1 && s.step < 0 {
			s.start += (s.count - 1) * s.step
			c.base += (s.count - 1) * s.move
			s.step, s.move = -s.step, -s.move
		}
		if s.count <= 1 {
			s.step = 1
		}
		c.spans[p.Axis] = s
		if p.Axis >= c.first && p.Axis < c.last {
			block = c.widen(block, p.Axis)
		}
	}
	c.points = block
	return c
}

// stride returns how many places of the group lie between neighbours of one of its
// axes.
func (c *cut) stride(axis int) int { return product(c.shape[axis+1 : c.last]) }

// block joins lists by NumPy's rules.
func (c *cut) block(choice *nd.Choice) (result, moves []int, points []cutPoint) {
	result = choice.Shape()
	strides := rowMajor(result)
	moves = make([]int, len(choice.Picks))
	at := 0
	for k, p := range choice.Picks {
		if p.List != nil || p.Drop {
			continue
		}
		axis := at
		if axis >= choice.BlockAxis {
			axis += len(choice.Block)
		}
		moves[k] = strides[axis]
		at++
	}
	move := 0
	if n := len(choice.Block); n > 0 {
		move = strides[choice.BlockAxis+n-1]
	}
	points = newPoints(product(choice.Block), move)
	for _, p := range choice.Picks {
		if p.List == nil {
			continue
		}
		c.addList(points, p, choice.Block)
		if len(p.List) == len(points) {
			c.lists = append(c.lists, p.List)
		}
	}
	if len(c.lists) != c.last-c.first {
		c.lists = nil
	}
	return result, moves, points
}

// addList moves points by the places of a list, which is broadcast to their shape.
func (c *cut) addList(points []cutPoint, p nd.Pick, block []int) {
	stride := c.stride(p.Axis)
	if len(p.List) == len(points) {
		for i, place := range p.List {
			points[i].place += place * stride
		}
		return
	}
	own := rowMajor(p.Shape)
	steps := make([]int, len(block))
	for axis, n := range p.Shape {
		if n != 1 {
			steps[len(block)-len(p.Shape)+axis] = own[axis]
		}
	}
	index := make([]int, len(block))
	at := 0
	for i := range points {
		points[i].place += p.List[at] * stride
		for axis := len(block) - 1; axis >= 0; axis-- {
			at += steps[axis]
			if index[axis]++; index[axis] < block[axis] {
				break
			}
			at -= index[axis] * steps[axis]
			index[axis] = 0
		}
	}
}

// outerBlock has each list, and each mask, for itself, as an axis of its own where it
// stands.
func (c *cut) outerBlock(choice *nd.Choice) (result, moves []int, points []cutPoint) {
	moves = make([]int, len(choice.Picks))
	own := make([]int, len(choice.Picks)) // axis of the result, -1 for none
	for k, p := range choice.Picks {
		own[k] = len(result)
		switch {
		case p.List != nil && k > 0 && choice.Picks[k-1].List != nil && choice.Picks[k-1].Index == p.Index:
			own[k] = own[k-1] // the next axis of a mask
		case p.List != nil:
			result = append(result, len(p.List))
		case p.Drop:
			own[k] = -1
		case p.Axis < 0:
			result = append(result, 1)
		default:
			result = append(result, p.Count)
		}
	}
	strides := rowMajor(result)
	points = []cutPoint{{}}
	for k, p := range choice.Picks {
		if own[k] < 0 {
			continue
		}
		moves[k] = strides[own[k]]
		if p.List == nil || k > 0 && own[k-1] == own[k] {
			continue
		}
		list := make([]int, len(p.List))
		for j := k; j < len(own) && own[j] == own[k]; j++ {
			stride := c.stride(choice.Picks[j].Axis)
			for i, place := range choice.Picks[j].List {
				list[i] += place * stride
			}
		}
		wide := make([]cutPoint, 0, len(points)*len(list))
		for _, q := range points {
			for i, place := range list {
				wide = append(wide, cutPoint{q.place + place, q.to + i*moves[k]})
			}
		}
		points = wide
	}
	return result, moves, points
}

// widen multiplies points by a range that lies between lists.
func (c *cut) widen(points []cutPoint, axis int) []cutPoint {
	s, stride := c.spans[axis], c.stride(axis)
	if s.count == 1 {
		for i := range points {
			points[i].place += s.start * stride
		}
		return points
	}
	wide := make([]cutPoint, 0, len(points)*s.count)
	for _, p := range points {
		for i := range s.count {
			wide = append(wide, cutPoint{p.place + (s.start+i*s.step)*stride, p.to + i*s.move})
		}
	}
	return wide
}

// repeats returns which elements in memory are copies of others.
func (c *cut) repeats() []int {
	c.sort()
	var all []int
	for i := 1; i < len(c.points); i++ {
		if c.points[i].place != c.points[i-1].place {
			continue
		}
		eachPlace(c.moves(), 0, c.base+c.points[i].to, func(_, to int) { all = append(all, to) })
	}
	return all
}

// moves are the ranges as memory has them.
func (c *cut) moves() []walkAxis {
	var axes []walkAxis
	for axis, s := range c.spans {
		if axis < c.first || axis >= c.last {
			axes = append(axes, walkAxis{count: s.count, to: s.move})
		}
	}
	return axes
}

// rowMajor returns the strides of an array of a shape.
func rowMajor(shape []int) []int {
	strides := make([]int, len(shape))
	step := 1
	for axis := len(shape) - 1; axis >= 0; axis-- {
		strides[axis] = step
		step *= shape[axis]
	}
	return strides
}

// sort brings the points into the order of the file; those of one place stay in the
// order in which they were asked for. It reports whether places are repeated.
func (c *cut) sort() (repeated bool) {
	if c.ordered {
		return c.repeated
	}
	sorted := true
	for i := 1; i < len(c.points) && sorted; i++ {
		a, b := c.points[i-1].place, c.points[i].place
		sorted = a <= b
		c.repeated = c.repeated || a == b
	}
	if !sorted {
		c.lists = nil
		slices.SortStableFunc(c.points, func(a, b cutPoint) int { return a.place - b.place })
		for i := 1; i < len(c.points) && !c.repeated; i++ {
			c.repeated = c.points[i-1].place == c.points[i].place
		}
	}
	c.ordered = true
	return c.repeated
}

// coordinates puts the places of a point of the group, one an axis, into index.
func (c *cut) coordinates(place int, index []int) {
	if c.short {
		// Short numbers are divided in a fraction of the time.
		short := uint32(place)
		for axis := c.last - 1; axis > c.first; axis-- {
			n := uint32(c.shape[axis])
			index[axis] = int(short % n)
			short /= n
		}
		if c.first < c.last {
			index[c.first] = int(short)
		}
		return
	}
	for axis := c.last - 1; axis >= c.first; axis-- {
		n := c.shape[axis]
		index[axis] = place % n
		place /= n
	}
}
