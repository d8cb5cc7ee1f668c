package check

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// oldMark begins the name under which a piece sees the former meaning of a name
// that it defines anew.
const oldMark = "ΞOld_"

// An oldUse is a place in a piece's text where a name has its former meaning.
type oldUse struct {
	offset int
	name   string
}

// findOld finds the names that definitions use before they give them a new
// meaning: in x, err := f(x) the x on the right is the session's, as it would
// be that of the enclosing block in a function.
func (w *World) findOld(pieces []*Piece) {
	for _, p := range pieces {
		if !p.isDefinition() && p.Kind != cell.Var {
			continue
		}
		before := map[string]bool{}
		for _, name := range p.Names {
			s, ok := w.symbols[name]
			if !ok || p.Repeated[name] {
				continue
			}
			if _, isType := s.Object.(*types.TypeName); !isType {
				before[name] = true
			}
		}
		if len(before) > 0 {
			p.old = w.usesOf(p, before)
		}
	}
}

// usesOf returns the places on the right side of a definition that name one of
// the given variables, functions or constants.
func (w *World) usesOf(p *Piece, names map[string]bool) []oldUse {
	const prefix = "package p; func _() {\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", prefix+p.Text+"\n}", 0)
	if err != nil {
		return nil
	}
	var uses []oldUse
	visit := func(x ast.Node) {
		skip := map[*ast.Ident]bool{}
		ast.Inspect(x, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				skip[n.Sel] = true
			case *ast.CompositeLit:
				for _, element := range n.Elts {
					if kv, ok := element.(*ast.KeyValueExpr); ok && !w.hasKeys(n.Type) {
						if key, ok := kv.Key.(*ast.Ident); ok {
							skip[key] = true // a field
						}
					}
				}
			case *ast.Ident:
				if names[n.Name] && n.Obj == nil && !skip[n] {
					uses = append(uses, oldUse{fset.Position(n.Pos()).Offset - len(prefix), n.Name})
				}
			}
			return true
		})
	}
	for _, stmt := range file.Decls[0].(*ast.FuncDecl).Body.List {
		switch stmt := stmt.(type) {
		case *ast.AssignStmt:
			for _, x := range stmt.Rhs {
				visit(x)
			}
		case *ast.DeclStmt:
			specs := stmt.Decl.(*ast.GenDecl).Specs
			if len(specs) != 1 {
				return nil // in a group the names may mean each other
			}
			for _, x := range specs[0].(*ast.ValueSpec).Values {
				visit(x)
			}
		}
	}
	return uses
}

// hasKeys reports whether the keys in a literal of this type are values, not
// fields.
func (w *World) hasKeys(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.MapType, *ast.ArrayType:
		return true
	case *ast.Ident:
		if s, ok := w.symbols[t.Name]; ok {
			_, isStruct := s.Object.Type().Underlying().(*types.Struct)
			return !isStruct
		}
	}
	return false
}

// withOld writes the former names into a piece's text, with line directives
// that keep the columns of what follows.
func (p *Piece) withOld(text string) string {
	for _, use := range slices.Backward(p.old) {
		end := use.offset + len(use.name)
		row := strings.Count(text[:end], "\n")
		column := end - strings.LastIndexByte(text[:end], '\n')
		if row == 0 {
			column = end + p.Column
		}
		text = text[:use.offset] + fmt.Sprintf("%s%s/*line %s:%d:%d*/", oldMark, use.name, FileName(p.Cell), p.Line+row, column) + text[end:]
	}
	return text
}

// insertOld puts the former meanings into the scope of a unit.
func (w *World) insertOld(u *Unit) {
	u.old = map[types.Object]*Symbol{}
	for _, p := range u.Fresh().Pieces {
		for _, use := range p.old {
			s := w.symbols[use.name]
			name := oldMark + use.name
			if u.Types.Scope().Lookup(name) != nil {
				continue
			}
			var again types.Object
			switch o := s.Object.(type) {
			case *types.Var:
				again = types.NewVar(o.Pos(), o.Pkg(), name, o.Type())
			case *types.Func:
				again = types.NewFunc(o.Pos(), o.Pkg(), name, o.Signature())
			case *types.Const:
				again = types.NewConst(o.Pos(), o.Pkg(), name, o.Type(), o.Val())
			}
			u.Types.Scope().Insert(again)
			u.old[again] = s
		}
	}
}
