package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"
)

func (c *compiler) send(ch, v *expr) func(*frame) {
	layout, er := c.layout(ch.t), c.layout(v.t)
	at := c.hold(v)
	return func(f *frame) {
		word := ch.pointer(f)
		mapValue(layout, word).Send(reflect.NewAt(er, at(f)).Elem())
	}
}

// receive compiles <-ch: the value, and whether it was sent.
func (c *compiler) receive(e *ast.UnaryExpr) []*expr {
	ch := c.expr(e.X)
	t := ch.t.Underlying().(*types.Chan).Elem()
	layout, er := c.layout(ch.t), c.layout(t)
	at, found := c.tempOf(er), c.tempOf(reflect.TypeFor[bool]())
	get := func(f *frame) unsafe.Pointer {
		v, ok := mapValue(layout, ch.pointer(f)).Recv()
		reflect.NewAt(er, at(f)).Elem().Set(v)
		*(*bool)(found(f)) = ok
		return at(f)
	}
	return []*expr{c.m.load(t, get), {t: types.Typ[types.Bool], class: boolClass, boolean: func(f *frame) bool { return *(*bool)(found(f)) }}}
}

func (c *compiler) selectStmt(s *ast.SelectStmt, mine *label) action {
	type branch struct {
		dir     reflect.SelectDir
		ch      func(*frame) unsafe.Pointer
		layout  reflect.Type
		value   func(*frame) unsafe.Pointer // sent
		er      reflect.Type
		at      func(*frame) unsafe.Pointer // received
		found   func(*frame) unsafe.Pointer
		receive func(*frame)
	}
	var branches []branch
	var bodies []action
	for _, x := range s.Body.List {
		clause := x.(*ast.CommClause)
		b := branch{receive: func(*frame) {}}
		var recv *ast.UnaryExpr
		switch comm := clause.Comm.(type) {
		case nil:
			b.dir = reflect.SelectDefault
		case *ast.SendStmt:
			b.dir = reflect.SelectSend
			ch := c.expr(comm.Chan)
			v := c.convert(comm.Value, ch.t.Underlying().(*types.Chan).Elem())
			b.ch, b.layout, b.value, b.er = ch.pointer, c.layout(ch.t), c.hold(v), c.layout(v.t)
		case *ast.ExprStmt:
			recv = ast.Unparen(comm.X).(*ast.UnaryExpr)
		case *ast.AssignStmt:
			recv = ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr)
		}
		if recv != nil {
			b.dir = reflect.SelectRecv
			ch := c.expr(recv.X)
			t := ch.t.Underlying().(*types.Chan).Elem()
			b.ch, b.layout, b.er = ch.pointer, c.layout(ch.t), c.layout(t)
			b.at, b.found = c.tempOf(b.er), c.tempOf(reflect.TypeFor[bool]())
			found := b.found
			parts := []*expr{c.m.load(t, b.at), {t: types.Typ[types.Bool], class: boolClass, boolean: func(f *frame) bool { return *(*bool)(found(f)) }}}
			if a, ok := clause.Comm.(*ast.AssignStmt); ok {
				b.receive = c.received(a, parts)
			}
		}
		branches = append(branches, b)
		bodies = append(bodies, c.block(clause.Body))
	}
	run := clauses(bodies, mine)
	pos := s.Pos()
	return func(f *frame) control {
		f.pos = pos
		cases := make([]reflect.SelectCase, len(branches))
		for i, b := range branches {
			cases[i].Dir = b.dir
			if b.ch == nil {
				continue
			}
			if word := b.ch(f); word != nil {
				cases[i].Chan = mapValue(b.layout, word)
			}
			if b.value != nil {
				v := reflect.NewAt(b.er, b.value(f)).Elem()
				if cases[i].Chan.IsValid() {
					cases[i].Send = v
				}
			}
		}
		i, v, ok := reflect.Select(cases)
		b := branches[i]
		if b.dir == reflect.SelectRecv {
			reflect.NewAt(b.er, b.at(f)).Elem().Set(v)
			*(*bool)(b.found(f)) = ok
			b.receive(f)
		}
		return run(f, i)
	}
}

// received compiles the assignment of a case that receives.
func (c *compiler) received(a *ast.AssignStmt, parts []*expr) func(*frame) {
	var steps []func(*frame)
	for i, l := range a.Lhs {
		if isBlank(l) {
			continue
		}
		if a.Tok == token.DEFINE {
			o := c.info.Defs[l.(*ast.Ident)]
			v := c.convertExpr(l, parts[i], c.sub.apply(o.Type()))
			put, begin := c.m.store(v), c.begin(c.declare(o, v.t))
			steps = append(steps, func(f *frame) { put(f, begin(f)) })
			continue
		}
		t := c.target(l, false)
		v := c.convertExpr(l, parts[i], t.t)
		put := c.m.storeLate(c, v)
		if t.at == nil {
			at := c.temp(t.t)
			steps = append(steps, func(f *frame) { t.prepare(f); put(f, at); t.set(f, at(f)) })
			continue
		}
		steps = append(steps, func(f *frame) { put(f, t.at) })
	}
	return func(f *frame) {
		for _, s := range steps {
			s(f)
		}
	}
}
