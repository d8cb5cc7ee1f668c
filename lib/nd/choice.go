package nd

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"unsafe"
)

// A Pick is what a selection takes of one axis.
type Pick struct {
	// Axis is the axis of the array, -1 for a new axis.
	Axis int
	// Index says which Index of the selection it comes from, -1 for those that an
	// Ellipsis or the end of the selection stands for. A mask of several axes
	// makes a Pick for each, with the same Index.
	Index int
	// Span is what an integer or a range takes, if List is nil.
	Span
	// List is the places that a list or a mask takes, none of them negative, in
	// the order asked for; for lists of more than one axis, in row-major order
	// of Shape. It is not nil even if it is empty. It may be the memory of the
	// list that was asked for: it is not to be changed.
	List []int
	// Shape is the shape of the list.
	Shape []int
}

// A Choice is a selection worked out for an array of a certain shape.
//
// Without lists it is a [Region], new axes apart. With lists, the rules of NumPy
// say what the picks together mean, and Shape, Block and BlockAxis are by them:
// the lists (and integers beside them, as lists of one) are broadcast against
// each other to one block of points; the axes of the block stand in the result
// where the lists stood, or in front if anything but integers stood between them.
// Who wants another meaning, each list for itself for example, finds all there is
// to know in Picks.
type Choice struct {
	// Picks has all axes of the array in order, with new axes among them.
	Picks []Pick
	// Lists says that there is a list or a mask.
	Lists bool
	// Block is the shape to which the lists are broadcast.
	Block []int
	// BlockAxis is the axis of the result where the block begins.
	BlockAxis int
}

// Shape returns the shape of what is selected.
func (c *Choice) Shape() []int {
	shape := make([]int, 0, len(c.Picks)+len(c.Block))
	for _, p := range c.Picks {
		switch {
		case p.List != nil || p.Drop:
		case p.Axis < 0:
			shape = append(shape, 1)
		default:
			shape = append(shape, p.Count)
		}
	}
	return slices.Insert(shape, c.BlockAxis, c.Block...)
}

// Len returns the number of elements selected.
func (c *Choice) Len() int { return product(c.Shape()) }

// Choose works the selection out for an array of the given shape, by NumPy's
// rules. The errors are those of [Selection.Resolve], lists with places outside
// their axis ([*IndexError]), lists that cannot be broadcast together, and masks
// of another shape than the axes.
func (s Selection) Choose(shape []int) (*Choice, error) {
	c := &Choice{}
	if err := c.expand(s, shape); err != nil {
		return nil, err
	}
	if c.Lists {
		return c, c.joinLists(s)
	}
	return c, nil
}

// expand makes the picks.
func (c *Choice) expand(s Selection, shape []int) error {
	ellipsis, named := -1, 0
	for k, x := range s {
		switch {
		case x.err != nil:
			return x.err
		case x.kind == kindEllipsis:
			if ellipsis >= 0 {
				return fmt.Errorf("selection %q: only one ... can be in it", s.String())
			}
			ellipsis = k
		case x.kind == kindMask:
			named += len(x.array.shape)
		case x.kind != kindNewAxis:
			named++
		}
	}
	if named > len(shape) {
		return &IndexError{Axis: -1, Index: named, Length: len(shape), Shape: slices.Clone(shape)}
	}
	c.Picks = make([]Pick, 0, len(shape))
	axis := 0
	whole := func() {
		for range len(shape) - named {
			c.Picks = append(c.Picks, Pick{Axis: axis, Index: -1, Span: Span{Step: 1, Count: shape[axis]}})
			axis++
		}
	}
	for k, x := range s {
		switch x.kind {
		case kindEllipsis:
			whole()
			continue
		case kindNewAxis:
			c.Picks = append(c.Picks, Pick{Axis: -1, Index: k, Span: Span{Step: 1, Count: 1}})
			continue
		case kindMask:
			picks, err := x.maskPicks(axis, k, shape)
			if err != nil {
				return err
			}
			c.Picks = append(c.Picks, picks...)
			c.Lists = true
			axis += len(picks)
			continue
		}
		p, err := x.pick(axis, k, shape)
		if err != nil {
			return err
		}
		c.Lists = c.Lists || p.List != nil
		c.Picks = append(c.Picks, p)
		axis++
	}
	if ellipsis < 0 {
		whole()
	}
	return nil
}

