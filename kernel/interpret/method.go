package interpret

import (
	"go/ast"
	"go/types"
	"log"
	"reflect"
	"unsafe"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/lib/rt/logs"
)

// cellPackage stands for the packages of all cells when names are looked up.
var cellPackage = types.NewPackage(check.Path, check.Name)

func inCells(p *types.Package) bool {
	return p != nil && (p.Path() == check.Path || isSource(p.Path()))
}

// fieldAddr compiles the address of x.f.
func (c *compiler) fieldAddr(x *ast.SelectorExpr) func(*frame) unsafe.Pointer {
	t := c.typeOf(x.X)
	object, index, _ := types.LookupFieldOrMethod(t, true, c.packageOf(x.Sel), x.Sel.Name)
	if _, ok := object.(*types.Var); !ok {
		c.refuse(x, "the selector %s", x.Sel.Name)
	}
	return c.along(x.X, t, index)
}

// packageOf is the package whose unexported names a selector may mean.
func (c *compiler) packageOf(id *ast.Ident) *types.Package {
	if o := c.info.Uses[id]; o != nil && o.Pkg() != nil {
		return o.Pkg()
	}
	return cellPackage
}

// along follows a path of fields from an operand and returns the address of
// the last one.
func (c *compiler) along(x ast.Expr, t types.Type, index []int) func(*frame) unsafe.Pointer {
	if pt, ok := t.Underlying().(*types.Pointer); ok {
		p := c.expr(x).pointer
		step, _ := c.m.path(pt.Elem(), index)
		return func(f *frame) unsafe.Pointer { return step(notNil(p(f))) }
	}
	start := c.addr(x)
	step, _ := c.m.path(t, index)
	return func(f *frame) unsafe.Pointer { return step(start(f)) }
}

// path returns how to go from the address of a value to that of a field, and
// the type of the field. Pointers on the way are followed.
func (m *Machine) path(t types.Type, index []int) (func(unsafe.Pointer) unsafe.Pointer, types.Type) {
	type step struct {
		offset uintptr
		deref  bool
	}
	var steps []step
	for _, i := range index {
		s := step{}
		if p, ok := t.Underlying().(*types.Pointer); ok {
			s.deref = true
			t = p.Elem()
		}
		s.offset = m.types.layout(t).Field(i).Offset
		t = t.Underlying().(*types.Struct).Field(i).Type()
		if n := len(steps); n > 0 && !s.deref {
			steps[n-1].offset += s.offset
			continue
		}
		steps = append(steps, s)
	}
	switch {
	case len(steps) == 0:
		return func(p unsafe.Pointer) unsafe.Pointer { return p }, t
	case len(steps) == 1 && !steps[0].deref:
		offset := steps[0].offset
		return func(p unsafe.Pointer) unsafe.Pointer { return unsafe.Add(notNil(p), offset) }, t
	}
	return func(p unsafe.Pointer) unsafe.Pointer {
		for _, s := range steps {
			if s.deref {
				p = *(*unsafe.Pointer)(notNil(p))
			}
			p = unsafe.Add(notNil(p), s.offset)
		}
		return p
	}, t
}

// selector compiles x.f that is no call.
func (c *compiler) selector(e *ast.SelectorExpr) *expr {
	if id, ok := e.X.(*ast.Ident); ok {
		if _, ok := c.info.Uses[id].(*types.PkgName); ok {
			switch o := c.info.Uses[e.Sel].(type) {
			case *types.Var:
				return c.m.load(o.Type(), c.compiledVariable(e, o))
			case *types.Func:
				return c.compiledFunc(e.Sel, o)
			}
			c.refuse(e, "%s as a value", e.Sel.Name)
		}
	}
	s := c.info.Selections[e]
	switch {
	case s == nil:
		c.refuse(e, "the selector %s", e.Sel.Name)
	case s.Kind() == types.FieldVal:
		t := c.typeOf(e)
		return c.m.load(t, c.fieldAddr(e))
	case s.Kind() == types.MethodExpr:
		return c.methodExpr(e)
	}
	return c.methodValue(e)
}

// A receiver is what a method call was compiled to know.
type receiver struct {
	object  *types.Func
	holder  types.Type                  // what has the method
	at      func(*frame) unsafe.Pointer // address of the holder
	dynamic func(*frame) any            // of an interface
	value   bool                        // the method has a value receiver
}

