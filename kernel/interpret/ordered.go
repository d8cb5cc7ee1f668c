package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// Go leaves open when a variable is read in a statement that also calls
// functions: in fmt.Println(x, f()) before or after the call that changes x. The
// compiler makes all calls first, one after the other, and reads variables, fields
// and elements as late as it can. Programs come to rely on what it does, so the
// interpreter does the same.

// An order finds, in the order of evaluation, what a statement reads late and
// what may change it.
type order struct {
	c      *compiler
	reads  bool // something was read late
	hazard bool // and something came after it that may change it
	hoist  bool // second pass: evaluate what comes early
	steps  []func(*frame)
}

// ordered prepares the compilation of expressions that a statement evaluates one
// after the other. What it returns, if not nil, is to be run before them; it makes
// the calls in them, if their order matters. The roots are calls or other
// expressions with several values, or whose value nobody uses: only what is in
// them is evaluated.
func (c *compiler) ordered(list []ast.Expr, roots ...ast.Expr) func(*frame) {
	first := &order{c: c}
	first.all(list, roots)
	if !first.hazard {
		return nil
	}
	o := &order{c: c, hoist: true}
	o.all(list, roots)
	if len(o.steps) == 1 {
		return o.steps[0]
	}
	steps := o.steps
	return func(f *frame) {
		for _, s := range steps {
			s(f)
		}
	}
}

// then runs a step, which may be nil, before another one.
func then(before, do func(*frame)) func(*frame) {
	if before == nil {
		return do
	}
	return func(f *frame) {
		before(f)
		do(f)
	}
}

func (o *order) all(list, roots []ast.Expr) {
	for _, e := range list {
		o.expr(e)
	}
	for _, e := range roots {
		o.inside(ast.Unparen(e))
	}
}

// late notes something that is read late.
func (o *order) late() { o.reads = true }

// effect notes something that may change what is read late.
func (o *order) effect() { o.hazard = o.hazard || o.reads }

// early notes something that the compiler evaluates at once.
func (o *order) early(e ast.Expr) {
	if !o.hoist {
		return
	}
	c := o.c
	e = ast.Unparen(e)
	if _, ok := c.typeOf(e).(*types.Tuple); ok || c.early[e] != nil {
		return
	}
	if tv := c.info.Types[e]; tv.IsVoid() {
		return
	}
	v := c.expr(e)
	at, put := c.temp(v.t), c.m.store(v)
	o.steps = append(o.steps, func(f *frame) { put(f, at(f)) })
	held := c.m.load(v.t, at)
	if c.early == nil {
		c.early = map[ast.Expr]*expr{}
	}
	c.early[e] = held
}

// expr goes through an expression.
func (o *order) expr(e ast.Expr) {
	e = ast.Unparen(e)
	tv, ok := o.c.info.Types[e]
	if !ok && !isIdent(e) || tv.Value != nil || tv.IsType() || tv.IsNil() || tv.IsBuiltin() {
		return
	}
	switch e := e.(type) {
	case *ast.Ident:
		o.ident(e)
	case *ast.CallExpr:
		o.call(e)
	case *ast.BinaryExpr:
		o.binary(e)
	default:
		o.inside(e)
		switch e := e.(type) {
		case *ast.SliceExpr, *ast.TypeAssertExpr:
			o.early(e)
		case *ast.UnaryExpr:
			if e.Op == token.ARROW {
				o.effect()
				o.early(e)
			}
		case *ast.StarExpr, *ast.IndexExpr:
			o.late()
		case *ast.SelectorExpr:
			if s := o.c.info.Selections[e]; s != nil && s.Kind() == types.FieldVal && s.Indirect() {
				o.late()
			}
		}
	}
}

func isIdent(e ast.Expr) bool {
	_, ok := e.(*ast.Ident)
	return ok
}

func (o *order) ident(e *ast.Ident) {
	v, ok := o.c.info.Uses[e].(*types.Var)
	if !ok {
		return
	}
	if s, local := o.c.vars[v]; local && !s.boxed {
		return
	}
	o.late()
}

