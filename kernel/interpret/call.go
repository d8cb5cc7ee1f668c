package interpret

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"
	"unsafe"

	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
	"github.com/galago-hpc/galago/lib/rt"
	"github.com/galago-hpc/galago/lib/rt/logs"
)

// A callPlan is a compiled call. Invoke makes it; afterwards the results are
// in memory.
type callPlan struct {
	results []types.Type
	// prepare evaluates function and arguments and returns the call itself, for
	// go and defer. Its argument is what recover gives back in it.
	prepare func(*frame) func(*thread, *rescue)
	invoke  func(*frame)
	places  []func(*frame) unsafe.Pointer
	value   *expr // of a call that is compiled to an expression
}

func (c *compiler) callExpr(e *ast.CallExpr) *expr {
	if tv := c.info.Types[e.Fun]; tv.IsType() {
		return c.conversion(e.Args[0], c.typeOf(e.Fun), e)
	}
	p := c.call(e)
	if p.value != nil {
		return p.value
	}
	if len(p.results) != 1 {
		c.refuse(e, "a call with %d results as a value", len(p.results))
	}
	invoke, place := p.invoke, p.places[0]
	v := c.m.load(p.results[0], func(f *frame) unsafe.Pointer {
		invoke(f)
		return place(f)
	})
	return v
}

// effect compiles an expression statement.
func (c *compiler) effect(e ast.Expr) func(*frame) {
	return then(c.ordered(nil, e), c.effectOf(e))
}

func (c *compiler) effectOf(e ast.Expr) func(*frame) {
	switch x := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if tv := c.info.Types[x.Fun]; tv.IsType() || c.info.Types[x].Value != nil {
			break
		}
		p := c.call(x)
		if p.value == nil {
			return p.invoke
		}
		if p.value.t == nil {
			return func(f *frame) { p.value.pointer(f) }
		}
		put := c.m.storeLate(c, p.value)
		at := c.temp(p.value.t)
		return func(f *frame) { put(f, at) }
	}
	v := c.expr(e)
	put, at := c.m.storeLate(c, v), c.temp(v.t)
	return func(f *frame) { put(f, at) }
}

// tuple compiles what gives several values: a call, or the forms with ok.
func (c *compiler) tuple(e ast.Expr, n int) ([]*expr, func(*frame)) {
	e = ast.Unparen(e)
	switch x := e.(type) {
	case *ast.CallExpr:
		p := c.call(x)
		if p.value != nil || len(p.results) != n {
			c.refuse(e, "this call where %d values are needed", n)
		}
		var parts []*expr
		for i, t := range p.results {
			parts = append(parts, c.m.load(t, p.places[i]))
		}
		return parts, p.invoke
	case *ast.IndexExpr:
		if mt, ok := c.typeOf(x.X).Underlying().(*types.Map); ok {
			return c.first(c.mapIndex(x, mt))
		}
	case *ast.TypeAssertExpr:
		return c.first(c.assertionOK(x))
	case *ast.UnaryExpr:
		return c.first(c.receive(x))
	}
	c.refuse(e, "this expression where %d values are needed", n)
	return nil, nil
}

// first evaluates the first of two values, which makes the second, too.
func (c *compiler) first(parts []*expr) ([]*expr, func(*frame)) {
	at, put := c.temp(parts[0].t), c.m.store(parts[0])
	return []*expr{c.m.load(parts[0].t, at), parts[1]}, func(f *frame) { put(f, at(f)) }
}

