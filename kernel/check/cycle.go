package check

import "go/ast"

// shieldNames puts types that are declared as another one's name, such as
//
//	type celsius temperature
//
// in brackets if the unit does not declare that name itself. The checker follows
// such names through the package to find cycles, and takes every name in it for
// one that it has the declaration of. The source is not changed.
func shieldNames(file *ast.File, defined map[string]bool) {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			if name, ok := t.Type.(*ast.Ident); ok && !defined[name.Name] {
				t.Type = &ast.ParenExpr{Lparen: name.Pos(), X: name, Rparen: name.End() - 1}
			}
		}
	}
}