// receiver compiles the operand of a method.
func (c *compiler) receiver(x *ast.SelectorExpr) *receiver {
	t := c.typeOf(x.X)
	object, index, _ := types.LookupFieldOrMethod(t, true, c.packageOf(x.Sel), x.Sel.Name)
	f, ok := object.(*types.Func)
	if !ok {
		c.refuse(x, "the method %s", x.Sel.Name)
	}
	r := &receiver{object: f}
	index = index[:len(index)-1]
	if len(index) == 0 {
		if _, ok := t.Underlying().(*types.Interface); ok {
			v := c.expr(x.X)
			r.holder, r.dynamic = t, v.dynamic
			return r
		}
	}
	base := t
	if p, ok := t.Underlying().(*types.Pointer); ok {
		base = p.Elem()
		if len(index) == 0 {
			ptr := c.expr(x.X).pointer
			r.at, r.holder = ptr, base
			c.receiverKind(r)
			return r
		}
	}
	at := c.along(x.X, t, index)
	_, holder := c.m.path(base, index)
	if _, ok := holder.Underlying().(*types.Interface); ok {
		v := c.m.load(holder, at)
		r.holder, r.dynamic = holder, v.dynamic
		return r
	}
	if p, ok := holder.Underlying().(*types.Pointer); ok {
		outer := at
		at = func(f *frame) unsafe.Pointer { return *(*unsafe.Pointer)(outer(f)) }
		holder = p.Elem()
	}
	r.at, r.holder = at, holder
	c.receiverKind(r)
	return r
}

func (c *compiler) receiverKind(r *receiver) {
	_, pointer := types.Unalias(r.object.Signature().Recv().Type()).(*types.Pointer)
	r.value = !pointer
}

// typeArgs are the type arguments of a receiver's type.
func typeArgs(t types.Type) []types.Type {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	var args []types.Type
	for i := range named.TypeArgs().Len() {
		args = append(args, named.TypeArgs().At(i))
	}
	return args
}

// methodSignature is a method's signature for the holder's type arguments.
func methodSignature(holder types.Type, f *types.Func) *types.Signature {
	o, _, _ := types.LookupFieldOrMethod(holder, true, f.Pkg(), f.Name())
	if g, ok := o.(*types.Func); ok {
		return g.Signature()
	}
	return f.Signature()
}

// callMethod compiles x.m(...).
func (c *compiler) callMethod(e *ast.CallExpr, x *ast.SelectorExpr) *callPlan {
	r := c.receiver(x)
	sig := methodSignature(r.holder, r.object)
	if r.dynamic != nil {
		return c.callDynamic(e, r, sig)
	}
	if inCells(r.object.Pkg()) {
		fn := c.m.function(r.object.Origin(), typeArgs(r.holder))
		at := r.at
		if r.value {
			move := copier(c.layout(r.holder))
			return c.callInterpreted(e, fn, sig, func(f *frame, to unsafe.Pointer) { move(to, notNil(at(f))) }, nil)
		}
		return c.callInterpreted(e, fn, sig, func(f *frame, to unsafe.Pointer) { *(*unsafe.Pointer)(to) = at(f) }, nil)
	}
	bind := c.compiledMethod(x, r)
	return c.callCompiled(e, sig, bind)
}

// substituteMethods take the place of methods that must not end the engine.
var substituteMethods = map[string]func(*log.Logger) any{
	"(*log.Logger).Fatal":   func(l *log.Logger) any { return logs.LoggerFatal(l) },
	"(*log.Logger).Fatalf":  func(l *log.Logger) any { return logs.LoggerFatalf(l) },
	"(*log.Logger).Fatalln": func(l *log.Logger) any { return logs.LoggerFatalln(l) },
}

// compiledMethod returns how a method of a compiled type is bound.
func (c *compiler) compiledMethod(n ast.Node, r *receiver) func(*frame) reflect.Value {
	layout, at, name := c.layout(r.holder), r.at, r.object.Name()
	if replace := substituteMethods[r.object.FullName()]; replace != nil {
		return func(f *frame) reflect.Value { return reflect.ValueOf(replace((*log.Logger)(at(f)))) }
	}
	mt := layout
	if !r.value {
		mt = reflect.PointerTo(layout)
	}
	m, ok := mt.MethodByName(name)
	if !ok {
		c.refuse(n, "the method %s of %s", name, typeString(r.holder))
	}
	c.m.types.harvest(types.NewSignatureType(nil, nil, nil, r.object.Signature().Params(), r.object.Signature().Results(), r.object.Signature().Variadic()), reflect.New(mt).Elem().Method(m.Index).Type())
	i := m.Index
	if !r.value {
		return func(f *frame) reflect.Value { return reflect.NewAt(layout, at(f)).Method(i) }
	}
	return func(f *frame) reflect.Value {
		v := reflect.New(layout).Elem()
		v.Set(reflect.NewAt(layout, notNil(at(f))).Elem())
		return v.Method(i)
	}
}

