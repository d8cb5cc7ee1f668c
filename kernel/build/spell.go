package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// spell writes a type in Go, as it reads in the file being written. The error
// says that the type has no name there.
func (e *emitter) spell(t types.Type) (string, error) {
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return e.use(unsafeName, "unsafe") + ".Pointer", nil
		}
		return t.Name(), nil
	case *types.Alias:
		if t.Obj().Pkg() == nil {
			return t.Obj().Name(), nil
		}
		return e.spell(types.Unalias(t))
	case *types.Named:
		return e.spellNamed(t)
	case *types.TypeParam:
		return t.Obj().Name(), nil
	case *types.Pointer:
		return e.spellWith("*%s", t.Elem())
	case *types.Slice:
		return e.spellWith("[]%s", t.Elem())
	case *types.Array:
		return e.spellWith(fmt.Sprintf("[%d]%%s", t.Len()), t.Elem())
	case *types.Map:
		return e.spellWith("map[%s]%s", t.Key(), t.Elem())
	case *types.Chan:
		form := "chan (%s)"
		switch t.Dir() {
		case types.SendOnly:
			form = "chan<- (%s)"
		case types.RecvOnly:
			form = "<-chan (%s)"
		}
		return e.spellWith(form, t.Elem())
	case *types.Signature:
		text, err := e.spellSignature(t)
		return "func" + text, err
	case *types.Struct:
		if s := e.known.shape(t, e.unit.Number); e.mode == Plugin && s != nil {
			return e.spellShape(s, t)
		}
		return e.spellStruct(t)
	case *types.Union:
		return e.spellUnion(t)
	case *types.Interface:
		return e.spellInterface(t)
	}
	return "", fmt.Errorf("the type %s cannot be written in a cell", t)
}

func (e *emitter) spellWith(form string, parts ...types.Type) (string, error) {
	texts := make([]any, len(parts))
	for i, t := range parts {
		text, err := e.spell(t)
		if err != nil {
			return "", err
		}
		texts[i] = text
	}
	return fmt.Sprintf(form, texts...), nil
}

func (e *emitter) spellNamed(t *types.Named) (string, error) {
	o := t.Obj()
	var name string
	switch {
	case o.Pkg() == nil:
		name = o.Name()
	case o.Pkg().Path() == check.Path:
		if o.Parent() != o.Pkg().Scope() && !e.packageLevel(o) {
			if e.visible(o) {
				name = o.Name()
				break
			}
			return "", fmt.Errorf("the type %s is declared inside a function: declare it at the top of a cell", o.Name())
		}
		name = e.refType(o)
	case !o.Exported():
		return "", fmt.Errorf("the type %s.%s is not exported by its package: no variable of a session can have it", o.Pkg().Name(), o.Name())
	default:
		name = e.use(e.importName(o.Pkg().Path()), o.Pkg().Path()) + "." + o.Name()
	}
	return e.withArguments(name, t.TypeArgs())
}

// writingAt lets types be spelled that the function around a node declares. The
// result ends that.
func (e *emitter) writingAt(n ast.Node) (end func()) {
	before := e.at
	e.at = n.Pos()
	return func() { e.at = before }
}

// visible reports whether the name of a type that a function declares means it
// where the emitter writes.
func (e *emitter) visible(o *types.TypeName) bool {
	if !e.at.IsValid() || !e.own(o) {
		return false
	}
	scope := e.unit.Types.Scope().Innermost(e.at)
	if scope == nil {
		return false
	}
	_, found := scope.LookupParent(o.Name(), e.at)
	return found == o
}

// refType is ref for a type, which may also be one that the session has
// replaced since: values of it live on.
func (e *emitter) refType(o *types.TypeName) string {
	if e.mode == Program || e.own(o) {
		return o.Name()
	}
	number := e.known.units[o.Pkg()]
	return e.use(unitName(number), unitPath(number)) + "." + exported(o.Name())
}

// importName is the name under which spelled types refer to a package. It does
// not depend on what the user calls the package.
func (e *emitter) importName(path string) string {
	return mark + "P_" + strings.NewReplacer("/", "_", ".", "_", "-", "_", "~", "_").Replace(path)
}

func (e *emitter) spellSignature(t *types.Signature) (string, error) {
	list := func(tuple *types.Tuple, variadic bool) (string, error) {
		var parts []string
		for i := range tuple.Len() {
			part, form := tuple.At(i).Type(), "%s"
			if variadic && i == tuple.Len()-1 {
				part, form = part.(*types.Slice).Elem(), "...%s"
			}
			text, err := e.spellWith(form, part)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return "(" + strings.Join(parts, ", ") + ")", nil
	}
	parameters, err := list(t.Params(), t.Variadic())
	if err != nil || t.Results().Len() == 0 {
		return parameters, err
	}
	results, err := list(t.Results(), false)
	return parameters + " " + results, err
}

func (e *emitter) spellStruct(t *types.Struct) (string, error) {
	var fields []string
	for i := range t.NumFields() {
		f := t.Field(i)
		if !e.accessible(f) || !f.Exported() && f.Pkg() != nil && f.Pkg().Path() != check.Path {
			return "", fmt.Errorf("the unnamed struct type with the field %s belongs to another package: give it a name there", f.Name())
		}
		text, err := e.spell(f.Type())
		if err != nil {
			return "", err
		}
		if !f.Embedded() {
			text = f.Name() + " " + text
		} else if text, err = e.spellEmbedded(f.Type()); err != nil {
			return "", err
		}
		if tag := t.Tag(i); tag != "" {
			text += fmt.Sprintf(" %q", tag)
		}
		fields = append(fields, text)
	}
	return "struct{" + strings.Join(fields, "; ") + "}", nil
}

func (e *emitter) spellInterface(t *types.Interface) (string, error) {
	var parts []string
	for i := range t.NumExplicitMethods() {
		m := t.ExplicitMethod(i)
		name := m.Name()
		if renamed, ok := e.method(m); ok {
			name = renamed
		} else if !token.IsExported(name) && e.mode == Plugin {
			return "", fmt.Errorf("the interface method %s is not exported by its package", name)
		}
		text, err := e.spellSignature(m.Signature())
		if err != nil {
			return "", err
		}
		parts = append(parts, name+text)
	}
	for i := range t.NumEmbeddeds() {
		text, err := e.spell(t.EmbeddedType(i))
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return "interface{" + strings.Join(parts, "; ") + "}", nil
}
