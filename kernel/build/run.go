package build

import (
	"fmt"
	"go/ast"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// mainName is what a cell's func main is called: it runs last in the cell.
const mainName = mark + "main"

// runFunction writes the function that executes the cell's statements, in
// their order.
func (e *emitter) runFunction(f *check.File) string {
	if e.mode == Plugin && !e.unit.Runs() {
		return ""
	}
	var calls, b strings.Builder
	main := false
	for _, p := range f.Pieces {
		if p.Kind == cell.Func && !p.IsMethod() {
			main = main || p.Names[0] == "main"
			if p.Names[0] == "init" {
				calls.WriteString(e.initName(p.Node.(*ast.FuncDecl).Name) + "()\n")
			}
		}
	}
	b.WriteString("func " + check.RunName + "() {\n")
	// As in a program, init functions come after the variables and before the
	// rest.
	inits := calls.String()
	order, ordered := e.unit.InitOrder()
	if ordered {
		b.WriteString(e.initialisation(f, order))
	}
	for i, p := range f.Pieces {
		if p.Kind == cell.Statement {
			b.WriteString(inits)
			inits = ""
		}
		switch {
		case p.Kind == cell.Var && ordered:
		case p.Kind == cell.Var:
			b.WriteString(line(p) + e.assignments(p) + "\n")
		case defines(p):
			b.WriteString(line(p) + e.definition(p) + "\n")
		case p.Kind == cell.Statement && p.Node != nil:
			b.WriteString(line(p) + e.statement(p, i == len(f.Pieces)-1) + "\n")
		}
	}
	b.WriteString(inits)
	if main {
		b.WriteString(mainName + "()\n")
	}
	return b.String() + "}\n"
}

// definition writes x, y := f(): to package-level variables, or, in a program,
// to local ones.
func (e *emitter) definition(p *check.Piece) string {
	spec := p.Node.(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
	var values []string
	for _, v := range spec.Values {
		values = append(values, e.text(v))
	}
	return e.assign(p.Names, values, ":=")
}

// assignments writes a var declaration as assignments.
func (e *emitter) assignments(p *check.Piece) string {
	var statements []string
	for _, s := range p.Node.(*ast.GenDecl).Specs {
		spec := s.(*ast.ValueSpec)
		var names, values []string
		for _, n := range spec.Names {
			names = append(names, n.Name)
		}
		for _, v := range spec.Values {
			values = append(values, e.text(v))
		}
		if text := e.initialise(names, spec.Type, values); text != "" {
			statements = append(statements, text)
		}
	}
	return strings.Join(statements, "; ")
}

func (e *emitter) assign(names, values []string, operator string) string {
	if operator == ":=" && e.localAll(names) {
		return strings.Join(names, ", ") + " := " + strings.Join(values, ", ") + e.used(names)
	}
	var targets []string
	for _, name := range names {
		targets = append(targets, e.target(name))
	}
	return strings.Join(targets, ", ") + " = " + strings.Join(values, ", ")
}

// target writes a variable as the left side of an assignment.
func (e *emitter) target(name string) string {
	if name == "_" || e.local[name] {
		return name
	}
	return e.ref(e.unit.Types.Scope().Lookup(name))
}

func (e *emitter) localAll(names []string) bool {
	for _, name := range names {
		if name != "_" && !e.local[name] {
			return false
		}
	}
	return e.mode == Program
}

// used keeps the compiler from complaining about variables that a cell defines
// and does not use.
func (e *emitter) used(names []string) string {
	text := ""
	for _, name := range names {
		if name != "_" {
			text += "; _ = " + name
		}
	}
	return text
}

// initName names an init function, of which a cell may have several.
func (e *emitter) initName(id *ast.Ident) string {
	at := e.world.Fset.Position(id.Pos())
	return fmt.Sprintf("%sInit%d_%d", mark, at.Line, at.Column)
}

// statement writes a statement; the value of the cell's last expression is
// shown, unless a semicolon follows it.
func (e *emitter) statement(p *check.Piece, last bool) string {
	switch e.unit.Showing(p, last) {
	case check.Shown:
		return e.rt("Value") + "(" + e.text(p.Expression) + ")"
	case check.ShownResults:
		return e.rt("Results") + "(" + e.text(p.Expression) + ")"
	}
	if _, isCall := ast.Unparen(p.Expression).(*ast.CallExpr); last && p.Quiet && p.Expression != nil && !isCall {
		return "_ = " + e.text(p.Expression)
	}
	return e.text(p.Node)
}
