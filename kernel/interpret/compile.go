package interpret

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/kernel/check"
)

// A compiler turns one function body into closures.
type compiler struct {
	m          *Machine
	unit       *check.Unit
	info       *types.Info
	fn         *function
	outer      *compiler
	sub        substitution
	sig        *types.Signature
	escaping   map[types.Object]bool
	vars       map[types.Object]*slot
	named      []types.Object // named results
	captured   []types.Object
	index      map[types.Object]int
	fields     []reflect.StructField
	size       uintptr
	labels     map[types.Object]*label
	early      map[ast.Expr]*expr              // what a statement has evaluated before the rest, see ordered.go
	rangeKey   func(*frame)                    // evaluates the operands of a range clause's key
	rangeFirst map[*ast.RangeStmt]func(*frame) // of key and value
	withNil    bool                            // the comparison at hand is one with nil
}

// refuse ends the compilation.
func (c *compiler) refuse(n ast.Node, format string, args ...any) {
	r := refusef(format, args...)
	r.Pos = n.Pos()
	panic(r)
}

// guard gives refusals that come from below a position.
func (c *compiler) guard(n ast.Node) {
	if r := recover(); r != nil {
		if refusal, ok := r.(*Refusal); ok && refusal.Pos == token.NoPos && n != nil {
			refusal.Pos = n.Pos()
		}
		panic(r)
	}
}

// alloc reserves room in the frame.
func (c *compiler) alloc(r reflect.Type) uintptr {
	align := uintptr(r.Align())
	c.size = (c.size + align - 1) &^ (align - 1)
	offset := c.size
	c.fields = append(c.fields, reflect.StructField{Name: "F" + itoa(len(c.fields)), Type: r})
	c.size += r.Size()
	return offset
}

// temp reserves room for a value of a type and returns how to find it.
func (c *compiler) temp(t types.Type) func(*frame) unsafe.Pointer {
	return c.tempOf(c.layout(t))
}

func (c *compiler) tempOf(r reflect.Type) func(*frame) unsafe.Pointer {
	offset := c.alloc(r)
	return func(f *frame) unsafe.Pointer { return unsafe.Add(f.base, offset) }
}

func (c *compiler) layout(t types.Type) reflect.Type { return c.m.types.layout(t) }

// typeOf is the type of an expression, without type parameters.
func (c *compiler) typeOf(e ast.Expr) types.Type {
	if tv, ok := c.info.Types[e]; ok {
		return c.sub.apply(tv.Type)
	}
	if id, ok := e.(*ast.Ident); ok {
		if o := c.info.ObjectOf(id); o != nil {
			return c.sub.apply(o.Type())
		}
	}
	c.refuse(e, "an expression without a type")
	return nil
}

func (c *compiler) declare(o types.Object, t types.Type) *slot {
	s := &slot{boxed: c.escaping[o], layout: c.layout(t)}
	if s.boxed {
		s.offset = c.alloc(reflect.TypeFor[unsafe.Pointer]())
	} else {
		s.offset = c.alloc(s.layout)
	}
	if o != nil {
		c.vars[o] = s
	}
	return s
}

// begin returns what makes the variable's memory where the declaration is
// executed: fresh memory for those that escape, cleared memory for others.
func (c *compiler) begin(s *slot) func(*frame) unsafe.Pointer {
	offset := s.offset
	if s.boxed {
		layout := s.layout
		return func(f *frame) unsafe.Pointer {
			p := reflect.New(layout).UnsafePointer()
			*(*unsafe.Pointer)(unsafe.Add(f.base, offset)) = p
			return p
		}
	}
	return func(f *frame) unsafe.Pointer { return unsafe.Add(f.base, offset) }
}

// address returns how a variable is found.
func (c *compiler) address(n ast.Node, o types.Object) func(*frame) unsafe.Pointer {
	if s, ok := c.vars[o]; ok {
		offset := s.offset
		if s.boxed {
			return func(f *frame) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Add(f.base, offset)) }
		}
		return func(f *frame) unsafe.Pointer { return unsafe.Add(f.base, offset) }
	}
	if p, ok := c.m.global(c.resolve(o)); ok {
		return func(*frame) unsafe.Pointer { return p }
	}
	if c.outer != nil && c.outer.knows(o) {
		i := c.capture(o)
		return func(f *frame) unsafe.Pointer { return f.env[i] }
	}
	c.refuse(n, "the variable %s, which was not found", o.Name())
	return nil
}

func (c *compiler) knows(o types.Object) bool {
	if _, ok := c.vars[o]; ok {
		return true
	}
	return c.outer != nil && c.outer.knows(o)
}

func (c *compiler) capture(o types.Object) int {
	if i, ok := c.index[o]; ok {
		return i
	}
	i := len(c.captured)
	c.captured = append(c.captured, o)
	c.index[o] = i
	return i
}

// A declared function is one with a body in a cell.
type declared struct {
	unit *check.Unit
	decl *ast.FuncDecl
}

