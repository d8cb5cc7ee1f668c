package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"
)

// composite writes a literal of a struct type whose fields belong to another
// unit.
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
	if !ok {
		return "", false
	}
	hidden := e.hidden(lit, structure)
	if hidden == nil {
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
	if a := e.known.byField[hidden.Origin()]; e.hasTwin(a.shape, structure) {
		return e.likeTwin(lit, structure, a.shape, name, address), true
	}
	return e.filledIn(lit, t, name, address)
}

// likeTwin writes a literal as one of the twin, or, where a small value is
// wanted, as a call of the function that makes one.
func (e *emitter) likeTwin(lit *ast.CompositeLit, structure *types.Struct, s *shape, name string, address bool) string {
	if !address && s.hasValueFunctions(structure) {
		imports := maps.Clone(e.imports)
		if text, ok := e.made(lit, structure, s); ok {
			return name + "(" + text + ")"
		}
		e.imports = imports // without those of zero values that are not written after all
	}
	var b strings.Builder
	b.WriteString("&" + e.twin(s, structure))
	from := lit.Lbrace
	for _, element := range lit.Elts {
		b.WriteString(e.slice(from, element.Pos()) + e.text(element))
		from = element.End()
	}
	b.WriteString(e.slice(from, lit.End()))
	pointer := e.fromTwin(name, b.String())
	if address {
		return pointer
	}
	return "(*" + pointer + ")"
}

// made writes a call that makes a value of a small shape. It fails if the
// elements stand in another order than the fields: they are evaluated as they stand.
func (e *emitter) made(lit *ast.CompositeLit, structure *types.Struct, s *shape) (string, bool) {
	var b strings.Builder
	next := 0
	zeros := func(until int) bool {
		for ; next < until; next++ {
			zero, err := e.zero(structure.Field(next).Type())
			if err != nil {
				return false
			}
			b.WriteString(zero + ", ")
		}
		return true
	}
	lines := func(from, to token.Pos) { b.WriteString(strings.Repeat("\n", strings.Count(e.slice(from, to), "\n"))) }
	from := lit.Lbrace
	for i, element := range lit.Elts {
		value := element
		if kv, ok := element.(*ast.KeyValueExpr); ok {
			i, value = fieldIndex(structure, kv.Key.(*ast.Ident).Name), kv.Value
		}
		if i < next || !zeros(i) {
			return "", false
		}
		next = i + 1
		lines(from, value.Pos())
		b.WriteString(e.text(value) + ", ")
		from = value.End()
	}
	if !zeros(structure.NumFields()) {
		return "", false
	}
	lines(from, lit.Rbrace)
	return e.make(s) + "(" + b.String() + ")", true
}

// zero writes the zero value of a type.
func (e *emitter) zero(t types.Type) (string, error) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsNumeric != 0:
			return "0", nil
		case u.Info()&types.IsString != 0:
			return `""`, nil
		case u.Info()&types.IsBoolean != 0:
			return "false", nil
		}
	case *types.Struct, *types.Array:
		text, err := e.spell(t)
		return text + "{}", err
	}
	return "nil", nil
}

// filledIn writes a literal as a function that fills in the fields one by one.
func (e *emitter) filledIn(lit *ast.CompositeLit, t types.Type, name string, address bool) (string, bool) {
	structure := t.Underlying().(*types.Struct)
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
			field, value = structure.Field(fieldIndex(structure, kv.Key.(*ast.Ident).Name)), kv.Value
		}
		if field.Name() == "_" {
			e.fail(lit, "a blank field of an earlier cell's type cannot be set: name the other fields")
			return "", false
		}
		target := mark + "V." + field.Name()
		if !e.accessible(field) {
			reached, ok := e.reach(lit, field, t, "&"+mark+"V")
			if !ok {
				e.fail(lit, unreachable, field.Name())
				return "", false
			}
			target = reached
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
	given := strings.Join(values, ", ")
	missing := strings.Count(e.slice(lit.Pos(), lit.End()), "\n") - strings.Count(given, "\n")
	return fmt.Sprintf("func(%s) %s { var %sV %s; %sreturn %s }(%s%s)", strings.Join(parameters, ", "), result, mark, name, b.String(), give, strings.Repeat("\n", max(missing, 0)), given), true
}

// unreachable is what is said about a struct type that has no name and embeds
// what depends on type parameters or on a type inside a function.
const unreachable = "%s is a field of an unnamed struct type of an earlier cell: give the type a name"

// hidden returns a field that the literal sets and that has no name here, or nil.
func (e *emitter) hidden(lit *ast.CompositeLit, structure *types.Struct) *types.Var {
	for i, element := range lit.Elts {
		if kv, ok := element.(*ast.KeyValueExpr); ok {
			i = fieldIndex(structure, kv.Key.(*ast.Ident).Name)
		}
		if field := structure.Field(i); !e.accessible(field) {
			return field
		}
	}
	return nil
}

func fieldIndex(s *types.Struct, name string) int {
	for i := range s.NumFields() {
		if s.Field(i).Name() == name {
			return i
		}
	}
	return -1
}