// pick works out an integer, a range or a list.
func (x Index) pick(axis, index int, shape []int) (Pick, error) {
	p, n := Pick{Axis: axis, Index: index}, shape[axis]
	place := func(i int) (int, error) {
		if i < -n || i >= n {
			return 0, &IndexError{Axis: axis, Index: i, Length: n, Shape: slices.Clone(shape)}
		}
		if i < 0 {
			i += n
		}
		return i, nil
	}
	var err error
	switch x.kind {
	case kindPlace:
		p.Span = Span{Step: 1, Count: 1, Drop: true}
		p.Start, err = place(x.start)
	case kindList:
		p.Shape = slices.Clone(x.array.shape)
		places := x.array
		if places.dtype != Int64 || !places.IsContiguous() {
			places = places.asPlaces()
		}
		p.List = asInts(elementsOf[int64](places.buf)[places.offset : places.offset+places.Len()])
		if !slices.ContainsFunc(p.List, func(i int) bool { return uint(i) >= uint(n) }) {
			break
		}
		p.List = slices.Clone(p.List)
		for k, i := range p.List {
			if p.List[k], err = place(i); err != nil {
				return p, err
			}
		}
	default:
		if x.step == 0 {
			return p, fmt.Errorf("range %v of axis %d: the step is 0", x, axis)
		}
		p.Span = x.span(n)
	}
	return p, err
}

// asInts returns numbers as ints, in the same memory where these have as many bits. It
// is not nil even if it is empty.
func asInts(numbers []int64) []int {
	if strconv.IntSize == 64 && len(numbers) > 0 {
		return unsafe.Slice((*int)(unsafe.Pointer(&numbers[0])), len(numbers))
	}
	ints := make([]int, len(numbers))
	for k, n := range numbers {
		ints[k] = int(n)
	}
	return ints
}

// maskPicks returns the coordinates of what is true in a mask, a list an axis.
func (x Index) maskPicks(axis, index int, shape []int) ([]Pick, error) {
	if have := shape[axis : axis+len(x.array.shape)]; !slices.Equal(have, x.array.shape) {
		return nil, fmt.Errorf("a mask of shape %v for %s of shape %v: they must be equal", Shape(x.array.shape), axesText(axis, len(have)), Shape(slices.Clone(have)))
	}
	var picks []Pick
	for k, list := range x.array.nonzero() {
		picks = append(picks, Pick{Axis: axis + k, Index: index, List: list, Shape: []int{len(list)}})
	}
	return picks, nil
}

// axesText names n axes.
func axesText(axis, n int) string {
	if n == 1 {
		return fmt.Sprintf("axis %d", axis)
	}
	return fmt.Sprintf("axes %d to %d", axis, axis+n-1)
}

// joinLists works out the block that lists select together.
func (c *Choice) joinLists(s Selection) error {
	first, last, between := -1, -1, false
	for k, p := range c.Picks {
		if p.List == nil && !p.Drop {
			continue
		}
		if first < 0 {
			first = k
		} else if k != last+1 {
			between = true
		}
		last = k
		var err error
		if c.Block, err = broadcastShapes(c.Block, p.Shape); err != nil {
			return fmt.Errorf("selection %q: the lists cannot be used together: %w", s.String(), err)
		}
	}
	// An Ellipsis parts lists even if it stands for no axis.
	for k, x := range s {
		if x.kind == kindEllipsis && k > c.Picks[first].Index && k < c.Picks[last].Index {
			between = true
		}
	}
	if between {
		return nil
	}
	for _, p := range c.Picks[:first] {
		if p.List == nil && !p.Drop {
			c.BlockAxis++
		}
	}
	return nil
}

// asPlaces converts integers to places. What is beyond an int64 stays beyond any axis,
// where a conversion would make it count from the end.
func (a *Array) asPlaces() *Array {
	places := a.Convert(Int64)
	if a.dtype == Uint64 {
		for i, place := range elementsOf[int64](places.buf) {
			if place < 0 {
				elementsOf[int64](places.buf)[i] = math.MaxInt64
			}
		}
	}
	return places
}