// callDynamic compiles a call through an interface.
func (c *compiler) callDynamic(e *ast.CallExpr, r *receiver, sig *types.Signature) *callPlan {
	sig = c.sub.apply(sig).(*types.Signature)
	args := c.arguments(e, sig)
	n := sig.Params().Len()
	var temps []func(*frame) unsafe.Pointer
	var layouts, rlayouts []reflect.Type
	name := r.object.Name()
	for i := range n {
		t := sig.Params().At(i).Type()
		temps = append(temps, c.temp(t))
		layouts = append(layouts, c.layout(t))
	}
	p := &callPlan{results: tupleTypes(sig.Results())}
	for i := range p.results {
		p.places = append(p.places, c.temp(p.results[i]))
		rlayouts = append(rlayouts, c.layout(p.results[i]))
	}
	pos := e.Pos()
	dynamic := r.dynamic
	prepare := func(f *frame) (any, []unsafe.Pointer) {
		v := dynamic(f)
		ps := make([]unsafe.Pointer, n)
		args(f, func(i int) unsafe.Pointer { ps[i] = temps[i](f); return ps[i] })
		f.pos = pos
		return v, ps
	}
	m := c.m
	call := func(th *thread, caller *frame, v any, ps, rs []unsafe.Pointer) {
		m.invokeDynamic(th, caller, v, name, ps, rs)
	}
	p.invoke = func(f *frame) {
		v, ps := prepare(f)
		rs := make([]unsafe.Pointer, len(p.places))
		for i, at := range p.places {
			rs[i] = at(f)
		}
		call(f.thread, f, v, ps, rs)
	}
	p.prepare = func(f *frame) func(*thread, *rescue) {
		v, ps := prepare(f)
		if v == nil {
			nilDereference()
		}
		for i := range ps {
			kept := reflect.New(layouts[i])
			kept.Elem().Set(reflect.NewAt(layouts[i], ps[i]).Elem())
			ps[i] = kept.UnsafePointer()
		}
		rs := make([]unsafe.Pointer, len(rlayouts))
		for i, r := range rlayouts {
			rs[i] = reflect.New(r).UnsafePointer()
		}
		return func(th *thread, _ *rescue) { call(th, nil, v, ps, rs) }
	}
	return p
}

// A boundMethod is a method in the method set of an interpreted type. The
// receiver is a pointer, or the address of a value that is none.
type boundMethod struct {
	object *types.Func
	call   func(th *thread, caller *frame, receiver unsafe.Pointer, args, results []unsafe.Pointer)
}

// method finds a method of a type of run time, nil if it is not interpreted.
func (m *Machine) method(r reflect.Type, name string) *boundMethod {
	key := methodKey{r, name}
	if b, ok := m.methods.Load(key); ok {
		return b.(*boundMethod)
	}
	t, ok := m.types.dynamic(r)
	if !ok {
		return nil
	}
	b := m.bind(t, name)
	if b == nil {
		panic(refusef("the method %s of %s", name, typeString(t)))
	}
	m.methods.Store(key, b)
	return b
}

type methodKey struct {
	t    reflect.Type
	name string
}

// bind compiles a method of a method set.
func (m *Machine) bind(t types.Type, name string) *boundMethod {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.drain()
	object, index, _ := types.LookupFieldOrMethod(t, false, cellPackage, name)
	f, ok := object.(*types.Func)
	if !ok {
		return nil
	}
	index = index[:len(index)-1]
	base, pointer := t, false
	if p, ok := t.Underlying().(*types.Pointer); ok {
		base, pointer = p.Elem(), true
	}
	step, holder := m.path(base, index)
	b := &boundMethod{object: f}
	// start is the address of the holder.
	start := func(p unsafe.Pointer) unsafe.Pointer {
		if pointer && len(index) == 0 {
			return p
		}
		return step(p)
	}
	if _, ok := holder.Underlying().(*types.Interface); ok {
		b.call = func(th *thread, caller *frame, v unsafe.Pointer, args, results []unsafe.Pointer) {
			p := start(v)
			inner := m.load(holder, func(*frame) unsafe.Pointer { return p }).dynamic(nil)
			m.invokeDynamic(th, caller, inner, name, args, results)
		}
		return b
	}
	if p, ok := holder.Underlying().(*types.Pointer); ok && len(index) > 0 {
		holder = p.Elem()
		outer := start
		start = func(v unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(outer(v)) }
	}
	_, byPointer := types.Unalias(f.Signature().Recv().Type()).(*types.Pointer)
	if !inCells(f.Pkg()) {
		hl := m.types.layout(holder)
		b.call = func(th *thread, caller *frame, v unsafe.Pointer, args, results []unsafe.Pointer) {
			callReflect(reflect.NewAt(hl, notNil(start(v))).MethodByName(name), args, results)
		}
		return b
	}
	fn := m.function(f.Origin(), typeArgs(holder))
	hl := m.types.layout(holder)
	b.call = func(th *thread, caller *frame, v unsafe.Pointer, args, results []unsafe.Pointer) {
		callee := fn.call(th, caller, nil)
		p, to := start(v), callee.place(&fn.params[0])
		if byPointer {
			*(*unsafe.Pointer)(to) = p
		} else {
			reflect.NewAt(hl, to).Elem().Set(reflect.NewAt(hl, notNil(p)).Elem())
		}
		for i, a := range args {
			s := &fn.params[i+1]
			reflect.NewAt(s.layout, callee.place(s)).Elem().Set(reflect.NewAt(s.layout, a).Elem())
		}
		callee.run()
		for i, r := range results {
			s := &fn.results[i]
			reflect.NewAt(s.layout, r).Elem().Set(reflect.NewAt(s.layout, callee.place(s)).Elem())
		}
	}
	return b
}

