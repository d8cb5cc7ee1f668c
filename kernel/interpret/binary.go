package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

func (c *compiler) binaryExpr(e *ast.BinaryExpr) *expr {
	t := c.typeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
	}
	switch e.Op {
	case token.LAND:
		x, y := c.expr(e.X).boolean, c.expr(e.Y).boolean
		return &expr{t: t, class: boolClass, boolean: func(f *frame) bool { return x(f) && y(f) }}
	case token.LOR:
		x, y := c.expr(e.X).boolean, c.expr(e.Y).boolean
		return &expr{t: t, class: boolClass, boolean: func(f *frame) bool { return x(f) || y(f) }}
	case token.SHL, token.SHR:
		return c.binary(e, e.Op, c.convert(e.X, t), c.shiftCount(e.Y), t)
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return c.comparison(e, t)
	}
	return c.binary(e, e.Op, c.convert(e.X, t), c.convert(e.Y, t), t)
}

func (c *compiler) shiftCount(e ast.Expr) *expr {
	if v := c.info.Types[e].Value; v != nil {
		return c.constant(e, types.Typ[types.Uint], v)
	}
	return c.expr(e)
}

// binary compiles x op y for operands of one type, or a shift.
func (c *compiler) binary(n ast.Node, op token.Token, x, y *expr, t types.Type) *expr {
	k := kindOf(t)
	switch x.class {
	case intClass:
		return &expr{t: t, class: intClass, integer: c.integerOp(n, op, x, y, k)}
	case floatClass:
		a, b := x.float, y.float
		var g func(*frame) float64
		switch op {
		case token.ADD:
			g = func(f *frame) float64 { return a(f) + b(f) }
		case token.SUB:
			g = func(f *frame) float64 { return a(f) - b(f) }
		case token.MUL:
			g = func(f *frame) float64 { return a(f) * b(f) }
		case token.QUO:
			g = func(f *frame) float64 { return a(f) / b(f) }
		}
		if r := round(k); r != nil && g != nil {
			h := g
			g = func(f *frame) float64 { return r(h(f)) }
		}
		if g != nil {
			return &expr{t: t, class: floatClass, float: g}
		}
	case complexClass:
		a, b := x.complex, y.complex
		if k == types.Complex64 {
			switch op {
			case token.ADD:
				return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return complex128(complex64(a(f)) + complex64(b(f))) }}
			case token.SUB:
				return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return complex128(complex64(a(f)) - complex64(b(f))) }}
			case token.MUL:
				return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return complex128(complex64(a(f)) * complex64(b(f))) }}
			case token.QUO:
				return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return complex128(complex64(a(f)) / complex64(b(f))) }}
			}
		}
		switch op {
		case token.ADD:
			return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return a(f) + b(f) }}
		case token.SUB:
			return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return a(f) - b(f) }}
		case token.MUL:
			return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return a(f) * b(f) }}
		case token.QUO:
			return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return a(f) / b(f) }}
		}
	case stringClass:
		if op == token.ADD {
			a, b := x.text, y.text
			return &expr{t: t, class: stringClass, text: func(f *frame) string {
				s := a(f)
				return s + b(f)
			}}
		}
	}
	c.refuse(n, "the operator %s on %s", op, typeString(t))
	return nil
}

func (c *compiler) integerOp(n ast.Node, op token.Token, x, y *expr, k types.BasicKind) func(*frame) int64 {
	a, b := x.integer, y.integer
	us := unsigned(k)
	var g func(*frame) int64
	switch op {
	case token.ADD:
		g = func(f *frame) int64 { return a(f) + b(f) }
	case token.SUB:
		g = func(f *frame) int64 { return a(f) - b(f) }
	case token.MUL:
		g = func(f *frame) int64 { return a(f) * b(f) }
	case token.QUO:
		if us {
			g = func(f *frame) int64 { v := uint64(a(f)); return int64(v / uint64(b(f))) }
		} else {
			g = func(f *frame) int64 { v := a(f); return v / b(f) }
		}
	case token.REM:
		if us {
			g = func(f *frame) int64 { v := uint64(a(f)); return int64(v % uint64(b(f))) }
		} else {
			g = func(f *frame) int64 { v := a(f); return v % b(f) }
		}
	case token.AND:
		g = func(f *frame) int64 { return a(f) & b(f) }
	case token.OR:
		g = func(f *frame) int64 { return a(f) | b(f) }
	case token.XOR:
		g = func(f *frame) int64 { return a(f) ^ b(f) }
	case token.AND_NOT:
		g = func(f *frame) int64 { return a(f) &^ b(f) }
	case token.SHL, token.SHR:
		counts := unsigned(kindOf(y.t))
		g = func(f *frame) int64 {
			v, n := a(f), b(f)
			var by uint64
			if counts {
				by = uint64(n)
			} else {
				if n < 0 {
					shift(n)
				}
				by = uint64(n)
			}
			switch {
			case op == token.SHL:
				return v << by
			case us:
				return int64(uint64(v) >> by)
			}
			return v >> by
		}
	default:
		c.refuse(n, "the operator %s on integers", op)
	}
	if cut := wrap(k); cut != nil {
		h := g
		g = func(f *frame) int64 { return cut(h(f)) }
	}
	return g
}

