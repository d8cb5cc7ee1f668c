package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A sharedStruct is a form of unnamed struct types with unexported fields: the
// fields' names, without their types. To Go such a type is another one in each
// package that writes it; to the session it is one. So the first unit that
// writes one of a form gives the form a name, with the fields' types as
// parameters, and later units use that in place of their own text.
type sharedStruct struct {
	unit   int
	number int
	form   *types.Struct
}

func (s *sharedStruct) name() string { return fmt.Sprintf("%sS%d", mark, s.number) }

// share finds the form of a struct type that the unit writes, or makes it the
// unit's own.
func (a *accessors) share(e *emitter, t *types.Struct) {
	s := a.shared(e, t)
	if s == nil {
		s = &sharedStruct{e.unit.Number, len(a.structs), t}
		a.structs = append(a.structs, s)
	}
	for i := range t.NumFields() {
		f, first := t.Field(i), s.form.Field(i)
		if _, known := a.byField[f]; known || f.Exported() || f.Name() == "_" {
			continue
		}
		if f != first {
			a.byField[f] = a.byField[first]
			continue
		}
		a.byField[f] = accessor{e.unit.Number, fmt.Sprintf("%sF%d_%s", mark, len(a.byField), f.Name()), f.Name(), nil}
	}
}

// shared returns the form of a struct type, or nil if the session has none.
func (a *accessors) shared(e *emitter, t *types.Struct) *sharedStruct {
	for _, s := range a.structs {
		if (s.unit == e.unit.Number || e.world.Committed(s.unit)) && sameForm(s.form, t) {
			return s
		}
	}
	return nil
}

func sameForm(a, b *types.Struct) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i := range a.NumFields() {
		x, y := a.Field(i), b.Field(i)
		if x.Name() != y.Name() || a.Tag(i) != b.Tag(i) || x.Embedded() != y.Embedded() || x.Embedded() && !types.Identical(x.Type(), y.Type()) {
			return false
		}
	}
	return true
}

// sharable reports whether a struct type has unexported fields, which make it
// another one in each package. The type of an embedded field cannot be a
// parameter: it must be one that all units know under the field's name.
func (e *emitter) sharable(t *types.Struct) bool {
	hidden := false
	for i := range t.NumFields() {
		f := t.Field(i)
		hidden = hidden || !f.Exported()
		if !f.Embedded() {
			continue
		}
		embedded := types.Unalias(f.Type())
		if p, ok := embedded.(*types.Pointer); ok {
			embedded = types.Unalias(p.Elem())
		}
		named, ok := embedded.(*types.Named)
		if !ok || named.TypeArgs().Len() > 0 {
			return false
		}
		o := named.Obj()
		if o.Pkg() != nil && (o.Parent() != o.Pkg().Scope() || !f.Exported() && !e.own(o)) {
			return false
		}
	}
	return hidden
}

// sharedTypes writes the unit's own forms and the accessors of their fields.
func (e *emitter) sharedTypes() string {
	var b strings.Builder
	for _, s := range e.known.structs {
		if s.unit != e.unit.Number {
			continue
		}
		var parameters, fields []string
		access := ""
		for i := range s.form.NumFields() {
			f := s.form.Field(i)
			text := fmt.Sprintf("%sA%d", mark, i)
			if f.Embedded() {
				var err error
				if text, err = e.spell(f.Type()); err != nil && e.problem == nil {
					e.problem = err
				}
				fields = append(fields, text+tag(s.form, i))
			} else {
				parameters = append(parameters, text)
				fields = append(fields, f.Name()+" "+text+tag(s.form, i))
			}
			if a, ok := e.known.byField[f]; ok {
				access += fmt.Sprintf("func %s@(p *%s#) *%s { return &p.%s }\n", a.name, s.name(), text, a.field)
			}
		}
		declared, used := "", ""
		if len(parameters) > 0 {
			used = "[" + strings.Join(parameters, ", ") + "]"
			declared = "[" + strings.Join(parameters, ", ") + " any]"
		}
		fmt.Fprintf(&b, "type %s%s = struct{ %s }\n", s.name(), declared, strings.Join(fields, "; "))
		b.WriteString(strings.NewReplacer("@", declared, "#", used).Replace(access))
	}
	return b.String()
}

func tag(t *types.Struct, i int) string {
	if t.Tag(i) == "" {
		return ""
	}
	return fmt.Sprintf(" %q", t.Tag(i))
}

// structType writes an unnamed struct type that has the form of one of an
// earlier unit.
func (e *emitter) structType(n *ast.StructType) (string, bool) {
	t, ok := e.unit.Info.Types[n].Type.(*types.Struct)
	if !ok || e.named[n] != nil {
		return "", false
	}
	form := e.foreignForm(t)
	if form == "" {
		return "", false
	}
	var arguments []string
	for _, field := range n.Fields.List {
		for range field.Names {
			arguments = append(arguments, e.text(field.Type))
		}
	}
	return withArguments(form, arguments), true
}

// spellShared is structType for a type whose text is not at hand.
func (e *emitter) spellShared(t *types.Struct) (string, error) {
	form := e.foreignForm(t)
	if form == "" {
		return e.spellStruct(t)
	}
	var arguments []string
	for i := range t.NumFields() {
		if f := t.Field(i); !f.Embedded() {
			text, err := e.spell(f.Type())
			if err != nil {
				return "", err
			}
			arguments = append(arguments, text)
		}
	}
	return withArguments(form, arguments), nil
}

// foreignForm returns the name of a struct type's form if that is another
// unit's.
func (e *emitter) foreignForm(t *types.Struct) string {
	if e.mode != Plugin || !e.sharable(t) {
		return ""
	}
	s := e.known.shared(e, t)
	if s == nil || s.unit == e.unit.Number {
		return ""
	}
	return e.use(unitName(s.unit), unitPath(s.unit)) + "." + s.name()
}

func withArguments(name string, arguments []string) string {
	if len(arguments) == 0 {
		return name
	}
	return name + "[" + strings.Join(arguments, ", ") + "]"
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
	if !ok {
		return "", false
	}
	selection := e.unit.Info.Selections[x]
	t := selection.Recv()
	for _, i := range selection.Index() {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		if !e.accessible(field) {
			return fmt.Sprintf("uintptr(%s)", value), true
		}
		t = field.Type()
	}
	return "", false
}
