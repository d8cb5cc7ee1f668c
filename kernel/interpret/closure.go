package interpret

import (
	"go/ast"
	"go/types"
	"reflect"
	"runtime"
	"sync"
	"unsafe"
	"weak"
)

// A closure is a function value that interprets. Towards compiled code it is an
// ordinary func; interpreted code finds the closure behind it.
type closure struct {
	fn  *function
	env []unsafe.Pointer
	// receiver, of a method value, stores the receiver in the frame of a call.
	receiver func(*frame)
}

// call begins a call: the arguments are yet to be stored.
func (cl *closure) call(th *thread, caller *frame) *frame {
	f := cl.fn.call(th, caller, cl.env)
	if cl.receiver != nil {
		cl.receiver(f)
	}
	return f
}

// param is the slot of an argument.
func (cl *closure) param(i int) *slot {
	if cl.receiver != nil {
		i++
	}
	return &cl.fn.params[i]
}

var closures struct {
	sync.RWMutex
	known map[uintptr]closureEntry
	next  uint64
}

type closureEntry struct {
	closure weak.Pointer[closure]
	number  uint64
}

// closureOf returns the closure behind a func's word, nil if it is compiled.
func closureOf(word unsafe.Pointer) *closure {
	if word == nil {
		return nil
	}
	closures.RLock()
	entry, ok := closures.known[uintptr(word)]
	closures.RUnlock()
	if !ok {
		return nil
	}
	return entry.closure.Value()
}

// value makes a func of a closure and returns its word.
func (cl *closure) value(layout reflect.Type) unsafe.Pointer {
	made := reflect.MakeFunc(layout, cl.enter)
	holder := reflect.New(layout)
	holder.Elem().Set(made)
	word := *(*unsafe.Pointer)(holder.UnsafePointer())
	key := uintptr(word)
	closures.Lock()
	if closures.known == nil {
		closures.known = map[uintptr]closureEntry{}
	}
	closures.next++
	number := closures.next
	closures.known[key] = closureEntry{weak.Make(cl), number}
	closures.Unlock()
	runtime.AddCleanup((*byte)(word), func(number uint64) {
		closures.Lock()
		defer closures.Unlock()
		if closures.known[key].number == number {
			delete(closures.known, key)
		}
	}, number)
	return word
}

// enter is how compiled code calls a closure.
func (cl *closure) enter(args []reflect.Value) []reflect.Value {
	th := &thread{}
	defer th.passOn()
	f := cl.call(th, nil)
	for i, a := range args {
		p := cl.param(i)
		to := reflect.NewAt(p.layout, f.place(p)).Elem()
		if a.Type() != p.layout {
			a = a.Convert(p.layout)
		}
		to.Set(a)
	}
	f.run()
	out := make([]reflect.Value, len(cl.fn.results))
	for i := range out {
		r := &cl.fn.results[i]
		out[i] = reflect.NewAt(r.layout, f.place(r)).Elem()
	}
	return out
}

// closure compiles a function literal.
func (c *compiler) closure(e *ast.FuncLit) (*function, []types.Object) {
	fn := &function{machine: c.m, name: "func literal"}
	inner := c.m.newCompiler(c.unit, c.sub, fn)
	inner.outer, inner.escaping = c, c.escaping
	inner.sig = c.info.Types[e].Type.(*types.Signature)
	inner.finish(nil, e.Type, e.Body)
	return fn, inner.captured
}

// environment compiles the collection of captured variables.
func (c *compiler) environment(captured []types.Object) func(*frame) []unsafe.Pointer {
	var ats []func(*frame) unsafe.Pointer
	for _, o := range captured {
		if s, ok := c.vars[o]; ok && !s.boxed {
			panic(refusef("the captured variable %s", o.Name())) // escapes has missed it
		}
		ats = append(ats, c.address(nil, o))
	}
	return func(f *frame) []unsafe.Pointer {
		if len(ats) == 0 {
			return nil
		}
		env := make([]unsafe.Pointer, len(ats))
		for i, at := range ats {
			env[i] = at(f)
		}
		return env
	}
}

func (c *compiler) funcLit(e *ast.FuncLit) *expr {
	t := c.typeOf(e)
	fn, captured := c.closure(e)
	env := c.environment(captured)
	layout := c.layout(t)
	return &expr{t: t, class: pointerClass, pointer: func(f *frame) unsafe.Pointer {
		return (&closure{fn: fn, env: env(f)}).value(layout)
	}}
}

// funcValue makes a value of a declared function.
func (c *compiler) funcValue(id *ast.Ident, o *types.Func) *expr {
	t := c.typeOf(id)
	o = c.resolve(o).(*types.Func)
	if o.Signature().TypeParams().Len() > 0 {
		o = c.generic(id, o)
	} else if !inCells(o.Pkg()) {
		return c.compiledFunc(id, o)
	}
	fn := c.m.function(o, c.instanceArgs(id))
	layout := c.layout(t)
	word := sync.OnceValue(func() unsafe.Pointer { return (&closure{fn: fn}).value(layout) })
	return &expr{t: t, class: pointerClass, pointer: func(*frame) unsafe.Pointer { return word() }}
}

// instance makes a value of a generic function with its type arguments.
func (c *compiler) instance(e, x ast.Expr) *expr {
	id := instanceIdent(x)
	if id == nil {
		c.refuse(e, "this instance of a generic function")
	}
	o, ok := c.info.Uses[id].(*types.Func)
	if !ok {
		c.refuse(e, "this instance of a generic function")
	}
	o = c.generic(e, c.resolve(o).(*types.Func))
	fn := c.m.function(o, c.instanceArgs(id))
	t := c.typeOf(e)
	layout := c.layout(t)
	return &expr{t: t, class: pointerClass, pointer: func(*frame) unsafe.Pointer { return (&closure{fn: fn}).value(layout) }}
}