// inside goes through the operands of an expression.
func (o *order) inside(e ast.Expr) {
	switch e := e.(type) {
	case *ast.CallExpr:
		o.operands(e)
	case *ast.IndexExpr:
		if o.c.info.Types[e.Index].IsType() {
			return
		}
		o.expr(e.X)
		o.expr(e.Index)
	case *ast.SliceExpr:
		o.expr(e.X)
		for _, x := range []ast.Expr{e.Low, e.High, e.Max} {
			if x != nil {
				o.expr(x)
			}
		}
	case *ast.TypeAssertExpr:
		o.expr(e.X)
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			o.expr(lit)
		} else if e.Op == token.AND {
			o.place(e.X)
		} else {
			o.expr(e.X)
		}
	case *ast.StarExpr:
		o.expr(e.X)
	case *ast.SelectorExpr:
		if s := o.c.info.Selections[e]; s != nil && s.Kind() != types.MethodExpr {
			if s.Kind() == types.MethodVal {
				o.expr(e.X)
				return
			}
			o.expr(e.X)
		} else if v, ok := o.c.info.Uses[e.Sel].(*types.Var); ok && v != nil && s == nil {
			o.late() // a package's variable
		}
	case *ast.CompositeLit:
		o.literal(e)
	}
}

// place goes through the operands of what is assigned to.
func (o *order) place(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr, *ast.SelectorExpr, *ast.StarExpr:
		o.inside(e)
	}
}

func (o *order) literal(e *ast.CompositeLit) {
	t := o.c.typeOf(e)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Map:
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			entry := &order{c: o.c}
			entry.element(kv.Key, u.Key())
			entry.element(kv.Value, u.Elem())
			if entry.hazard {
				o.c.refuse(kv, "a map literal in which a call may change what the same entry reads")
			}
			o.reads = o.reads || entry.reads
			inner := &order{c: o.c}
			inner.reads = true
			inner.element(kv.Key, u.Key())
			inner.element(kv.Value, u.Elem())
			if inner.hazard {
				o.effect()
			}
		}
		if e.Type != nil {
			o.early(e)
		}
	case *types.Struct:
		for i, x := range e.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				for j := range u.NumFields() {
					if u.Field(j).Name() == kv.Key.(*ast.Ident).Name {
						i = j
					}
				}
				x = kv.Value
			}
			o.element(x, u.Field(i).Type())
		}
	default:
		elem := u.(interface{ Elem() types.Type }).Elem()
		for _, x := range e.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				x = kv.Value
			}
			o.element(x, elem)
		}
	}
}

// element goes through an expression that is converted to a type.
func (o *order) element(e ast.Expr, to types.Type) {
	if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
		o.literal(lit)
		return
	}
	o.expr(e)
	if types.IsInterface(to) {
		o.boxed(e)
	}
}

// boxed goes through the conversion of a value to an interface. The compiler
// copies what it has to put into memory.
func (o *order) boxed(e ast.Expr) {
	tv := o.c.info.Types[e]
	if tv.Value != nil || tv.IsNil() || tv.Type == nil {
		return
	}
	t := o.c.typeOf(e)
	if _, ok := t.(*types.Tuple); ok || types.IsInterface(t) {
		return
	}
	if !o.hoist {
		return
	}
	if convertedLate(o.c, t) {
		return
	}
	o.early(e)
}

// convertedLate reports whether the conversion to an interface reads its operand
// only then: values of two, four and eight bytes without pointers, strings
// and slices.
func convertedLate(c *compiler, t types.Type) bool {
	r := c.layout(t)
	for {
		switch u := t.Underlying().(type) {
		case *types.Struct:
			if u.NumFields() == 1 {
				t = u.Field(0).Type()
				continue
			}
		case *types.Array:
			if u.Len() == 1 {
				t = u.Elem()
				continue
			}
		case *types.Slice:
			return true
		case *types.Basic:
			if u.Info()&types.IsString != 0 {
				return true
			}
		}
		break
	}
	switch r.Size() {
	case 2, 4, 8:
		return r.Align() == int(r.Size()) && !pointers(t)
	}
	return false
}

// pointers reports whether values of a type contain pointers.
func pointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			if pointers(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && pointers(u.Elem())
	}
	return true
}

