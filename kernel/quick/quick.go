// Package quick decides which cells are quick, and lowers them.
//
// A quick cell is executed by package eval in the engine, which takes a
// millisecond, instead of being compiled and loaded, which takes some hundred.
// What is quick is written here, node by node, on typed syntax: a construct
// that is not named in this package is compiled. So is everything of which it
// is not certain that the result is that of compiled code.
//
// # What is quick
//
//   - Statements: expressions, definitions, var declarations, assignments and
//     their short forms, ++ and --, delete. No control flow, no go, no defer, no
//     declarations of functions, types or constants.
//   - Operands: constants (folded by the checker), variables of the session and
//     of packages, fields, elements, slices, dereferenced pointers, addresses,
//     composite literals of types that have a name or none of whose parts is a
//     struct without one.
//   - Calls of functions and methods that are not generic, of the session and of
//     packages; must and its kin; len, cap, append, new, and make of a constant
//     size.
//   - Operators, but for receiving from a channel; conversions whose result the
//     specification defines.
//
// # What is not, although it looks simple
//
//   - Expressions in which the order of evaluation is open: a call that may
//     change a variable beside a read of one. Compiled code decides for itself
//     what it reads first; see order.go.
//   - Conversions of floating-point numbers to integers that may not fit, and of
//     integers to float32, which reflection rounds twice.
//   - Functions that look at their callers, and those that the compiler of cells
//     replaces, such as os.Exit.
//   - On processors that fuse multiplication and addition, sums of products.
package quick

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine/eval"
)

// A Plan is how a quick cell is executed.
type Plan struct {
	Program  eval.Program
	Units    []int    // of the session, whose functions and types it uses
	Packages []string // whose symbols it uses
	// Types are those without a name that its values have. Reflection finds
	// the compiled form of such a type, and makes up one of its own if no code
	// that was loaded mentions it; values of that would differ from those of
	// the cells that are compiled later. The engine must hold all of them.
	Types []*eval.Type
}

// errCompile is the panic value that ends the planning of a cell that is not
// quick.
type errCompile struct{ error }

// New plans a checked unit. The error says what in it has to be compiled.
func New(world *check.World, unit *check.Unit) (plan *Plan, err error) {
	p := &planner{world: world, unit: unit, units: map[int]bool{}, packages: map[string]bool{}, types: map[string]*eval.Type{}}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case errCompile:
			plan, err = nil, r.error
		default:
			panic(r)
		}
	}()
	if len(unit.Files) != 1 || len(unit.Decls) > 0 || len(unit.Notes) > 0 || !unit.Runs() {
		return nil, errors.New("it declares something")
	}
	p.plan.Program.Cell = unit.Fresh().Cell
	p.variables()
	pieces := unit.Fresh().Pieces
	for i, piece := range pieces {
		p.piece(piece, i == len(pieces)-1)
	}
	p.initialised()
	return p.finish(), nil
}

type planner struct {
	world    *check.World
	unit     *check.Unit
	plan     Plan
	units    map[int]bool
	packages map[string]bool
	types    map[string]*eval.Type // those without a name
}

// compile ends the planning.
func (p *planner) compile(format string, args ...any) {
	panic(errCompile{fmt.Errorf(format, args...)})
}

func (p *planner) finish() *Plan {
	for unit := range p.units {
		p.plan.Units = append(p.plan.Units, unit)
	}
	for path := range p.packages {
		p.plan.Packages = append(p.plan.Packages, path)
	}
	for _, t := range p.types {
		p.plan.Types = append(p.plan.Types, t)
	}
	return &p.plan
}

// variables lists those that the unit defines.
func (p *planner) variables() {
	for _, v := range p.unit.Vars {
		switch {
		case v.Reinterpret:
			p.compile("the type of %s was redefined", v.Name)
		case v.Old == nil:
			p.plan.Program.Variables = append(p.plan.Program.Variables, eval.Variable{Name: v.Name, Type: p.typ(v.Object.Type())})
		}
	}
}

func (p *planner) piece(piece *check.Piece, last bool) {
	switch {
	case piece.Kind == cell.Var:
		for _, s := range piece.Node.(*ast.GenDecl).Specs {
			spec := s.(*ast.ValueSpec)
			var names []string
			for _, id := range spec.Names {
				names = append(names, id.Name)
			}
			p.define(spec, names)
		}
	case piece.Kind != cell.Statement:
		p.compile("it declares something")
	case len(piece.Names) > 0:
		p.define(piece.Node.(*ast.GenDecl).Specs[0].(*ast.ValueSpec), piece.Names)
	case piece.Expression != nil:
		p.expression(piece, last)
	default:
		p.statement(piece.Node)
	}
}

