package check

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"runtime"
)

// go/types compares packages when a literal sets unexported fields without
// naming them, and looks no further at the values if they differ. The types of
// earlier cells belong to packages of their own there, but to the cell's package
// in the user's eyes; so what go/types leaves out is done here.

// settleLiterals gives the values of such literals their types, and returns what
// is wrong with them.
func (w *World) settleLiterals(u *Unit, asts []*ast.File) Diagnostics {
	var problems Diagnostics
	for _, file := range asts {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) == 0 {
				return true
			}
			s, ok := literalStruct(u.Info.Types[lit].Type)
			if !ok || len(lit.Elts) > s.NumFields() {
				return true
			}
			for i, x := range lit.Elts {
				field := s.Field(i)
				if _, named := x.(*ast.KeyValueExpr); named {
					break
				}
				if field.Exported() || field.Pkg() == u.Types {
					continue // go/types has done it
				}
				message := ""
				if field.Pkg().Path() == Path {
					message = assign(u.Info, x, field.Type())
				} else {
					message = fmt.Sprintf("implicit assignment to unexported field %s in struct literal of type %s", field.Name(), u.Info.Types[lit].Type)
				}
				if message != "" {
					problems = append(problems, w.diagnose(x.Pos(), message))
				}
			}
			return true
		})
	}
	return problems
}

// literalStruct returns the struct that a literal makes; where an element of
// another literal leaves out &T, the literal's type is a pointer.
func literalStruct(t types.Type) (*types.Struct, bool) {
	if t == nil {
		return nil, false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	return s, ok
}

// assign gives an expression the type that it has when it is assigned to
// something of type t, and says why it cannot be.
func assign(info *types.Info, x ast.Expr, t types.Type) string {
	tv := info.Types[x]
	basic, ok := tv.Type.(*types.Basic)
	if tv.Type == nil || basic == types.Typ[types.Invalid] {
		return "" // go/types has complained
	}
	if !ok || basic.Info()&types.IsUntyped == 0 || tv.IsNil() {
		if !types.AssignableTo(tv.Type, t) {
			return cannotUse(x, tv, t, "")
		}
		return ""
	}
	target := t
	if types.IsInterface(t) {
		if _, parameter := t.(*types.TypeParam); parameter || !types.AssignableTo(types.Default(tv.Type), t) {
			return cannotUse(x, tv, t, "")
		}
		target = types.Default(tv.Type)
	}
	b, ok := target.Underlying().(*types.Basic)
	if !ok {
		return cannotUse(x, tv, t, "")
	}
	if tv.Value != nil {
		value, why := represent(tv.Value, b)
		if value == nil {
			return cannotUse(x, tv, t, why)
		}
		info.Types[x] = types.TypeAndValue{Type: target, Value: value}
		return ""
	}
	if basic.Kind() == types.UntypedBool && b.Info()&types.IsBoolean == 0 || basic.Kind() != types.UntypedBool && b.Info()&types.IsInteger == 0 {
		return cannotUse(x, tv, t, "")
	}
	retype(info, x, target)
	return ""
}

// retype gives an untyped expression without a constant value, a comparison or a
// shift, its type.
func retype(info *types.Info, x ast.Expr, t types.Type) {
	tv := info.Types[x]
	if b, ok := tv.Type.(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
		return
	}
	tv.Type = t
	info.Types[x] = tv
	switch x := x.(type) {
	case *ast.ParenExpr:
		retype(info, x.X, t)
	case *ast.UnaryExpr:
		retype(info, x.X, t)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		case token.SHL, token.SHR:
			retype(info, x.X, t)
		default:
			retype(info, x.X, t)
			retype(info, x.Y, t)
		}
	}
}

// represent returns a constant as a value of a basic type, or why that is not
// possible.
func represent(v constant.Value, b *types.Basic) (constant.Value, string) {
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		if v.Kind() == constant.Bool {
			return v, ""
		}
	case info&types.IsString != 0:
		if v.Kind() == constant.String {
			return v, ""
		}
	case v.Kind() == constant.Bool || v.Kind() == constant.String:
	case info&types.IsInteger != 0:
		n := constant.ToInt(v)
		if n.Kind() != constant.Int {
			return nil, " (truncated)"
		}
		bits := 8 * int(sizes.Sizeof(b))
		fits := constant.BitLen(n) < bits || constant.Sign(n) < 0 && constant.Compare(n, token.EQL, constant.Shift(constant.MakeInt64(-1), token.SHL, uint(bits-1)))
		if info&types.IsUnsigned != 0 {
			fits = constant.Sign(n) >= 0 && constant.BitLen(n) <= bits
		}
		if !fits {
			return nil, " (overflows)"
		}
		return n, ""
	case info&types.IsFloat != 0:
		f := constant.ToFloat(v)
		if f.Kind() != constant.Float && f.Kind() != constant.Int {
			return nil, " (truncated)"
		}
		if f = round(f, b.Kind() == types.Float32); f == nil {
			return nil, " (overflows)"
		}
		return f, ""
	case info&types.IsComplex != 0:
		single := b.Kind() == types.Complex64
		re, im := round(constant.Real(v), single), round(constant.Imag(v), single)
		if re == nil || im == nil {
			return nil, " (overflows)"
		}
		return constant.ToComplex(constant.BinaryOp(re, token.ADD, constant.MakeImag(im))), ""
	}
	return nil, ""
}

// round returns the nearest floating-point number, or nil if there is none.
func round(v constant.Value, single bool) constant.Value {
	f, _ := constant.Float64Val(v)
	if single {
		s, _ := constant.Float32Val(v)
		f = float64(s)
	}
	if math.IsInf(f, 0) {
		return nil
	}
	return constant.ToFloat(constant.MakeFloat64(f))
}

var sizes = types.SizesFor("gc", runtime.GOARCH)

// cannotUse is the compiler's message.
func cannotUse(x ast.Expr, tv types.TypeAndValue, t types.Type, why string) string {
	what := "value of type " + plain(tv.Type.String())
	if _, variable := ast.Unparen(x).(*ast.Ident); variable && tv.Addressable() {
		what = "variable of type " + plain(tv.Type.String())
	}
	if tv.Value != nil {
		what = "constant of type " + plain(tv.Type.String())
		if b, ok := tv.Type.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			what = b.Name() + " constant"
		}
	}
	if tv.IsNil() {
		return fmt.Sprintf("cannot use nil as %s value in struct literal", plain(t.String()))
	}
	return fmt.Sprintf("cannot use %s (%s) as %s value in struct literal%s", types.ExprString(x), what, plain(t.String()), why)
}
