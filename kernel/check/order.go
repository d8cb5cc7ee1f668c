package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// tooEarly finds statements that use a variable before the cell defines it. In
// the checked package all variables stand at package level, where the order
// does not matter; in the cell, as in a function, it does. A variable that
// keeps its place has its former value until then. A cell of declarations alone
// is initialised in Go's order instead.
func (w *World) tooEarly(u *Unit) Diagnostics {
	if _, ordered := u.InitOrder(); ordered {
		return nil
	}
	type place struct {
		piece int
		end   token.Pos // of the specification
	}
	defined := map[types.Object]place{}
	pieces := u.Fresh().Pieces
	for i, p := range pieces {
		decl, ok := p.Node.(*ast.GenDecl)
		if !ok || isDecl(p) {
			continue
		}
		for _, spec := range decl.Specs {
			if values, ok := spec.(*ast.ValueSpec); ok {
				for _, name := range values.Names {
					defined[u.Info.Defs[name]] = place{i, values.End()}
				}
			}
		}
	}
	for _, v := range u.Vars {
		if v.Old != nil {
			delete(defined, v.Object)
		}
	}
	var problems Diagnostics
	for i, p := range pieces {
		if isDecl(p) || p.Node == nil {
			continue
		}
		ast.Inspect(p.Node, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false // runs later
			}
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			at, ok := defined[u.Info.Uses[id]]
			if !ok || at.piece < i || at.piece == i && at.end <= id.Pos() {
				return true
			}
			message := "undefined: " + id.Name + ": the cell defines it further down"
			if _, ok := w.symbols[id.Name]; ok {
				message = fmt.Sprintf("%s is given another type further down in this cell: use another name there", id.Name)
			}
			pos := w.Fset.Position(id.Pos())
			problems = append(problems, Diagnostic{p.Cell, pos.Line, pos.Column, message})
			return true
		})
	}
	return problems
}
