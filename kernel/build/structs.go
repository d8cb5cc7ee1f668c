package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A shape is a struct type with unexported fields, as it is written somewhere
// in the session. For the checker equal struct types of all units are
// identical; for the compiler their unexported fields belong to the package
// that writes them. So every shape has a home, the unit in which it occurred
// first, and other units refer to it by the name that it has there.
type shape struct {
	structure *types.Struct
	unit      int
	name      string // an alias in the home unit
	unnamed   bool   // it occurs other than as the definition of a named type
}

// collect finds the home of all struct types that a unit writes, and gives
// their unexported fields accessors.
func (a *accessors) collect(e *emitter) {
	if e.mode != Plugin {
		return
	}
	a.units[e.unit.Types] = e.unit.Number
	roots := map[*ast.StructType]bool{}
	var all []*ast.StructType
	for _, f := range e.unit.Files {
		for _, p := range f.Pieces {
			if p.Node == nil {
				continue
			}
			ast.Inspect(p.Node, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.TypeSpec:
					if s, ok := n.Type.(*ast.StructType); ok && !n.Assign.IsValid() {
						roots[s] = true
					}
				case *ast.StructType:
					all = append(all, n)
				}
				return true
			})
		}
	}
	// Unnamed ones first: a named type that is defined by the same struct must
	// stay assignable to them.
	for _, named := range []bool{false, true} {
		for _, s := range all {
			if t, ok := e.unit.Info.Types[s].Type.(*types.Struct); ok && roots[s] == named && hasHidden(t) {
				a.place(e, s, t, named)
			}
		}
	}
}

// place finds or makes the home of one struct type.
func (a *accessors) place(e *emitter, node *ast.StructType, t *types.Struct, named bool) {
	if !portable(t, map[types.Type]bool{}) {
		a.placeGeneric(e, t)
		return
	}
	s := a.shape(t, e.unit.Number)
	if s != nil && !named {
		s.unnamed = true
	}
	if s == nil || s.unit != e.unit.Number && !s.unnamed {
		// A named type keeps its fields to itself unless that is impossible:
		// reaching them through another unit would cost time.
		s = &shape{t, e.unit.Number, fmt.Sprintf("%sS%d", mark, len(e.shapes)), !named}
		e.shapes = append(e.shapes, s)
		a.shapes = append(a.shapes, s)
	}
	if s.unit != e.unit.Number {
		e.foreign[node] = s
	}
	for i := range t.NumFields() {
		if f := t.Field(i); !f.Exported() && f.Name() != "_" {
			a.byField[f] = accessor{unit: s.unit, name: fmt.Sprintf("%sF%s_%d", mark, strings.TrimPrefix(s.name, mark), i), field: f.Name(), shape: s}
		}
	}
}

// placeGeneric gives the fields of a struct that depends on type parameters
// accessors with the same type parameters.
func (a *accessors) placeGeneric(e *emitter, t *types.Struct) {
	for i := range t.NumFields() {
		if f := t.Field(i); !f.Exported() && f.Name() != "_" {
			e.generic++
			a.byField[f] = accessor{unit: e.unit.Number, name: fmt.Sprintf("%sF%d_%s", mark, e.generic, f.Name()), field: f.Name()}
		}
	}
}

// shape returns the home of a struct type, or nil. A unit that did not compile
// is no home to anybody else.
func (a *accessors) shape(t *types.Struct, unit int) *shape {
	i := slices.IndexFunc(a.shapes, func(s *shape) bool {
		return types.Identical(s.structure, t) && (s.unit == unit || a.usable(s.unit))
	})
	if i < 0 {
		return nil
	}
	return a.shapes[i]
}

// shapeName writes the name of a shape's home.
func (e *emitter) shapeName(s *shape) string {
	if s.unit == e.unit.Number {
		return s.name
	}
	return e.use(unitName(s.unit), unitPath(s.unit)) + "." + s.name
}