// invokeDynamic calls a method of the value in an interface.
func (m *Machine) invokeDynamic(th *thread, caller *frame, v any, name string, args, results []unsafe.Pointer) {
	if v == nil {
		nilDereference()
	}
	r := reflect.TypeOf(v)
	if b := m.method(r, name); b != nil {
		b.call(th, caller, fromWord(r, dataOf(v)), args, results)
		return
	}
	method := reflect.ValueOf(v).MethodByName(name)
	if !method.IsValid() {
		panic(refusef("the method %s of a %T", name, v))
	}
	callReflect(method, args, results)
}

// callReflect calls a compiled function with arguments and results in memory.
func callReflect(fn reflect.Value, args, results []unsafe.Pointer) {
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.NewAt(fn.Type().In(i), a).Elem()
	}
	var out []reflect.Value
	if fn.Type().IsVariadic() {
		out = fn.CallSlice(in)
	} else {
		out = fn.Call(in)
	}
	for i, r := range out {
		reflect.NewAt(r.Type(), results[i]).Elem().Set(r)
	}
}

// methodValue compiles x.m without a call: the receiver is bound now.
func (c *compiler) methodValue(e *ast.SelectorExpr) *expr {
	r := c.receiver(e)
	t := c.typeOf(e)
	layout := c.layout(t)
	wordOf := func(v reflect.Value) unsafe.Pointer {
		holder := reflect.New(layout)
		if v.Type() != layout {
			v = v.Convert(layout)
		}
		holder.Elem().Set(v)
		return *(*unsafe.Pointer)(holder.UnsafePointer())
	}
	name := r.object.Name()
	m := c.m
	bound := func(call func(args, results []unsafe.Pointer)) unsafe.Pointer {
		return wordOf(reflect.MakeFunc(layout, func(in []reflect.Value) []reflect.Value { return reflected(layout, in, call) }))
	}
	if r.dynamic != nil {
		dynamic := r.dynamic
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
			v := dynamic(f)
			if v == nil {
				nilDereference()
			}
			return bound(func(args, results []unsafe.Pointer) { m.invokeDynamic(&thread{}, nil, v, name, args, results) })
		}}
	}
	if !inCells(r.object.Pkg()) {
		bind := c.compiledMethod(e, r)
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer { return wordOf(bind(f)) }}
	}
	fn := m.function(r.object.Origin(), typeArgs(r.holder))
	at := r.at
	if !r.value {
		return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
			p := at(f)
			return (&closure{fn: fn, receiver: func(callee *frame) {
				*(*unsafe.Pointer)(callee.place(&fn.params[0])) = p
			}}).value(layout)
		}}
	}
	held := c.layout(r.holder)
	move := copier(held)
	return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
		p := reflect.New(held).UnsafePointer()
		move(p, notNil(at(f)))
		return (&closure{fn: fn, receiver: func(callee *frame) { move(callee.place(&fn.params[0]), p) }}).value(layout)
	}}
}

// methodExpr compiles T.m.
func (c *compiler) methodExpr(e *ast.SelectorExpr) *expr {
	t := c.typeOf(e)
	layout := c.layout(t)
	recv := c.typeOf(e.X)
	m, name := c.m, e.Sel.Name
	take := m.load(recv, func(f *frame) unsafe.Pointer { return f.base })
	toAny := m.toAny(take)
	fn := reflect.MakeFunc(layout, func(in []reflect.Value) []reflect.Value {
		return reflected(layout, in, func(args, results []unsafe.Pointer) {
			m.invokeDynamic(&thread{}, nil, toAny(&frame{base: args[0]}), name, args[1:], results)
		})
	})
	holder := reflect.New(layout)
	holder.Elem().Set(fn)
	word := *(*unsafe.Pointer)(holder.UnsafePointer())
	return &expr{t: t, class: pointerClass, pointer: func(*frame) unsafe.Pointer { return word }}
}
