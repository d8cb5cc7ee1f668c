package h5

import (
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// tileSize is about how much of a dataset is read at once to pick elements from: it
// fits in the processor's caches.
var tileSize = 1 << 20

// boxScratch is memory for tiles, guarded by the lock.
var boxScratch []byte

// tiles returns the shape of the tiles in which a dataset is read best: chunks, or
// several together if they are small, and rows where there are no chunks.
func (d *Dataset) tiles(size int) []int {
	tile := make([]int, len(d.shape))
	copy(tile, d.chunks)
	bytes := size
	for axis := range tile {
		tile[axis] = max(tile[axis], 1)
		bytes *= tile[axis]
	}
	for axis := len(tile) - 1; axis >= 0; axis-- {
		times := max(min(tileSize/max(bytes, 1), (d.shape[axis]+tile[axis]-1)/tile[axis]), 1)
		tile[axis] *= times
		bytes *= times
		if tile[axis] < d.shape[axis] {
			break
		}
	}
	return tile
}

// A tileRange is the part of a range of an axis that lies in one tile: count places
// from index on.
type tileRange struct{ index, count int }

// tileRanges cuts a range at the tiles.
func tileRanges(s cutSpan, tile int) []tileRange {
	var parts []tileRange
	for i := 0; i < s.count; {
		at := s.start + i*s.step
		end := (at/tile + 1) * tile
		n := min((end-at+s.step-1)/s.step, s.count-i)
		parts = append(parts, tileRange{i, n})
		i += n
	}
	return parts
}

// A tileGroup is points of one tile, or some of them that lie near each other, and
// the box around them.
type tileGroup struct {
	points    []cutPoint
	low, high []int // of the axes of the group, both inclusive
}

// A boxPlan is how a selection is read in boxes.
type boxPlan struct {
	ranges [][]tileRange // of each axis that is not of the group
	groups []tileGroup
	cost   float64
}

// boxes works out how to read a selection in boxes around its parts, and what that
// takes. The points are sorted.
func (d *Dataset) boxes(p plan, size int, direct bool) boxPlan {
	c := p.cut
	b := boxPlan{ranges: make([][]tileRange, len(c.shape))}
	tile := d.tiles(size)
	call := float64(costCall)
	if direct {
		call = costDirect
	}
	boxes, wide := 1.0, 1.0
	rows, inRow := 1.0, true // contiguous runs of a box, for the axes outside of the group
	tall := 1.0              // of these, the places before the group in one box
	for axis := len(c.shape) - 1; axis >= 0; axis-- {
		if axis >= c.first && axis < c.last {
			continue
		}
		s := c.spans[axis]
		b.ranges[axis] = tileRanges(s, tile[axis])
		n := 0
		for _, r := range b.ranges[axis] {
			n += (r.count-1)*s.step + 1
		}
		boxes *= float64(len(b.ranges[axis]))
		wide *= float64(n)
		if !inRow {
			rows *= float64(n)
		}
		inRow = inRow && n == c.shape[axis]
		if axis < c.first {
			tall *= float64(n) / float64(max(len(b.ranges[axis]), 1))
		}
	}
	afterBytes := float64(c.after() * size)
	gap := int((call + tall*costPiece) * bytesPerNs / max(afterBytes*tall, 1))
	b.groups = c.groupPoints(tile, gap, len(d.chunks) == 0)
	elements := 0.0
	for i := range b.groups {
		g := &b.groups[i]
		n := 1
		for k := range g.low {
			n *= g.high[k] - g.low[k] + 1
		}
		elements += float64(n)
		if rank := len(g.low); rank > 1 && g.high[rank-1]-g.low[rank-1]+1 < c.shape[c.last-1] {
			rows += float64(n / (g.high[rank-1] - g.low[rank-1] + 1))
		}
	}
	b.cost = boxes*float64(len(b.groups))*call + elements*wide*float64(size)/bytesPerNs + rows*costPiece + float64(c.count())*costCopy
	return b
}

// groupPoints parts the points at the tiles, and at gaps of more than so many places
// where there are no chunks.
func (c *cut) groupPoints(tile []int, gap int, gaps bool) []tileGroup {
	if c.first == c.last {
		return []tileGroup{{points: c.points}}
	}
	rank := c.last - c.first
	key := func(place int) int {
		k, scale := 0, 1
		for axis := c.last - 1; axis >= c.first; axis-- {
			n := c.shape[axis]
			k += place % n / tile[axis] * scale
			place /= n
			scale *= (n + tile[axis] - 1) / tile[axis]
		}
		return k
	}
	if !gaps && rank > 1 {
		slices.SortStableFunc(c.points, func(a, b cutPoint) int { return key(a.place) - key(b.place) })
	}
	var groups []tileGroup
	index := make([]int, len(c.shape))
	from, last := 0, -1
	for i, p := range c.points {
		k := key(p.place)
		if i == 0 || k != last || gaps && p.place-c.points[i-1].place > gap {
			if i > 0 {
				groups[len(groups)-1].points = c.points[from:i]
			}
			bounds := make([]int, 2*rank)
			groups = append(groups, tileGroup{low: bounds[:rank], high: bounds[rank:]})
			g := &groups[len(groups)-1]
			c.coordinates(p.place, index)
			copy(g.low, index[c.first:c.last])
			copy(g.high, g.low)
			from, last = i, k
			continue
		}
		g := &groups[len(groups)-1]
		c.coordinates(p.place, index)
		for axis := range rank {
			at := index[c.first+axis]
			g.low[axis], g.high[axis] = min(g.low[axis], at), max(g.high[axis], at)
		}
	}
	if len(groups) > 0 {
		groups[len(groups)-1].points = c.points[from:]
	}
	return groups
}

// readBoxes reads boxes and picks from each what is selected.
func (d *Dataset) readBoxes(op string, p plan, b boxPlan, size int, direct bool) error {
	c := p.cut
	region := make(nd.Region, len(c.shape))
	at := make([]int, len(c.shape)) // which range of each axis
	for {
		for _, g := range b.groups {
			to := c.base
			for axis, s := range c.spans {
				if axis >= c.first && axis < c.last {
					k := axis - c.first
					region[axis] = nd.Span{Start: g.low[k], Step: 1, Count: g.high[k] - g.low[k] + 1}
					continue
				}
				r := b.ranges[axis][at[axis]]
				region[axis] = nd.Span{Start: s.start + r.index*s.step, Step: 1, Count: (r.count-1)*s.step + 1}
				to += r.index * s.move
			}
			if err := d.readBox(op, p, region, g, b, at, to, size, direct); err != nil {
				return err
			}
		}
		axis := len(at) - 1
		for ; axis >= 0; axis-- {
			if b.ranges[axis] == nil {
				continue
			}
			if at[axis]++; at[axis] < len(b.ranges[axis]) {
				break
			}
			at[axis] = 0
		}
		if axis < 0 {
			return nil
		}
	}
}

// readBox reads one box; to is where in memory its first place of all ranges goes.
func (d *Dataset) readBox(op string, p plan, region nd.Region, g tileGroup, b boxPlan, at []int, to, size int, direct bool) error {
	c := p.cut
	n := region.Len()
	w := walk{size: size, to: to, axes: make([]walkAxis, 0, len(c.shape)), points: make([]walkPoint, len(g.points))}
	if first, ok := c.together(g, b, at, n); ok {
		return d.readRegion(op, p, region, p.raw[(to+first)*size:][:n*size], direct)
	}
	counts := make([]int, len(region))
	for axis, s := range region {
		counts[axis] = s.Count
	}
	var block []byte
	strides := rowMajor(counts)
	first, span := 0, 1
	if direct {
		own := rowMajor(c.shape)
		for axis, s := range region {
			first += s.Start * own[axis]
			span += (s.Count - 1) * own[axis]
		}
		// To read what lies between costs less than to read in pieces.
		if span*size <= 2*n*size+4096 {
			strides = own
		} else {
			direct = false
		}
	}
	if direct {
		block = scratch(span * size)
		if !readAt(d.bytes.fd, block, d.bytes.offset+int64(first*size)) {
			return d.error(op, d.path, errShort)
		}
	} else {
		block = scratch(n * size)
		if err := d.transferPiece(op, plan{region: region, raw: block, rawType: p.rawType}, false); err != nil {
			return err
		}
	}
	for axis, s := range c.spans {
		if axis < c.first || axis >= c.last {
			w.axes = append(w.axes, walkAxis{b.ranges[axis][at[axis]].count, s.step * strides[axis], s.move})
		}
	}
	index := make([]int, len(c.shape))
	for i, q := range g.points {
		in := 0
		if c.first < c.last {
			c.coordinates(q.place, index)
			for k, low := range g.low {
				in += (index[c.first+k] - low) * strides[c.first+k]
			}
		}
		w.points[i] = walkPoint{in, q.to}
	}
	w.run(block, p.raw)
	return nil
}

// together reports whether a box goes to memory as it is, and where it begins there.
func (c *cut) together(g tileGroup, b boxPlan, at []int, n int) (first int, ok bool) {
	step := 1
	for axis := len(c.shape) - 1; axis >= 0; axis-- {
		if axis < c.first || axis >= c.last {
			s, count := c.spans[axis], b.ranges[axis][at[axis]].count
			if count > 1 && (s.step != 1 || s.move != step) {
				return 0, false
			}
			step *= count
		}
		if axis == c.last && c.first < c.last || axis == len(c.shape)-1 && c.last == len(c.shape) {
			for i := 1; i < len(g.points); i++ {
				if g.points[i].to != g.points[0].to+i*step || g.points[i].place != g.points[0].place+i {
					return 0, false
				}
			}
			step *= len(g.points)
		}
	}
	return g.points[0].to, step == n
}

// readRegion reads a box straight to where it belongs.
func (d *Dataset) readRegion(op string, p plan, region nd.Region, raw []byte, direct bool) error {
	if direct {
		own := rowMajor(d.shape)
		first, span, n := 0, 1, region.Len()
		for axis, s := range region {
			first += s.Start * own[axis]
			span += (s.Count - 1) * own[axis]
		}
		if size := len(raw) / n; span == n {
			if !readAt(d.bytes.fd, raw, d.bytes.offset+int64(first*size)) {
				return d.error(op, d.path, errShort)
			}
			return nil
		}
	}
	return d.transferPiece(op, plan{region: region, raw: raw, rawType: p.rawType}, false)
}

// scratch returns memory for a box.
func scratch(n int) []byte {
	if n > len(boxScratch) {
		made := aligned(n)
		if n > 4*tileSize {
			return made
		}
		boxScratch = made
	}
	return boxScratch[:n]
}
