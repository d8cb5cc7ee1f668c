package interpret

import (
	"go/ast"
	"go/types"
	"math"
	"unsafe"
)

// unsafe compiles the functions of package unsafe that are no constants.
func (c *compiler) unsafe(e *ast.CallExpr, name string) *expr {
	t := c.typeOf(e)
	switch name {
	case "Add":
		p, n := c.expr(e.Args[0]).pointer, c.count(e.Args[1])
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
			base := p(f)
			return unsafe.Add(base, n(f))
		}}
	case "Slice":
		p, n := c.expr(e.Args[0]).pointer, c.count(e.Args[1])
		size := int64(c.layout(t.Underlying().(*types.Slice).Elem()).Size())
		return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader {
			base := p(f)
			length := n(f)
			if base == nil && length == 0 {
				return sliceHeader{}
			}
			if length < 0 || size > 0 && (length > math.MaxInt64/size || base != nil && uintptr(length*size) > -uintptr(base)) {
				panic(runtimeError("unsafe.Slice: len out of range"))
			}
			if base == nil {
				panic(runtimeError("unsafe.Slice: ptr is nil and len is not zero"))
			}
			return sliceHeader{base, int(length), int(length)}
		}}
	case "SliceData":
		s := c.expr(e.Args[0]).slice
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer { return s(f).data }}
	case "String":
		p, n := c.expr(e.Args[0]).pointer, c.count(e.Args[1])
		return &expr{t: t, class: stringClass, text: func(f *frame) string {
			base := p(f)
			length := n(f)
			if length < 0 || base != nil && uintptr(length) > -uintptr(base) {
				panic(runtimeError("unsafe.String: len out of range"))
			}
			if base == nil && length > 0 {
				panic(runtimeError("unsafe.String: ptr is nil and len is not zero"))
			}
			return unsafe.String((*byte)(base), length)
		}}
	}
	s := c.convert(e.Args[0], types.Typ[types.String]).text
	return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer { return unsafe.Pointer(unsafe.StringData(s(f))) }}
}

// measure compiles Sizeof and its kin where the type is a type argument.
func (c *compiler) measure(e *ast.CallExpr, name string) *expr {
	r := c.layout(types.Default(c.typeOf(e.Args[0])))
	n := int64(r.Size())
	switch name {
	case "Alignof":
		n = int64(r.Align())
	case "Offsetof":
		c.refuse(e, "unsafe.Offsetof in a generic function")
	}
	return &expr{t: types.Typ[types.Uintptr], class: intClass, integer: func(*frame) int64 { return n }}
}

// count compiles an integer of any type.
func (c *compiler) count(e ast.Expr) func(*frame) int64 {
	if v := c.info.Types[e].Value; v != nil {
		return c.constant(e, types.Typ[types.Int], v).integer
	}
	return c.expr(e).integer
}

// address64 converts between unsafe.Pointer and uintptr.
func (c *compiler) address64(e *expr, to types.Type) *expr {
	if e.class == pointerClass {
		g := e.pointer
		return &expr{t: to, class: intClass, integer: func(f *frame) int64 { return int64(uintptr(g(f))) }}
	}
	g := e.integer
	return &expr{t: to, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
		v := g(f)
		return *(*unsafe.Pointer)(unsafe.Pointer(&v))
	}}
}