// hasHidden reports whether a struct type has a field that belongs to the
// package that writes it.
func hasHidden(t *types.Struct) bool {
	for i := range t.NumFields() {
		if f := t.Field(i); !f.Exported() && f.Pkg() != nil && f.Pkg().Path() == check.Path {
			return true
		}
	}
	return false
}

// portable reports whether a type can be written at package level: it depends
// on no type parameter and on no type declared inside a function.
func portable(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return true
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.TypeParam:
		return false
	case *types.Alias:
		return portable(types.Unalias(t), seen)
	case *types.Named:
		o := t.Obj()
		if o.Pkg() != nil && o.Pkg().Path() == check.Path && o.Parent() != nil && o.Parent() != o.Pkg().Scope() {
			return false
		}
		for i := range t.TypeArgs().Len() {
			if !portable(t.TypeArgs().At(i), seen) {
				return false
			}
		}
	case *types.Map:
		return portable(t.Key(), seen) && portable(t.Elem(), seen)
	case interface{ Elem() types.Type }:
		return portable(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if !portable(t.Field(i).Type(), seen) {
				return false
			}
		}
	case *types.Signature:
		return portable(t.Params(), seen) && portable(t.Results(), seen)
	case *types.Tuple:
		for i := range t.Len() {
			if !portable(t.At(i).Type(), seen) {
				return false
			}
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			if !portable(t.Method(i).Type(), seen) {
				return false
			}
		}
	}
	return true
}

// shapesAndAccessors writes the shapes at home in the unit, with a function
// for each unexported field through which other units reach it.
func (e *emitter) shapesAndAccessors() string {
	var b strings.Builder
	for _, s := range e.shapes {
		text, err := e.spellStruct(s.structure)
		if err != nil {
			e.fail(e.unit.Fresh().AST, "%v", err)
			continue
		}
		fmt.Fprintf(&b, "type %s = %s\n", s.name, text)
		for i := range s.structure.NumFields() {
			f := s.structure.Field(i)
			a, ok := e.known.byField[f]
			if !ok || a.shape != s {
				continue
			}
			if text, err := e.spell(f.Type()); err == nil {
				fmt.Fprintf(&b, "func %s(p *%s) *%s { return &p.%s }\n", a.name, s.name, text, f.Name())
			}
		}
	}
	return b.String()
}

// converted writes a conversion between struct types, or pointers to them,
// whose fields belong to different units. The checker has found that the types
// are equal but for tags, so the value stays as it is.
func (e *emitter) converted(call *ast.CallExpr) (string, bool) {
	tv := e.unit.Info.Types[call.Fun]
	if e.mode != Plugin || !tv.IsType() || len(call.Args) != 1 {
		return "", false
	}
	from, to := structOf(e.unit.Info.Types[call.Args[0]].Type), structOf(tv.Type)
	if from == nil || to == nil || from.NumFields() != to.NumFields() || e.sameHomes(from, to) {
		return "", false
	}
	return fmt.Sprintf("%s[%s](%s)", e.rt("Convert"), e.text(call.Fun), e.text(call.Args[0])), true
}

// structOf returns the struct that a type, or what it points to, is made of.
func structOf(t types.Type) *types.Struct {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, _ := t.Underlying().(*types.Struct)
	return s
}

func (e *emitter) sameHomes(a, b *types.Struct) bool {
	for i := range a.NumFields() {
		f, g := a.Field(i), b.Field(i)
		if !f.Exported() && e.home(f) != e.home(g) {
			return false
		}
		inner, other := structOf(f.Type()), structOf(g.Type())
		if !types.Identical(f.Type(), g.Type()) && inner != nil && other != nil && !e.sameHomes(inner, other) {
			return false
		}
	}
	return true
}

// home is the unit to which an unexported field belongs; 0 for a library's.
func (e *emitter) home(f *types.Var) int {
	if a, ok := e.known.byField[f.Origin()]; ok {
		return a.unit
	}
	return e.known.units[f.Pkg()]
}
