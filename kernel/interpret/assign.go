package interpret

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

var oneValue = constant.MakeInt64(1)

// A target is the left side of an assignment.
type target struct {
	t       types.Type
	prepare func(*frame)                // evaluates its operands
	at      func(*frame) unsafe.Pointer // where it lies; nil for map elements and _
	set     func(*frame, unsafe.Pointer)
	read    func(*frame) reflect.Value // of a map element: the element, not valid if there is none
}

func isBlank(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == "_"
}

// hasCall reports whether an expression contains a call or a receive.
func (c *compiler) hasCall(e ast.Node) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if tv := c.info.Types[n.Fun]; !tv.IsType() && c.info.Types[n].Value == nil {
				found = true
			}
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

func (c *compiler) assign(s *ast.AssignStmt) func(*frame) {
	switch s.Tok {
	case token.ASSIGN:
		return c.assignAll(s.Lhs, s.Rhs, false)
	case token.DEFINE:
		all := true
		var names []*ast.Ident
		var objects []types.Object
		for _, l := range s.Lhs {
			id := l.(*ast.Ident)
			o := c.info.Defs[id]
			if o == nil && id.Name != "_" {
				all = false
			}
			names, objects = append(names, id), append(objects, o)
		}
		if all {
			for i, o := range objects {
				if o == nil {
					objects[i] = types.NewVar(names[i].Pos(), nil, "_", c.blankType(s.Rhs, i, len(names)))
				}
			}
			return c.define(names, objects, s.Rhs)
		}
		return c.assignAll(s.Lhs, s.Rhs, true)
	}
	op := s.Tok + token.ADD - token.ADD_ASSIGN
	return c.assignOp(s.Lhs[0], op, func(t types.Type) *expr {
		if op == token.SHL || op == token.SHR {
			return c.shiftCount(s.Rhs[0])
		}
		return c.convert(s.Rhs[0], t)
	}, s.Rhs[0])
}

// blankType is the type of a value that is assigned to _.
func (c *compiler) blankType(rhs []ast.Expr, i, n int) types.Type {
	if len(rhs) == n {
		return types.Default(c.typeOf(rhs[i]))
	}
	if t, ok := c.typeOf(rhs[0]).(*types.Tuple); ok {
		return t.At(i).Type()
	}
	if i == 1 {
		return types.Typ[types.Bool]
	}
	t := c.typeOf(rhs[0])
	return t
}

// assignAll compiles an assignment; defining says that some of the names on
// the left are new.
func (c *compiler) assignAll(lhs, rhs []ast.Expr, defining bool) func(*frame) {
	if len(lhs) == 1 && !defining {
		return c.assignOne(lhs[0], rhs[0])
	}
	var ts []*target
	var wanted []types.Type
	for i, l := range lhs {
		var t *target
		if id, ok := l.(*ast.Ident); ok && defining && c.info.Defs[id] != nil {
			o := c.info.Defs[id]
			t = &target{t: c.sub.apply(o.Type())}
		} else if isBlank(l) {
			bt := c.blankType(rhs, i, len(lhs))
			if b, ok := bt.(*types.Basic); ok && b.Kind() == types.UntypedNil {
				c.refuse(l, "nil assigned to _")
			}
			t = &target{t: bt, set: func(*frame, unsafe.Pointer) {}}
		} else {
			t = c.target(l, true)
		}
		ts, wanted = append(ts, t), append(wanted, t.t)
	}
	hold, evaluate := c.values(rhs, wanted)
	for i, l := range lhs {
		if t := ts[i]; t.at == nil && t.set == nil {
			o := c.info.Defs[l.(*ast.Ident)]
			t.at = c.begin(c.declare(o, t.t))
		}
	}
	return func(f *frame) {
		for _, t := range ts {
			if t.prepare != nil {
				t.prepare(f)
			}
		}
		evaluate(f)
		for i, t := range ts {
			if t.at != nil {
				hold[i].put(f, t.at(f))
				continue
			}
			c.m.assignHeld(f, t, &hold[i])
		}
	}
}

// assignHeld gives a held value to a target that is no place in memory.
func (m *Machine) assignHeld(f *frame, t *target, h *held) {
	p := reflect.New(m.types.layout(t.t)).UnsafePointer()
	h.put(f, p)
	t.set(f, p)
}

