package build

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/galago-hpc/galago/lib/rt"
)

// An innermost loop of a few instructions pays up to a third for being
// interruptible. If it computes only, and its turns can be counted before it
// begins, it needs no check as long as they are few: the loop around it has one.
//
//	for i := range n { s += x[i] }  ->  if Few(int64(n)) { for i := range n { s += x[i] } } else { for i := range n { Check(); s += x[i] } }
//
// Both forms mean the same; a wrong count would delay an interrupt, no more.

// bounded writes a loop in both forms.
func (e *emitter) bounded(loop ast.Stmt) (string, bool) {
	if e.mode != Plugin || e.unchecked[loop] || e.checked[loop] {
		return "", false
	}
	turns, constant, ok := e.turns(loop)
	if !ok {
		return "", false
	}
	if constant {
		e.unchecked[loop] = true
		return "", false
	}
	e.unchecked[loop] = true
	quick := e.text(loop)
	delete(e.unchecked, loop)
	e.checked[loop] = true
	slow := e.text(loop)
	delete(e.checked, loop)
	at := e.world.Fset.Position(loop.Pos())
	return fmt.Sprintf("if %s(%s) {%s} else {/*line %s:%d:%d*/%s}", e.rt("Few"), turns, quick, at.Filename, at.Line, at.Column, slow), true
}

// turns writes how often a loop turns at most. Constant says that there is
// nothing to write: they are few.
func (e *emitter) turns(loop ast.Stmt) (turns string, constant, ok bool) {
	if e.labeled[loop] || !e.cheap(loop) {
		return "", false, false
	}
	switch loop := loop.(type) {
	case *ast.RangeStmt:
		return e.rangeTurns(loop)
	case *ast.ForStmt:
		return e.forTurns(loop)
	}
	return "", false, false
}

// cheap reports whether a loop is an innermost one, each turn of which takes a
// short time whatever it works on.
func (e *emitter) cheap(loop ast.Stmt) bool {
	if !e.plain(loop) {
		return false
	}
	ok := true
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			ok = ok && n == loop
		case *ast.LabeledStmt:
			ok = false
		case *ast.BinaryExpr:
			ok = ok && !(n.Op == token.ADD && isString(e.unit.Info.Types[n].Type))
		case *ast.AssignStmt:
			ok = ok && !(n.Tok == token.ADD_ASSIGN && isString(e.unit.Info.Types[n.Lhs[0]].Type))
		case *ast.CallExpr:
			ok = ok && e.cheapCall(n)
		}
		return ok
	})
	return ok
}

func (e *emitter) cheapCall(call *ast.CallExpr) bool {
	if to := e.unit.Info.Types[call.Fun]; to.IsType() {
		return !isString(to.Type) && !isString(e.unit.Info.Types[call.Args[0]].Type)
	}
	if b, ok := e.callee(call.Fun).(*types.Builtin); ok {
		switch b.Name() {
		case "copy", "clear", "make", "print", "println", "panic":
			return false
		}
		return !call.Ellipsis.IsValid()
	}
	return true
}

