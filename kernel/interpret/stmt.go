package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/lib/rt"
)

// A control says how a statement ended.
type control int

const (
	next control = iota
	breaks
	continues
	returns
	jumps // goto
	falls // fallthrough
)

// A label is where a labelled break, continue or goto leads.
type label struct{ name string }

type action func(*frame) control

// block compiles a list of statements.
func (c *compiler) block(list []ast.Stmt) action {
	var actions []action
	places := map[*label]int{}
	for _, s := range list {
		if l, ok := s.(*ast.LabeledStmt); ok {
			places[c.label(c.info.Defs[l.Label])] = len(actions)
		}
		if a := c.stmt(s, nil); a != nil {
			actions = append(actions, a)
		}
	}
	switch {
	case len(places) > 0:
	case len(actions) == 0:
		return func(*frame) control { return next }
	case len(actions) == 1:
		return actions[0]
	case len(actions) == 2:
		a, b := actions[0], actions[1]
		return func(f *frame) control {
			if ctl := a(f); ctl != next {
				return ctl
			}
			return b(f)
		}
	default:
		return func(f *frame) control {
			for _, a := range actions {
				if ctl := a(f); ctl != next {
					return ctl
				}
			}
			return next
		}
	}
	return func(f *frame) control {
		for i := 0; i < len(actions); {
			ctl := actions[i](f)
			i++
			if ctl == jumps {
				if to, ok := places[f.target]; ok {
					rt.Check()
					i, f.target = to, nil
					continue
				}
			}
			if ctl != next {
				return ctl
			}
		}
		return next
	}
}

func (c *compiler) label(o types.Object) *label {
	root := c
	l, ok := root.labels[o]
	if !ok {
		l = &label{o.Name()}
		root.labels[o] = l
	}
	return l
}

// stmt compiles a statement; mine is its label, if it has one.
func (c *compiler) stmt(s ast.Stmt, mine *label) action {
	defer c.guard(s)
	pos := s.Pos()
	simple := func(do func(*frame)) action {
		return func(f *frame) control {
			f.pos = pos
			do(f)
			return next
		}
	}
	switch s := s.(type) {
	case *ast.EmptyStmt:
		return nil
	case *ast.ExprStmt:
		return simple(c.effect(s.X))
	case *ast.AssignStmt:
		before := c.orderedValues(s.Lhs, s.Rhs)
		return simple(then(before, c.assign(s)))
	case *ast.IncDecStmt:
		one := &ast.BasicLit{ValuePos: s.TokPos, Kind: token.INT, Value: "1"}
		op := token.ADD
		if s.Tok == token.DEC {
			op = token.SUB
		}
		return simple(c.assignOp(s.X, op, func(t types.Type) *expr { return c.constant(one, t, oneValue) }, one))
	case *ast.DeclStmt:
		return c.localDecl(s)
	case *ast.BlockStmt:
		return c.block(s.List)
	case *ast.LabeledStmt:
		return c.stmt(s.Stmt, c.label(c.info.Defs[s.Label]))
	case *ast.IfStmt:
		return c.ifStmt(s)
	case *ast.ForStmt:
		return c.forStmt(s, mine)
	case *ast.RangeStmt:
		return c.rangeStmt(s, mine)
	case *ast.SwitchStmt:
		return c.switchStmt(s, mine)
	case *ast.TypeSwitchStmt:
		return c.typeSwitch(s, mine)
	case *ast.SelectStmt:
		return c.selectStmt(s, mine)
	case *ast.ReturnStmt:
		before, run := c.orderedValues(nil, s.Results), c.returnStmt
		if before == nil {
			return run(s)
		}
		inner := run(s)
		return func(f *frame) control {
			f.pos = pos
			before(f)
			return inner(f)
		}
	case *ast.BranchStmt:
		return c.branch(s)
	case *ast.GoStmt:
		return simple(c.goStmt(s))
	case *ast.DeferStmt:
		return simple(c.deferStmt(s))
	case *ast.SendStmt:
		before := c.ordered([]ast.Expr{s.Chan, s.Value})
		ch := c.expr(s.Chan)
		t := ch.t.Underlying().(*types.Chan)
		v := c.convert(s.Value, t.Elem())
		return simple(then(before, c.send(ch, v)))
	}
	c.refuse(s, "this statement (%T)", s)
	return nil
}

func (c *compiler) branch(s *ast.BranchStmt) action {
	var to *label
	if s.Label != nil {
		to = c.label(c.info.Uses[s.Label])
	}
	ctl := map[token.Token]control{token.BREAK: breaks, token.CONTINUE: continues, token.GOTO: jumps, token.FALLTHROUGH: falls}[s.Tok]
	return func(f *frame) control {
		f.target = to
		return ctl
	}
}

