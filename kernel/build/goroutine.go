package build

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A goroutine that a cell starts is guarded, so that its panic ends neither the
// engine nor the variables. Ranks are not: there, a panic ends the rank.
//
//	go func() { work() }()  ->  go func() { defer Guard(); Enter(); work() }()
//	go x.f(a, 1)            ->  go func(f func(int, float64), p0 int, p1 float64) { defer Guard(); Enter(); f(p0, p1) }(x.f, a, 1)
//
// So the compiler itself evaluates the function value and the arguments, in the
// goroutine that starts the other one and with the conversions that the
// parameters ask for.

// guard is what a guarded function begins with. It adds no line.
func (e *emitter) guard() string {
	return "defer " + e.rt("Guard") + "();" + e.rt("Enter") + "();"
}

// guardLiteral puts a guard at the head of a function literal.
func (e *emitter) guardLiteral(lit *ast.FuncLit) edit {
	return edit{lit.Body.Lbrace + 1, lit.Body.Lbrace + 1, e.guard()}
}

// guardGo rewrites a go statement whose function is no literal. It leaves those
// alone whose types cannot be written where they stand, and those that pass
// pointers as numbers: they run unguarded.
func (e *emitter) guardGo(g *ast.GoStmt) (string, bool) {
	if e.mode != Plugin {
		return "", false
	}
	imports := maps.Clone(e.imports)
	text, ok := e.guarded(g)
	if !ok {
		e.imports = imports // without those of types that are not written after all
	}
	return text, ok
}

func (e *emitter) guarded(g *ast.GoStmt) (string, bool) {
	fun := ast.Unparen(g.Call.Fun)
	if _, literal := fun.(*ast.FuncLit); literal || slices.ContainsFunc(g.Call.Args, e.isAddress) {
		return "", false
	}
	if b, ok := e.callee(fun).(*types.Builtin); ok {
		return e.guardBuiltin(g, b)
	}
	signature, ok := e.unit.Info.Types[fun].Type.Underlying().(*types.Signature)
	if !ok {
		return "", false
	}
	parameters, arguments, ok := e.parametersAt(g, signature)
	if !ok {
		return "", false
	}
	start, lparen := e.slice(g.Pos(), g.Call.Pos()), g.Call.Lparen+1
	given := e.rewritten(g.Call, lparen, g.Call.End())
	name := mark + "F"
	if e.isFunction(fun) {
		name = e.text(g.Call.Fun) // nothing to evaluate
	} else {
		t, ok := e.spellAt(g, signature)
		if !ok || e.severalResults(g.Call) {
			return "", false
		}
		parameters = append([]string{name + " " + t}, parameters...)
		given = e.text(g.Call.Fun) + ", " + given
		if len(g.Call.Args) == 0 {
			given = e.text(g.Call.Fun) + e.slice(g.Call.Rparen, g.Call.End())
		}
	}
	return fmt.Sprintf("%sfunc(%s) { %s %s(%s) }(%s", start, strings.Join(parameters, ", "), e.guard(), name, arguments, given), true
}

// isAddress reports whether an argument is uintptr(p) of an unsafe.Pointer. What
// p points to is kept only for the call in whose list of arguments that stands.
func (e *emitter) isAddress(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !e.unit.Info.Types[call.Fun].IsType() {
		return false
	}
	from, ok := e.unit.Info.Types[call.Args[0]].Type.Underlying().(*types.Basic)
	return ok && from.Kind() == types.UnsafePointer
}

// guardBuiltin rewrites go close(c) and its kin.
func (e *emitter) guardBuiltin(g *ast.GoStmt, b *types.Builtin) (string, bool) {
	var parameters, names []string
	for i, x := range g.Call.Args {
		t := e.unit.Info.Types[x].Type
		if b.Name() == "panic" {
			t = types.NewInterfaceType(nil, nil)
		}
		text, ok := e.spellAt(g, types.Default(t))
		if !ok || g.Call.Ellipsis.IsValid() {
			return "", false
		}
		name := fmt.Sprintf("%s%d", mark, i)
		parameters, names = append(parameters, name+" "+text), append(names, name)
	}
	return fmt.Sprintf("%sfunc(%s) { %s %s(%s) }(%s", e.slice(g.Pos(), g.Call.Pos()), strings.Join(parameters, ", "), e.guard(),
		b.Name(), strings.Join(names, ", "), e.rewritten(g.Call, g.Call.Lparen+1, g.Call.End())), true
}

// parametersAt writes the parameters of a signature with names of our own, and
// these names as arguments.
func (e *emitter) parametersAt(n ast.Node, s *types.Signature) (parameters []string, arguments string, ok bool) {
	var names []string
	for i := range s.Params().Len() {
		t, form, name := s.Params().At(i).Type(), "%s %s", fmt.Sprintf("%s%d", mark, i)
		use := name
		if s.Variadic() && i == s.Params().Len()-1 {
			slice, ok := t.(*types.Slice)
			if !ok {
				return nil, "", false // append([]byte, string...)
			}
			t, form, use = slice.Elem(), "%s ...%s", name+"..."
		}
		text, ok := e.spellAt(n, t)
		if !ok {
			return nil, "", false
		}
		parameters, names = append(parameters, fmt.Sprintf(form, name, text)), append(names, use)
	}
	return parameters, strings.Join(names, ", "), true
}