// call compiles a call.
func (c *compiler) call(e *ast.CallExpr) *callPlan {
	defer c.guard(e)
	fun := ast.Unparen(e.Fun)
	switch x := fun.(type) {
	case *ast.Ident:
		switch o := c.info.Uses[x].(type) {
		case *types.Builtin:
			return c.builtin(e, o.Name())
		case *types.Func:
			return c.callFunc(e, o)
		}
	case *ast.IndexExpr, *ast.IndexListExpr:
		if id := instanceIdent(x); id != nil {
			if o, ok := c.info.Uses[id].(*types.Func); ok {
				return c.callFunc(e, o)
			}
		}
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok {
			if _, ok := c.info.Uses[id].(*types.PkgName); ok {
				switch o := c.info.Uses[x.Sel].(type) {
				case *types.Func:
					return c.callFunc(e, o)
				case *types.Builtin:
					return c.builtin(e, o.Name())
				}
				break
			}
		}
		if s := c.info.Selections[x]; s != nil && s.Kind() == types.MethodVal {
			return c.callMethod(e, x)
		}
	case *ast.FuncLit:
		fn, captures := c.closure(x)
		env := c.environment(captures)
		return c.callInterpreted(e, fn, c.typeOf(x).(*types.Signature), nil, env)
	}
	return c.callValue(e)
}

func instanceIdent(e ast.Expr) *ast.Ident {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return instanceIdent(x.X)
	case *ast.IndexListExpr:
		return instanceIdent(x.X)
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.Ident:
		return x
	}
	return nil
}

// callFunc compiles a call of a declared function.
func (c *compiler) callFunc(e *ast.CallExpr, o *types.Func) *callPlan {
	id := instanceIdent(e.Fun)
	o = c.resolve(o).(*types.Func)
	if o.Pkg() != nil && o.Pkg().Path() == check.RuntimePath && strings.HasPrefix(o.Name(), "must") {
		return c.must(e, o.Name())
	}
	if o.Signature().TypeParams().Len() > 0 {
		if v, ok := c.compiledInstance(o, id); ok {
			sig := c.typeOf(e.Fun).(*types.Signature)
			c.m.types.harvest(sig, v.Type())
			return c.callCompiled(e, sig, func(*frame) reflect.Value { return v })
		}
		o = c.generic(e.Fun, o)
	}
	if inCells(o.Pkg()) {
		targs := c.instanceArgs(id)
		fn := c.m.function(o, targs)
		return c.callInterpreted(e, fn, c.typeOf(e.Fun).(*types.Signature), nil, nil)
	}
	v := c.compiled(e.Fun, o)
	return c.callCompiled(e, o.Signature(), func(*frame) reflect.Value { return v })
}

// compiled finds a function of a compiled package.
func (c *compiler) compiled(n ast.Node, o *types.Func) reflect.Value {
	if why := blind[o.FullName()]; why != "" {
		c.refuse(n, "%s.%s, which %s,", o.Pkg().Name(), o.Name(), why)
	}
	v, ok := substitutes[o.FullName()]
	if !ok {
		v, ok = symbols.Function(o.Pkg().Path(), o.Name())
	}
	if !ok {
		c.refuse(n, "%s.%s: it is not among the functions that the interpreter knows", o.Pkg().Path(), o.Name())
	}
	c.m.types.harvest(o.Signature(), v.Type())
	return v
}

// compiledInstance finds a generic function of a compiled package for a basic
// type.
func (c *compiler) compiledInstance(o *types.Func, id *ast.Ident) (reflect.Value, bool) {
	args := c.instanceArgs(id)
	if len(args) != 1 || inCells(o.Pkg()) {
		return reflect.Value{}, false
	}
	b, ok := types.Unalias(args[0]).(*types.Basic)
	if !ok {
		return reflect.Value{}, false
	}
	return symbols.Function(o.Pkg().Path(), o.Name()+"["+typeString(b)+"]")
}

// blind are functions that look at the machine's stack, where they would find
// the interpreter.
var blind = map[string]string{
	"runtime.Caller": looks, "runtime.Callers": looks, "runtime.Stack": looks, "runtime.FuncForPC": looks, "runtime.CallersFrames": looks,
	"runtime/debug.Stack": looks, "runtime/debug.PrintStack": looks,
}

const looks = "looks at the stack"

