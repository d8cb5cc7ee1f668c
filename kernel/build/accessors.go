package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// accessors knows, for the unexported fields of the session's struct types,
// the functions through which other units reach them: func(*T) *F.
type accessors struct {
	byField map[*types.Var]accessor
	units   map[*types.Package]int
	structs []*sharedStruct
}

type accessor struct {
	unit  int
	name  string
	field string
	owner *types.TypeName // of the struct; nil if that has no name
}

func newAccessors() *accessors {
	return &accessors{byField: map[*types.Var]accessor{}, units: map[*types.Package]int{}}
}

// access writes the call that takes a pointer to a struct of type t to one to a
// field of it that another unit declares.
func (e *emitter) access(f *types.Var, t types.Type, pointer string) (string, bool) {
	a, ok := e.known.byField[f.Origin()]
	if !ok {
		return "", false
	}
	// type U T has the fields of T.
	named, isNamed := types.Unalias(t).(*types.Named)
	switch {
	case a.owner == nil && isNamed:
		form, err := e.spell(t.Underlying())
		if err != nil {
			return "", false
		}
		pointer = fmt.Sprintf("(*%s)(%s)", form, pointer)
	case a.owner != nil && isNamed && named.Obj() != a.owner:
		if a.owner.Type().(*types.Named).TypeParams().Len() > 0 {
			return "", false
		}
		pointer = fmt.Sprintf("(*%s)(%s)", e.refType(a.owner), pointer)
	}
	return fmt.Sprintf("%s.%s(%s)", e.use(unitName(a.unit), unitPath(a.unit)), a.name, pointer), true
}

// owner returns the name of the type that a struct is the definition of, or nil.
func (e *emitter) owner(s *ast.StructType) *types.TypeName {
	if spec := e.named[s]; spec != nil {
		name, _ := e.unit.Info.Defs[spec.Name].(*types.TypeName)
		return name
	}
	return nil
}

// collect gives every unexported field of the named struct types at package
// level, and of the unnamed ones that others may name, an accessor.
func (a *accessors) collect(e *emitter, f *check.File) {
	if e.mode != Plugin {
		return
	}
	a.units[e.unit.Types] = e.unit.Number
	for _, p := range f.Pieces {
		if p.Node == nil {
			continue
		}
		ast.Inspect(p.Node, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok && !n.Assign.IsValid() {
					e.named[s] = n
				}
			case *ast.StructType:
				if t, ok := e.unit.Info.Types[n].Type.(*types.Struct); ok && e.named[n] == nil && e.sharable(t) {
					a.share(e, t)
				}
			}
			return true
		})
		if p.Kind != cell.Type {
			continue
		}
		eachStruct(p.Node, func(s *ast.StructType) {
			for _, field := range s.Fields.List {
				for _, name := range fieldNames(field) {
					v, ok := e.unit.Info.Defs[name].(*types.Var)
					if _, known := a.byField[v]; ok && !known && !v.Exported() && v.Name() != "_" {
						a.byField[v] = accessor{e.unit.Number, fmt.Sprintf("%sF%d_%s", mark, len(a.byField), v.Name()), v.Name(), e.owner(s)}
					}
				}
			}
		})
	}
}

// eachStruct calls visit for the struct types in a node, but not for those
// inside functions: their values cannot be named elsewhere.
func eachStruct(n ast.Node, visit func(*ast.StructType)) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.StructType:
			visit(n)
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
// exported name for a type, and accessors for its fields.
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
			} else if t, ok := e.unit.Info.Types[s].Type.(*types.Struct); ok && e.sharable(t) {
				return
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
			if a, ok := e.known.byField[v]; ok {
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
	return "[" + strings.Join(declarations, ", ") + "]", "[" + strings.Join(names, ", ") + "]"
}
