package build

import (
	"go/ast"
	"go/token"
	"go/types"
)

// plain reports whether a node does nothing but compute on what it names: it
// runs no other function, starts and waits for nothing.
func (e *emitter) plain(n ast.Node) bool {
	ok := true
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt, *ast.TypeSpec:
			ok = false
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		case *ast.RangeStmt:
			switch e.unit.Info.Types[n.X].Type.Underlying().(type) {
			case *types.Chan, *types.Signature, *types.Interface:
				ok = false
			}
		case *ast.CallExpr:
			ok = ok && e.computes(n)
		}
		return ok
	})
	return ok
}

// computes reports whether a call is a conversion, one of a builtin function, or
// one of a function that does nothing but arithmetic.
func (e *emitter) computes(call *ast.CallExpr) bool {
	if e.unit.Info.Types[call.Fun].IsType() {
		return true
	}
	switch f := e.callee(call.Fun).(type) {
	case *types.Builtin:
		return f.Name() != "recover" && f.Name() != "close"
	case *types.Func:
		if f.Pkg() != nil && f.Signature().Recv() == nil {
			switch f.Pkg().Path() {
			case "math", "math/bits", "math/cmplx":
				return true
			}
		}
	}
	return false
}

// assigned returns the variables to which a node assigns, or to a part of which
// it does, and whether it assigns through pointers.
func (e *emitter) assigned(n ast.Node) (variables map[types.Object]bool, through bool) {
	variables = map[types.Object]bool{}
	target := func(x ast.Expr) {
		for x != nil {
			switch y := ast.Unparen(x).(type) {
			case *ast.Ident:
				variables[e.unit.Info.ObjectOf(y)] = true
				return
			case *ast.IndexExpr:
				through = through || e.isPointer(y.X)
				if _, array := e.unit.Info.Types[y.X].Type.Underlying().(*types.Array); !array {
					return // an element is no part of the variable
				}
				x = y.X
			case *ast.SelectorExpr:
				through = through || e.isPointer(y.X)
				if selection := e.unit.Info.Selections[y]; selection == nil || selection.Indirect() {
					through = true
					return
				}
				x = y.X
			default:
				through = true
				return
			}
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				target(x)
			}
		case *ast.IncDecStmt:
			target(n.X)
		case *ast.RangeStmt:
			target(n.Key)
			target(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				target(n.X)
			}
		}
		return true
	})
	return variables, through
}

func (e *emitter) isPointer(x ast.Expr) bool {
	t := e.unit.Info.Types[x].Type
	if t == nil {
		return true
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}
