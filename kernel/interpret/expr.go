package interpret

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

// expr compiles an expression with one value.
func (c *compiler) expr(e ast.Expr) *expr {
	defer c.guard(e)
	if len(c.early) > 0 {
		if v := c.early[ast.Unparen(e)]; v != nil {
			return v
		}
	}
	tv := c.info.Types[e]
	if tv.Value != nil {
		return c.constant(e, c.defaultType(e), tv.Value)
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return c.expr(e.X)
	case *ast.Ident:
		return c.ident(e)
	case *ast.BasicLit:
		return c.constant(e, c.defaultType(e), tv.Value)
	case *ast.FuncLit:
		return c.funcLit(e)
	case *ast.CompositeLit:
		return c.composite(e, c.typeOf(e))
	case *ast.SelectorExpr:
		return c.selector(e)
	case *ast.IndexExpr:
		return c.indexExpr(e)
	case *ast.IndexListExpr:
		return c.instance(e, e.X)
	case *ast.SliceExpr:
		return c.sliceExpr(e)
	case *ast.StarExpr:
		return c.m.load(c.typeOf(e), c.addr(e))
	case *ast.TypeAssertExpr:
		return c.assertion(e)
	case *ast.CallExpr:
		return c.callExpr(e)
	case *ast.UnaryExpr:
		return c.unary(e)
	case *ast.BinaryExpr:
		return c.binaryExpr(e)
	}
	c.refuse(e, "this expression (%T)", e)
	return nil
}

func (c *compiler) defaultType(e ast.Expr) types.Type { return types.Default(c.typeOf(e)) }

// constant makes an expression of a constant.
func (c *compiler) constant(n ast.Node, t types.Type, v constant.Value) *expr {
	c.lookForPlaces(n)
	e := &expr{t: t, class: classOf(t)}
	k := kindOf(t)
	switch e.class {
	case intClass:
		v = constant.ToInt(v)
		i, ok := constant.Int64Val(v)
		if !ok {
			u, exact := constant.Uint64Val(v)
			if !exact {
				c.refuse(n, "the constant %s as %s", v, typeString(t))
			}
			i = int64(u)
		}
		if w := wrap(k); w != nil && w(i) != i {
			c.refuse(n, "the constant %s as %s", v, typeString(t))
		}
		e.integer = func(*frame) int64 { return i }
	case floatClass:
		x, _ := constant.Float64Val(constant.ToFloat(v))
		if k == types.Float32 {
			x32, _ := constant.Float32Val(constant.ToFloat(v))
			x = float64(x32)
		}
		e.float = func(*frame) float64 { return x }
	case complexClass:
		v = constant.ToComplex(v)
		re, _ := constant.Float64Val(constant.Real(v))
		im, _ := constant.Float64Val(constant.Imag(v))
		if k == types.Complex64 {
			re, im = float64(float32(re)), float64(float32(im))
		}
		x := complex(re, im)
		e.complex = func(*frame) complex128 { return x }
	case boolClass:
		b := constant.BoolVal(v)
		e.boolean = func(*frame) bool { return b }
	case stringClass:
		s := constant.StringVal(v)
		e.text = func(*frame) string { return s }
	case pointerClass:
		if i, ok := constant.Int64Val(constant.ToInt(v)); ok && i == 0 {
			return c.zero(t)
		}
		c.refuse(n, "the constant %s as %s", v, typeString(t))
	default:
		c.refuse(n, "the constant %s as %s", v, typeString(t))
	}
	return e
}

// lookForPlaces refuses constants that ask a logger for the place of a call.
func (c *compiler) lookForPlaces(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if o, ok := c.info.Uses[id].(*types.Const); ok && o.Pkg() != nil && o.Pkg().Path() == "log" && (o.Name() == "Lshortfile" || o.Name() == "Llongfile") {
				c.refuse(id, "log.%s, which looks at the stack,", o.Name())
			}
		}
		return true
	})
}

// zero makes an expression of a type's zero value.
func (c *compiler) zero(t types.Type) *expr {
	e := &expr{t: t, class: classOf(t)}
	switch e.class {
	case intClass:
		e.integer = func(*frame) int64 { return 0 }
	case floatClass:
		e.float = func(*frame) float64 { return 0 }
	case complexClass:
		e.complex = func(*frame) complex128 { return 0 }
	case boolClass:
		e.boolean = func(*frame) bool { return false }
	case stringClass:
		e.text = func(*frame) string { return "" }
	case pointerClass:
		e.pointer = func(*frame) unsafe.Pointer { return nil }
	case sliceClass:
		e.slice = func(*frame) sliceHeader { return sliceHeader{} }
	case interfaceClass:
		e.dynamic = func(*frame) any { return nil }
	case memoryClass:
		clear := clearer(c.layout(t))
		e.memory = func(f *frame, p unsafe.Pointer) { clear(p) }
	}
	return e
}

// as gives an expression another type of the same representation.
func (e *expr) as(t types.Type) *expr {
	if e.t == t {
		return e
	}
	copied := *e
	copied.t = t
	return &copied
}

