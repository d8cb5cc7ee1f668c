package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// accessors knows, for the unexported fields of the session's struct types,
// the functions through which other units reach them where there can be no twin
// (twin.go): func(*T) *F.
type accessors struct {
	byField map[*types.Var]accessor
	units   map[*types.Package]int
	shapes  []*shape
	// usable reports whether a unit was compiled, or still may be.
	usable func(unit int) bool
}

type accessor struct {
	unit  int
	name  string
	field string
	shape *shape // whose pointer the function takes; nil if the struct has none
}

func newAccessors(usable func(unit int) bool) *accessors {
	return &accessors{byField: map[*types.Var]accessor{}, units: map[*types.Package]int{}, usable: usable}
}

// reach writes, where n stands, a field of another unit, given a pointer to a
// struct of type t.
func (e *emitter) reach(n ast.Node, f *types.Var, t types.Type, pointer string) (string, bool) {
	a, ok := e.known.byField[f.Origin()]
	if !ok {
		return "", false
	}
	if structure, ok := t.Underlying().(*types.Struct); ok && e.hasTwin(a.shape, structure) {
		return e.asTwin(a.shape, structure, pointer) + "." + a.field, true
	}
	structure, unnamed := types.Unalias(t).(*types.Struct)
	if a.shape != nil && !unnamed {
		structure, _ = t.Underlying().(*types.Struct)
		end := e.writingAt(n)
		shape, err := e.spellShape(a.shape, structure)
		end()
		if err != nil {
			return "", false
		}
		pointer = "(*" + shape + ")(" + pointer + ")"
	}
	return "(*" + e.use(unitName(a.unit), unitPath(a.unit)) + "." + a.name + "(" + pointer + "))", true
}

// eachStruct calls visit for the struct types in a node.
func eachStruct(n ast.Node, visit func(*ast.StructType)) {
	ast.Inspect(n, func(n ast.Node) bool {
		if s, ok := n.(*ast.StructType); ok {
			visit(s)
		}
		return true
	})
}

func fieldNames(f *ast.Field) []*ast.Ident {
	if len(f.Names) > 0 {
		return f.Names
	}
	t := f.Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return []*ast.Ident{x}
		default:
			return nil
		}
	}
}

// extras writes what other units need of a declaration besides itself: an
// exported name for a type, and accessors for the fields of one without a shape.
func (e *emitter) extras(p *check.Piece) string {
	decl, ok := p.Node.(*ast.GenDecl)
	if e.mode != Plugin || !ok || decl.Tok != token.TYPE {
		return ""
	}
	var b strings.Builder
	for _, spec := range decl.Specs {
		t := spec.(*ast.TypeSpec)
		parameters, arguments := e.typeParameters(t)
		if name := t.Name.Name; exported(name) != name && name != "_" {
			fmt.Fprintf(&b, "type %s%s = %s%s\n", exported(name), parameters, name, arguments)
		}
		root, isStruct := t.Type.(*ast.StructType)
		eachStruct(t.Type, func(s *ast.StructType) {
			owner := e.text(s)
			if isStruct && s == root && !t.Assign.IsValid() {
				owner = t.Name.Name + arguments
			}
			b.WriteString(e.accessFunctions(s, parameters, owner))
		})
	}
	return b.String()
}

// accessFunctions writes the accessors of one struct type.
func (e *emitter) accessFunctions(s *ast.StructType, parameters, owner string) string {
	var b strings.Builder
	for _, field := range s.Fields.List {
		for _, name := range fieldNames(field) {
			v, _ := e.unit.Info.Defs[name].(*types.Var)
			if a, ok := e.known.byField[v]; ok && a.shape == nil {
				fmt.Fprintf(&b, "func %s%s(p *%s) *%s { return &p.%s }\n", a.name, parameters, owner, e.text(field.Type), a.field)
			}
		}
	}
	return b.String()
}

// typeParameters writes the type parameters of a generic type as they are
// declared, and as they are used.
func (e *emitter) typeParameters(t *ast.TypeSpec) (declared, used string) {
	if t.TypeParams == nil {
		return "", ""
	}
	var declarations, names []string
	for _, field := range t.TypeParams.List {
		for _, id := range field.Names {
			name := id.Name
			if name == "_" {
				name = fmt.Sprintf("%sP%d", mark, len(names))
			}
			declarations = append(declarations, name+" "+e.text(field.Type))
			names = append(names, name)
		}
	}
	return bracketed(declarations), bracketed(names)
}
