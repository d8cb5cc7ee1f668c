package interpret

import (
	"go/ast"
	"go/types"
	"unsafe"
)

// An index is a compiled index of any integer type. An unsigned one that does not
// fit an int64 is negative here.
type index struct {
	get      func(*frame) int64
	unsigned bool
}

func (c *compiler) indexOf(e ast.Expr) index {
	if v := c.info.Types[e].Value; v != nil {
		return index{get: c.constant(e, types.Typ[types.Int], v).integer}
	}
	x := c.expr(e)
	return index{x.integer, unsigned(kindOf(x.t))}
}

// A boundsError lies in memory like the one of package runtime.
type boundsError struct {
	x      int64
	y      int
	signed bool
	code   uint8
}

// The codes of bounds errors.
const (
	badIndex   = iota // s[x]
	badHighLen        // s[?:x], x beyond the length of an array or a string
	badHighCap        // s[?:x], x beyond the capacity
	badLow            // s[x:y]
	badMaxLen         // s[::x]
	badMaxCap         // s[::x]
	badHighMax        // s[:x:y]
	badLowHigh        // s[x:y:]
	badConvert        // a slice as an array
)

// boundsType is the type word of runtime's bounds errors.
var boundsType = func() (t unsafe.Pointer) {
	defer func() {
		r := recover()
		t = (*emptyInterface)(unsafe.Pointer(&r)).t
	}()
	var none []int
	i := len(none)
	return unsafe.Pointer(&none[i])
}()

// outOfBounds panics as Go does.
func outOfBounds(x int64, unsigned bool, y int, code uint8) {
	e := emptyInterface{boundsType, unsafe.Pointer(&boundsError{x, y, !unsigned, code})}
	panic(*(*any)(unsafe.Pointer(&e)))
}

// element returns the place of an element, or panics as Go does.
func element(base unsafe.Pointer, i int64, unsigned bool, length int, size uintptr) unsafe.Pointer {
	if uint64(i) >= uint64(length) {
		outOfBounds(i, unsigned, length, badIndex)
	}
	if base == nil {
		nilDereference()
	}
	return unsafe.Add(base, uintptr(i)*size)
}

// A slicing is what a slice expression does. Top and space are those of the operand.
type slicing struct {
	low, high, max *index
	fixed          bool // an array or a string, whose capacity is its length
}

func (c *compiler) slicing(e *ast.SliceExpr, fixed bool) *slicing {
	bound := func(x ast.Expr) *index {
		if x == nil {
			return nil
		}
		i := c.indexOf(x)
		return &i
	}
	return &slicing{bound(e.Low), bound(e.High), bound(e.Max), fixed}
}

// bounds evaluates the bounds and looks whether they fit.
func (s *slicing) bounds(f *frame, length, space int) (from, to, end int) {
	low, high, top := int64(0), int64(length), int64(space)
	var lowUnsigned, highUnsigned bool
	if s.low != nil {
		low, lowUnsigned = s.low.get(f), s.low.unsigned
	}
	if s.high != nil {
		high, highUnsigned = s.high.get(f), s.high.unsigned
	}
	cut := func(length, capacity uint8) uint8 {
		if s.fixed {
			return length
		}
		return capacity
	}
	if s.max != nil {
		top = s.max.get(f)
		if uint64(top) > uint64(space) {
			outOfBounds(top, s.max.unsigned, space, cut(badMaxLen, badMaxCap))
		}
		if uint64(high) > uint64(top) {
			outOfBounds(high, highUnsigned, int(top), badHighMax)
		}
		if uint64(low) > uint64(high) {
			outOfBounds(low, lowUnsigned, int(high), badLowHigh)
		}
		return int(low), int(high), int(top)
	}
	if uint64(high) > uint64(space) {
		outOfBounds(high, highUnsigned, space, cut(badHighLen, badHighCap))
	}
	if uint64(low) > uint64(high) {
		outOfBounds(low, lowUnsigned, int(high), badLow)
	}
	return int(low), int(high), int(top)
}

func (c *compiler) sliceExpr(e *ast.SliceExpr) *expr {
	t := c.typeOf(e)
	switch xt := c.typeOf(e.X).Underlying().(type) {
	case *types.Basic:
		text, cut := c.convert(e.X, c.defaultType(e.X)).text, c.slicing(e, true)
		return &expr{t: t, class: stringClass, text: func(f *frame) string {
			s := text(f)
			from, to, _ := cut.bounds(f, len(s), len(s))
			return s[from:to]
		}}
	case *types.Slice:
		s, cut := c.expr(e.X).slice, c.slicing(e, false)
		size := c.layout(xt.Elem()).Size()
		return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
			h := s(f)
			from, to, end := cut.bounds(f, h.length, h.space)
			return subSlice(h.data, from, to, end, size)
		}}
	}
	array, length := c.arrayAddr(e.X)
	at := c.typeOf(e.X).Underlying()
	if p, ok := at.(*types.Pointer); ok {
		at = p.Elem().Underlying()
	}
	cut := c.slicing(e, true)
	size := c.layout(at.(*types.Array).Elem()).Size()
	return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
		p := notNil(array(f))
		from, to, end := cut.bounds(f, length, length)
		return subSlice(p, from, to, end, size)
	}}
}

func subSlice(data unsafe.Pointer, from, to, end int, size uintptr) sliceHeader {
	h := sliceHeader{data, to - from, end - from}
	if h.space > 0 {
		h.data = unsafe.Add(data, uintptr(from)*size) // never beyond the end
	}
	return h
}
