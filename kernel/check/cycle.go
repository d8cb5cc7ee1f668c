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

// genericCycles returns the types that are declared as nothing but an instance
// of themselves, directly or through others, such as
//
//	type list[T any] list[T]
//
// The checker of Go 1.26 follows these until it has no memory left.
func genericCycles(files []*ast.File) []*ast.TypeSpec {
	specs := map[string]*ast.TypeSpec{}
	var names []string
	for _, file := range files {
		for _, decl := range file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && specs[t.Name.Name] == nil {
					specs[t.Name.Name] = t
					names = append(names, t.Name.Name)
				}
			}
		}
	}
	var found []*ast.TypeSpec
	for _, name := range names {
		seen := map[string]bool{}
		instance := false
		for at := name; specs[at] != nil && !seen[at]; {
			seen[at] = true
			switch t := ast.Unparen(specs[at].Type).(type) {
			case *ast.IndexExpr, *ast.IndexListExpr:
				instance = true
				at = baseName(t)
			case *ast.Ident:
				at = t.Name
			default:
				at = ""
			}
			if at == name && instance {
				found = append(found, specs[name])
			}
		}
	}
	return found
}
