package nd

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// An Index selects along one axis: one place, a range, or a list of places. Make
// it with [I], [R], [RS], [Step], [All], [Ellipsis], [NewAxis], [List], [Places]
// or [Mask], which may select along several axes.
type Index struct {
	kind              indexKind
	start, stop, step int
	open              uint8  // which of start and stop are left out
	array             *Array // the integers of a list, the bools of a mask
	err               error  // why the index is none
}

type indexKind uint8

const (
	kindRange indexKind = iota
	kindPlace
	kindEllipsis
	kindNewAxis
	kindList
	kindMask
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
	// NewAxis puts an axis of length 1 into the result, as None does.
	NewAxis = Index{kind: kindNewAxis}
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

// List selects the places listed, in that order, as "[1, 3, 5]" does. Places may
// be negative and may be repeated.
//
// Lists for several axes go together: the first place of each, the second of
// each and so on, by NumPy's rules, under which they may also be arrays of
// different shapes ([Places]) that are broadcast.
func List(places ...int) Index {
	a := New(Int64, len(places))
	data := elementsOf[int64](a.buf)
	for k, i := range places {
		data[k] = int64(i)
	}
	return Index{kind: kindList, array: a}
}

// Places is List with an array of integers of any shape, which the places have
// in the result. The array is not copied.
func Places(a *Array) Index {
	switch {
	case a == nil || a.buf == nil:
		return Index{err: errors.New("nd.Places of a nil array selects nothing")}
	case !a.dtype.Integer():
		return Index{err: fmt.Errorf("nd.Places of an array of %v: places are integers; use nd.Mask for bools", a.dtype)}
	}
	if len(a.shape) == 0 {
		return I(int(a.buf.at(a.offset)))
	}
	return Index{kind: kindList, array: a}
}

// Mask selects the elements for which an array of bools is true. It stands for as
// many axes as the array has, whose lengths must be equal, and makes one of them.
// The array is not copied.
func Mask(a *Array) Index {
	switch {
	case a == nil || a.buf == nil:
		return Index{err: errors.New("nd.Mask of a nil array selects nothing")}
	case a.dtype != Bool:
		return Index{err: fmt.Errorf("nd.Mask of an array of %v: masks are bools; compare, as a.Ne(0) does", a.dtype)}
	case len(a.shape) == 0:
		return Index{err: errors.New("nd.Mask of one bool without axes selects nothing")}
	}
	return Index{kind: kindMask, array: a}
}

// Points selects elements one by one: each point has an index for each axis. The
// result has one axis.
//
//	a.Slice(nd.Points([]int{0, 1}, []int{5, 2})...) // a[0, 1] and a[5, 2]
func Points(points ...[]int) Selection {
	if len(points) == 0 {
		return Selection{List()}
	}
	axes := make([][]int, len(points[0]))
	for k, p := range points {
		if len(p) != len(axes) {
			return Selection{{err: fmt.Errorf("point %d has %d indices and point 0 has %d: all must have as many", k, len(p), len(axes))}}
		}
		for axis, i := range p {
			axes[axis] = append(axes[axis], i)
		}
	}
	s := Selection{}
	for _, places := range axes {
		s = append(s, List(places...))
	}
	return s
}

// String returns the index in the language of [Parse].
func (x Index) String() string {
	switch x.kind {
	case kindNewAxis:
		return "None"
	case kindList, kindMask:
		return listText(x.array)

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

// A Selection selects a part of an array, one Index an axis; axes that are not
// named are taken whole.
type Selection []Index

// String returns the selection in the language of [Parse].
func (s Selection) String() string {
	words := make([]string, len(s))
	for i, x := range s {
		words[i] = x.String()
	}
	return strings.Join(words, ", ")
}

// listText writes a list of places or bools in brackets.
func listText(a *Array) string {
	if len(a.shape) == 0 {
		return a.buf.text(a.offset)
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := range a.shape[0] {
		if i > 0 {
			b.WriteString(", ")
		}
		part := &Array{dtype: a.dtype, buf: a.buf, offset: a.offset + i*a.strides[0], shape: a.shape[1:], strides: a.strides[1:]}
		b.WriteString(listText(part))
	}
	b.WriteByte(']')
	return b.String()
}