func (c *compiler) comparison(e *ast.BinaryExpr, t types.Type) *expr {
	var x, y *expr
	xt, yt := c.info.Types[e.X], c.info.Types[e.Y]
	switch {
	case xt.IsNil():
		y = c.expr(e.Y)
		x = c.zero(y.t)
	case yt.IsNil():
		x = c.expr(e.X)
		y = c.zero(x.t)
	case xt.Value != nil:
		y = c.expr(e.Y)
		x = c.convert(e.X, c.comparedAs(e.X, y.t))
	case yt.Value != nil:
		x = c.expr(e.X)
		y = c.convert(e.Y, c.comparedAs(e.Y, x.t))
	default:
		x, y = c.expr(e.X), c.expr(e.Y)
	}
	if x.class == interfaceClass && y.class != interfaceClass {
		y = c.convertExpr(e.Y, y, universeAny)
	} else if y.class == interfaceClass && x.class != interfaceClass {
		x = c.convertExpr(e.X, x, universeAny)
	}
	c.withNil = xt.IsNil() || yt.IsNil()
	g := c.compare(e, e.Op, x, y)
	c.withNil = false
	return &expr{t: t, class: boolClass, boolean: g}
}

// comparedAs is the type as which a constant is compared with a value.
func (c *compiler) comparedAs(e ast.Expr, other types.Type) types.Type {
	if _, ok := other.Underlying().(*types.Interface); ok {
		return c.defaultType(e)
	}
	return other
}

// compare compiles x op y to a truth value.
func (c *compiler) compare(n ast.Node, op token.Token, x, y *expr) func(*frame) bool {
	switch x.class {
	case intClass:
		a, b := x.integer, y.integer
		us := unsigned(kindOf(x.t))
		switch op {
		case token.EQL:
			return func(f *frame) bool { return a(f) == b(f) }
		case token.NEQ:
			return func(f *frame) bool { return a(f) != b(f) }
		case token.LSS:
			if us {
				return func(f *frame) bool { v := uint64(a(f)); return v < uint64(b(f)) }
			}
			return func(f *frame) bool { return a(f) < b(f) }
		case token.LEQ:
			if us {
				return func(f *frame) bool { v := uint64(a(f)); return v <= uint64(b(f)) }
			}
			return func(f *frame) bool { return a(f) <= b(f) }
		case token.GTR:
			if us {
				return func(f *frame) bool { v := uint64(a(f)); return v > uint64(b(f)) }
			}
			return func(f *frame) bool { return a(f) > b(f) }
		case token.GEQ:
			if us {
				return func(f *frame) bool { v := uint64(a(f)); return v >= uint64(b(f)) }
			}
			return func(f *frame) bool { return a(f) >= b(f) }
		}
	case floatClass:
		return ordered(op, x.float, y.float)
	case stringClass:
		return ordered(op, x.text, y.text)
	case complexClass:
		return same(op, x.complex, y.complex)
	case boolClass:
		return same(op, x.boolean, y.boolean)
	case pointerClass:
		if _, ok := x.t.Underlying().(*types.Pointer); ok && !c.withNil && c.layout(x.t).Elem().Size() == 0 {
			c.refuse(n, "comparing pointers to values without size, which Go leaves open")
		}
		return same(op, x.pointer, y.pointer)
	case sliceClass: // with nil
		a, b := x.slice, y.slice
		return same(op, func(f *frame) bool { return a(f).data == nil }, func(f *frame) bool { return b(f).data == nil })
	case interfaceClass:
		a, b := x.dynamic, y.dynamic
		not := op == token.NEQ
		return func(f *frame) bool {
			v := a(f)
			return (v == b(f)) != not
		}
	case memoryClass:
		r := c.layout(x.t)
		a, b := c.hold(x), c.hold(y)
		not := op == token.NEQ
		return func(f *frame) bool {
			p := a(f)
			q := b(f)
			return (reflect.NewAt(r, p).Elem().Interface() == reflect.NewAt(r, q).Elem().Interface()) != not
		}
	}
	c.refuse(n, "the operator %s on %s", op, typeString(x.t))
	return nil
}

// hold evaluates a value into memory of its own.
func (c *compiler) hold(v *expr) func(*frame) unsafe.Pointer {
	at, put := c.temp(v.t), c.m.store(v)
	return func(f *frame) unsafe.Pointer {
		p := at(f)
		put(f, p)
		return p
	}
}

func same[T comparable](op token.Token, a, b func(*frame) T) func(*frame) bool {
	if op == token.NEQ {
		return func(f *frame) bool { v := a(f); return v != b(f) }
	}
	return func(f *frame) bool { v := a(f); return v == b(f) }
}

func ordered[T float64 | string](op token.Token, a, b func(*frame) T) func(*frame) bool {
	switch op {
	case token.LSS:
		return func(f *frame) bool { v := a(f); return v < b(f) }
	case token.LEQ:
		return func(f *frame) bool { v := a(f); return v <= b(f) }
	case token.GTR:
		return func(f *frame) bool { v := a(f); return v > b(f) }
	case token.GEQ:
		return func(f *frame) bool { v := a(f); return v >= b(f) }
	}
	return same(op, a, b)
}

// shift panics as Go does if n is negative.
//
//go:noinline
func shift(n int64) int64 { return int64(1) << n }
