package interpret

import (
	"go/ast"
	"go/types"
	"reflect"
	"runtime"
	"unsafe"
)

// conversion compiles T(x).
func (c *compiler) conversion(x ast.Expr, to types.Type, n ast.Expr) *expr {
	tv := c.info.Types[x]
	if tv.IsNil() {
		return c.zero(to)
	}
	if _, ok := to.Underlying().(*types.Interface); ok {
		return c.convert(x, to)
	}
	var e *expr
	if tv.Value != nil {
		from := c.typeOf(x)
		if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			cl := classOf(to)
			if s, isSlice := to.Underlying().(*types.Slice); isSlice && s != nil {
				cl = stringClass
			}
			from = types.Default(from)
			if cl != stringClass && classOf(from) != cl {
				return c.constant(n, to, tv.Value)
			}
		}
		e = c.constant(n, from, tv.Value)
	} else {
		e = c.expr(x)
	}
	return c.convertTo(n, e, to)
}

// convertTo converts a value to a type that is no interface.
func (c *compiler) convertTo(n ast.Node, e *expr, to types.Type) *expr {
	cl, k, from := classOf(to), kindOf(to), kindOf(e.t)
	switch {
	case e.class == intClass && cl == intClass:
		cut, g := wrap(k), e.integer
		if cut == nil {
			return e.as(to)
		}
		return &expr{t: to, class: cl, integer: func(f *frame) int64 { return cut(g(f)) }}
	case e.class == intClass && cl == floatClass:
		g, r, us := e.integer, round(k), unsigned(from)
		return &expr{t: to, class: cl, float: func(f *frame) float64 {
			v := g(f)
			if r != nil {
				if us {
					return float64(float32(uint64(v)))
				}
				return float64(float32(v))
			}
			if us {
				return float64(uint64(v))
			}
			return float64(v)
		}}
	case e.class == floatClass && cl == intClass:
		g := e.float
		var convert func(float64) int64
		switch k {
		case types.Int8:
			convert = func(v float64) int64 { return int64(int8(v)) }
		case types.Int16:
			convert = func(v float64) int64 { return int64(int16(v)) }
		case types.Int32:
			convert = func(v float64) int64 { return int64(int32(v)) }
		case types.Uint8:
			convert = func(v float64) int64 { return int64(uint8(v)) }
		case types.Uint16:
			convert = func(v float64) int64 { return int64(uint16(v)) }
		case types.Uint32:
			convert = func(v float64) int64 { return int64(uint32(v)) }
		case types.Uint, types.Uint64, types.Uintptr:
			convert = func(v float64) int64 { return int64(uint64(v)) }
		default:
			convert = func(v float64) int64 { return int64(v) }
		}
		return &expr{t: to, class: cl, integer: func(f *frame) int64 { return convert(g(f)) }}
	case e.class == floatClass && cl == floatClass:
		if r := round(k); r != nil {
			g := e.float
			return &expr{t: to, class: cl, float: func(f *frame) float64 { return r(g(f)) }}
		}
		return e.as(to)
	case e.class == complexClass && cl == complexClass:
		if k == types.Complex64 {
			g := e.complex
			return &expr{t: to, class: cl, complex: func(f *frame) complex128 { return complex128(complex64(g(f))) }}
		}
		return e.as(to)
	case e.class == intClass && cl == stringClass:
		g, us := e.integer, unsigned(from)
		return &expr{t: to, class: cl, text: func(f *frame) string {
			v := g(f)
			if us && uint64(v) > 1<<31 || v < 0 || v > 1<<31-1 {
				v = 0xFFFD
			}
			return string(rune(v))
		}}
	case e.class == stringClass && cl == sliceClass:
		g := e.text
		if kindOf(to.Underlying().(*types.Slice).Elem()) == types.Uint8 {
			return &expr{t: to, class: cl, slice: func(f *frame) sliceHeader {
				b := []byte(g(f))
				return *(*sliceHeader)(unsafe.Pointer(&b))
			}}
		}
		return &expr{t: to, class: cl, slice: func(f *frame) sliceHeader {
			b := []rune(g(f))
			return *(*sliceHeader)(unsafe.Pointer(&b))
		}}
	case e.class == sliceClass && cl == stringClass:
		g := e.slice
		if kindOf(e.t.Underlying().(*types.Slice).Elem()) == types.Uint8 {
			return &expr{t: to, class: cl, text: func(f *frame) string {
				h := g(f)
				return string(*(*[]byte)(unsafe.Pointer(&h)))
			}}
		}
		return &expr{t: to, class: cl, text: func(f *frame) string {
			h := g(f)
			return string(*(*[]rune)(unsafe.Pointer(&h)))
		}}
	case e.class == sliceClass && cl != sliceClass:
		return c.sliceToArray(n, e, to)
	case e.class == pointerClass && cl == intClass || e.class == intClass && cl == pointerClass:
		return c.address64(e, to)
	case e.class == cl:
		return e.as(to)
	}
	c.refuse(n, "the conversion of a %s to %s", typeString(e.t), typeString(to))
	return nil
}