// spellAt writes a type inside a function. It fails if the type has no name
// there, or if something else has it.
func (e *emitter) spellAt(n ast.Node, t types.Type) (string, bool) {
	scope := e.unit.Types.Scope().Innermost(n.Pos())
	visible := true
	walkNames(t, map[types.Type]bool{}, func(o *types.TypeName) {
		if o.Pkg() != nil && !e.packageLevel(o) && o.Parent() == o.Pkg().Scope() {
			return // written with its package
		}
		if scope == nil {
			visible = visible && o.Parent() == types.Universe
			return
		}
		_, found := scope.LookupParent(o.Name(), n.Pos())
		visible = visible && found == o
	})
	if !visible {
		return "", false
	}
	defer e.writingAt(n)()
	text, err := e.spell(t)
	return text, err == nil
}

// walkNames calls visit for the names that a type is written with.
func walkNames(t types.Type, seen map[types.Type]bool, visit func(*types.TypeName)) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	next := func(t types.Type) { walkNames(t, seen, visit) }
	switch t := t.(type) {
	case *types.Basic:
		if o, ok := types.Universe.Lookup(t.Name()).(*types.TypeName); ok {
			visit(o)
		}
	case *types.Alias:
		if t.Obj().Pkg() == nil {
			visit(t.Obj())
			return
		}
		next(types.Unalias(t))
	case *types.Named:
		visit(t.Obj())
		for i := range t.TypeArgs().Len() {
			next(t.TypeArgs().At(i))
		}
	case *types.TypeParam:
		visit(t.Obj())
	case *types.Pointer:
		next(t.Elem())
	case *types.Slice:
		next(t.Elem())
	case *types.Array:
		next(t.Elem())
	case *types.Map:
		next(t.Key())
		next(t.Elem())
	case *types.Chan:
		next(t.Elem())
	case *types.Signature:
		next(t.Params())
		next(t.Results())
	case *types.Tuple:
		for i := range t.Len() {
			next(t.At(i).Type())
		}
	case *types.Struct:
		for i := range t.NumFields() {
			next(t.Field(i).Type())
		}
	case *types.Interface:
		for i := range t.NumExplicitMethods() {
			next(t.ExplicitMethod(i).Type())
		}
		for i := range t.NumEmbeddeds() {
			next(t.EmbeddedType(i))
		}
	}
}

// callee returns the object that a call's function names, nil if it is an
// expression.
func (e *emitter) callee(fun ast.Expr) types.Object {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return e.unit.Info.Uses[fun]
	case *ast.SelectorExpr:
		return e.unit.Info.Uses[fun.Sel]
	case *ast.IndexExpr:
		return e.instantiated(fun.X)
	case *ast.IndexListExpr:
		return e.instantiated(fun.X)
	}
	return nil
}

// instantiated returns the generic function that f[int] is made from; an index
// into a slice of functions has none.
func (e *emitter) instantiated(x ast.Expr) types.Object {
	if f, ok := e.callee(x).(*types.Func); ok {
		return f
	}
	return nil
}

// isFunction reports whether an expression names a declared function, without a
// receiver.
func (e *emitter) isFunction(fun ast.Expr) bool {
	f, ok := e.callee(fun).(*types.Func)
	return ok && f.Signature().Recv() == nil
}

// severalResults reports whether the arguments are the results of one call.
func (e *emitter) severalResults(call *ast.CallExpr) bool {
	if len(call.Args) != 1 {
		return false
	}
	_, several := e.unit.Info.Types[call.Args[0]].Type.(*types.Tuple)
	return several
}

// guardCallback guards the function that is given to one of the starters.
func (e *emitter) guardCallback(call *ast.CallExpr) []edit {
	f, ok := e.callee(call.Fun).(*types.Func)
	if !ok {
		return nil
	}
	place, starts := check.Starters[f.FullName()]
	if !starts || place >= len(call.Args) {
		return nil
	}
	argument := call.Args[place]
	if lit, ok := ast.Unparen(argument).(*ast.FuncLit); ok {
		return []edit{e.guardLiteral(lit)}
	}
	return []edit{{argument.Pos(), argument.Pos(), e.rt("Guarded") + "("}, {argument.End(), argument.End(), ")"}}
}

// guards returns what a node needs so that goroutines which it starts are
// guarded.
func (e *emitter) guards(n ast.Node) []edit {
	switch n := n.(type) {
	case *ast.GoStmt:
		if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
			return []edit{e.guardLiteral(lit)}
		}
	case *ast.CallExpr:
		return e.guardCallback(n)
	}
	return nil
}
