package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A sharedStruct is an unnamed struct type with unexported fields. To Go such
// a type is another one in each package that writes it; to the session it is
// one. So the first unit that writes it gives it a name, and later units use
// that in place of their own text.
type sharedStruct struct {
	unit   int
	number int
	t      *types.Struct
}

func (s *sharedStruct) name() string { return fmt.Sprintf("%sS%d", mark, s.number) }

// share finds the shared struct type for one that the unit writes, or makes it
// the unit's own.
func (a *accessors) share(e *emitter, t *types.Struct) *sharedStruct {
	s := a.shared(e, t)
	if s == nil {
		s = &sharedStruct{e.unit.Number, len(a.structs), t}
		a.structs = append(a.structs, s)
	}
	for i := range t.NumFields() {
		f, first := t.Field(i), s.t.Field(i)
		if _, known := a.byField[f]; known || f.Exported() || f.Name() == "_" {
			continue
		}
		if f != first {
			a.byField[f] = a.byField[first]
			continue
		}
		a.byField[f] = accessor{e.unit.Number, fmt.Sprintf("%sF%d_%s", mark, len(a.byField), f.Name()), f.Name()}
	}
	return s
}

// shared returns the shared struct type that is identical to t, or nil.
func (a *accessors) shared(e *emitter, t *types.Struct) *sharedStruct {
	for _, s := range a.structs {
		if (s.unit == e.unit.Number || e.world.Committed(s.unit)) && types.Identical(s.t, t) {
			return s
		}
	}
	return nil
}

// sharable reports whether a struct type has unexported fields, which make it
// another one in each package, and nothing in it that only a part of its unit
// can name: type parameters, types of a function's own.
func (e *emitter) sharable(t *types.Struct) bool {
	hidden := false
	for i := range t.NumFields() {
		f := t.Field(i)
		if f.Exported() {
			continue
		}
		hidden = true
		if named, ok := types.Unalias(f.Type()).(*types.Named); ok && f.Embedded() && !e.own(named.Obj()) {
			return false // the field's name is not that of the type in other units
		}
	}
	return hidden && !local(t)
}

// local reports whether a type mentions a type parameter or a type that is
// declared inside a function.
func local(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if local(t.TypeArgs().At(i)) {
				return true
			}
		}
		return t.Obj().Pkg() != nil && t.Obj().Parent() != t.Obj().Pkg().Scope()
	case *types.Map:
		return local(t.Key()) || local(t.Elem())
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		return local(t.Elem())
	case *types.Struct:
		for i := range t.NumFields() {
			if local(t.Field(i).Type()) {
				return true
			}
		}
	case *types.Signature:
		return local(t.Params()) || local(t.Results())
	case *types.Tuple:
		for i := range t.Len() {
			if local(t.At(i).Type()) {
				return true
			}
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			if local(t.Method(i).Type()) {
				return true
			}
		}
	}
	return false
}

// sharedTypes writes the names and accessors of the unit's own shared structs.
func (e *emitter) sharedTypes() string {
	var b strings.Builder
	for _, s := range e.known.structs {
		if s.unit != e.unit.Number {
			continue
		}
		text, err := e.spellFields(s.t)
		if err != nil {
			continue // no other unit can have a value of it
		}
		fmt.Fprintf(&b, "type %s = %s\n", s.name(), text)
		for i := range s.t.NumFields() {
			f := s.t.Field(i)
			if a, ok := e.known.byField[f]; ok {
				if text, err := e.spell(f.Type()); err == nil {
					fmt.Fprintf(&b, "func %s(p *%s) *%s { return &p.%s }\n", a.name, s.name(), text, a.field)
				}
			}
		}
	}
	return b.String()
}

// structType writes an unnamed struct type that an earlier unit has named.
func (e *emitter) structType(n *ast.StructType) (string, bool) {
	if e.mode != Plugin || e.named[n] {
		return "", false
	}
	t, ok := e.unit.Info.Types[n].Type.(*types.Struct)
	if !ok {
		return "", false
	}
	return e.spellShared(t)
}

// spellShared writes a shared struct type of another unit.
func (e *emitter) spellShared(t *types.Struct) (string, bool) {
	if e.mode != Plugin || !e.sharable(t) {
		return "", false
	}
	s := e.known.shared(e, t)
	if s == nil || s.unit == e.unit.Number {
		return "", false
	}
	return e.use(unitName(s.unit), unitPath(s.unit)) + "." + s.name(), true
}

// conversion writes a conversion between struct types, or pointers to them,
// that have equal fields in different units.
func (e *emitter) conversion(call *ast.CallExpr) (string, bool) {
	if e.mode != Plugin || len(call.Args) != 1 || !e.unit.Info.Types[call.Fun].IsType() {
		return "", false
	}
	to, from := e.unit.Info.Types[call.Fun].Type, e.unit.Info.Types[call.Args[0]].Type
	pointers := false
	if p, ok := to.Underlying().(*types.Pointer); ok {
		q, ok := from.Underlying().(*types.Pointer)
		if !ok {
			return "", false
		}
		to, from, pointers = p.Elem(), q.Elem(), true
	}
	x, ok := to.Underlying().(*types.Struct)
	y, both := from.Underlying().(*types.Struct)
	if !ok || !both || x.NumFields() != y.NumFields() {
		return "", false
	}
	apart := false
	for i := range x.NumFields() {
		apart = apart || !x.Field(i).Exported() && e.home(x.Field(i)) != e.home(y.Field(i))
	}
	if !apart {
		return "", false
	}
	pointer := e.use(unsafeName, "unsafe") + ".Pointer"
	if pointers {
		return fmt.Sprintf("(%s)(%s(%s))", e.text(call.Fun), pointer, e.text(call.Args[0])), true
	}
	return fmt.Sprintf("(*(*%s)(%s(%s(%s))))", e.text(call.Fun), pointer, e.rt("Ptr"), e.text(call.Args[0])), true
}

// home returns the unit whose package an unexported field belongs to, or -1
// if it is a library's.
func (e *emitter) home(f *types.Var) int {
	if f.Pkg() == nil || f.Pkg().Path() != check.Path {
		return -1
	}
	if a, ok := e.known.byField[f.Origin()]; ok {
		return a.unit
	}
	return e.known.units[f.Pkg()]
}

// offset writes the value of unsafe.Offsetof of another unit's field: the
// function takes a field, and not what reaches it.
func (e *emitter) offset(call *ast.CallExpr) (string, bool) {
	f, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	o, ok := e.unit.Info.Uses[f.Sel].(*types.Builtin)
	value := e.unit.Info.Types[call].Value
	if !ok || o.Name() != "Offsetof" || value == nil {
		return "", false
	}
	x, ok := ast.Unparen(call.Args[0]).(*ast.SelectorExpr)
	if !ok || e.accessible(e.unit.Info.Selections[x].Obj().(*types.Var)) {
		return "", false
	}
	return fmt.Sprintf("uintptr(%s)", value), true
}