// substitutes take the place of functions that must not do in the engine what
// they do in a program.
var substitutes = map[string]reflect.Value{
	"os.Exit": reflect.ValueOf(rt.Exit), "log.Fatal": reflect.ValueOf(logs.Fatal), "log.Fatalf": reflect.ValueOf(logs.Fatalf), "log.Fatalln": reflect.ValueOf(logs.Fatalln),
}

// compiledVariable finds a variable of a compiled package.
func (c *compiler) compiledVariable(n ast.Node, o types.Object) func(*frame) unsafe.Pointer {
	v, ok := symbols.Variable(o.Pkg().Path(), o.Name())
	if !ok {
		c.refuse(n, "%s.%s: it is not among the variables that the interpreter knows", o.Pkg().Path(), o.Name())
	}
	c.m.types.harvest(o.Type(), v.Type().Elem())
	p := v.UnsafePointer()
	return func(*frame) unsafe.Pointer { return p }
}

// compiledFunc makes a value of a compiled function.
func (c *compiler) compiledFunc(n ast.Node, o *types.Func) *expr {
	if o.Signature().TypeParams().Len() > 0 {
		c.refuse(n, "the generic function %s.%s of a compiled package", o.Pkg().Path(), o.Name())
	}
	v := c.compiled(n, o)
	holder := reflect.New(v.Type())
	holder.Elem().Set(v)
	word := *(*unsafe.Pointer)(holder.UnsafePointer())
	return &expr{t: c.sub.apply(o.Type()), class: pointerClass, pointer: func(*frame) unsafe.Pointer { return word }}
}

// resolve follows the former meaning of a name that the cell defines anew.
func (c *compiler) resolve(o types.Object) types.Object {
	if c.unit != nil && o.Pkg() != nil && o.Pkg().Path() == check.Path {
		if _, ok := c.m.globals[o]; ok {
			return o
		}
		if s, ok := c.unit.Former(o); ok {
			return s.Object
		}
	}
	return o
}

// instanceArgs are the type arguments of a generic function's use.
func (c *compiler) instanceArgs(id *ast.Ident) []types.Type {
	if id == nil {
		return nil
	}
	in, ok := c.info.Instances[id]
	if !ok {
		return nil
	}
	var args []types.Type
	for i := range in.TypeArgs.Len() {
		args = append(args, c.sub.apply(in.TypeArgs.At(i)))
	}
	return args
}

// callInterpreted compiles a call of a function whose body is known. Receiver,
// if not nil, stores the receiver in the callee's frame.
func (c *compiler) callInterpreted(e *ast.CallExpr, fn *function, sig *types.Signature, receiver func(f *frame, to unsafe.Pointer), env func(*frame) []unsafe.Pointer) *callPlan {
	sig = c.sub.apply(sig).(*types.Signature)
	first := 0
	if receiver != nil {
		first = 1
	}
	args := c.arguments(e, sig)
	p := &callPlan{results: tupleTypes(sig.Results())}
	done := c.tempOf(reflect.TypeFor[*frame]())
	pos := e.Pos()
	begin := func(f *frame, th *thread, caller *frame) *frame {
		var environment []unsafe.Pointer
		if env != nil {
			environment = env(f)
		}
		callee := fn.call(th, caller, environment)
		if receiver != nil {
			receiver(f, callee.place(&fn.params[0]))
		}
		args(f, func(i int) unsafe.Pointer { return callee.place(&fn.params[i+first]) })
		f.pos = pos
		return callee
	}
	p.invoke = func(f *frame) {
		callee := begin(f, f.thread, f)
		callee.run()
		*(**frame)(done(f)) = callee
	}
	p.prepare = func(f *frame) func(*thread, *rescue) {
		callee := begin(f, f.thread, f)
		return func(th *thread, r *rescue) {
			callee.rescue = r
			if th != f.thread {
				callee.thread, callee.caller = th, nil
			}
			callee.run()
		}
	}
	for i := range p.results {
		p.places = append(p.places, func(f *frame) unsafe.Pointer {
			callee := *(**frame)(done(f))
			return callee.place(&fn.results[i])
		})
	}
	return p
}

