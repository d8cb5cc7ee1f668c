package dl

import (
	"runtime"
	"syscall"
	"unsafe"
)

// A Batch is a row of functions that are called one after the other, in little more
// time than one of them: to leave Go for C and to come back takes longer than many a
// function does. One goroutine at a time uses a Batch.
type Batch struct {
	functions []Func
	calls     []guardedCall    // whether they are guarded or not
	guard     *Guard           // nil if they are not, or not all
	made      int              // how many were called the last time
	kept      []unsafe.Pointer // what the arguments of the next Run point to
}

// NewBatch makes a Batch of functions.
func NewBatch(functions ...Func) *Batch {
	b := &Batch{functions: functions, calls: make([]guardedCall, len(functions)), guard: functions[0].guard}
	for i, f := range functions {
		b.calls[i].function, b.calls[i].guard = f.address, &activeGuard
		if i > 0 {
			b.calls[i-1].then = &b.calls[i]
		}
		if f.guard != b.guard {
			b.guard = nil
		}
	}
	return b
}

// Set sets the arguments of a step for the next Run.
func (b *Batch) Set(i int, args ...Arg) {
	c := &b.calls[i]
	for k := range args {
		c.set(k, args[k])
		if p := args[k].pointer; p != nil {
			b.kept = append(b.kept, p)
		}
	}
}

// Pass has the result of a step be the first argument of later ones, in place of what
// Set gives them, from now on.
func (b *Batch) Pass(from int, to ...int) {
	for _, i := range to {
		b.calls[i].of = &b.calls[from].result
	}
}

// Run calls the functions, up to the first that returns a negative int, which is how
// most C functions say that they have failed; what returns addresses has to be the
// last. It returns how many it has called.
func (b *Batch) Run() int {
	if b.guard == nil {
		b.made = b.oneByOne()
	} else {
		b.made = b.guard.run(b)
	}
	for i := range b.kept {
		b.kept[i] = nil
	}
	b.kept = b.kept[:0]
	return b.made
}

// Result is what a step has returned; that of one that was not called, or has
// crashed, is what its function returns that fails.
func (b *Batch) Result(i int) uintptr {
	if i >= b.made {
		return b.functions[i].failure
	}
	return b.calls[i].result
}

// oneByOne is Run by single calls.
func (b *Batch) oneByOne() int {
	for i := range b.calls {
		c := &b.calls[i]
		if c.of != nil {
			c.args[0] = *c.of
		}
		var args [maxArguments]Arg
		for k, word := range c.args {
			args[k] = Word(word)
		}
		if c.result = b.functions[i].Call(args[:]...); int32(c.result) < 0 {
			return i + 1
		}
	}
	return len(b.calls)
}

// run calls the functions of a batch at once.
func (g *Guard) run(b *Batch) (made int) {
	if g.crash != nil {
		return 0
	}
	for i := range b.calls {
		b.calls[i].called = 0
	}
	callRow(&b.calls[0])
	runtime.KeepAlive(b)
	for made < len(b.calls) && b.calls[made].called != 0 {
		made++
	}
	last := &b.calls[made-1]
	if last.signal != 0 {
		g.crash = &Crash{b.functions[made-1].name, syscall.Signal(last.signal)}
		last.result, last.signal = b.functions[made-1].failure, 0
	}
	return made
}
