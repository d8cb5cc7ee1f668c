package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
)

// clauses runs the body of the chosen clause and those that it falls through
// to.
func clauses(bodies []action, mine *label) func(*frame, int) control {
	return func(f *frame, i int) control {
		for i >= 0 && i < len(bodies) {
			switch ctl := bodies[i](f); {
			case ctl == falls:
				i++
				continue
			case ctl == breaks && (f.target == nil || f.target == mine):
				f.target = nil
				return next
			default:
				return ctl
			}
		}
		return next
	}
}

func (c *compiler) switchStmt(s *ast.SwitchStmt, mine *label) action {
	var before action
	if s.Init != nil {
		before = c.stmt(s.Init, nil)
	}
	evaluate := func(*frame) {}
	var tag *expr
	if s.Tag != nil {
		first := c.ordered([]ast.Expr{s.Tag})
		t := c.defaultType(s.Tag)
		v := c.convert(s.Tag, t)
		at, put := c.temp(t), c.m.store(v)
		evaluate = then(first, func(f *frame) { put(f, at(f)) })
		tag = c.m.load(t, at)
	}
	type test struct {
		holds func(*frame) bool
		body  int
	}
	var tests []test
	var bodies []action
	fallback := -1
	for i, x := range s.Body.List {
		clause := x.(*ast.CaseClause)
		if clause.List == nil {
			fallback = i
		}
		for _, e := range clause.List {
			if tag == nil && classOf(c.typeOf(e)) == boolClass {
				tests = append(tests, test{c.condition(e), i})
				continue
			}
			if tag == nil {
				c.refuse(e, "a case that compares an interface with true")
			}
			holds := c.caseTest
			if first := c.ordered([]ast.Expr{e}); first != nil {
				compare := holds(e, tag)
				tests = append(tests, test{func(f *frame) bool { first(f); return compare(f) }, i})
				continue
			}
			tests = append(tests, test{holds(e, tag), i})
		}
		bodies = append(bodies, c.block(clause.Body))
	}
	run := clauses(bodies, mine)
	pos := s.Pos()
	return func(f *frame) control {
		if before != nil {
			before(f)
		}
		f.pos = pos
		evaluate(f)
		for _, t := range tests {
			if t.holds(f) {
				return run(f, t.body)
			}
		}
		return run(f, fallback)
	}
}

// caseTest compares the tag with an expression of a case.
func (c *compiler) caseTest(e ast.Expr, tag *expr) func(*frame) bool {
	tv := c.info.Types[e]
	var y *expr
	switch {
	case tv.IsNil():
		y = c.zero(tag.t)
	case tv.Value != nil:
		y = c.convert(e, c.comparedAs(e, tag.t))
	default:
		y = c.expr(e)
	}
	x := tag
	if x.class == interfaceClass && y.class != interfaceClass {
		y = c.convertExpr(e, y, universeAny)
	} else if y.class == interfaceClass && x.class != interfaceClass {
		x = c.convertExpr(e, x, universeAny)
	}
	return c.compare(e, token.EQL, x, y)
}

func (c *compiler) typeSwitch(s *ast.TypeSwitchStmt, mine *label) action {
	var before action
	if s.Init != nil {
		before = c.stmt(s.Init, nil)
	}
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x = a.Rhs[0].(*ast.TypeAssertExpr).X
	}
	first := c.ordered([]ast.Expr{x})
	v := c.expr(x)
	at, put := c.temp(v.t), c.m.store(v)
	held := c.m.load(v.t, at)
	type test struct {
		holds func(any) bool
		body  int
	}
	var tests []test
	var bodies []action
	fallback := -1
	for i, clause := range s.Body.List {
		clause := clause.(*ast.CaseClause)
		if clause.List == nil {
			fallback = i
		}
		bound := v.t
		for _, e := range clause.List {
			if c.info.Types[e].IsNil() {
				tests = append(tests, test{func(v any) bool { return v == nil }, i})
				continue
			}
			t := c.typeOf(e)
			if len(clause.List) == 1 {
				bound = t
			}
			tests = append(tests, test{c.m.matcher(t), i})
		}
		begin := func(*frame) {}
		if o := c.info.Implicits[clause]; o != nil {
			value := held.as(bound)
			if types.Unalias(bound) != types.Unalias(v.t) {
				value = c.asserted(bound, held.dynamic)
			}
			put := c.m.store(value)
			fresh := c.begin(c.declare(o, bound))
			begin = func(f *frame) { put(f, fresh(f)) }
		}
		body := c.block(clause.Body)
		bodies = append(bodies, func(f *frame) control {
			begin(f)
			return body(f)
		})
	}
	run := clauses(bodies, mine)
	pos := s.Pos()
	return func(f *frame) control {
		if before != nil {
			before(f)
		}
		f.pos = pos
		if first != nil {
			first(f)
		}
		put(f, at(f))
		v := held.dynamic(f)
		for _, t := range tests {
			if t.holds(v) {
				return run(f, t.body)
			}
		}
		return run(f, fallback)
	}
}