func isString(t types.Type) bool {
	if t == nil {
		return true
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func (e *emitter) rangeTurns(loop *ast.RangeStmt) (turns string, few, ok bool) {
	tv := e.unit.Info.Types[loop.X]
	t := tv.Type.Underlying()
	if p, isPointer := t.(*types.Pointer); isPointer {
		t = p.Elem().Underlying()
	}
	switch t := t.(type) {
	case *types.Array:
		return "", true, rt.Few(t.Len())
	case *types.Basic:
		if tv.Value != nil {
			n, exact := constant.Int64Val(constant.ToInt(tv.Value))
			return "", true, exact && rt.Few(n)
		}
		if t.Info()&types.IsInteger != 0 && e.simple(loop.X) {
			return "int64(" + e.text(loop.X) + ")", false, true
		}
	case *types.Slice:
		if e.simple(loop.X) {
			return "int64(len(" + e.text(loop.X) + "))", false, true
		}
	}
	return "", false, false
}

// forTurns counts those of for i := a; i < b; i++ and its kin.
func (e *emitter) forTurns(loop *ast.ForStmt) (turns string, few, ok bool) {
	init, isInit := loop.Init.(*ast.AssignStmt)
	condition, isCondition := loop.Cond.(*ast.BinaryExpr)
	if !isInit || !isCondition || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 {
		return "", false, false
	}
	i := e.unit.Info.Defs[init.Lhs[0].(*ast.Ident)]
	if i == nil || !isInteger(i.Type()) {
		return "", false, false
	}
	up := condition.Op == token.LSS || condition.Op == token.LEQ
	down := condition.Op == token.GTR || condition.Op == token.GEQ
	if id, isIdent := condition.X.(*ast.Ident); !isIdent || e.unit.Info.Uses[id] != i || !(up || down) || !e.steps(loop.Post, i, up) {
		return "", false, false
	}
	written, through := e.assigned(loop.Body)
	if written[i] || !e.simple(init.Rhs[0]) || !e.simple(condition.Y) {
		return "", false, false
	}
	steady := true
	ast.Inspect(condition.Y, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			_, isVariable := e.unit.Info.Uses[n].(*types.Var)
			steady = steady && !written[e.unit.Info.Uses[n]] && !(isVariable && through)
		case *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
			steady = false
		}
		return steady
	})
	if !steady {
		return "", false, false
	}
	from, to := init.Rhs[0], condition.Y
	if down {
		from, to = to, from
	}
	a, b := e.unit.Info.Types[from].Value, e.unit.Info.Types[to].Value
	if a != nil && b != nil {
		n, exact := constant.Int64Val(constant.BinaryOp(constant.ToInt(b), token.SUB, constant.ToInt(a)))
		return "", true, exact && n < rt.Many
	}
	first, exact := e.int64(from)
	last, also := e.int64(to)
	return last + " - " + first, false, exact && also
}

// int64 writes an integer as an int64, unless it is a constant that is none.
func (e *emitter) int64(x ast.Expr) (string, bool) {
	if v := e.unit.Info.Types[x].Value; v != nil {
		n, exact := constant.Int64Val(constant.ToInt(v))
		return fmt.Sprintf("int64(%d)", n), exact
	}
	return "int64(" + e.text(x) + ")", true
}

// steps reports whether a post statement brings i nearer to its bound by a
// constant.
func (e *emitter) steps(post ast.Stmt, i types.Object, up bool) bool {
	var x ast.Expr
	rises := false
	switch post := post.(type) {
	case *ast.IncDecStmt:
		x, rises = post.X, post.Tok == token.INC
	case *ast.AssignStmt:
		v := e.unit.Info.Types[post.Rhs[0]].Value
		if v == nil || constant.Sign(v) <= 0 || post.Tok != token.ADD_ASSIGN && post.Tok != token.SUB_ASSIGN {
			return false
		}
		x, rises = post.Lhs[0], post.Tok == token.ADD_ASSIGN
	default:
		return false
	}
	id, ok := x.(*ast.Ident)
	return ok && e.unit.Info.Uses[id] == i && rises == up
}

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// simple reports whether an expression may be evaluated twice: it has no effect
// and costs next to nothing.
func (e *emitter) simple(x ast.Expr) bool {
	ok := true
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil, *ast.Ident, *ast.BasicLit, *ast.ParenExpr, *ast.SelectorExpr, *ast.IndexExpr:
		case *ast.BinaryExpr:
			ok = ok && n.Op != token.LAND && n.Op != token.LOR
		case *ast.CallExpr:
			b, builtin := e.callee(n.Fun).(*types.Builtin)
			ok = ok && (builtin && b.Name() == "len" || e.unit.Info.Types[n.Fun].IsType() && isInteger(e.unit.Info.Types[n.Fun].Type))
		default:
			ok = false
		}
		return ok
	})
	return ok
}
