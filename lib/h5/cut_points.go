package h5

import "sync"

// pointLists are lists of points that selections have had, for the next ones: memory
// that has just been allocated costs as much as what is done with it.
var pointLists = sync.Pool{New: func() any { return new([]cutPoint) }}

// newPoints returns n points that go move apart in memory, all from the first place.
func newPoints(n, move int) []cutPoint {
	list := pointLists.Get().(*[]cutPoint)
	points := *list
	if cap(points) < n {
		points = make([]cutPoint, n)
	}
	points = points[:n]
	for i := range points {
		points[i] = cutPoint{to: i * move}
	}
	return points
}

// release gives the points back. The cut, which may be nil, is not used any more.
func (c *cut) release() {
	const most = 1 << 17
	if c == nil || cap(c.points) > most {
		return
	}
	pointLists.Put(&c.points)
}