// orderedValues is ordered for an assignment, or for values by themselves.
func (c *compiler) orderedValues(lhs, rhs []ast.Expr) func(*frame) {
	var list []ast.Expr
	for _, l := range lhs {
		switch x := ast.Unparen(l).(type) {
		case *ast.IndexExpr:
			list = append(list, x.X, x.Index)
		case *ast.StarExpr:
			list = append(list, x.X)
		case *ast.SelectorExpr:
			if s := c.info.Selections[x]; s != nil {
				list = append(list, x.X)
			}
		}
	}
	if len(rhs) == 1 {
		_, tuple := c.info.TypeOf(rhs[0]).(*types.Tuple)
		if tuple || len(lhs) == 2 {
			return c.ordered(list, rhs[0])
		}
	}
	return c.ordered(append(list, rhs...))
}

// condition compiles what is true or false.
func (c *compiler) condition(e ast.Expr) func(*frame) bool {
	before := c.ordered([]ast.Expr{e})
	cond := c.expr(e).boolean
	if before == nil {
		return cond
	}
	return func(f *frame) bool {
		before(f)
		return cond(f)
	}
}

func (c *compiler) ifStmt(s *ast.IfStmt) action {
	var before action
	if s.Init != nil {
		before = c.stmt(s.Init, nil)
	}
	cond := c.condition(s.Cond)
	then := c.block(s.Body.List)
	var otherwise action
	if s.Else != nil {
		otherwise = c.stmt(s.Else, nil)
	}
	pos := s.Pos()
	return func(f *frame) control {
		if before != nil {
			if ctl := before(f); ctl != next {
				return ctl
			}
		}
		f.pos = pos
		if cond(f) {
			return then(f)
		}
		if otherwise != nil {
			return otherwise(f)
		}
		return next
	}
}

// leaves says what a loop does about how its body ended.
func leaves(f *frame, ctl control, mine *label) (out control, leave bool) {
	switch ctl {
	case next:
		return next, false
	case continues:
		if f.target == nil || f.target == mine {
			f.target = nil
			return next, false
		}
	case breaks:
		if f.target == nil || f.target == mine {
			f.target = nil
			return next, true
		}
	}
	return ctl, true
}

func (c *compiler) forStmt(s *ast.ForStmt, mine *label) action {
	var before, after action
	var renewed []*slot
	if s.Init != nil {
		before = c.stmt(s.Init, nil)
		if a, ok := s.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
			for _, l := range a.Lhs {
				if o := c.info.Defs[l.(*ast.Ident)]; o != nil && c.escaping[o] {
					renewed = append(renewed, c.vars[o])
				}
			}
		}
	}
	var cond func(*frame) bool
	if s.Cond != nil {
		cond = c.condition(s.Cond)
	}
	body := c.block(s.Body.List)
	if s.Post != nil {
		after = c.stmt(s.Post, nil)
	}
	pos := s.Pos()
	return func(f *frame) control {
		if before != nil {
			before(f)
		}
		for {
			f.pos = pos
			if cond != nil && !cond(f) {
				return next
			}
			rt.Check()
			if ctl := body(f); ctl != next {
				if out, leave := leaves(f, ctl, mine); leave {
					return out
				}
			}
			// Each turn has variables of its own.
			for _, s := range renewed {
				at := (*unsafe.Pointer)(unsafe.Add(f.base, s.offset))
				fresh := reflect.New(s.layout)
				fresh.Elem().Set(reflect.NewAt(s.layout, *at).Elem())
				*at = fresh.UnsafePointer()
			}
			if after != nil {
				after(f)
			}
		}
	}
}

func (c *compiler) returnStmt(s *ast.ReturnStmt) action {
	pos := s.Pos()
	if len(s.Results) == 0 {
		return func(*frame) control { return returns }
	}
	results := c.fn.results
	if len(s.Results) == 1 && len(results) == 1 {
		r := &results[0]
		put := c.m.storeLate(c, c.convert(s.Results[0], c.resultType(0)))
		at := func(f *frame) unsafe.Pointer { return f.place(r) }
		return func(f *frame) control {
			f.pos = pos
			put(f, at)
			return returns
		}
	}
	var targets []types.Type
	for i := range results {
		targets = append(targets, c.resultType(i))
	}
	values, evaluate := c.values(s.Results, targets)
	return func(f *frame) control {
		f.pos = pos
		evaluate(f)
		for i := range results {
			values[i].put(f, f.place(&results[i]))
		}
		return returns
	}
}

func (c *compiler) resultType(i int) types.Type {
	return c.sub.apply(c.sig.Results().At(i).Type())
}

// A held value was evaluated into a temporary.
type held struct {
	value *expr // reads the temporary
	put   func(*frame, unsafe.Pointer)
}