// convert compiles an expression as a value of a type to which it can be assigned.
func (c *compiler) convert(e ast.Expr, to types.Type) *expr {
	defer c.guard(e)
	tv := c.info.Types[e]
	_, isInterface := to.Underlying().(*types.Interface)
	switch {
	case tv.Value != nil && !isInterface:
		return c.constant(e, to, tv.Value)
	case tv.IsNil():
		return c.zero(to)
	}
	return c.convertExpr(e, c.expr(e), to)
}

// convertExpr makes a value assignable to a type one of that type.
func (c *compiler) convertExpr(n ast.Node, e *expr, to types.Type) *expr {
	if _, ok := to.Underlying().(*types.Interface); !ok || e.class == interfaceClass {
		return e.as(to)
	}
	return &expr{t: to, class: interfaceClass, dynamic: c.m.toAny(e)}
}

func (c *compiler) ident(e *ast.Ident) *expr {
	switch o := c.info.ObjectOf(e).(type) {
	case *types.Var:
		return c.variable(e, o)
	case *types.Func:
		return c.funcValue(e, o)
	case *types.Nil:
		return c.zero(c.typeOf(e))
	}
	c.refuse(e, "%s as a value", e.Name)
	return nil
}

// variable reads a variable.
func (c *compiler) variable(n ast.Node, o types.Object) *expr {
	if o.Pkg() != nil && !inCells(o.Pkg()) {
		return c.m.load(o.Type(), c.compiledVariable(n, o))
	}
	t := c.sub.apply(o.Type())
	at := c.address(n, o)
	if s, ok := c.vars[o]; ok && !s.boxed {
		offset := s.offset
		switch kindOf(t) {
		case types.Int, types.Int64, types.Uint, types.Uint64:
			return &expr{t: t, class: intClass, integer: func(f *frame) int64 { return *(*int64)(unsafe.Add(f.base, offset)) }}
		case types.Float64:
			return &expr{t: t, class: floatClass, float: func(f *frame) float64 { return *(*float64)(unsafe.Add(f.base, offset)) }}
		}
		if _, ok := t.Underlying().(*types.Pointer); ok {
			return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Add(f.base, offset)) }}
		}
		if _, ok := t.Underlying().(*types.Slice); ok {
			return &expr{t: t, class: sliceClass, slice: func(f *frame) sliceHeader { return *(*sliceHeader)(unsafe.Add(f.base, offset)) }}
		}
	}
	return c.m.load(t, at)
}

// addr compiles the address of an operand; one that is not addressable is put
// into memory of its own.
func (c *compiler) addr(e ast.Expr) func(*frame) unsafe.Pointer {
	defer c.guard(e)
	if c.info.Types[e].Value != nil {
		return c.spill(c.expr(e)) // a constant that has methods
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		if o, ok := c.info.ObjectOf(x).(*types.Var); ok {
			if o.Pkg() != nil && !inCells(o.Pkg()) {
				return c.compiledVariable(x, o)
			}
			return c.address(x, o)
		}
	case *ast.StarExpr:
		p := c.expr(x.X).pointer
		return func(f *frame) unsafe.Pointer { return notNil(p(f)) }
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			if _, ok := c.info.Uses[id].(*types.PkgName); ok {
				return c.compiledVariable(x, c.info.Uses[x.Sel])
			}
		}
		return c.fieldAddr(x)
	case *ast.IndexExpr:
		switch t := c.typeOf(x.X).Underlying().(type) {
		case *types.Slice:
			s, i := c.expr(x.X).slice, c.indexOf(x.Index)
			size := c.layout(t.Elem()).Size()
			return func(f *frame) unsafe.Pointer {
				h := s(f)
				return element(h.data, i.get(f), i.unsigned, h.length, size)
			}
		case *types.Array, *types.Pointer:
			array, length := c.arrayAddr(x.X)
			i, size := c.indexOf(x.Index), c.layout(c.typeOf(x)).Size()
			return func(f *frame) unsafe.Pointer {
				p := array(f)
				return element(p, i.get(f), i.unsigned, length, size)
			}
		}
	}
	return c.spill(c.expr(e))
}

// spill puts a value into memory and returns where.
func (c *compiler) spill(v *expr) func(*frame) unsafe.Pointer {
	if v.place != nil {
		return v.place
	}
	at, put := c.temp(v.t), c.m.store(v)
	return func(f *frame) unsafe.Pointer {
		p := at(f)
		put(f, p)
		return p
	}
}

// arrayAddr finds an array, or that to which a pointer points.
func (c *compiler) arrayAddr(e ast.Expr) (func(*frame) unsafe.Pointer, int) {
	switch t := c.typeOf(e).Underlying().(type) {
	case *types.Array:
		return c.addr(e), int(t.Len())
	case *types.Pointer:
		if a, ok := t.Elem().Underlying().(*types.Array); ok {
			return c.expr(e).pointer, int(a.Len())
		}
	}
	c.refuse(e, "indexing a %s", typeString(c.typeOf(e)))
	return nil, 0
}

