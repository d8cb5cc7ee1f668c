package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// composite writes a literal of a struct type whose fields other units may not
// name as a function that fills in the fields one by one.
func (e *emitter) composite(lit *ast.CompositeLit, address bool) (string, bool) {
	if e.mode == Program {
		return "", false
	}
	tv, ok := e.unit.Info.Types[lit]
	if !ok {
		return "", false
	}
	t := tv.Type
	if p, ok := t.Underlying().(*types.Pointer); ok && lit.Type == nil {
		t, address = p.Elem(), true
	}
	structure, ok := t.Underlying().(*types.Struct)
	if !ok || !e.hidden(lit, structure) {
		return "", false
	}
	var name string
	if lit.Type != nil {
		name = e.text(lit.Type)
	} else if text, err := e.spell(t); err == nil {
		name = text
	} else {
		e.fail(lit, "%v", err)
		return "", false
	}
	result, give := name, mark+"V"
	if address {
		result, give = "*"+name, "&"+mark+"V"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "func() %s { var %sV %s; ", result, mark, name)
	for i, element := range lit.Elts {
		field, value := structure.Field(min(i, structure.NumFields()-1)), element
		if kv, ok := element.(*ast.KeyValueExpr); ok {
			field, value = fieldNamed(structure, kv.Key.(*ast.Ident).Name), kv.Value
		}
		target := mark + "V." + field.Name()
		if !e.accessible(field) {
			access, ok := e.access(field, t, "&"+mark+"V")
			if !ok {
				e.fail(lit, unreachable, field.Name())
				return "", false
			}
			target = "*" + access
		}
		fmt.Fprintf(&b, "%s = %s; ", target, e.text(value))
	}
	fmt.Fprintf(&b, "return %s }()", give)
	return b.String(), true
}

// hidden reports whether the literal sets a field that has no name here.
func (e *emitter) hidden(lit *ast.CompositeLit, structure *types.Struct) bool {
	for i, element := range lit.Elts {
		field := structure.Field(min(i, structure.NumFields()-1))
		if kv, ok := element.(*ast.KeyValueExpr); ok {
			field = fieldNamed(structure, kv.Key.(*ast.Ident).Name)
		}
		if !e.accessible(field) {
			return true
		}
	}
	return false
}

func fieldNamed(s *types.Struct, name string) *types.Var {
	for i := range s.NumFields() {
		if s.Field(i).Name() == name {
			return s.Field(i)
		}
	}
	return nil
}
