package quick

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"

	"github.com/galago-hpc/galago/kernel/check"
)

// ordered ends the planning of a statement whose result may depend on an order
// that the specification leaves open: calls are made from left to right, but
// whether a variable is read before or after a call beside it is for the
// compiler to say. A read inside the arguments of a call happens before that
// call, in any case.
//
// Left are the operands that are written to: naming a variable there is no
// read, but an index or a pointer in them is.
func (p *planner) ordered(left, right []ast.Expr) {
	var calls []*ast.CallExpr
	var reads []ast.Node
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if p.mayChange(n) {
				calls = append(calls, n)
			}
		case *ast.Ident:
			if _, ok := p.unit.Info.Uses[n].(*types.Var); ok && !p.isField(n) {
				reads = append(reads, n)
			}
		case *ast.StarExpr, *ast.IndexExpr, *ast.SliceExpr:
			if p.unit.Info.Types[n.(ast.Expr)].Value == nil {
				reads = append(reads, n)
			}
		case *ast.SelectorExpr:
			if s := p.unit.Info.Selections[n]; s != nil && s.Indirect() {
				reads = append(reads, n)
			}
		}
		return true
	}
	for _, x := range left {
		if _, ok := x.(*ast.Ident); !ok {
			ast.Inspect(x, visit)
		}
	}
	for _, x := range right {
		ast.Inspect(x, visit)
	}
	for _, c := range calls {
		for _, r := range reads {
			if r.Pos() < c.Pos() || r.End() > c.End() {
				p.compile("a call beside a read")
			}
		}
	}
}

// initialised ends the planning of a cell of declarations whose variables get
// their values in another order than that in which they stand.
// All pieces have been planned, so there is nothing else in the cell.
func (p *planner) initialised() {
	order, ordered := p.unit.InitOrder()
	if !ordered {
		return
	}
	if !slices.IsSortedFunc(order, func(a, b *types.Initializer) int { return cmp.Compare(a.Rhs.Pos(), b.Rhs.Pos()) }) {
		p.compile("a variable that is initialised before an earlier one")
	}
	// A variable that is declared again without a value begins at zero before
	// the others are initialised.
	valued := false
	for _, piece := range p.unit.Fresh().Pieces {
		for _, s := range piece.Node.(*ast.GenDecl).Specs {
			spec := s.(*ast.ValueSpec)
			if len(spec.Values) == 0 && valued && p.again(spec) {
				p.compile("a variable that is declared again after others")
			}
			valued = valued || len(spec.Values) > 0
		}
	}
}

// again reports whether a declaration keeps the place of a former variable.
func (p *planner) again(spec *ast.ValueSpec) bool {
	return slices.ContainsFunc(p.unit.Vars, func(v *check.Var) bool {
		return v.Old != nil && slices.ContainsFunc(spec.Names, func(id *ast.Ident) bool { return id.Name == v.Name })
	})
}

func (p *planner) isField(id *ast.Ident) bool {
	v, ok := p.unit.Info.Uses[id].(*types.Var)
	return ok && v.IsField()
}

// mayChange reports whether a call may change a variable that the statement
// reads. Functions of packages cannot, as long as they are given nothing but
// numbers, strings and the like.
func (p *planner) mayChange(call *ast.CallExpr) bool {
	if p.unit.Info.Types[call.Fun].IsType() || p.builtin(call) != "" {
		return false
	}
	f := p.callee(call)
	if isMust(f) {
		return false // what it is given counts by itself
	}
	if f == nil || f.Pkg() == nil || f.Pkg().Path() == check.Path {
		return true
	}
	operands := call.Args
	if selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && p.unit.Info.Selections[selector] != nil {
		operands = append([]ast.Expr{selector.X}, operands...)
	}
	for _, x := range operands {
		if !plain(p.typeOf(x)) {
			return true
		}
	}
	return false
}

// plain reports whether values of a type lead nowhere: nothing that a function
// does with one can reach a variable or code of the session.
func plain(t types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if o := named.Obj(); o.Pkg() == nil || o.Pkg().Path() == check.Path {
			return false
		}
	}
	_, ok := t.Underlying().(*types.Basic)
	return ok
}
