package dl

import (
	"syscall"
	"time"

	"github.com/ebitengine/purego"
)

// A Guard stands between a process and the crashes of a library. A C function
// that causes a segmentation fault, divides by zero or calls abort is left where
// it is: its call returns as if it had failed, and no function of the library is
// called any more, since nobody knows what state it is in. Go's variables and
// goroutines are unharmed unless the library has written where it should not.
//
// Guarded functions of all libraries are called by one goroutine at a time: the
// caller has a lock. Callbacks may call others. What crashes in a callback's Go
// code is Go's affair, as ever.
type Guard struct {
	crash *Crash
}

// A Crash is the end of a library.
type Crash struct {
	Function string         // the C function that was called
	Signal   syscall.Signal // SIGURG if the call was ended by [End]
}

// Ended reports whether the function has not crashed, but was ended.
func (c *Crash) Ended() bool { return c.Signal == syscall.SIGURG }

// Guard begins to guard the functions that are looked up in the library from now
// on. On systems where that is not possible it returns nil, and they are not.
func (l *Library) Guard() *Guard {
	if l.guard == nil && guardSignals() {
		l.guard = &Guard{}
	}
	return l.guard
}

// Crash returns what ended the library; nil as long as nothing has. The caller
// holds the lock under which its functions are called.
func (g *Guard) Crash() *Crash {
	if g == nil {
		return nil
	}
	return g.crash
}

// Under is the number of the guarded call that is under way, of whatever library;
// 0 if none is. Any goroutine may ask.
func Under() uint64 { return callUnder() }

// End has a guarded call end that does not return: to its caller it has crashed.
// If it is not under way any more, nothing happens. Any goroutine may call it.
func End(call uint64) {
	if call != 0 {
		endCall(call)
	}
}

// heapPatience is how long C's memory allocation may take to answer, on a machine
// that is busy.
const heapPatience = 3 * time.Second

// HeapUsable reports whether memory can still be allocated in C: a crash inside
// malloc or free leaves their lock behind, and whoever takes it next would wait for
// ever. The caller holds the lock.
func (g *Guard) HeapUsable() bool {
	probe := &Library{handle: purego.RTLD_DEFAULT, path: "the process", guard: &Guard{}}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for wait := heapPatience; ; wait = heapPatience / 10 {
			select {
			case <-done:
				return
			case <-time.After(wait):
				End(Under())
			}
		}
	}()
	// These look at all heaps, of which threads have several, one lock after the
	// other. C libraries that do not have them have one heap.
	for _, name := range []string{"mallinfo2", "mallinfo"} {
		if info, err := probe.Func(name); err == nil {
			var result [16]uint64   // the struct is smaller
			info.Call(Ptr(&result)) // struct mallinfo2 mallinfo2(void)
			break
		}
	}
	malloc, err := probe.Func("malloc")
	if err != nil {
		return false
	}
	free, err := probe.Func("free")
	if err != nil {
		return false
	}
	// More than a thread keeps for itself, and less than is mapped.
	const size = 100_000
	free.Call(Word(malloc.Call(Int(size)))) // void free(void *), void *malloc(size_t)
	return probe.guard.crash == nil
}

// call calls a function of the library.
func (g *Guard) call(f Func, args []Arg) uintptr {
	if g.crash != nil {
		return f.failure
	}
	result, signal := callGuarded(f.address, args)
	if signal != 0 {
		g.crash = &Crash{f.name, signal}
		return f.failure
	}
	return result
}
