package check

import (
	"go/ast"
	"go/token"
)

// fence keeps go/types from following type declarations out of the unit: it
// looks for cycles among the types of a package by name, counts on the source
// of each, and panics at type T U where U is a type of an earlier cell. In
// brackets a name is not followed.
func (w *World) fence(file *ast.File, defined map[string]bool) {
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.TYPE {
			continue
		}
		for _, s := range d.Specs {
			spec := s.(*ast.TypeSpec)
			id, ok := spec.Type.(*ast.Ident)
			if ok && !defined[id.Name] && w.symbols[id.Name] != nil {
				spec.Type = &ast.ParenExpr{Lparen: id.Pos(), X: id, Rparen: id.End() - 1}
			}
		}
	}
}
