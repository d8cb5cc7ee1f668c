package quick

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"runtime"
	"strconv"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine/eval"
)

func (p *planner) typeOf(x ast.Expr) types.Type { return p.unit.Info.Types[x].Type }

// expr plans an expression with one value.
func (p *planner) expr(x ast.Expr) eval.Node {
	tv := p.unit.Info.Types[x]
	switch {
	case tv.Value != nil:
		return p.constant(tv)
	case tv.IsNil():
		p.compile("nil without a type")
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		return p.expr(x.X)
	case *ast.Ident:
		return p.object(p.unit.Info.Uses[x])
	case *ast.SelectorExpr:
		return p.selector(x)
	case *ast.IndexExpr:
		return p.index(x)
	case *ast.SliceExpr:
		return p.slice(x)
	case *ast.StarExpr:
		return eval.Node{Op: eval.Deref, Args: []eval.Node{p.expr(x.X)}}
	case *ast.UnaryExpr:
		switch x.Op {
		case token.AND:
			return p.address(x.X)
		case token.ARROW:
			p.compile("receiving from a channel")
		}
		return eval.Node{Op: eval.Unary, Name: x.Op.String(), Args: []eval.Node{p.expr(x.X)}}
	case *ast.BinaryExpr:
		return p.binary(x)
	case *ast.CallExpr:
		return p.call(x)
	case *ast.CompositeLit:
		return p.composite(x, p.typeOf(x))
	}
	p.compile("%T is compiled", x)
	return eval.Node{}
}

// exprAs plans an expression that is assigned to something of type t.
func (p *planner) exprAs(x ast.Expr, t types.Type) eval.Node {
	if p.unit.Info.Types[x].IsNil() {
		return eval.Node{Op: eval.Nil, Type: p.typ(t)}
	}
	return p.expr(x)
}

// several plans an expression that may have any number of values.
func (p *planner) several(x ast.Expr) eval.Node {
	if index, ok := ast.Unparen(x).(*ast.IndexExpr); ok {
		if tuple, ok := p.typeOf(x).(*types.Tuple); ok && tuple.Len() == 2 {
			return eval.Node{Op: eval.Found, Args: []eval.Node{p.expr(index.X), p.expr(index.Index)}}
		}
	}
	return p.expr(x)
}

func (p *planner) constant(tv types.TypeAndValue) eval.Node {
	t := types.Default(tv.Type)
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		p.compile("a constant of type %s", t)
	}
	n := eval.Node{Op: eval.Constant, Type: p.typ(t)}
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0:
		n.Text = strconv.FormatBool(constant.BoolVal(tv.Value))
	case info&types.IsString != 0:
		n.Bytes = []byte(constant.StringVal(tv.Value))
	case info&types.IsInteger != 0:
		n.Text = constant.ToInt(tv.Value).ExactString()
	case info&types.IsFloat != 0:
		n.Text = float(tv.Value, basic.Kind() == types.Float32)
	default:
		single := basic.Kind() == types.Complex64
		n.Text, n.Bytes = float(constant.Real(tv.Value), single), []byte(float(constant.Imag(tv.Value), single))
	}
	return n
}

// float writes a constant as the nearest number of its type, exactly.
func float(v constant.Value, single bool) string {
	if single {
		f, _ := constant.Float32Val(v)
		return strconv.FormatFloat(float64(f), 'x', -1, 64)
	}
	f, _ := constant.Float64Val(v)
	return strconv.FormatFloat(f, 'x', -1, 64)
}

// object plans the use of a name.
func (p *planner) object(o types.Object) eval.Node {
	switch o := o.(type) {
	case *types.Var:
		return p.variable(o)
	case *types.Func:
		return p.function(o)
	}
	p.compile("%v is compiled", o)
	return eval.Node{}
}

func (p *planner) variable(v *types.Var) eval.Node {
	if v.Pkg().Path() != check.Path {
		p.packages[v.Pkg().Path()] = true
		return eval.Node{Op: eval.Global, Path: v.Pkg().Path(), Name: v.Name()}
	}
	unit, name := p.home(v)
	return eval.Node{Op: eval.Var, Unit: unit, Name: name}
}

// home returns the number of the unit that holds an object of the session, and
// its name there.
func (p *planner) home(o types.Object) (unit int, name string) {
	s, ok := p.unit.Resolve(o)
	if !ok {
		return p.unit.Number, o.Name()
	}
	if !s.Unit.Quick {
		p.units[s.Unit.Number] = true
	}
	return s.Unit.Number, s.Name
}

func (p *planner) function(f *types.Func) eval.Node {
	if f.Signature().TypeParams().Len() > 0 {
		p.compile("%s is generic", f.Name())
	}
	if f.Pkg().Path() == check.Path {
		unit, name := p.home(f)
		return eval.Node{Op: eval.Func, Unit: unit, Name: name}
	}
	if unsuited(f) {
		p.compile("%s.%s depends on how it is called", f.Pkg().Name(), f.Name())
	}
	p.packages[f.Pkg().Path()] = true
	return eval.Node{Op: eval.Symbol, Path: f.Pkg().Path(), Name: f.Name()}
}

func (p *planner) selector(x *ast.SelectorExpr) eval.Node {
	selection := p.unit.Info.Selections[x]
	if selection == nil {
		return p.object(p.unit.Info.Uses[x.Sel])
	}
	if selection.Kind() != types.FieldVal {
		p.compile("a method that is not called")
	}
	n := p.expr(x.X)
	for _, i := range selection.Index() {
		n = eval.Node{Op: eval.Field, Index: i, Args: []eval.Node{n}}
	}
	return n
}

