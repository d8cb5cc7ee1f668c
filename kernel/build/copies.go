package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// The variables of a session are in memory, for later cells; a loop on them
// would read and write memory at each step. A loop that computes only works on
// copies, which the compiler keeps in registers, and writes every change through:
//
//	for i := range n { sum += x[i] }  ->  {c0, c1, c2 := n, sum, x; for i := range c0 { c1 += c2[i]; sum = c1 }}
//
// So memory is right wherever the loop may end: at a panic, an interrupt, a
// return. A change that comes from elsewhere while the loop runs is a data race in
// any case: the loop calls nothing, waits for nothing and writes through no pointer.

// withCopies writes a loop that works on copies.
func (e *emitter) withCopies(loop ast.Stmt) (string, bool) {
	if e.mode != Plugin || e.copies != nil || e.labeled[loop] || !e.plain(loop) {
		return "", false
	}
	variables := e.copied(loop)
	if len(variables) == 0 {
		return "", false
	}
	var names, originals, blanks []string
	e.copies = map[types.Object]string{}
	for i, v := range variables {
		name := fmt.Sprintf("%sCopy%d", mark, i)
		names, originals, blanks = append(names, name), append(originals, e.ref(v)), append(blanks, "_")
		e.copies[v] = name
	}
	text := e.text(loop)
	e.copies = nil
	list := strings.Join(names, ", ")
	return fmt.Sprintf("{%s := %s; %s = %s; %s}", list, strings.Join(originals, ", "), strings.Join(blanks, ", "), list, text), true
}

// copied returns the variables of the session that a loop may keep copies of.
func (e *emitter) copied(loop ast.Stmt) []types.Object {
	written, through := e.assigned(loop)
	if through {
		return nil
	}
	var found []types.Object
	unsuited := map[types.Object]bool{}
	exclude := func(n ast.Node) {
		if n == nil {
			return
		}
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				unsuited[e.unit.Info.Uses[id]] = true
			}
			return true
		})
	}
	// changed excludes what a statement changes that nothing can follow.
	changed := func(s ast.Stmt) {
		if s != nil {
			variables, _ := e.assigned(s)
			for v := range variables {
				unsuited[v] = true
			}
		}
	}
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			v, ok := e.unit.Info.Uses[n].(*types.Var)
			if ok && !v.IsField() && e.packageLevel(v) && inRegister(v.Type()) && !slices.Contains(found, types.Object(v)) {
				found = append(found, v)
			}
		case *ast.ForStmt:
			changed(n.Init)
			changed(n.Post)
			if n.Post == nil && n.Cond != nil {
				// for !done {}: somebody else may be expected to end it.
				ast.Inspect(n.Cond, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok && !written[e.unit.Info.Uses[id]] {
						unsuited[e.unit.Info.Uses[id]] = true
					}
					return true
				})
			}
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				exclude(n.Key)
				exclude(n.Value)
			}
		case *ast.IfStmt:
			changed(n.Init)
		case *ast.SwitchStmt:
			changed(n.Init)
		case *ast.TypeSwitchStmt:
			changed(n.Init)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				exclude(n.X)
			}
		case *ast.AssignStmt:
			if slices.ContainsFunc(n.Lhs, func(x ast.Expr) bool { return len(n.Lhs) > 1 && !isIdent(x) }) {
				changed(n) // one of the assignments may fail, after others were made
			}
		}
		return true
	})
	return slices.DeleteFunc(found, func(o types.Object) bool { return unsuited[o] })
}

// inRegister reports whether the compiler keeps variables of a type in
// registers, and no part of them can be changed by itself.
func inRegister(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Slice, *types.Map, *types.Pointer:
		return true
	}
	return false
}

// writtenThrough writes the assignments that follow one to copies.
func (e *emitter) writtenThrough(n ast.Stmt) string {
	if e.copies == nil {
		return ""
	}
	var targets []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		targets = n.Lhs
	case *ast.IncDecStmt:
		targets = []ast.Expr{n.X}
	}
	var text strings.Builder
	for _, x := range targets {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok {
			v := e.unit.Info.Uses[id]
			if name, ok := e.copies[v]; ok {
				fmt.Fprintf(&text, "; %s = %s", e.ref(v), name)
			}
		}
	}
	return text.String()
}