func tupleTypes(t *types.Tuple) []types.Type {
	var list []types.Type
	for i := range t.Len() {
		list = append(list, t.At(i).Type())
	}
	return list
}

// arguments compiles the arguments of a call. The function returned evaluates
// them into the places of the parameters; the last parameter of a variadic
// function gets its slice.
func (c *compiler) arguments(e *ast.CallExpr, sig *types.Signature) func(*frame, func(int) unsafe.Pointer) {
	n := sig.Params().Len()
	param := func(i int) types.Type {
		if sig.Variadic() && i >= n-1 && !e.Ellipsis.IsValid() {
			return sig.Params().At(n - 1).Type().Underlying().(*types.Slice).Elem()
		}
		return sig.Params().At(i).Type()
	}
	var puts []func(*frame, unsafe.Pointer)
	evaluate := func(*frame) {}
	if len(e.Args) == 1 && !(n == 1 && !sig.Variadic()) {
		if t, ok := c.typeOf(e.Args[0]).(*types.Tuple); ok {
			parts, run := c.tuple(e.Args[0], t.Len())
			evaluate = run
			for i, p := range parts {
				puts = append(puts, c.m.store(c.convertExpr(e.Args[0], p, param(i))))
			}
		}
	}
	if puts == nil {
		for i, a := range e.Args {
			puts = append(puts, c.m.store(c.convert(a, param(i))))
		}
	}
	if !sig.Variadic() || e.Ellipsis.IsValid() {
		return func(f *frame, to func(int) unsafe.Pointer) {
			evaluate(f)
			for i, put := range puts {
				put(f, to(i))
			}
		}
	}
	elem := c.layout(sig.Params().At(n - 1).Type().Underlying().(*types.Slice).Elem())
	list := reflect.SliceOf(elem)
	size := elem.Size()
	return func(f *frame, to func(int) unsafe.Pointer) {
		evaluate(f)
		for i, put := range puts[:n-1] {
			put(f, to(i))
		}
		extra := puts[n-1:]
		if len(extra) == 0 {
			*(*sliceHeader)(to(n - 1)) = sliceHeader{}
			return
		}
		data := reflect.MakeSlice(list, len(extra), len(extra)).UnsafePointer()
		for i, put := range extra {
			put(f, unsafe.Add(data, uintptr(i)*size))
		}
		*(*sliceHeader)(to(n - 1)) = sliceHeader{data, len(extra), len(extra)}
	}
}