func (o *order) binary(e *ast.BinaryExpr) {
	if e.Op == token.LAND || e.Op == token.LOR {
		o.expr(e.X)
		right := &order{c: o.c, reads: true}
		right.expr(e.Y)
		if right.hazard {
			o.effect()
		}
		o.early(e)
		return
	}
	o.expr(e.X)
	compared := e.Op == token.EQL || e.Op == token.NEQ
	if compared && o.inMemory(e.X) {
		o.early(e.X)
	}
	o.expr(e.Y)
	if compared && o.inMemory(e.Y) {
		o.early(e.Y)
	}
}

func (o *order) inMemory(e ast.Expr) bool {
	tv := o.c.info.Types[e]
	return tv.Type != nil && tv.Value == nil && !tv.IsNil() && classOf(o.c.typeOf(e)) == memoryClass
}

func (o *order) call(e *ast.CallExpr) {
	tv := o.c.info.Types[e.Fun]
	if tv.IsType() {
		o.element(e.Args[0], o.c.typeOf(e.Fun))
		if classOf(o.c.typeOf(e.Fun)) == sliceClass && o.c.info.Types[e.Args[0]].Type != nil {
			if b, ok := o.c.typeOf(e.Args[0]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
				o.early(e) // a copy of a string
			}
		}
		return
	}
	o.operands(e)
	if tv.IsBuiltin() {
		switch name := builtinName(e.Fun); name {
		case "len", "cap", "append", "complex", "real", "imag", "make", "max", "min", "new":
			o.early(e)
			return
		case "Add", "Slice", "SliceData", "String", "StringData":
			return
		}
	}
	if !o.harmless(e) {
		o.effect()
	}
	o.early(e)
}

func builtinName(e ast.Expr) string {
	if id := instanceIdent(e); id != nil {
		return id.Name
	}
	return ""
}

// operands goes through the function and the arguments of a call.
func (o *order) operands(e *ast.CallExpr) {
	if o.c.info.Types[e.Fun].IsBuiltin() {
		for _, a := range e.Args {
			if !o.c.info.Types[a].IsType() {
				o.expr(a)
			}
		}
		return
	}
	switch x := ast.Unparen(e.Fun).(type) {
	case *ast.SelectorExpr:
		o.inside(x)
		if s := o.c.info.Selections[x]; s != nil && s.Kind() == types.FieldVal {
			o.late()
		}
	case *ast.Ident, *ast.IndexExpr, *ast.IndexListExpr:
		if id := instanceIdent(x); id != nil {
			o.ident(id)
		}
	default:
		o.expr(x)
	}
	sig, ok := o.c.typeOf(e.Fun).Underlying().(*types.Signature)
	if !ok {
		return
	}
	n := sig.Params().Len()
	for i, a := range e.Args {
		if i < n-1 || i < n && !sig.Variadic() || e.Ellipsis.IsValid() && i < n {
			o.element(a, o.c.sub.apply(sig.Params().At(i).Type()))
			continue
		}
		if s, ok := sig.Params().At(n - 1).Type().Underlying().(*types.Slice); ok && n > 0 {
			o.element(a, o.c.sub.apply(s.Elem()))
			continue
		}
		o.expr(a)
	}
}

// harmless reports whether a call cannot change what cells see: a compiled
// function that gets nothing through which it could.
func (o *order) harmless(e *ast.CallExpr) bool {
	id := instanceIdent(e.Fun)
	if id == nil {
		return false
	}
	f, ok := o.c.info.Uses[id].(*types.Func)
	if !ok || inCells(f.Pkg()) || f.Pkg() == nil || f.Pkg().Path() == check.RuntimePath || f.Signature().Recv() != nil || f.Signature().TypeParams().Len() > 0 {
		return ok && f.Pkg() != nil && f.Pkg().Path() == check.RuntimePath && strings.HasPrefix(f.Name(), "must")
	}
	params := f.Signature().Params()
	for i := range params.Len() {
		t := params.At(i).Type()
		if s, ok := t.Underlying().(*types.Slice); ok {
			t = s.Elem()
			if f.Pkg().Path() == "slices" {
				return false
			}
		}
		if _, ok := t.Underlying().(*types.Basic); !ok {
			return false
		}
	}
	return true
}
