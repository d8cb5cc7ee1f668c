package check

import (
	"go/ast"
	"go/types"
	"strings"
)

// A Showing says what becomes of the value of a statement that is an
// expression.
type Showing int

const (
	// Unshown values are dropped.
	Unshown Showing = iota
	// Shown values are displayed.
	Shown
	// ShownResults are those of a call whose last result is an error: that one
	// is not displayed, and ends the cell if it is not nil.
	ShownResults
)

// Showing returns how the value of a piece is shown. Only that of a cell's last
// expression is, unless a semicolon follows it.
func (u *Unit) Showing(p *Piece, last bool) Showing {
	if p.Expression == nil || !last || p.Quiet || u.Info.Types[p.Expression].IsVoid() || u.forEffect(p.Expression) {
		return Unshown
	}
	if u.endsInError(p.Expression) {
		return ShownResults
	}
	return Shown
}

// endsInError reports whether the expression is a call whose last result is an
// error.
func (u *Unit) endsInError(x ast.Expr) bool {
	if _, ok := ast.Unparen(x).(*ast.CallExpr); !ok {
		return false
	}
	t := u.Info.Types[x].Type
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(tuple.Len() - 1).Type()
	}
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// forEffect reports whether an expression is a call made for its effect: its
// results, the number of bytes written and the like, are not shown.
func (u *Unit) forEffect(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return false
	}
	switch o := u.Info.Uses[id].(type) {
	case *types.Builtin:
		return o.Name() == "copy"
	case *types.Func:
		name := o.Name()
		if o.Pkg() != nil && o.Pkg().Path() == "fmt" {
			return strings.HasPrefix(name, "Print") || strings.HasPrefix(name, "Fprint") || strings.Contains(strings.ToLower(name), "scan")
		}
		return o.Signature().Results().Len() == 2 && (strings.HasPrefix(name, "Write") || name == "ReadFrom" || name == "Copy")
	}
	return false
}