// values evaluates expressions, or the one call that gives them all, into
// temporaries of the given types.
func (c *compiler) values(list []ast.Expr, targets []types.Type) ([]held, func(*frame)) {
	var hold []held
	var steps []func(*frame)
	keep := func(e *expr) {
		at := c.temp(e.t)
		put := c.m.store(e)
		steps = append(steps, func(f *frame) { put(f, at(f)) })
		v := c.m.load(e.t, at)
		hold = append(hold, held{v, c.m.store(v)})
	}
	if len(list) == 1 && len(targets) > 1 {
		parts, evaluate := c.tuple(list[0], len(targets))
		steps = append(steps, evaluate)
		for i, p := range parts {
			e := c.convertExpr(list[0], p, targets[i])
			hold = append(hold, held{e, c.m.store(e)})
		}
	} else {
		for i, e := range list {
			keep(c.convert(e, targets[i]))
		}
	}
	return hold, func(f *frame) {
		for _, s := range steps {
			s(f)
		}
	}
}

func (c *compiler) localDecl(s *ast.DeclStmt) action {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok {
		c.refuse(s, "this declaration")
	}
	switch d.Tok {
	case token.CONST:
		return nil
	case token.TYPE:
		if len(c.sub) > 0 {
			c.refuse(s, "a type declared inside a generic function")
		}
		return nil
	}
	var steps []func(*frame)
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		if before := c.orderedValues(nil, v.Values); before != nil {
			steps = append(steps, before)
		}
		var objects []types.Object
		for _, n := range v.Names {
			objects = append(objects, c.info.Defs[n])
		}
		steps = append(steps, c.define(v.Names, objects, v.Values))
	}
	pos := s.Pos()
	return func(f *frame) control {
		f.pos = pos
		for _, s := range steps {
			s(f)
		}
		return next
	}
}

// define compiles the beginning of local variables. Without values they are
// zero.
func (c *compiler) define(names []*ast.Ident, objects []types.Object, values []ast.Expr) func(*frame) {
	var targets []types.Type
	for i, o := range objects {
		if o == nil {
			c.refuse(names[i], "this definition")
		}
		targets = append(targets, c.sub.apply(o.Type()))
	}
	if len(values) == 0 {
		var steps []func(*frame)
		for i, o := range objects {
			s := c.declare(o, targets[i])
			begin, clear := c.begin(s), clearer(s.layout)
			if s.boxed {
				steps = append(steps, func(f *frame) { begin(f) })
			} else {
				steps = append(steps, func(f *frame) { clear(begin(f)) })
			}
		}
		return func(f *frame) {
			for _, s := range steps {
				s(f)
			}
		}
	}
	if len(names) == 1 {
		put := c.m.storeLate(c, c.convert(values[0], targets[0]))
		if names[0].Name == "_" {
			at := c.temp(targets[0])
			return func(f *frame) { put(f, at) }
		}
		begin := c.begin(c.declare(objects[0], targets[0]))
		return func(f *frame) { put(f, begin) }
	}
	hold, evaluate := c.values(values, targets)
	var begins []func(*frame) unsafe.Pointer
	for i, o := range objects {
		if names[i].Name == "_" {
			begins = append(begins, nil)
			continue
		}
		begins = append(begins, c.begin(c.declare(o, targets[i])))
	}
	return func(f *frame) {
		evaluate(f)
		for i, b := range begins {
			if b != nil {
				hold[i].put(f, b(f))
			}
		}
	}
}

// storeLate evaluates an expression before it finds out where to store it.
func (m *Machine) storeLate(c *compiler, e *expr) func(*frame, func(*frame) unsafe.Pointer) {
	k := kindOf(e.t)
	switch e.class {
	case intClass:
		g := e.integer
		return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); storeInteger(k, at(f), v) }
	case floatClass:
		if k == types.Float64 {
			g := e.float
			return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); *(*float64)(at(f)) = v }
		}
	case boolClass:
		g := e.boolean
		return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); *(*bool)(at(f)) = v }
	case stringClass:
		g := e.text
		return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); *(*string)(at(f)) = v }
	case pointerClass:
		g := e.pointer
		return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); *(*unsafe.Pointer)(at(f)) = v }
	case sliceClass:
		g := e.slice
		return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); *(*sliceHeader)(at(f)) = v }
	case interfaceClass:
		g, put := e.dynamic, m.interfaceStore(e.t)
		return func(f *frame, at func(*frame) unsafe.Pointer) { v := g(f); put(at(f), v) }
	}
	r := m.types.layout(e.t)
	temp := c.tempOf(r)
	put, move := m.store(e), copier(r)
	return func(f *frame, at func(*frame) unsafe.Pointer) {
		p := temp(f)
		put(f, p)
		move(at(f), p)
	}
}