func (c *compiler) indexExpr(e *ast.IndexExpr) *expr {
	if _, ok := c.info.Types[e.X]; ok {
		if _, generic := c.info.TypeOf(e.X).(*types.Signature); generic {
			return c.instance(e, e.X)
		}
	}
	t := c.typeOf(e)
	switch xt := c.typeOf(e.X).Underlying().(type) {
	case *types.Basic: // a string
		s, i := c.convert(e.X, c.defaultType(e.X)).text, c.indexOf(e.Index)
		return &expr{t: t, class: intClass, integer: func(f *frame) int64 {
			text := s(f)
			at := i.get(f)
			if uint64(at) >= uint64(len(text)) {
				outOfBounds(at, i.unsigned, len(text), badIndex)
			}
			return int64(text[at])
		}}
	case *types.Map:
		parts := c.mapIndex(e, xt)
		return parts[0]
	case *types.Slice:
		if k := kindOf(t); k == types.Float64 || k == types.Int {
			s, i := c.expr(e.X).slice, c.indexOf(e.Index)
			if !i.unsigned && k == types.Int {
				get := i.get
				return &expr{t: t, class: intClass, integer: func(f *frame) int64 {
					h := s(f)
					return unsafe.Slice((*int64)(h.data), h.length)[get(f)]
				}}
			}
			if !i.unsigned {
				get := i.get
				return &expr{t: t, class: floatClass, float: func(f *frame) float64 {
					h := s(f)
					return unsafe.Slice((*float64)(h.data), h.length)[get(f)]
				}}
			}
			return c.m.load(t, func(f *frame) unsafe.Pointer {
				h := s(f)
				return element(h.data, i.get(f), true, h.length, 8)
			})
		}
	}
	return c.m.load(t, c.addr(e))
}

// mapIndex reads a map's element, and whether it is there.
func (c *compiler) mapIndex(e *ast.IndexExpr, mt *types.Map) []*expr {
	m := c.expr(e.X).pointer
	key := c.m.store(c.convert(e.Index, mt.Key()))
	layout, kr, er := c.layout(c.typeOf(e.X)), c.layout(mt.Key()), c.layout(mt.Elem())
	ktemp, vtemp, found := c.tempOf(kr), c.tempOf(er), c.tempOf(reflect.TypeFor[bool]())
	get := func(f *frame) unsafe.Pointer {
		word := m(f)
		key(f, ktemp(f))
		to := reflect.NewAt(er, vtemp(f)).Elem()
		v := mapValue(layout, word).MapIndex(reflect.NewAt(kr, ktemp(f)).Elem())
		if v.IsValid() {
			to.Set(v)
		} else {
			to.SetZero()
		}
		*(*bool)(found(f)) = v.IsValid()
		return vtemp(f)
	}
	value := c.m.load(mt.Elem(), get)
	value.place = nil
	if value.class == memoryClass {
		value.place = get
	}
	return []*expr{value, {t: types.Typ[types.Bool], class: boolClass, boolean: func(f *frame) bool { return *(*bool)(found(f)) }}}
}

func (c *compiler) unary(e *ast.UnaryExpr) *expr {
	t := c.typeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
	}
	switch e.Op {
	case token.AND:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			return c.newOf(t, c.composite(lit, c.typeOf(lit)))
		}
		at := c.addr(e.X)
		return &expr{t: t, class: pointerClass, pointer: at}
	case token.ARROW:
		return c.receive(e)[0]
	}
	x := c.expr(e.X)
	k := kindOf(x.t)
	switch {
	case e.Op == token.ADD:
		return x
	case e.Op == token.NOT:
		g := x.boolean
		return &expr{t: t, class: boolClass, boolean: func(f *frame) bool { return !g(f) }}
	case e.Op == token.SUB && x.class == floatClass:
		g := x.float
		return &expr{t: t, class: floatClass, float: func(f *frame) float64 { return -g(f) }}
	case e.Op == token.SUB && x.class == complexClass:
		g := x.complex
		return &expr{t: t, class: complexClass, complex: func(f *frame) complex128 { return -g(f) }}
	case x.class == intClass && (e.Op == token.SUB || e.Op == token.XOR):
		g, cut := x.integer, wrap(k)
		neg := e.Op == token.SUB
		return &expr{t: t, class: intClass, integer: func(f *frame) int64 {
			v := g(f)
			if neg {
				v = -v
			} else {
				v = ^v
			}
			if cut != nil {
				v = cut(v)
			}
			return v
		}}
	}
	c.refuse(e, "the operator %s on %s", e.Op, typeString(x.t))
	return nil
}

// newOf puts a value into new memory.
func (c *compiler) newOf(t types.Type, v *expr) *expr {
	layout, put := c.layout(v.t), c.m.store(v)
	return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
		p := reflect.New(layout).UnsafePointer()
		put(f, p)
		return p
	}}
}
