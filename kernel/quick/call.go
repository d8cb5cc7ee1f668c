package quick

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine/eval"
)

// builtin returns the name of the builtin function that is called, or "".
func (p *planner) builtin(call *ast.CallExpr) string {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if b, ok := p.unit.Info.Uses[id].(*types.Builtin); ok {
			return b.Name()
		}
	}
	return ""
}

// callee returns the function that a call names, or nil.
func (p *planner) callee(call *ast.CallExpr) *types.Func {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		o, _ := p.unit.Info.Uses[f].(*types.Func)
		return o
	case *ast.SelectorExpr:
		o, _ := p.unit.Info.Uses[f.Sel].(*types.Func)
		return o
	}
	return nil
}

func isMust(f *types.Func) bool {
	return f != nil && f.Pkg() != nil && f.Pkg().Path() == check.RuntimePath && strings.HasPrefix(f.Name(), "must")
}

func (p *planner) call(x *ast.CallExpr) eval.Node {
	if p.unit.Info.Types[x.Fun].IsType() {
		return p.convert(x.Args[0], p.typeOf(x.Fun))
	}
	if name := p.builtin(x); name != "" {
		return p.callBuiltin(name, x)
	}
	f := p.callee(x)
	if isMust(f) {
		if len(x.Args) != 1 {
			p.compile("must of several values")
		}
		n := p.expr(x.Args[0])
		return eval.Node{Op: eval.Must, Line: p.line(x), Args: []eval.Node{n}}
	}
	n := eval.Node{Op: eval.Call, Line: p.line(x), Spread: x.Ellipsis.IsValid()}
	if selector, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok && p.unit.Info.Selections[selector] != nil && p.unit.Info.Selections[selector].Kind() != types.FieldVal {
		n.Args = append(n.Args, p.method(selector))
	} else {
		n.Args = append(n.Args, p.expr(x.Fun))
	}
	signature, _ := p.typeOf(x.Fun).Underlying().(*types.Signature)
	for i, a := range x.Args {
		if p.unit.Info.Types[a].IsNil() {
			n.Args = append(n.Args, p.exprAs(a, parameter(signature, i, n.Spread)))
		} else {
			n.Args = append(n.Args, p.several(a))
		}
	}
	return n
}

// parameter is the type of the i-th argument of a call.
func parameter(f *types.Signature, i int, spread bool) types.Type {
	last := f.Params().Len() - 1
	if f.Variadic() && i >= last && !spread {
		return elementType(f.Params().At(last).Type())
	}
	return f.Params().At(i).Type()
}

// method plans x.name in a call.
func (p *planner) method(x *ast.SelectorExpr) eval.Node {
	selection := p.unit.Info.Selections[x]
	f := selection.Obj().(*types.Func)
	if selection.Kind() != types.MethodVal {
		p.compile("a method expression")
	}
	if unsuited(f) {
		p.compile("%s depends on how it is called", f.FullName())
	}
	name := f.Name()
	if !f.Exported() {
		if f.Pkg().Path() != check.Path {
			p.compile("the method %s", name)
		}
		name = "Ξ" + name
	}
	receiver := selection.Recv()
	_, isPointer := receiver.Underlying().(*types.Pointer)
	pointer := !isPointer && !types.IsInterface(receiver) && types.NewMethodSet(receiver).Lookup(f.Pkg(), f.Name()) == nil
	operand := p.expr(x.X)
	if isPointer && types.NewMethodSet(receiver.Underlying().(*types.Pointer).Elem()).Lookup(f.Pkg(), f.Name()) != nil {
		operand = eval.Node{Op: eval.Deref, Args: []eval.Node{operand}} // as compiled code does, for the error of a nil pointer
	}
	return eval.Node{Op: eval.Method, Name: name, Pointer: pointer, Args: []eval.Node{operand}}
}

func (p *planner) callBuiltin(name string, x *ast.CallExpr) eval.Node {
	var args []eval.Node
	operands := x.Args
	switch name {
	case "len", "cap":
		for _, a := range operands {
			args = append(args, p.expr(a))
		}
		return eval.Node{Op: map[string]eval.Op{"len": eval.Len, "cap": eval.Cap}[name], Args: args}
	case "append":
		for i, a := range operands {
			if i > 0 && !x.Ellipsis.IsValid() {
				args = append(args, p.exprAs(a, elementType(p.typeOf(x).Underlying())))
			} else {
				args = append(args, p.expr(a))
			}
		}
		return eval.Node{Op: eval.Append, Spread: x.Ellipsis.IsValid(), Args: args}
	case "new":
		if !p.unit.Info.Types[operands[0]].IsType() {
			p.compile("new of a value")
		}
		return eval.Node{Op: eval.New, Type: p.typ(p.typeOf(operands[0]))}
	case "make":
		for _, a := range operands[1:] {
			size := p.unit.Info.Types[a].Value
			if size == nil {
				p.compile("make of a size that is no constant")
			}
			if n, ok := constant.Int64Val(constant.ToInt(size)); !ok || n > maxMake {
				p.compile("make of a large size")
			}
			args = append(args, p.expr(a))
		}
		return eval.Node{Op: eval.Make, Type: p.typ(p.typeOf(operands[0])), Args: args}
	}
	p.compile("the builtin function %s", name)
	return eval.Node{}
}

// maxMake keeps sizes for which the run-time system has errors of its own away.
const maxMake = 1 << 20

// convert plans a conversion whose result does not depend on the compiler.
func (p *planner) convert(x ast.Expr, to types.Type) eval.Node {
	from := p.typeOf(x)
	n := eval.Node{Op: eval.Convert, Type: p.typ(to), Args: []eval.Node{p.expr(x)}}
	if types.Identical(from.Underlying(), to.Underlying()) || types.IsInterface(to) {
		return n
	}
	a, fromBasic := from.Underlying().(*types.Basic)
	b, toBasic := to.Underlying().(*types.Basic)
	switch {
	case fromBasic && toBasic:
		if p.numeric(a, b) {
			return n
		}
	case fromBasic && a.Info()&types.IsString != 0, toBasic && b.Info()&types.IsString != 0:
		return n // of bytes or runes
	}
	p.compile("a conversion from %s to %s", from, to)
	return n
}

// numeric reports whether a conversion between basic types is defined for all
// values, or is done by the same instruction as in compiled code.
func (p *planner) numeric(a, b *types.Basic) bool {
	is := func(t *types.Basic, info types.BasicInfo) bool { return t.Info()&info != 0 }
	switch {
	case is(a, types.IsInteger) && is(b, types.IsInteger|types.IsString):
		return true
	case is(a, types.IsInteger) && is(b, types.IsFloat):
		return b.Kind() == types.Float64
	case is(a, types.IsFloat) && is(b, types.IsFloat):
		return true
	case is(a, types.IsFloat) && is(b, types.IsInteger):
		return b.Kind() == types.Int || b.Kind() == types.Int64
	}
	return a.Kind() == b.Kind() || is(a, types.IsComplex) && is(b, types.IsComplex)
}

// unsuited reports whether a function asks for its caller, ends its goroutine,
// runs its argument in a goroutine of its own, or is replaced in compiled
// cells.
func unsuited(f *types.Func) bool {
	if f.Pkg() == nil {
		return false
	}
	switch f.Pkg().Path() {
	case "runtime", "runtime/debug", "log", "log/slog", "testing", "syscall", "unsafe", "os/signal", "plugin":
		return true
	}
	_, exits := check.Exits[f.FullName()]
	_, starts := check.Starters[f.FullName()]
	return exits || starts
}
