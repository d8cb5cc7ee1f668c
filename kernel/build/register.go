package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// registers finds the local variables that the compiler can keep in registers
// and whose fields belong to other units: small structs of which no address is
// taken, that no function literal captures, and of which only whole fields are
// assigned to. Those that are declared as twins (twin.go) may be large. Nobody sees such a variable while a statement runs, so a field of it
// may be read through a copy of the whole, and written by a new value of the whole.
func (e *emitter) registers() map[*types.Var]bool {
	found, lost := map[*types.Var]bool{}, map[*types.Var]bool{}
	if e.mode != Plugin {
		return found
	}
	lose := func(x ast.Expr) {
		if root, fields := e.path(x); root != nil && (len(fields) > 0 || !isIdent(x)) {
			lost[root] = true
		}
	}
	for _, f := range e.unit.Files {
		for _, p := range f.Pieces {
			if p.Node == nil {
				continue
			}
			var above []ast.Node
			ast.Inspect(p.Node, func(n ast.Node) bool {
				if n == nil {
					above = above[:len(above)-1]
					return false
				}
				switch n := n.(type) {
				case *ast.Ident:
					if v, ok := e.unit.Info.Uses[n].(*types.Var); ok && e.candidate(v) {
						found[v] = true
						if captured(v, above) {
							lost[v] = true
						}
					}
				case *ast.FuncType:
					e.loseResults(n, lost)
				case *ast.UnaryExpr:
					if n.Op == token.AND {
						if root, _ := e.path(n.X); root != nil {
							lost[root] = true
						}
					}
				case *ast.SelectorExpr:
					if e.takesAddress(n) {
						if root, _ := e.path(n.X); root != nil {
							lost[root] = true
						}
					}
				case *ast.SliceExpr:
					lose(n.X)
				case *ast.RangeStmt:
					if n.Tok == token.ASSIGN {
						lose(n.Key)
						lose(n.Value)
					}
				case *ast.IncDecStmt:
					if _, fields := e.path(n.X); !e.writable(fields) {
						lose(n.X)
					}
				case *ast.AssignStmt:
					if !e.assignable(n, above) {
						for _, x := range n.Lhs {
							lose(x)
						}
					}
				}
				above = append(above, n)
				return true
			})
		}
	}
	for v := range lost {
		delete(found, v)
	}
	return found
}

// candidate reports whether a variable is local, small and a struct, or declared
// as a twin.
func (e *emitter) candidate(v *types.Var) bool {
	if e.retyped[v] != nil {
		return true
	}
	if v.IsField() || v.Pkg() == nil || e.packageLevel(v) || v.Parent() == v.Pkg().Scope() {
		return false
	}
	_, isStruct := v.Type().Underlying().(*types.Struct)
	return isStruct && small(v.Type())
}

// captured reports whether the innermost function literal around a use does not
// hold the variable's declaration.
func captured(v *types.Var, above []ast.Node) bool {
	for i := len(above) - 1; i >= 0; i-- {
		if lit, ok := above[i].(*ast.FuncLit); ok {
			return v.Pos() < lit.Pos() || lit.End() <= v.Pos()
		}
	}
	return false
}

// loseResults leaves out named results: deferred functions see them.
func (e *emitter) loseResults(f *ast.FuncType, lost map[*types.Var]bool) {
	if f.Results == nil {
		return
	}
	for _, field := range f.Results.List {
		for _, name := range field.Names {
			if v, ok := e.unit.Info.Defs[name].(*types.Var); ok {
				lost[v] = true
			}
		}
	}
}

// takesAddress reports whether x.m takes the address of x, or of a part of it.
func (e *emitter) takesAddress(s *ast.SelectorExpr) bool {
	selection := e.unit.Info.Selections[s]
	if selection == nil || selection.Kind() != types.MethodVal {
		return false
	}
	_, pointer := selection.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer)
	return pointer
}

func isIdent(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.Ident)
	return ok
}

// A step is a field on the way from a variable to a part of it.
type step struct {
	field *types.Var
	of    *types.Struct
	index int
	named bool // generated code may name the field
}

// path takes x.f.g apart if it is a part of a local variable: without a pointer
// or an index on the way.
func (e *emitter) path(x ast.Expr) (*types.Var, []step) {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return e.path(x.X)
	case *ast.Ident:
		v, ok := e.unit.Info.Uses[x].(*types.Var)
		if ok && e.candidate(v) {
			return v, nil
		}
	case *ast.SelectorExpr:
		selection := e.unit.Info.Selections[x]
		if selection == nil || selection.Kind() != types.FieldVal || selection.Indirect() {
			return nil, nil
		}
		root, steps := e.path(x.X)
		t := selection.Recv()
		for _, i := range selection.Index() {
			s, ok := t.Underlying().(*types.Struct)
			if !ok {
				return nil, nil
			}
			f := s.Field(i)
			steps = append(steps, step{f, s, i, e.accessible(f) || e.retyped[root] != nil && len(steps) == 0})
			t = f.Type()
		}
		return root, steps
	}
	return nil, nil
}