func (c *compiler) sliceToArray(n ast.Node, e *expr, to types.Type) *expr {
	g := e.slice
	check := func(f *frame, length int64) unsafe.Pointer {
		h := g(f)
		if int64(h.length) < length {
			outOfBounds(length, false, h.length, badConvert)
		}
		return h.data
	}
	switch t := to.Underlying().(type) {
	case *types.Pointer:
		length := t.Elem().Underlying().(*types.Array).Len()
		return &expr{t: to, class: pointerClass, pointer: func(f *frame) unsafe.Pointer { return check(f, length) }}
	case *types.Array:
		length, r := t.Len(), c.layout(to)
		return &expr{t: to, class: memoryClass, memory: func(f *frame, p unsafe.Pointer) {
			from := check(f, length)
			if length > 0 {
				reflect.NewAt(r, p).Elem().Set(reflect.NewAt(r, from).Elem())
			}
		}}
	}
	c.refuse(n, "the conversion of a slice to %s", typeString(to))
	return nil
}

// assertion compiles x.(T).
func (c *compiler) assertion(e *ast.TypeAssertExpr) *expr {
	to := c.typeOf(e.Type)
	x := c.expr(e.X)
	static := x.t
	g, match := x.dynamic, c.m.matcher(to)
	m := c.m
	return c.asserted(to, func(f *frame) any {
		v := g(f)
		if !match(v) {
			panic(m.assertionFailure(static, v, to))
		}
		return v
	})
}

// assertionOK compiles v, ok := x.(T).
func (c *compiler) assertionOK(e *ast.TypeAssertExpr) []*expr {
	to := c.typeOf(e.Type)
	g, match := c.expr(e.X).dynamic, c.m.matcher(to)
	found := c.tempOf(reflect.TypeFor[bool]())
	value := c.asserted(to, func(f *frame) any {
		v := g(f)
		ok := match(v)
		*(*bool)(found(f)) = ok
		if !ok {
			return nil
		}
		return v
	})
	return []*expr{value, {t: types.Typ[types.Bool], class: boolClass, boolean: func(f *frame) bool { return *(*bool)(found(f)) }}}
}

// asserted makes a value of type to of a dynamic value that matches it; nil
// gives zero.
func (c *compiler) asserted(to types.Type, g func(*frame) any) *expr {
	if _, ok := to.Underlying().(*types.Interface); ok {
		return &expr{t: to, class: interfaceClass, dynamic: g}
	}
	return c.m.fromAny(to, g)
}

// matcher returns what tells whether a dynamic value is of a type.
func (m *Machine) matcher(to types.Type) func(any) bool {
	r := m.types.layout(to)
	if r.Kind() == reflect.Interface {
		return func(v any) bool { return v != nil && reflect.TypeOf(v).Implements(r) }
	}
	return func(v any) bool { return v != nil && reflect.TypeOf(v) == r }
}

// A typeAssertionError lies in memory like a [runtime.TypeAssertionError].
type typeAssertionError struct {
	static, concrete, asserted unsafe.Pointer
	missing                    string
}

func (m *Machine) assertionFailure(static types.Type, v any, to types.Type) error {
	word := func(r reflect.Type) unsafe.Pointer { return dataOf(r) }
	target := m.types.layout(to)
	e := &typeAssertionError{asserted: word(target)}
	if v != nil {
		e.concrete = word(reflect.TypeOf(v))
	}
	if target.Kind() != reflect.Interface {
		e.static = word(m.types.layout(static))
	} else if v != nil {
		e.missing = missingMethod(reflect.TypeOf(v), target)
	}
	failure := new(runtime.TypeAssertionError)
	*(*typeAssertionError)(unsafe.Pointer(failure)) = *e
	return failure
}

// missingMethod is the first method that keeps a type from being an interface.
func missingMethod(r, iface reflect.Type) string {
	for i := range iface.NumMethod() {
		m := iface.Method(i)
		has, ok := r.MethodByName(m.Name)
		if !ok || reflect.New(r).Elem().Method(has.Index).Type() != m.Type {
			return m.Name
		}
	}
	return ""
}