func (c *compiler) assignOne(l, r ast.Expr) func(*frame) {
	if isBlank(l) {
		t := types.Default(c.typeOf(r))
		if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
			return func(*frame) {}
		}
		put := c.m.storeLate(c, c.convert(r, t))
		at := c.temp(t)
		return func(f *frame) { put(f, at) }
	}
	t := c.target(l, c.hasCall(l))
	value := c.convert(r, t.t)
	put := c.m.storeLate(c, value)
	if t.at == nil {
		at := c.temp(t.t)
		return func(f *frame) {
			if t.prepare != nil {
				t.prepare(f)
			}
			put(f, at)
			t.set(f, at(f))
		}
	}
	if t.prepare == nil {
		at := t.at
		return func(f *frame) { put(f, at) }
	}
	return func(f *frame) {
		t.prepare(f)
		put(f, t.at)
	}
}

// target compiles a left side. If early is set, its operands are evaluated by
// prepare, before the right side.
func (c *compiler) target(e ast.Expr, early bool) *target {
	e = ast.Unparen(e)
	t := &target{t: c.typeOf(e)}
	if x, ok := e.(*ast.IndexExpr); ok {
		if m, ok := c.typeOf(x.X).Underlying().(*types.Map); ok {
			return c.mapTarget(x, m)
		}
		if early {
			return c.indexTarget(x)
		}
	}
	if early {
		switch x := e.(type) {
		case *ast.StarExpr:
			p := c.expr(x.X).pointer
			temp := c.tempOf(opaquePointer)
			t.prepare = func(f *frame) { *(*unsafe.Pointer)(temp(f)) = p(f) }
			t.at = func(f *frame) unsafe.Pointer { return notNil(*(*unsafe.Pointer)(temp(f))) }
			return t
		case *ast.SelectorExpr:
			if s := c.info.Selections[x]; s != nil && len(s.Index()) == 1 {
				if p, ok := c.typeOf(x.X).Underlying().(*types.Pointer); ok {
					// Whether the pointer is nil shows when the value is stored.
					get := c.expr(x.X).pointer
					offset := c.layout(p.Elem()).Field(s.Index()[0]).Offset
					temp := c.tempOf(opaquePointer)
					t.prepare = func(f *frame) { *(*unsafe.Pointer)(temp(f)) = get(f) }
					t.at = func(f *frame) unsafe.Pointer {
						return unsafe.Add(notNil(*(*unsafe.Pointer)(temp(f))), offset)
					}
					return t
				}
			}
			if c.info.Selections[x] != nil {
				// The address stays what it is: pointers on the way are read now.
				at := c.addr(x)
				temp := c.tempOf(opaquePointer)
				t.prepare = func(f *frame) { *(*unsafe.Pointer)(temp(f)) = at(f) }
				t.at = func(f *frame) unsafe.Pointer { return *(*unsafe.Pointer)(temp(f)) }
				return t
			}
		}
	}
	t.at = c.addr(e)
	return t
}

func notNil(p unsafe.Pointer) unsafe.Pointer {
	if p == nil {
		nilDereference()
	}
	return p
}

// indexTarget evaluates slice and index first and looks whether they fit when
// the value is stored.
func (c *compiler) indexTarget(x *ast.IndexExpr) *target {
	t := &target{t: c.typeOf(x)}
	i := c.indexOf(x.Index)
	index, us := i.get, i.unsigned
	size := c.layout(t.t).Size()
	itemp := c.temp(types.Typ[types.Int])
	if s, ok := c.typeOf(x.X).Underlying().(*types.Slice); ok {
		get := c.expr(x.X).slice
		stemp := c.temp(s)
		t.prepare = func(f *frame) {
			*(*sliceHeader)(stemp(f)) = get(f)
			*(*int64)(itemp(f)) = index(f)
		}
		t.at = func(f *frame) unsafe.Pointer {
			h := (*sliceHeader)(stemp(f))
			return element(h.data, *(*int64)(itemp(f)), us, h.length, size)
		}
		return t
	}
	array, length := c.arrayAddr(x.X)
	atemp := c.tempOf(opaquePointer)
	t.prepare = func(f *frame) {
		*(*unsafe.Pointer)(atemp(f)) = array(f)
		*(*int64)(itemp(f)) = index(f)
	}
	t.at = func(f *frame) unsafe.Pointer {
		return element(*(*unsafe.Pointer)(atemp(f)), *(*int64)(itemp(f)), us, length, size)
	}
	return t
}

