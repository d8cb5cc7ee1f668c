package nd

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// An Index selects along one axis: one place, or a range. Make it with [I],
// [R], [RS], [Step], [All] or [Ellipsis].
type Index struct {
	kind              indexKind
	start, stop, step int
	open              uint8 // which of start and stop are left out
}

type indexKind uint8

const (
	kindRange indexKind = iota
	kindPlace
	kindEllipsis
)

const (
	openStart uint8 = 1 << iota
	openStop
)

// End as the stop of [R] or [RS] leaves the stop out: R(3, End) is "3:".
const End = math.MaxInt

var (
	// All selects a whole axis, as ":" does.
	All = Index{step: 1, open: openStart | openStop}
	// Ellipsis stands for as many whole axes as are missing, as "..." does.
	Ellipsis = Index{kind: kindEllipsis}
)

// I selects one place and removes the axis, as "i" does.
func I(i int) Index { return Index{kind: kindPlace, start: i} }

// R selects from start up to but not including stop, as "start:stop" does.
func R(start, stop int) Index { return RS(start, stop, 1) }

// RS selects every step-th place from start up to but not including stop, as
// "start:stop:step" does.
func RS(start, stop, step int) Index {
	x := Index{start: start, stop: stop, step: step}
	if stop == End {
		x.open = openStop
	}
	return x
}

// Step selects every step-th place of a whole axis, as "::step" does; -1
// reverses the axis.
func Step(step int) Index { return Index{step: step, open: openStart | openStop} }

// String returns the index in the language of [Parse].
func (x Index) String() string {
	switch x.kind {
	case kindPlace:
		return strconv.Itoa(x.start)
	case kindEllipsis:
		return "..."
	}
	var b strings.Builder
	if x.open&openStart == 0 {
		b.WriteString(strconv.Itoa(x.start))
	}
	b.WriteByte(':')
	if x.open&openStop == 0 {
		b.WriteString(strconv.Itoa(x.stop))
	}
	if x.step != 1 {
		b.WriteString(":" + strconv.Itoa(x.step))
	}
	return b.String()
}

// A Selection selects a part of an array, one Index an axis.
type Selection []Index

// String returns the selection in the language of [Parse].
func (s Selection) String() string {
	words := make([]string, len(s))
	for i, x := range s {
		words[i] = x.String()
	}
	return strings.Join(words, ", ")
}

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
// integers outside their axis (both [*IndexError]), a step of 0, and a second
// Ellipsis.
func (s Selection) Resolve(shape []int) (Region, error) {
	full, err := s.expand(shape)
	if err != nil {
		return nil, err
	}
	region := make(Region, len(shape))
	for axis, x := range full {
		if x.kind == kindPlace {
			n, i := shape[axis], x.start
			if i < -n || i >= n {
				return nil, &IndexError{Axis: axis, Index: i, Length: n, Shape: slices.Clone(shape)}
			}
			if i < 0 {
				i += n
			}
			region[axis] = Span{Start: i, Step: 1, Count: 1, Drop: true}
			continue
		}
		if x.step == 0 {
			return nil, fmt.Errorf("range %v of axis %d: the step is 0", x, axis)
		}
		region[axis] = x.span(shape[axis])
	}
	return region, nil
}

// expand returns one index for each axis.
func (s Selection) expand(shape []int) (Selection, error) {
	ellipsis := slices.IndexFunc(s, func(x Index) bool { return x.kind == kindEllipsis })
	named := len(s)
	if ellipsis >= 0 {
		named--
		for _, x := range s[ellipsis+1:] {
			if x.kind == kindEllipsis {
				return nil, fmt.Errorf("selection %q: only one ... can be in it", s.String())
			}
		}
	}
	if named > len(shape) {
		return nil, &IndexError{Axis: -1, Index: named, Length: len(shape), Shape: slices.Clone(shape)}
	}
	if ellipsis < 0 {
		ellipsis = len(s)
		s = append(slices.Clone(s), Ellipsis)
	}
	full := slices.Clone(s[:ellipsis])
	for range len(shape) - named {
		full = append(full, All)
	}
	return append(full, s[ellipsis+1:]...), nil
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