// callCompiled compiles a call of compiled code.
func (c *compiler) callCompiled(e *ast.CallExpr, sig *types.Signature, function func(*frame) reflect.Value) *callPlan {
	sig = c.sub.apply(sig).(*types.Signature)
	args := c.arguments(e, sig)
	n := sig.Params().Len()
	var temps []func(*frame) unsafe.Pointer
	var layouts []reflect.Type
	for i := range n {
		t := sig.Params().At(i).Type()
		temps = append(temps, c.temp(t))
		layouts = append(layouts, c.layout(t))
	}
	p := &callPlan{results: tupleTypes(sig.Results())}
	var rlayouts []reflect.Type
	for i := range p.results {
		p.places = append(p.places, c.temp(p.results[i]))
		rlayouts = append(rlayouts, c.layout(p.results[i]))
	}
	pos := e.Pos()
	starter, starts := 0, false
	if id := instanceIdent(e.Fun); id != nil {
		if f, ok := c.info.Uses[id].(*types.Func); ok {
			starter, starts = check.Starters[f.FullName()] // calls its argument in a goroutine
		}
	}
	collect := func(f *frame) (reflect.Value, []reflect.Value) {
		fn := function(f)
		args(f, func(i int) unsafe.Pointer { return temps[i](f) })
		f.pos = pos
		in := make([]reflect.Value, n)
		for i := range in {
			in[i] = reflect.NewAt(layouts[i], temps[i](f)).Elem()
			if fn.IsValid() && fn.Kind() == reflect.Func && !fn.IsNil() {
				if want := fn.Type().In(i); want != layouts[i] {
					in[i] = in[i].Convert(want)
				}
			}
		}
		if starts {
			if f, ok := in[starter].Interface().(func()); ok {
				in[starter] = reflect.ValueOf(rt.Guarded(f))
			}
		}
		return fn, in
	}
	run := func(fn reflect.Value, in []reflect.Value) []reflect.Value {
		if fn.IsNil() {
			nilDereference()
		}
		if fn.Type().IsVariadic() {
			return fn.CallSlice(in)
		}
		return fn.Call(in)
	}
	p.invoke = func(f *frame) {
		fn, in := collect(f)
		out := run(fn, in)
		for i, v := range out {
			if v.Type() != rlayouts[i] {
				v = v.Convert(rlayouts[i])
			}
			reflect.NewAt(rlayouts[i], p.places[i](f)).Elem().Set(v)
		}
	}
	p.prepare = func(f *frame) func(*thread, *rescue) {
		fn, in := collect(f)
		for i := range in {
			kept := reflect.New(in[i].Type()).Elem()
			kept.Set(in[i])
			in[i] = kept
		}
		return func(*thread, *rescue) { run(fn, in) }
	}
	if fast := c.quick(e, function); fast != nil {
		p.value = fast
	}
	return p
}

// quick finds shorter ways for the signatures of package math.
func (c *compiler) quick(e *ast.CallExpr, function func(*frame) reflect.Value) *expr {
	id := instanceIdent(e.Fun)
	if id == nil {
		return nil
	}
	o, ok := c.info.Uses[id].(*types.Func)
	if !ok || o.Pkg() == nil || o.Pkg().Path() != "math" {
		return nil
	}
	t := types.Typ[types.Float64]
	switch g := function(nil).Interface().(type) {
	case func(float64) float64:
		if len(e.Args) == 1 {
			x := c.convert(e.Args[0], t).float
			return &expr{t: t, class: floatClass, float: func(f *frame) float64 { return g(x(f)) }}
		}
	case func(float64, float64) float64:
		if len(e.Args) == 2 {
			x, y := c.convert(e.Args[0], t).float, c.convert(e.Args[1], t).float
			return &expr{t: t, class: floatClass, float: func(f *frame) float64 { v := x(f); return g(v, y(f)) }}
		}
	}
	return nil
}