func (m *Machine) newCompiler(unit *check.Unit, sub substitution, fn *function) *compiler {
	return &compiler{m: m, unit: unit, info: unit.Info, fn: fn, sub: sub, vars: map[types.Object]*slot{}, index: map[types.Object]int{}, labels: map[types.Object]*label{}}
}

// compileDecl compiles the body of a declared function.
func (m *Machine) compileDecl(d *declared, sub substitution, fn *function) {
	c := m.newCompiler(d.unit, sub, fn)
	defer c.guard(d.decl)
	c.escaping = escapes(d.decl, c.info)
	object := c.info.Defs[d.decl.Name].(*types.Func)
	c.sig = object.Signature()
	if d.decl.Body == nil {
		c.refuse(d.decl, "a function without a body")
	}
	var params []types.Object
	if recv := d.decl.Recv; recv != nil {
		params = append(params, c.paramObjects(recv)...)
	}
	c.finish(params, d.decl.Type, d.decl.Body)
}

// paramObjects returns the objects of parameters, nil for unnamed ones.
func (c *compiler) paramObjects(fields *ast.FieldList) []types.Object {
	var objects []types.Object
	if fields == nil {
		return nil
	}
	for _, f := range fields.List {
		if len(f.Names) == 0 {
			objects = append(objects, types.NewVar(f.Pos(), nil, "_", c.fieldType(f)))
		}
		for _, n := range f.Names {
			o := c.info.Defs[n]
			if o == nil {
				o = types.NewVar(n.Pos(), nil, "_", c.fieldType(f))
			}
			objects = append(objects, o)
		}
	}
	return objects
}

func (c *compiler) fieldType(f *ast.Field) types.Type {
	e := f.Type
	if dots, ok := e.(*ast.Ellipsis); ok {
		return types.NewSlice(c.typeOf(dots.Elt))
	}
	return c.typeOf(e)
}

// finish compiles a body whose receiver, if any, is in params.
func (c *compiler) finish(params []types.Object, t *ast.FuncType, body *ast.BlockStmt) {
	params = append(params, c.paramObjects(t.Params)...)
	for _, o := range params {
		c.fn.params = append(c.fn.params, *c.declare(o, c.sub.apply(o.Type())))
	}
	if t.Results != nil {
		for _, f := range t.Results.List {
			if len(f.Names) == 0 {
				c.fn.results = append(c.fn.results, *c.declare(nil, c.typeOf(f.Type)))
				continue
			}
			for _, n := range f.Names {
				o := c.info.Defs[n]
				if o == nil {
					o = types.NewVar(n.Pos(), nil, "_", c.typeOf(f.Type))
				}
				c.named = append(c.named, o)
				c.fn.results = append(c.fn.results, *c.declare(o, c.sub.apply(o.Type())))
			}
		}
	}
	run := c.block(body.List)
	c.fn.body = run
	c.seal()
}

// seal makes the frame's layout.
func (c *compiler) seal() {
	c.fn.layout = reflect.StructOf(c.fields)
}

// escapes finds the variables that closures use or whose address may be taken.
func escapes(root ast.Node, info *types.Info) map[types.Object]bool {
	found := map[types.Object]bool{}
	owner := map[types.Object]ast.Node{}
	var walk func(n ast.Node, function ast.Node)
	walk = func(n ast.Node, function ast.Node) {
		ast.Inspect(n, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.FuncLit:
				if x != n {
					walk(x, x)
					return false
				}
			case *ast.Ident:
				if o := info.Defs[x]; o != nil {
					owner[o] = function
				}
				if o, ok := info.Uses[x].(*types.Var); ok {
					if in, ok := owner[o]; ok && in != function {
						found[o] = true
					}
				}
			case *ast.CaseClause:
				if o := info.Implicits[x]; o != nil {
					owner[o] = function
				}
			case *ast.UnaryExpr:
				if x.Op == token.AND {
					markRoot(x.X, true, info, found)
				}
			case *ast.SliceExpr:
				markRoot(x.X, false, info, found)
			case *ast.SelectorExpr:
				if s, ok := info.Selections[x]; ok && s.Kind() == types.MethodVal {
					_, pointer := types.Unalias(info.TypeOf(x.X)).(*types.Pointer)
					markRoot(x.X, !pointer, info, found)
				}
			}
			return true
		})
	}
	walk(root, root)
	return found
}

// markRoot marks the variable whose memory an operand lies in.
func markRoot(e ast.Expr, always bool, info *types.Info, found map[types.Object]bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		o, ok := info.Uses[x].(*types.Var)
		if !ok {
			return
		}
		switch o.Type().Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			found[o] = found[o] || always
		default:
			found[o] = true
		}
	case *ast.SelectorExpr:
		markRoot(x.X, false, info, found)
	case *ast.IndexExpr:
		markRoot(x.X, false, info, found)
	}
}
