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
	defer e.writingAt(lit)()
	var name string
	if lit.Type != nil {
		name = e.text(lit.Type) // it may be a type of this function
	} else {
		var err error
		if name, err = e.spell(t); err != nil {
			e.fail(lit, "%v", err)
			return "", false
		}
	}
	result, give := name, mark+"V"
	if address {
		result, give = "*"+name, "&"+mark+"V"
	}
	// The values are arguments, so that they are evaluated where the literal
	// stands: recover, for one, works there only.
	var b strings.Builder
	var parameters, values []string
	for i, element := range lit.Elts {
		field, value := structure.Field(min(i, structure.NumFields()-1)), element
		if kv, ok := element.(*ast.KeyValueExpr); ok {
			field, value = fieldNamed(structure, kv.Key.(*ast.Ident).Name), kv.Value
		}
		if field.Name() == "_" {
			e.fail(lit, "a blank field of an earlier cell's type cannot be set: name the other fields")
			return "", false
		}
		target := mark + "V." + field.Name()
		if !e.accessible(field) {
			if target, ok = e.reach(lit, field, t, "&"+mark+"V"); !ok {
				e.fail(lit, unreachable, field.Name())
				return "", false
			}
		}
		t, err := e.spell(field.Type())
		if err != nil {
			e.fail(lit, "%v", err)
			return "", false
		}
		parameters = append(parameters, fmt.Sprintf("%sP%d %s", mark, i, t))
		values = append(values, e.text(value))
		fmt.Fprintf(&b, "%s = %sP%d; ", target, mark, i)
	}
	return fmt.Sprintf("func(%s) %s { var %sV %s; %sreturn %s }(%s)", strings.Join(parameters, ", "), result, mark, name, b.String(), give, strings.Join(values, ", ")), true
}

// unreachable is what is said about a struct type that has no name and embeds
// what depends on type parameters or on a type inside a function.
const unreachable = "%s is a field of an unnamed struct type of an earlier cell: give the type a name"

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