// callValue compiles a call of a function value.
func (c *compiler) callValue(e *ast.CallExpr) *callPlan {
	v := c.expr(e.Fun)
	sig, ok := v.t.Underlying().(*types.Signature)
	if !ok {
		c.refuse(e, "calling a %s", typeString(v.t))
	}
	layout := c.layout(types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic()))
	args := c.arguments(e, sig)
	n := sig.Params().Len()
	var temps []func(*frame) unsafe.Pointer
	var layouts []reflect.Type
	for i := range n {
		temps = append(temps, c.temp(sig.Params().At(i).Type()))
		layouts = append(layouts, c.layout(sig.Params().At(i).Type()))
	}
	p := &callPlan{results: tupleTypes(sig.Results())}
	var rlayouts []reflect.Type
	for i := range p.results {
		p.places = append(p.places, c.temp(p.results[i]))
		rlayouts = append(rlayouts, c.layout(p.results[i]))
	}
	wtemp := c.tempOf(opaquePointer)
	pos := e.Pos()
	// collect returns either a frame of interpreted code or a compiled function.
	collect := func(f *frame) (*frame, reflect.Value, []reflect.Value) {
		word := v.pointer(f)
		*(*unsafe.Pointer)(wtemp(f)) = word
		if cl := closureOf(word); cl != nil {
			callee := cl.call(f.thread, f)
			args(f, func(i int) unsafe.Pointer { return callee.place(cl.param(i)) })
			f.pos = pos
			return callee, reflect.Value{}, nil
		}
		args(f, func(i int) unsafe.Pointer { return temps[i](f) })
		f.pos = pos
		if word == nil {
			return nil, reflect.Value{}, nil
		}
		in := make([]reflect.Value, n)
		for i := range in {
			in[i] = reflect.New(layouts[i]).Elem()
			in[i].Set(reflect.NewAt(layouts[i], temps[i](f)).Elem())
		}
		return nil, mapValue(layout, word), in
	}
	native := func(fn reflect.Value, in []reflect.Value) []reflect.Value {
		if !fn.IsValid() {
			nilDereference()
		}
		if fn.Type().IsVariadic() {
			return fn.CallSlice(in)
		}
		return fn.Call(in)
	}
	p.invoke = func(f *frame) {
		callee, fn, in := collect(f)
		if callee != nil {
			callee.run()
			for i := range p.places {
				reflect.NewAt(rlayouts[i], p.places[i](f)).Elem().Set(reflect.NewAt(rlayouts[i], callee.place(&callee.function.results[i])).Elem())
			}
			return
		}
		for i, r := range native(fn, in) {
			reflect.NewAt(rlayouts[i], p.places[i](f)).Elem().Set(r)
		}
	}
	p.prepare = func(f *frame) func(*thread, *rescue) {
		callee, fn, in := collect(f)
		return func(th *thread, r *rescue) {
			if callee != nil {
				callee.rescue = r
				if th != f.thread {
					callee.thread, callee.caller = th, nil
				}
				callee.run()
				return
			}
			native(fn, in)
		}
	}
	return p
}

// must compiles the predeclared must, must0 and must2.
func (c *compiler) must(e *ast.CallExpr, name string) *callPlan {
	want := map[string]int{"must0": 1, "must": 2, "must2": 3}[name]
	var parts []*expr
	run := func(*frame) {}
	if len(e.Args) == 1 && want > 1 {
		parts, run = c.tuple(e.Args[0], want)
	} else {
		var targets []types.Type
		for i := range e.Args {
			t := types.Default(c.typeOf(e.Args[i]))
			if i == want-1 {
				t = universeError
			}
			targets = append(targets, t)
		}
		hold, evaluate := c.values(e.Args, targets)
		run = evaluate
		for _, h := range hold {
			parts = append(parts, h.value)
		}
	}
	if len(parts) != want {
		c.refuse(e, "%s with %d values", name, len(parts))
	}
	failure := c.convertExpr(e, parts[want-1], universeError)
	put, etemp := c.m.store(failure), c.temp(universeError)
	pos := e.Pos()
	p := &callPlan{}
	for _, part := range parts[:want-1] {
		p.results = append(p.results, part.t)
		p.places = append(p.places, c.spill(part))
	}
	p.invoke = func(f *frame) {
		run(f)
		f.pos = pos
		put(f, etemp(f))
		rt.Must0(*(*error)(etemp(f)))
	}
	return p
}

func (c *compiler) goStmt(s *ast.GoStmt) func(*frame) {
	before := c.ordered(nil, s.Call)
	p := c.call(s.Call)
	if p.prepare == nil {
		c.refuse(s, "go with this call; put it into a function literal")
	}
	m := c.m
	return then(before, func(f *frame) {
		run := p.prepare(f)
		go m.goroutine(run)
	})
}

func (c *compiler) deferStmt(s *ast.DeferStmt) func(*frame) {
	before := c.ordered(nil, s.Call)
	c.fn.defers = true
	p := c.call(s.Call)
	if p.prepare == nil {
		c.refuse(s, "defer with this call; put it into a function literal")
	}
	return then(before, func(f *frame) {
		run := p.prepare(f)
		f.deferred = append(f.deferred, func(r *rescue) { run(f.thread, r) })
	})
}
