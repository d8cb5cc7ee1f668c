package session

import (
	"context"
	"encoding/json"
	"fmt"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/footprint"
	"github.com/galago-hpc/galago/internal/quantity"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
)

// who shows the session's names.
func (s *Session) who(_ context.Context, argument string, emit func(event.Event)) error {
	patterns := strings.Fields(argument)
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return usageError("%who", fmt.Sprintf("the pattern %s: %v; * stands for any letters, ? for one, [a-c] for one of these", p, err))
		}
	}
	wanted := func(name string) bool {
		return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
			ok, _ := path.Match(p, name)
			return ok
		})
	}
	var variables []*check.Symbol
	var functions, kinds, constants [][]string
	for _, symbol := range s.world.Symbols() {
		if !wanted(symbol.Name) {
			continue
		}
		switch o := symbol.Object.(type) {
		case *types.Var:
			variables = append(variables, symbol)
		case *types.Func:
			functions = append(functions, []string{o.Name(), typeText(o.Type())})
		case *types.TypeName:
			kinds = append(kinds, []string{o.Name(), kindText(o)})
		case *types.Const:
			constants = append(constants, []string{o.Name(), typeText(o.Type()), o.Val().String()})
		}
	}
	sizes, err := s.sizes(variables)
	if err != nil {
		return err
	}
	var values, imports [][]string
	for i, v := range variables {
		values = append(values, []string{v.Name, typeText(v.Object.Type()), sizes[i]})
	}
	named, dots := s.world.Imports()
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if local := strings.TrimPrefix(name, "_"); wanted(local) {
			imports = append(imports, []string{local, named[name]})
		}
	}
	for _, p := range dots {
		if wanted(".") || wanted(path.Base(p)) {
			imports = append(imports, []string{".", p})
		}
	}
	var t table
	for _, part := range []section{{"variables", 2, values}, {"functions", -1, functions}, {"types", -1, kinds}, {"constants", -1, constants}, {"imports", -1, imports}} {
		if len(part.rows) > 0 {
			t = append(t, part)
		}
	}
	if t == nil {
		text := "the session has no names\n"
		if len(patterns) > 0 {
			text = "no name of the session matches " + strings.Join(patterns, " ") + "\n"
		}
		emit(event.Event{Kind: event.Stdout, Text: text})
		return nil
	}
	emit(event.Event{Kind: event.Display, Data: event.Bundle{"text/plain": t.String(), "text/html": t.HTML()}})
	return nil
}

// sizes asks the engine how much memory variables hold.
func (s *Session) sizes(variables []*check.Symbol) ([]string, error) {
	if len(variables) == 0 {
		return nil, nil
	}
	places := make([]engine.Place, len(variables))
	for i, v := range variables {
		places[i] = engine.Place{Unit: v.Unit.Number, Name: v.Name}
	}
	list, err := json.Marshal(places)
	if err != nil {
		return nil, err
	}
	answer, err := s.engine.command(engine.Command{Operation: engine.Measure, Payload: list})
	if err != nil {
		return nil, fmt.Errorf("measure the variables: %w", s.crashed(err))
	}
	var sizes []footprint.Size
	if err := json.Unmarshal(answer.Payload, &sizes); err != nil || len(sizes) != len(variables) {
		return nil, fmt.Errorf("measure the variables: the engine answers %d sizes for %d variables: %w", len(sizes), len(variables), err)
	}
	texts := make([]string, len(sizes))
	for i, size := range sizes {
		texts[i] = quantity.Bytes(size.Bytes)
		if size.AtLeast {
			texts[i] = ">= " + texts[i]
		}
	}
	return texts, nil
}

// longestType is how many letters of a type are shown.
const longestType = 100

// typeText writes a type as a cell would.
func typeText(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string {
		if p.Path() == check.Path {
			return ""
		}
		return p.Name()
	})
	if utf8.RuneCountInString(text) > longestType {
		text = string([]rune(text)[:longestType]) + "..."
	}
	return text
}

// kindText says of what kind a type is, and how many methods it has.
func kindText(o *types.TypeName) string {
	if o.IsAlias() {
		return "= " + typeText(types.Unalias(o.Type()))
	}
	named, ok := o.Type().(*types.Named)
	if !ok {
		return typeText(o.Type())
	}
	text, methods := "", named.NumMethods()
	switch u := named.Underlying().(type) {
	case *types.Struct:
		text = "struct, " + quantity.Count(int64(u.NumFields()), "field")
	case *types.Interface:
		text, methods = "interface", u.NumMethods()
	default:
		text = typeText(u)
	}
	if methods > 0 {
		text += ", " + quantity.Count(int64(methods), "method")
	}
	if n := named.TypeParams().Len(); n > 0 {
		text += ", " + quantity.Count(int64(n), "type parameter")
	}
	return text
}
