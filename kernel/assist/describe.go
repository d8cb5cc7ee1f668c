package assist

import (
	"go/types"
	"strings"
	"unicode/utf8"

	"github.com/galago-hpc/galago/kernel/check"
)

// longest is how many letters of a signature are shown beside a completion.
const longest = 160

// qualify writes a type as a cell would.
func qualify(p *types.Package) string {
	if p.Path() == check.Path {
		return ""
	}
	return p.Name()
}

// typeText writes a type on one line.
func typeText(t types.Type) string { return types.TypeString(t, qualify) }

// item describes an object beside a completion.
func item(o types.Object) Item {
	i := Item{Text: o.Name()}
	switch o := o.(type) {
	case *types.Func:
		i.Kind, i.Signature = kindFunction, strings.TrimPrefix(typeText(o.Type()), "func")
	case *types.TypeName:
		i.Kind, i.Signature = kindClass, "type "+underlyingText(o)
	case *types.Const:
		i.Kind, i.Signature = kindConstant, typeText(o.Type())+" = "+o.Val().String()
	case *types.Var:
		i.Kind, i.Signature = kindInstance, typeText(o.Type())
		if o.IsField() {
			i.Kind = kindProperty
		}
	case *types.PkgName:
		i.Kind, i.Signature = kindModule, o.Imported().Path()
	case *types.Builtin:
		i.Kind = kindFunction
	default: // nil
		i.Kind = kindConstant
	}
	i.Signature = shorten(i.Signature, longest)
	return i
}

// underlyingText says of what kind a type is.
func underlyingText(o *types.TypeName) string {
	if o.IsAlias() {
		return "= " + typeText(types.Unalias(o.Type()))
	}
	switch u := o.Type().Underlying().(type) {
	case *types.Struct:
		return "struct"
	case *types.Interface:
		return "interface"
	default:
		return typeText(u)
	}
}

func shorten(text string, letters int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= letters {
		return text
	}
	return string([]rune(text)[:letters]) + "..."
}
