package nd

import (
	"fmt"
	"math"
)

// A Span is what a selection takes of one axis: Count places from Start on, Step
// apart. Step may be negative and is never 0. Drop says that the axis was
// selected by an integer and does not appear in the result.
type Span struct {
	Start, Step, Count int
	Drop               bool
}

// A Region is a selection worked out for a shape, one Span an axis.
type Region []Span

// Shape returns the shape of what is selected.
func (r Region) Shape() []int {
	shape := make([]int, 0, len(r))
	for _, s := range r {
		if !s.Drop {
			shape = append(shape, s.Count)
		}
	}
	return shape
}

// Len returns the number of elements selected.
func (r Region) Len() int {
	n := 1
	for _, s := range r {
		n *= s.Count
	}
	return n
}

// Resolve works the selection out for an array of the given shape, by NumPy's
// rules: axes that are not named are taken whole, negative numbers count from
// the end, ranges are cut to the axis. The errors are too many indices and
// integers outside their axis (both [*IndexError]), a step of 0, a second
// Ellipsis, and lists, masks and new axes, for which there is [Selection.Choose].
func (s Selection) Resolve(shape []int) (Region, error) {
	c, err := s.Choose(shape)
	if err != nil {
		return nil, err
	}
	region := make(Region, 0, len(shape))
	for _, p := range c.Picks {
		if p.Axis < 0 || p.List != nil {
			return nil, fmt.Errorf("selection %q: lists, masks and new axes cannot be used here, only integers and ranges", s.String())
		}
		region = append(region, p.Span)
	}
	return region, nil
}

// span works out a range for an axis of length n. The rules are those of
// Python's slice.indices.
func (x Index) span(n int) Span {
	low, high := 0, n
	if x.step < 0 {
		low, high = -1, n-1
	}
	limit := func(i int, open bool, missing int) int {
		if open {
			return missing
		}
		if i < 0 {
			i += n
		}
		return min(max(i, low), high)
	}
	first, end := low, high
	if x.step < 0 {
		first, end = high, low
	}
	start := limit(x.start, x.open&openStart != 0, first)
	stop := limit(x.stop, x.open&openStop != 0, end)
	// The distance is at least 1 when it counts, so this cannot overflow even
	// for the most extreme steps.
	count := 0
	switch {
	case x.step > 0 && stop > start:
		count = (stop-start-1)/x.step + 1
	case x.step < 0 && start > stop:
		count = 1
		if x.step != math.MinInt {
			count = (start-stop-1)/-x.step + 1
		}
	}
	if count == 0 {
		start = 0
	}
	return Span{Start: start, Step: x.step, Count: count}
}
