package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/lib/rt"
)

// rangeTarget compiles what receives one of a range's values: a new variable for
// each turn or an assignment. It is nil if the value is not used.
func (c *compiler) rangeTarget(s *ast.RangeStmt, e ast.Expr) func(value *expr) func(*frame) {
	if e == nil || isBlank(e) {
		return nil
	}
	if s.Tok == token.DEFINE {
		o := c.info.Defs[e.(*ast.Ident)]
		vt := c.sub.apply(o.Type())
		begin := c.begin(c.declare(o, vt))
		return func(value *expr) func(*frame) {
			put := c.m.store(c.convertExpr(e, value, vt))
			return func(f *frame) { put(f, begin(f)) }
		}
	}
	both := s.Key != nil && s.Value != nil && !isBlank(s.Key) && !isBlank(s.Value)
	target := c.target(e, both)
	if both {
		// The operands of both are evaluated before either is assigned.
		prepare := target.prepare
		target.prepare = nil
		if e == s.Key {
			c.rangeKey = prepare
			target.prepare = func(f *frame) { c.rangeFirst[s](f) }
		} else {
			if c.rangeFirst == nil {
				c.rangeFirst = map[*ast.RangeStmt]func(*frame){}
			}
			c.rangeFirst[s] = then(c.rangeKey, then(prepare, func(*frame) {}))
		}
	}
	return func(value *expr) func(*frame) {
		v := c.convertExpr(e, value, target.t)
		if target.at != nil {
			put := c.m.storeLate(c, v)
			return then(target.prepare, func(f *frame) { put(f, target.at) })
		}
		at, put := c.temp(target.t), c.m.store(v)
		return func(f *frame) {
			if target.prepare != nil {
				target.prepare(f)
			}
			put(f, at(f))
			target.set(f, at(f))
		}
	}
}

func (c *compiler) rangeStmt(s *ast.RangeStmt, mine *label) action {
	if before := c.ordered(nil, s.X); before != nil {
		inner := c.rangeLoop(s, mine)
		return func(f *frame) control {
			before(f)
			return inner(f)
		}
	}
	return c.rangeLoop(s, mine)
}

func (c *compiler) rangeLoop(s *ast.RangeStmt, mine *label) action {
	t := c.typeOf(s.X)
	intAt := c.temp(types.Typ[types.Int])
	index := c.m.load(types.Typ[types.Int], intAt)
	// bind compiles the assignment of a value to a variable of the loop.
	bind := func(e ast.Expr, value *expr) func(*frame) {
		target := c.rangeTarget(s, e)
		if target == nil {
			return func(*frame) {}
		}
		return target(value)
	}
	turn := func(f *frame, body action) (out control, leave bool) {
		rt.Check()
		ctl := body(f)
		if ctl == next {
			return next, false
		}
		return leaves(f, ctl, mine)
	}
	pos := s.Pos()
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			str := c.convert(s.X, types.Typ[types.String]).text
			runeAt := c.temp(types.Typ[types.Int32])
			setKey := bind(s.Key, index)
			setValue := bind(s.Value, c.m.load(types.Typ[types.Int32], runeAt))
			body := c.block(s.Body.List)
			return func(f *frame) control {
				f.pos = pos
				for i, r := range str(f) {
					*(*int)(intAt(f)), *(*rune)(runeAt(f)) = i, r
					setKey(f)
					setValue(f)
					if out, leave := turn(f, body); leave {
						return out
					}
				}
				return next
			}
		}
		vt := types.Default(t)
		if s.Key != nil && !isBlank(s.Key) {
			vt = c.typeOf(s.Key)
			if o := c.info.Defs[identOf(s.Key)]; o != nil {
				vt = c.sub.apply(o.Type())
			}
		}
		limit := c.convert(s.X, vt).integer
		countAt := c.temp(vt)
		k := kindOf(vt)
		setKey := bind(s.Key, c.m.load(vt, countAt))
		body := c.block(s.Body.List)
		us := unsigned(k)
		return func(f *frame) control {
			f.pos = pos
			n := limit(f)
			for i := int64(0); us && uint64(i) < uint64(n) || !us && i < n; i++ {
				storeInteger(k, countAt(f), i)
				setKey(f)
				if out, leave := turn(f, body); leave {
					return out
				}
			}
			return next
		}
	case *types.Slice:
		return c.rangeElements(s, mine, c.expr(s.X).slice, u.Elem(), intAt, bind, turn)
	case *types.Array, *types.Pointer:
		var elem types.Type
		var length int
		var at func(*frame) unsafe.Pointer
		if a, ok := u.(*types.Array); ok {
			elem, length = a.Elem(), int(a.Len())
			if s.Value == nil || isBlank(s.Value) {
				if c.hasCall(s.X) {
					at = c.hold(c.expr(s.X))
				} else {
					at = func(*frame) unsafe.Pointer { return nil }
				}
			} else {
				at = c.hold(c.expr(s.X)) // the loop runs over a copy
			}
		} else {
			a := u.(*types.Pointer).Elem().Underlying().(*types.Array)
			elem, length = a.Elem(), int(a.Len())
			at = c.expr(s.X).pointer
		}
		return c.rangeElements(s, mine, func(f *frame) sliceHeader { return sliceHeader{at(f), length, length} }, elem, intAt, bind, turn)
	case *types.Map:
		m := c.expr(s.X).pointer
		layout := c.layout(t)
		kr, er := c.layout(u.Key()), c.layout(u.Elem())
		keyAt, elemAt := c.tempOf(kr), c.tempOf(er)
		setKey := bind(s.Key, c.m.load(u.Key(), keyAt))
		setValue := bind(s.Value, c.m.load(u.Elem(), elemAt))
		body := c.block(s.Body.List)
		return func(f *frame) control {
			f.pos = pos
			for it := mapValue(layout, m(f)).MapRange(); it.Next(); {
				reflect.NewAt(kr, keyAt(f)).Elem().Set(it.Key())
				reflect.NewAt(er, elemAt(f)).Elem().Set(it.Value())
				setKey(f)
				setValue(f)
				if out, leave := turn(f, body); leave {
					return out
				}
			}
			return next
		}
	case *types.Chan:
		ch := c.expr(s.X).pointer
		layout, er := c.layout(t), c.layout(u.Elem())
		elemAt := c.tempOf(er)
		setKey := bind(s.Key, c.m.load(u.Elem(), elemAt))
		body := c.block(s.Body.List)
		return func(f *frame) control {
			f.pos = pos
			channel := mapValue(layout, ch(f))
			for {
				v, ok := channel.Recv()
				if !ok {
					return next
				}
				reflect.NewAt(er, elemAt(f)).Elem().Set(v)
				setKey(f)
				if out, leave := turn(f, body); leave {
					return out
				}
			}
		}
	case *types.Signature:
		return c.rangeFunc(s, mine, u, bind)
	}
	c.refuse(s, "a loop over a %s", typeString(t))
	return nil
}