// valueShape returns the shape of a struct of another unit for whose values
// there are functions, or nil.
func (e *emitter) valueShape(f *types.Var, of *types.Struct) *shape {
	a, ok := e.known.byField[f.Origin()]
	if !ok || a.shape == nil || a.shape.unit == e.unit.Number || !a.shape.hasValueFunctions(of) {
		return nil
	}
	return a.shape
}

// hiddenFrom returns the number of steps that may be named here.
func (e *emitter) hiddenFrom(steps []step) int {
	for i, s := range steps {
		if !s.named {
			return i
		}
	}
	return len(steps)
}

// writable reports whether a part of a variable can be named, or replaced by a
// function on values.
func (e *emitter) writable(steps []step) bool {
	for _, s := range steps[e.hiddenFrom(steps):] {
		if s.named || e.valueShape(s.field, s.of) == nil {
			return false
		}
	}
	return true
}

// assignable reports whether an assignment can be written with whole values:
// parts of one variable stand side by side on its left, and each has a value of
// its own on the right.
func (e *emitter) assignable(n *ast.AssignStmt, above []ast.Node) bool {
	if len(n.Lhs) != len(n.Rhs) {
		return false
	}
	if len(above) > 0 {
		if clause, ok := above[len(above)-1].(*ast.CommClause); ok && clause.Comm == n {
			return false
		}
	}
	at := map[*types.Var]int{}
	for i, x := range n.Lhs {
		root, steps := e.path(x)
		if root == nil {
			continue
		}
		last, again := at[root]
		if !e.writable(steps) || again && (last != i-1 || !e.direct(n.Lhs[last]) || !e.direct(x)) {
			return false
		}
		at[root] = i
	}
	return true
}

// direct reports whether x is a hidden field of a variable itself.
func (e *emitter) direct(x ast.Expr) bool {
	_, steps := e.path(x)
	return len(steps) == 1 && !steps[0].named
}

// registered returns the variable of registers that x is a hidden part of.
func (e *emitter) registered(x ast.Expr) (*types.Var, []step, bool) {
	root, steps := e.path(x)
	return root, steps, e.inRegisters[root] && e.hiddenFrom(steps) < len(steps)
}

// assignment writes an assignment to parts of variables that may be in
// registers.
func (e *emitter) assignment(n *ast.AssignStmt) (string, bool) {
	any := false
	for _, x := range n.Lhs {
		_, _, ok := e.registered(x)
		any = any || ok
	}
	if !any {
		return "", false
	}
	operator, _ := strings.CutSuffix(n.Tok.String(), "=")
	var targets, values []string
	var before *types.Var
	for i, x := range n.Lhs {
		value := e.text(n.Rhs[i])
		root, steps, ok := e.registered(x)
		switch {
		case !ok:
			targets, values = append(targets, e.text(x)), append(values, value)
		case root == before:
			// Both change the whole: the second change is made to the result of the first.
			last := len(values) - 1
			values[last] = e.with(steps, values[last], value)
		default:
			if operator != "" {
				value = e.text(x) + " " + operator + " (" + value + ")"
			}
			target := e.prefix(root, steps)
			targets, values = append(targets, target), append(values, e.with(steps, target, value))
		}
		before = nil
		if ok {
			before = root
		}
	}
	left, right := strings.Join(targets, ", "), strings.Join(values, ", ")
	missing := strings.Count(e.slice(n.Pos(), n.End()), "\n") - strings.Count(left+right, "\n")
	return left + " =" + strings.Repeat("\n", max(missing, 0)) + " " + right, true
}

// step writes v.f++.
func (e *emitter) step(n *ast.IncDecStmt) (string, bool) {
	root, steps, ok := e.registered(n.X)
	if !ok {
		return "", false
	}
	target := e.prefix(root, steps)
	return target + " = " + e.with(steps, target, fmt.Sprintf("%s %c 1", e.text(n.X), n.Tok.String()[0])), true
}

// prefix writes the largest part of a variable that may be named here.
func (e *emitter) prefix(root *types.Var, steps []step) string {
	text := root.Name()
	for _, s := range steps[:e.hiddenFrom(steps)] {
		text += "." + s.field.Name()
	}
	return text
}

// with writes whole, the largest part that may be named, with another value of
// the part to which steps lead.
func (e *emitter) with(steps []step, whole, value string) string {
	steps = steps[e.hiddenFrom(steps):]
	if len(steps) == 0 {
		return value
	}
	s := e.valueShape(steps[0].field, steps[0].of)
	i := steps[0].index
	part := e.getter(s, i) + "(" + whole + ")"
	return e.setter(s, i) + "(" + whole + ", " + e.with(steps[1:], part, value) + ")"
}
