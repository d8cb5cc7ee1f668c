package h5

import (
	"slices"

	"github.com/galago-hpc/galago/lib/nd"
)

// tileSize is about how much of a dataset is read at once to pick elements from: it
// fits in the processor's caches.
var tileSize = 256 << 10

// boxScratch is memory for tiles, guarded by the lock.
var boxScratch []byte

// tiles returns the shape of the tiles in which a dataset is read best: chunks, or
// several together if they are small, and rows where there are no chunks.
func (d *Dataset) tiles(size int) []int {
	tile := make([]int, len(d.extent()))
	copy(tile, d.chunks)
	bytes := size
	for axis := range tile {
		tile[axis] = max(tile[axis], 1)
		bytes *= tile[axis]
	}
	for axis := len(tile) - 1; axis >= 0; axis-- {
		times := max(min(tileSize/max(bytes, 1), (d.extent()[axis]+tile[axis]-1)/tile[axis]), 1)
		tile[axis] *= times
		bytes *= times
		if tile[axis] < d.extent()[axis] {
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
	boxes, outside := 1.0, 1.0 // how many, and how much of the other axes is in them together
	tall := false              // a box has several places of an axis before the group
	for axis, s := range c.spans {
		if axis >= c.first && axis < c.last {
			continue
		}
		b.ranges[axis] = tileRanges(s, tile[axis])
		n := 0
		for _, r := range b.ranges[axis] {
			n += (r.count-1)*s.step + 1
			tall = tall || axis < c.first && r.count > 1
		}
		boxes *= float64(len(b.ranges[axis]))
		outside *= float64(n)
	}
	// Points are taken together if to read what is between them costs less than
	// another call; in a tall box they must be so far apart that HDF5 does not read
	// it anyway.
	between := call * bytesPerNs
	if tall {
		between = sieve
	}
	b.groups = c.groupPoints(tile, int(between)/max(c.after()*size, 1), len(d.chunks) == 0)
	inside := 0.0
	for _, g := range b.groups {
		n := 1
		for k := range g.low {
			n *= g.high[k] - g.low[k] + 1
		}
		inside += float64(n)
	}
	bytes := inside * outside * float64(size)
	if tall && len(d.chunks) == 0 {
		// Between the rows of a box is what is read as well, or left out with a seek.
		bytes = max(bytes, min(float64(c.extent()*size), bytes+boxes*float64(len(b.groups))*float64(tileSize)))
	}
	b.cost = boxes*float64(len(b.groups))*call + bytes/bytesPerNs + float64(c.count())*costCopy
	if last := len(c.shape) - 1; !direct && tall && (last >= c.last || last < c.first) {
		// HDF5 walks a box in pieces as long as its last axis.
		s := c.spans[last]
		b.cost += inside * outside / float64((s.count-1)*s.step+1) * costPiece
	}
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
	if rank > 1 && !gaps {
		c.ordered, c.lists = false, nil
		slices.SortStableFunc(c.points, func(a, b cutPoint) int { return key(a.place) - key(b.place) })
	}
	var groups []tileGroup
	if gaps {
		// Without chunks any stretch of places will do, in whole rows if in several.
		long := product(tile[c.first:c.last])
		for from, i := 0, 1; i <= len(c.points); i++ {
			if i < len(c.points) && c.points[i].place-c.points[from].place < long && c.points[i].place-c.points[i-1].place <= gap {
				continue
			}
			groups = append(groups, c.stretch(c.points[from:i]))
			from = i
		}
		return groups
	}
	index := make([]int, len(c.shape))
	from, last := 0, -1
	for i, p := range c.points {
		k := key(p.place)
		if i == 0 || k != last {
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

// stretch is a group of sorted points as a box: the one row that they are in, or whole
// rows.
func (c *cut) stretch(points []cutPoint) tileGroup {
	bounds := make([]int, 2*(c.last-c.first))
	g := tileGroup{points, bounds[:len(bounds)/2], bounds[len(bounds)/2:]}
	low, high := points[0].place, points[len(points)-1].place
	for k := len(g.low) - 1; k >= 0; k-- {
		n := c.shape[c.first+k]
		g.low[k], g.high[k] = low%n, high%n
		low, high = low/n, high/n
	}
	for k := range g.low {
		if g.low[k] != g.high[k] {
			for ; k+1 < len(g.low); k++ {
				g.low[k+1], g.high[k+1] = 0, c.shape[c.first+k+1]-1
			}
			break
		}
	}
	return g
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
		if span*size <= max(2*n*size, 4*tileSize) {
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
		if p.source == nil {
			// HDF5 leaves out what lies between the fields of a struct.
			clear(block)
		}
		if err := d.transferPiece(op, plan{region: region, raw: block, rawType: p.rawType}, false); err != nil {
			return err
		}
	}
	for axis, s := range c.spans {
		if axis < c.first || axis >= c.last {
			w.axes = append(w.axes, walkAxis{b.ranges[axis][at[axis]].count, s.step * strides[axis], s.move})
		}
	}
	// Where the block has whole rows of the group, places are as far apart in it as in
	// the group.
	even, origin := true, 0
	for axis := c.first; axis < c.last; axis++ {
		origin += g.low[axis-c.first] * c.stride(axis)
		even = even && (axis == c.last-1 || region[axis].Count == 1 || strides[axis] == strides[c.last-1]*c.stride(axis))
	}
	index := make([]int, len(c.shape))
	for i, q := range g.points {
		in := 0
		switch {
		case c.first == c.last:
		case even:
			in = (q.place - origin) * strides[c.last-1]
		default:
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
		own := rowMajor(d.extent())
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