func (p *planner) index(x *ast.IndexExpr) eval.Node {
	args := []eval.Node{p.expr(x.X), p.expr(x.Index)}
	switch t := p.typeOf(x.X).Underlying().(type) {
	case *types.Map:
		return eval.Node{Op: eval.Lookup, Args: args}
	case *types.Slice, *types.Array, *types.Pointer, *types.Basic:
		return eval.Node{Op: eval.Index, Args: args}
	default:
		p.compile("an index of %s", t)
	}
	return eval.Node{}
}

func (p *planner) slice(x *ast.SliceExpr) eval.Node {
	n := eval.Node{Op: eval.Slice, Args: []eval.Node{p.expr(x.X), {}, {}, {}}}
	for i, bound := range []ast.Expr{x.Low, x.High, x.Max} {
		if bound != nil {
			n.Args[i+1] = p.expr(bound)
		}
	}
	switch p.typeOf(x.X).Underlying().(type) {
	case *types.Array, *types.Pointer:
		p.typ(p.typeOf(x))
		return n
	case *types.Slice, *types.Basic:
		return n
	}
	p.compile("a slice of %s", p.typeOf(x.X))
	return n
}

func (p *planner) address(x ast.Expr) eval.Node {
	x = ast.Unparen(x)
	if lit, ok := x.(*ast.CompositeLit); ok {
		p.typ(types.NewPointer(p.typeOf(lit)))
		return eval.Node{Op: eval.Address, Args: []eval.Node{p.composite(lit, p.typeOf(lit))}}
	}
	p.typ(types.NewPointer(p.typeOf(x)))
	return eval.Node{Op: eval.Address, Args: []eval.Node{p.expr(x)}}
}

func (p *planner) binary(x *ast.BinaryExpr) eval.Node {
	if n, ok := p.isNil(x); ok {
		return n
	}
	args := []eval.Node{p.expr(x.X), p.expr(x.Y)}
	switch x.Op {
	case token.LAND:
		return eval.Node{Op: eval.And, Args: args}
	case token.LOR:
		return eval.Node{Op: eval.Or, Args: args}
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return eval.Node{Op: eval.Binary, Name: x.Op.String(), Type: p.typ(types.Default(p.typeOf(x))), Args: args}
	}
	if _, isParameter := p.typeOf(x).(*types.TypeParam); isParameter {
		p.compile("an operator on a type parameter")
	}
	p.fused(x.Op.String(), x.X, x.Y)
	return eval.Node{Op: eval.Binary, Name: x.Op.String(), Args: args}
}

// isNil plans x == nil and x != nil.
func (p *planner) isNil(x *ast.BinaryExpr) (eval.Node, bool) {
	operand := x.X
	switch {
	case p.unit.Info.Types[x.Y].IsNil():
	case p.unit.Info.Types[x.X].IsNil():
		operand = x.Y
	default:
		return eval.Node{}, false
	}
	n := eval.Node{Op: eval.Convert, Type: p.typ(types.Default(p.typeOf(x))), Args: []eval.Node{{Op: eval.IsNil, Args: []eval.Node{p.expr(operand)}}}}
	if x.Op == token.NEQ {
		n = eval.Node{Op: eval.Unary, Name: "!", Args: []eval.Node{n}}
	}
	return n, true
}

// fuses says that compiled code may round a sum of products once only.
var fuses = runtime.GOARCH != "amd64" || os.Getenv("GOAMD64") == "v3" || os.Getenv("GOAMD64") == "v4"

func (p *planner) fused(operator string, operands ...ast.Expr) {
	if !fuses || operator != "+" && operator != "-" {
		return
	}
	for _, x := range operands {
		product, ok := ast.Unparen(x).(*ast.BinaryExpr)
		if ok && product.Op == token.MUL && p.unit.Info.Types[x].Value == nil {
			p.compile("a sum of products")
		}
	}
}

// composite plans a literal of a type, which is a pointer where an element of
// another literal leaves out &T.
func (p *planner) composite(lit *ast.CompositeLit, t types.Type) eval.Node {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		p.typ(pointer)
		return eval.Node{Op: eval.Address, Args: []eval.Node{p.composite(lit, pointer.Elem())}}
	}
	n := eval.Node{Type: p.typ(t)}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		n.Op = eval.Struct
		for i, element := range lit.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				i, element = fieldIndex(u, pair.Key.(*ast.Ident).Name), pair.Value
			}
			n.Fields = append(n.Fields, i)
			n.Args = append(n.Args, p.exprAs(element, u.Field(i).Type()))
		}
	case *types.Slice, *types.Array:
		n.Op = eval.List
		at := 0
		for _, element := range lit.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				position, _ := constant.Int64Val(constant.ToInt(p.unit.Info.Types[pair.Key].Value))
				at, element = int(position), pair.Value
			}
			n.Fields = append(n.Fields, at)
			n.Args = append(n.Args, p.exprAs(element, elementType(u)))
			at++
			n.Length = max(n.Length, at)
		}
	case *types.Map:
		n.Op = eval.Map
		for _, element := range lit.Elts {
			pair := element.(*ast.KeyValueExpr)
			n.Args = append(n.Args, p.exprAs(pair.Key, u.Key()), p.exprAs(pair.Value, u.Elem()))
		}
	default:
		p.compile("a literal of %s", t)
	}
	return n
}

// elementType is that of an array or a slice.
func elementType(t types.Type) types.Type { return t.(interface{ Elem() types.Type }).Elem() }

func fieldIndex(s *types.Struct, name string) int {
	for i := range s.NumFields() {
		if s.Field(i).Name() == name {
			return i
		}
	}
	return -1
}