func (p *planner) add(n ast.Node, statement eval.Node) {
	statement.Line = p.line(n)
	p.plan.Program.Statements = append(p.plan.Program.Statements, statement)
}

func (p *planner) line(n ast.Node) int { return p.world.Fset.Position(n.Pos()).Line }

// define plans a variable declaration or definition.
func (p *planner) define(spec *ast.ValueSpec, names []string) {
	var targets []eval.Node
	for _, name := range names {
		if name == "_" {
			targets = append(targets, eval.Node{Op: eval.Blank})
			continue
		}
		targets = append(targets, p.variable(p.unit.Types.Scope().Lookup(name).(*types.Var)))
	}
	if len(spec.Values) == 0 {
		for _, target := range targets {
			if target.Op != eval.Blank {
				p.add(spec, eval.Node{Op: eval.Zero, Args: []eval.Node{target}})
			}
		}
		return
	}
	p.ordered(nil, spec.Values)
	p.assign(spec, targets, spec.Values, func(i int) types.Type {
		if o := p.unit.Types.Scope().Lookup(names[i]); o != nil {
			return o.Type()
		}
		return nil
	})
}

// assign plans an assignment. Left gives the types of the left side, which may
// be nil for the blank identifier.
func (p *planner) assign(n ast.Node, targets []eval.Node, values []ast.Expr, left func(i int) types.Type) {
	assign := eval.Node{Op: eval.Assign, Length: len(targets), Args: targets}
	if len(values) == 1 && len(targets) > 1 {
		assign.Args = append(assign.Args, p.several(values[0]))
	} else {
		for i, v := range values {
			assign.Args = append(assign.Args, p.exprAs(v, left(i)))
		}
	}
	p.add(n, assign)
}

// expression plans a statement that is nothing but an expression.
func (p *planner) expression(piece *check.Piece, last bool) {
	x := piece.Expression
	p.ordered(nil, []ast.Expr{x})
	op := eval.Do
	switch p.unit.Showing(piece, last) {
	case check.Shown:
		op = eval.Value
	case check.ShownResults:
		op = eval.Result
	default:
		if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && p.builtin(call) == "delete" {
			p.add(x, eval.Node{Op: eval.Delete, Args: []eval.Node{p.expr(call.Args[0]), p.expr(call.Args[1])}})
			return
		}
	}
	p.add(x, eval.Node{Op: op, Args: []eval.Node{p.several(x)}})
}

func (p *planner) statement(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		p.ordered(n.Lhs, n.Rhs)
		if n.Tok == token.ASSIGN {
			var targets []eval.Node
			for _, left := range n.Lhs {
				targets = append(targets, p.target(left))
			}
			p.assign(n, targets, n.Rhs, func(i int) types.Type { return p.typeOf(n.Lhs[i]) })
			return
		}
		operator, ok := operators[n.Tok]
		if !ok {
			p.compile("a definition inside a statement")
		}
		p.ordered(n.Lhs, append(n.Lhs[:1:1], n.Rhs...)) // the left side is read as well
		p.fused(operator, n.Lhs[0], n.Rhs[0])
		p.add(n, eval.Node{Op: eval.Update, Name: operator, Args: []eval.Node{p.target(n.Lhs[0]), p.expr(n.Rhs[0])}})
	case *ast.IncDecStmt:
		p.ordered([]ast.Expr{n.X}, []ast.Expr{n.X})
		one := eval.Node{Op: eval.Constant, Type: p.typ(p.unit.Info.Types[n.X].Type), Text: "1", Bytes: []byte("0")}
		p.add(n, eval.Node{Op: eval.Update, Name: n.Tok.String()[:1], Args: []eval.Node{p.target(n.X), one}})
	default:
		p.compile("%T is compiled", n)
	}
}

// operators are those of the assignments that compute.
var operators = map[token.Token]string{
	token.ADD_ASSIGN: "+", token.SUB_ASSIGN: "-", token.MUL_ASSIGN: "*", token.QUO_ASSIGN: "/", token.REM_ASSIGN: "%",
	token.AND_ASSIGN: "&", token.OR_ASSIGN: "|", token.XOR_ASSIGN: "^", token.SHL_ASSIGN: "<<", token.SHR_ASSIGN: ">>", token.AND_NOT_ASSIGN: "&^",
}

// target plans the left side of an assignment.
func (p *planner) target(x ast.Expr) eval.Node {
	if id, ok := x.(*ast.Ident); ok && id.Name == "_" {
		return eval.Node{Op: eval.Blank}
	}
	return p.expr(x)
}
