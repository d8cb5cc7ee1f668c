package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// initialisation writes the variables of a cell that holds declarations alone
// in Go's order: first those that begin at zero, then each once those that it
// depends on have their values.
func (e *emitter) initialisation(f *check.File, order []*types.Initializer) string {
	var b strings.Builder
	specs := map[types.Object]*ast.ValueSpec{}
	for _, p := range f.Pieces {
		if p.Kind != cell.Var {
			continue
		}
		for _, s := range p.Node.(*ast.GenDecl).Specs {
			spec := s.(*ast.ValueSpec)
			for _, name := range spec.Names {
				specs[e.unit.Info.Defs[name]] = spec
			}
			if len(spec.Values) == 0 {
				b.WriteString(e.place(spec.Pos()) + e.initialise(nameList(spec), spec.Type, nil) + "\n")
			}
		}
	}
	for _, i := range order {
		spec := specs[i.Lhs[0]]
		if spec == nil {
			continue // of another file
		}
		names := make([]string, len(i.Lhs))
		for n, v := range i.Lhs {
			names[n] = v.Name()
		}
		b.WriteString(e.place(i.Rhs.Pos()) + e.initialise(names, spec.Type, []string{e.text(i.Rhs)}) + "\n")
	}
	return b.String()
}

func nameList(spec *ast.ValueSpec) []string {
	var names []string
	for _, n := range spec.Names {
		names = append(names, n.Name)
	}
	return names
}

// place writes the line directive of a position in a cell.
func (e *emitter) place(pos token.Pos) string {
	at := e.world.Fset.Position(pos)
	return fmt.Sprintf("//line %s:%d:%d\n", at.Filename, at.Line, at.Column)
}

// initialise writes a variable declaration: as assignments, or, in a program
// whose functions do not refer to the variables, as it is.
func (e *emitter) initialise(names []string, typ ast.Expr, values []string) string {
	blank := !slices.ContainsFunc(names, func(name string) bool { return name != "_" })
	switch {
	case blank && len(values) == 0:
		return ""
	case blank || e.localAll(names):
		text := "var " + strings.Join(names, ", ")
		if typ != nil {
			text += " " + e.text(typ)
		}
		if len(values) > 0 {
			text += " = " + strings.Join(values, ", ")
		}
		return text + e.used(names)
	case len(values) > 0:
		for i, name := range names {
			if name == "_" && typ != nil && len(values) == len(names) {
				values[i] = "(" + e.text(typ) + ")(" + values[i] + ")"
			}
		}
		return e.assign(names, values, "=")
	}
	// A variable that is declared again begins at zero again.
	var statements []string
	for _, name := range names {
		if name != "_" {
			statements = append(statements, fmt.Sprintf("%s = *new(%s)", e.target(name), e.text(typ)))
		}
	}
	return strings.Join(statements, "; ")
}
