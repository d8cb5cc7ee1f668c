package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// An embedded field has the name of its type, so an embedded type of another
// unit needs its own name in the unit that embeds it. embeddedNames declares
// these names, as aliases.

// embedded writes an embedded field whose type is another unit's.
func (e *emitter) embedded(f *ast.Field) (string, bool) {
	if e.mode == Program || len(f.Names) > 0 {
		return "", false
	}
	star, arguments := "", ""
	t := ast.Unparen(f.Type)
	if p, ok := t.(*ast.StarExpr); ok {
		t, star = ast.Unparen(p.X), "*"
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		t, arguments = x.X, e.arguments(x.Index)
	case *ast.IndexListExpr:
		t, arguments = x.X, e.arguments(x.Indices...)
	}
	name, ok := t.(*ast.Ident)
	if !ok {
		return "", false
	}
	o, ok := e.unit.Info.Uses[name].(*types.TypeName)
	if !ok || !e.packageLevel(o) {
		return "", false
	}
	if _, isField := e.unit.Info.Defs[name].(*types.Var); !isField {
		return "", false
	}
	if !e.nameHere(o) {
		return "", false
	}
	tag := ""
	if f.Tag != nil {
		tag = " " + f.Tag.Value
	}
	return star + name.Name + arguments + tag, true
}

// arguments writes the type arguments of an instance.
func (e *emitter) arguments(list ...ast.Expr) string {
	var texts []string
	for _, x := range list {
		texts = append(texts, e.text(x))
	}
	return bracketed(texts)
}

// nameHere makes sure that the type of another unit can be embedded under its
// own name. It reports whether that takes an alias.
func (e *emitter) nameHere(o *types.TypeName) bool {
	if e.mode == Program || e.own(o) || token.IsExported(o.Name()) {
		return false
	}
	e.aliases[o.Name()] = o
	return true
}

// embeddedNames declares the names that embedded fields need.
func (e *emitter) embeddedNames() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e.aliases)) {
		o := e.aliases[name]
		parameters, arguments, err := e.spellParameters(o.Type())
		if err != nil {
			e.fail(e.unit.Fresh().AST, "%v", err)
			continue
		}
		fmt.Fprintf(&b, "type %s%s = %s%s\n", name, parameters, e.refType(o), arguments)
	}
	return b.String()
}

// spellParameters writes the type parameters of a generic type as they are
// declared, and as they are used.
func (e *emitter) spellParameters(t types.Type) (declared, used string, err error) {
	var list *types.TypeParamList
	switch t := t.(type) {
	case *types.Named:
		list = t.TypeParams()
	case *types.Alias:
		list = t.TypeParams()
	}
	if list.Len() == 0 {
		return "", "", nil
	}
	var declarations, names []string
	for p := range list.TypeParams() {
		constraint, err := e.spell(p.Constraint())
		if err != nil {
			return "", "", err
		}
		declarations = append(declarations, p.Obj().Name()+" "+constraint)
		names = append(names, p.Obj().Name())
	}
	return bracketed(declarations), bracketed(names), nil
}

// spellEmbedded writes the type of an embedded field.
func (e *emitter) spellEmbedded(t types.Type) (string, error) {
	if p, ok := t.(*types.Pointer); ok {
		text, err := e.spellEmbedded(p.Elem())
		return "*" + text, err
	}
	var o *types.TypeName
	var arguments *types.TypeList
	switch t := t.(type) {
	case *types.Named:
		o, arguments = t.Obj(), t.TypeArgs()
	case *types.Alias:
		o, arguments = t.Obj(), t.TypeArgs()
	default:
		return e.spell(t)
	}
	if !e.packageLevel(o) {
		return e.spell(t)
	}
	name := o.Name()
	if !e.own(o) && !e.nameHere(o) {
		name = e.refType(o)
	}
	return e.withArguments(name, arguments)
}

// withArguments writes an instance of a generic type.
func (e *emitter) withArguments(name string, arguments *types.TypeList) (string, error) {
	if arguments.Len() == 0 {
		return name, nil
	}
	var texts []string
	for t := range arguments.Types() {
		text, err := e.spell(t)
		if err != nil {
			return "", err
		}
		texts = append(texts, text)
	}
	return name + bracketed(texts), nil
}

func (e *emitter) spellUnion(t *types.Union) (string, error) {
	var terms []string
	for term := range t.Terms() {
		text, err := e.spell(term.Type())
		if err != nil {
			return "", err
		}
		if term.Tilde() {
			text = "~" + text
		}
		terms = append(terms, text)
	}
	return strings.Join(terms, " | "), nil
}
