package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A shape is the form of a struct type with unexported fields, as it is written
// somewhere in the session: the names of its fields, without their types. For
// the checker equal struct types of all units are identical; for the compiler
// their unexported fields belong to the package that writes them. So every
// shape has a home, the unit in which it occurred first, and other units refer
// to it by the name that it has there. The types of the fields are parameters,
// so that it is one home for all instances of a generic function's struct.
type shape struct {
	structure *types.Struct // that which gave the shape its form
	unit      int
	name      string          // an alias in the home unit
	instances []*types.Struct // the types that were found at home here
	unnamed   []*types.Struct // those that occur other than as the definition of a named type
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
	if !shareable(t) {
		a.placeAlone(e, t)
		return
	}
	s := a.shape(t, e.unit.Number)
	if s != nil && named && s.unit != e.unit.Number && !holds(s.unnamed, t) {
		// A named type keeps its fields to itself unless that is impossible:
		// reaching them through another unit would cost time.
		s = nil
	}
	if s == nil {
		s = &shape{structure: t, unit: e.unit.Number, name: fmt.Sprintf("%sS%d", mark, len(e.shapes))}
		e.shapes = append(e.shapes, s)
		a.shapes = append(a.shapes, s)
	}
	if !holds(s.instances, t) {
		s.instances = append(s.instances, t)
	}
	if !named && !holds(s.unnamed, t) {
		s.unnamed = append(s.unnamed, t)
	}
	if s.unit != e.unit.Number {
		e.foreign[node] = s
	}
	for i := range t.NumFields() {
		if f := t.Field(i); !f.Exported() && f.Name() != "_" {
			a.byField[f] = accessor{unit: s.unit, name: s.accessor(i), field: f.Name(), shape: s}
		}
	}
}

// placeAlone gives the fields of a struct that cannot be shared accessors which
// have the type parameters of the type that it defines.
func (a *accessors) placeAlone(e *emitter, t *types.Struct) {
	for i := range t.NumFields() {
		if f := t.Field(i); !f.Exported() && f.Name() != "_" {
			e.generic++
			a.byField[f] = accessor{unit: e.unit.Number, name: fmt.Sprintf("%sF%d_%s", mark, e.generic, f.Name()), field: f.Name()}
		}
	}
}

// shape returns the home of a struct type, or nil: that of an identical type,
// or else that of one with the same form. A unit that did not compile is no
// home to anybody else.
func (a *accessors) shape(t *types.Struct, unit int) *shape {
	usable := func(s *shape) bool { return s.unit == unit || a.usable(s.unit) }
	i := slices.IndexFunc(a.shapes, func(s *shape) bool { return holds(s.instances, t) && usable(s) })
	if i < 0 {
		i = slices.IndexFunc(a.shapes, func(s *shape) bool { return sameForm(s.structure, t) && usable(s) })
	}
	if i < 0 {
		return nil
	}
	return a.shapes[i]
}

func holds(list []*types.Struct, t *types.Struct) bool {
	return slices.ContainsFunc(list, func(s *types.Struct) bool { return types.Identical(s, t) })
}

// sameForm reports whether two struct types differ in nothing but the types of
// their fields. Embedded fields have no other name than that of their types.
func sameForm(a, b *types.Struct) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i := range a.NumFields() {
		f, g := a.Field(i), b.Field(i)
		if f.Id() != g.Id() || a.Tag(i) != b.Tag(i) || f.Embedded() != g.Embedded() || f.Embedded() && !types.Identical(f.Type(), g.Type()) {
			return false
		}
	}
	return true
}

// accessor is the name of the function that reaches a field.
func (s *shape) accessor(field int) string {
	return fmt.Sprintf("%sF%s_%d", mark, strings.TrimPrefix(s.name, mark), field)
}

// shapeName writes the name of a shape's home, without the types of the fields.
func (e *emitter) shapeName(s *shape) string {
	if s.unit == e.unit.Number {
		return s.name
	}
	return e.use(unitName(s.unit), unitPath(s.unit)) + "." + s.name
}

// spellShape writes a struct type that has a shape.
func (e *emitter) spellShape(s *shape, t *types.Struct) (string, error) {
	var arguments []string
	for i := range t.NumFields() {
		if t.Field(i).Embedded() {
			continue
		}
		text, err := e.spell(t.Field(i).Type())
		if err != nil {
			return "", err
		}
		arguments = append(arguments, text)
	}
	return e.shapeName(s) + bracketed(arguments), nil
}

// writeShape writes a struct type that is at home in another unit.
func (e *emitter) writeShape(s *shape, node *ast.StructType) string {
	var arguments []string
	for _, field := range node.Fields.List {
		for range field.Names {
			arguments = append(arguments, e.text(field.Type))
		}
	}
	return e.shapeName(s) + bracketed(arguments)
}

// bracketed writes a list of type arguments or parameters.
func bracketed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
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

// shareable reports whether a struct type can have a home: what it embeds can be
// written there, at package level.
func shareable(t *types.Struct) bool {
	for i := range t.NumFields() {
		if f := t.Field(i); f.Embedded() && !portable(f.Type(), map[types.Type]bool{}) {
			return false
		}
	}
	return true
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
		var parameters, fields, results []string
		for i := range s.structure.NumFields() {
			f := s.structure.Field(i)
			parameter := fmt.Sprintf("%sA%d", mark, i)
			field, result := f.Name()+" "+parameter, parameter
			if f.Embedded() {
				var err error
				if field, err = e.spellEmbedded(f.Type()); err == nil {
					result, err = e.spell(f.Type())
				}
				if err != nil {
					e.fail(e.unit.Fresh().AST, "%v", err)
				}
			} else {
				parameters = append(parameters, parameter)
			}
			if tag := s.structure.Tag(i); tag != "" {
				field += fmt.Sprintf(" %q", tag)
			}
			fields, results = append(fields, field), append(results, result)
		}
		used, declared := bracketed(parameters), ""
		if used != "" {
			declared = strings.TrimSuffix(used, "]") + " any]"
		}
		fmt.Fprintf(&b, "type %s%s = struct{%s}\n", s.name, declared, strings.Join(fields, "; "))
		for i, result := range results {
			if f := s.structure.Field(i); !f.Exported() && f.Name() != "_" {
				fmt.Fprintf(&b, "func %s%s(p *%s%s) *%s { return &p.%s }\n", s.accessor(i), declared, s.name, used, result, f.Name())
			}
		}
		b.WriteString(e.valueFunctions(s))
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