func (c *compiler) mapTarget(x *ast.IndexExpr, mt *types.Map) *target {
	m := c.expr(x.X).pointer
	key := c.convert(x.Index, mt.Key())
	put := c.m.store(key)
	ktemp, mtemp := c.temp(mt.Key()), c.tempOf(opaquePointer)
	layout, kr, er := c.layout(c.typeOf(x.X)), c.layout(mt.Key()), c.layout(mt.Elem())
	return &target{
		t: mt.Elem(),
		prepare: func(f *frame) {
			*(*unsafe.Pointer)(mtemp(f)) = m(f)
			put(f, ktemp(f))
		},
		read: func(f *frame) reflect.Value {
			return mapValue(layout, *(*unsafe.Pointer)(mtemp(f))).MapIndex(reflect.NewAt(kr, ktemp(f)).Elem())
		},
		set: func(f *frame, value unsafe.Pointer) {
			mapValue(layout, *(*unsafe.Pointer)(mtemp(f))).SetMapIndex(reflect.NewAt(kr, ktemp(f)).Elem(), reflect.NewAt(er, value).Elem())
		},
	}
}

// mapValue makes a reflect value of the word that is a map, a channel or a function.
func mapValue(layout reflect.Type, word unsafe.Pointer) reflect.Value {
	return reflect.NewAt(layout, unsafe.Pointer(&word)).Elem()
}

// assignOp compiles x op= y, x++ and x--.
func (c *compiler) assignOp(l ast.Expr, op token.Token, operand func(types.Type) *expr, right ast.Expr) func(*frame) {
	l = ast.Unparen(l)
	t := c.target(l, c.hasCall(l) || c.hasCall(right))
	y := operand(t.t)
	if t.at == nil {
		x := l.(*ast.IndexExpr)
		mt := c.typeOf(x.X).Underlying().(*types.Map)
		er := c.layout(mt.Elem())
		old, result := c.tempOf(er), c.tempOf(er)
		rtemp := c.temp(y.t)
		hold := c.m.store(y)
		combined := c.binary(l, op, c.m.load(t.t, old), c.m.load(y.t, rtemp), t.t)
		put := c.m.store(combined)
		get := t.get(er)
		return func(f *frame) {
			t.prepare(f)
			hold(f, rtemp(f))
			get(f, old(f))
			put(f, result(f))
			t.set(f, result(f))
		}
	}
	// Local variables are the usual case.
	if t.prepare == nil {
		rtemp := c.temp(y.t)
		if c.hasCall(right) {
			hold := c.m.store(y)
			y = c.m.load(y.t, rtemp)
			put := c.m.storeLate(c, c.binary(l, op, c.loadTarget(l, t), y, t.t))
			return func(f *frame) { hold(f, rtemp(f)); put(f, t.at) }
		}
		put := c.m.storeLate(c, c.binary(l, op, c.loadTarget(l, t), y, t.t))
		at := t.at
		return func(f *frame) { put(f, at) }
	}
	rtemp := c.temp(y.t)
	hold := c.m.store(y)
	put := c.m.storeLate(c, c.binary(l, op, c.m.load(t.t, t.at), c.m.load(y.t, rtemp), t.t))
	return func(f *frame) {
		t.prepare(f)
		hold(f, rtemp(f))
		put(f, t.at)
	}
}

func (c *compiler) loadTarget(l ast.Expr, t *target) *expr {
	if id, ok := l.(*ast.Ident); ok {
		return c.variable(id, c.info.ObjectOf(id))
	}
	return c.m.load(t.t, t.at)
}

// get reads the element of a prepared map target, zero if there is none.
func (t *target) get(er reflect.Type) func(*frame, unsafe.Pointer) {
	return func(f *frame, to unsafe.Pointer) {
		v := t.read(f)
		if !v.IsValid() {
			reflect.NewAt(er, to).Elem().SetZero()
			return
		}
		reflect.NewAt(er, to).Elem().Set(v)
	}
}