func identOf(e ast.Expr) *ast.Ident {
	id, _ := e.(*ast.Ident)
	return id
}

func (c *compiler) rangeElements(s *ast.RangeStmt, mine *label, list func(*frame) sliceHeader, elem types.Type, intAt func(*frame) unsafe.Pointer, bind func(ast.Expr, *expr) func(*frame), turn func(*frame, action) (control, bool)) action {
	listAt := c.tempOf(reflect.TypeFor[[]byte]())
	size := c.layout(elem).Size()
	setKey := bind(s.Key, c.m.load(types.Typ[types.Int], intAt))
	setValue := bind(s.Value, c.m.load(elem, func(f *frame) unsafe.Pointer {
		return unsafe.Add((*sliceHeader)(listAt(f)).data, uintptr(*(*int)(intAt(f)))*size)
	}))
	body := c.block(s.Body.List)
	pos := s.Pos()
	return func(f *frame) control {
		f.pos = pos
		h := list(f)
		*(*sliceHeader)(listAt(f)) = h
		for i := range h.length {
			*(*int)(intAt(f)) = i
			setKey(f)
			setValue(f)
			if out, leave := turn(f, body); leave {
				return out
			}
		}
		return next
	}
}

// rangeFunc compiles a loop over a function: the body becomes the function
// that it calls.
func (c *compiler) rangeFunc(s *ast.RangeStmt, mine *label, sig *types.Signature, bind func(ast.Expr, *expr) func(*frame)) action {
	yield := sig.Params().At(0).Type().Underlying().(*types.Signature)
	fn := c.expr(s.X).pointer
	layout := c.layout(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()))
	yieldLayout := c.layout(yield)
	var ats []func(*frame) unsafe.Pointer
	var layouts []reflect.Type
	var sets []func(*frame)
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if i >= yield.Params().Len() {
			break
		}
		t := yield.Params().At(i).Type()
		at := c.temp(t)
		ats, layouts = append(ats, at), append(layouts, c.layout(t))
		sets = append(sets, bind(e, c.m.load(t, at)))
	}
	body := c.block(s.Body.List) // in the frame of the function that the loop stands in, as its defers are
	pos := s.Pos()
	return func(f *frame) control {
		f.pos = pos
		out, done, inside, over := next, false, false, false
		th, depth := f.thread, f.thread.depth
		step := reflect.MakeFunc(yieldLayout, func(args []reflect.Value) []reflect.Value {
			if over {
				panic(runtimeError("range function continued iteration after whole loop exit"))
			}
			if done {
				panic(runtimeError("range function continued iteration after function for loop body returned false"))
			}
			if inside {
				panic(runtimeError("range function continued iteration after loop body panic"))
			}
			inside = true
			rt.Check()
			for i, a := range args {
				if i < len(ats) {
					reflect.NewAt(layouts[i], ats[i](f)).Elem().Set(a)
					sets[i](f)
				}
			}
			top := th.top
			th.top = f
			ctl := body(f)
			th.top = top
			inside = false
			if ctl != next {
				var leave bool
				if out, leave = leaves(f, ctl, mine); leave {
					done = true
				}
			}
			return []reflect.Value{reflect.ValueOf(!done).Convert(yieldLayout.Out(0))}
		})
		word := fn(f)
		if word == nil {
			nilDereference()
		}
		if cl := closureOf(word); cl != nil {
			callee := cl.call(th, f)
			p := cl.param(0)
			reflect.NewAt(p.layout, callee.place(p)).Elem().Set(step.Convert(p.layout))
			callee.run()
		} else {
			mapValue(layout, word).Call([]reflect.Value{step.Convert(layout.In(0))})
		}
		if inside {
			panic(runtimeError("range function recovered a loop body panic and did not resume panicking"))
		}
		over = true
		th.depth = depth
		return out
	}
}
