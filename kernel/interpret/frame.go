package interpret

import (
	"fmt"
	"go/token"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/rt"
)

// A function is a compiled body: of a function, a method or a literal.
type function struct {
	machine *Machine
	name    string // as the user sees it in a stack
	layout  reflect.Type
	params  []slot // the receiver first
	results []slot
	body    func(*frame) control
	defers  bool
}

// A slot is a variable of a frame. A boxed one lies in memory of its own,
// because closures or pointers may outlive the frame.
type slot struct {
	offset uintptr
	boxed  bool
	layout reflect.Type
}

// A frame is a call of a function.
type frame struct {
	base     unsafe.Pointer // the variables
	env      []unsafe.Pointer
	function *function
	thread   *thread
	caller   *frame
	pos      token.Pos
	target   *label // of a labelled break, continue or goto
	deferred []func(*rescue)
	rescue   *rescue // what recover gives back in this call
	scratch  [2]int64
}

// A thread is a goroutine that interprets.
type thread struct {
	top    *frame
	depth  int
	flying *rescue // a panic that a frame has passed on
}

// A rescue is a panic on its way.
type rescue struct {
	value     any
	trace     []event.Frame
	recovered bool
}

// deepest is how many calls may be open. Go's own limit is one of memory.
const deepest = 1 << 20

// A fatal error is one that recover does not see.
type fatal struct{ message string }

func (e fatal) Error() string { return e.message }

func (fn *function) call(th *thread, caller *frame, env []unsafe.Pointer) *frame {
	f := &frame{function: fn, thread: th, caller: caller, env: env}
	f.base = reflect.New(fn.layout).UnsafePointer()
	for i := range fn.params {
		f.prepare(&fn.params[i])
	}
	for i := range fn.results {
		f.prepare(&fn.results[i])
	}
	return f
}

func (f *frame) prepare(s *slot) {
	if s.boxed {
		*(*unsafe.Pointer)(unsafe.Add(f.base, s.offset)) = reflect.New(s.layout).UnsafePointer()
	}
}

// place returns where a slot lies.
func (f *frame) place(s *slot) unsafe.Pointer {
	p := unsafe.Add(f.base, s.offset)
	if s.boxed {
		return *(*unsafe.Pointer)(p)
	}
	return p
}

func (f *frame) run() {
	rt.Check()
	th := f.thread
	th.top = f
	th.depth++
	if th.depth > deepest {
		th.depth = 0
		panic(fatal{fmt.Sprintf("stack overflow: more than %d calls are open", deepest)})
	}
	if f.function.defers {
		f.guarded()
	} else {
		f.function.body(f)
	}
	th.depth--
	th.top = f.caller
}

// guarded runs a body with defer statements.
func (f *frame) guarded() {
	depth := f.thread.depth
	finished := false
	defer func() {
		var p *rescue
		if !finished {
			if r := recover(); r != nil {
				p = f.thread.caught(r)
			}
		}
		f.thread.depth, f.thread.top = depth, f
		f.unwind(p)
	}()
	f.function.body(f)
	finished = true
}

// unwind runs the deferred calls.
func (f *frame) unwind(p *rescue) {
	for len(f.deferred) > 0 {
		last := len(f.deferred) - 1
		d := f.deferred[last]
		f.deferred = f.deferred[:last]
		p = f.callDeferred(d, p)
	}
	if p != nil {
		f.thread.flying = p
		panic(p.value)
	}
}

func (f *frame) callDeferred(d func(*rescue), p *rescue) (after *rescue) {
	depth := f.thread.depth
	returned := false
	defer func() {
		f.thread.depth, f.thread.top = depth, f
		if returned {
			return
		}
		if r := recover(); r != nil {
			after = f.thread.caught(r)
			return
		}
		f.unwind(nil) // runtime.Goexit
	}()
	d(p)
	returned = true
	if p != nil && p.recovered {
		return nil
	}
	return p
}

// caught notes a panic and where it began.
func (th *thread) caught(value any) *rescue {
	if p := th.flying; p != nil {
		th.flying = nil
		return &rescue{value: value, trace: p.trace}
	}
	return &rescue{value: value, trace: append(passed.take(value), th.trace()...)}
}

// passOn is deferred where compiled code calls interpreted code. A panic goes on
// as it is; where it began is kept for those who handle it.
func (th *thread) passOn() {
	if value := recover(); value != nil {
		passed.keep(value, th.caught(value).trace)
		panic(value)
	}
}

// passed holds the traces of panics that are on their way through compiled code.
var passed = &passage{traces: map[emptyInterface][]event.Frame{}}

type passage struct {
	mu     sync.Mutex
	traces map[emptyInterface][]event.Frame // by the very value, which need not be comparable
}

// mostPassed bounds what is kept of panics that compiled code has recovered.
const mostPassed = 100

func (p *passage) keep(value any, trace []event.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.traces) >= mostPassed {
		clear(p.traces)
	}
	p.traces[*(*emptyInterface)(unsafe.Pointer(&value))] = trace
}

func (p *passage) take(value any) []event.Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := *(*emptyInterface)(unsafe.Pointer(&value))
	trace := p.traces[key]
	delete(p.traces, key)
	return trace
}

// maxTrace bounds the stack in a message.
const maxTrace = 32

// trace returns the places in cells that are being executed, innermost first.
func (th *thread) trace() []event.Frame {
	var places []event.Frame
	for f := th.top; f != nil; f = f.caller {
		if len(places) == maxTrace {
			break
		}
		at := f.function.machine.position(f.pos)
		if strings.HasPrefix(at.Filename, "cell ") {
			places = append(places, event.Frame{Function: f.function.name, File: at.Filename, Line: at.Line})
		}
	}
	return places
}
