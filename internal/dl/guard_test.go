package dl

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// guarded opens libc once more, with a guard.
func guarded(t testing.TB) (*Library, *Guard) {
	t.Helper()
	lib := libc(t)
	g := lib.Guard()
	if g == nil {
		t.Fatal("calls cannot be guarded")
	}
	return lib, g
}

func TestCrashReturns(t *testing.T) {
	for _, c := range []struct {
		function string
		args     []Arg
		signal   syscall.Signal
	}{
		{"strlen", []Arg{Word(1)}, syscall.SIGSEGV},
		{"memset", []Arg{Word(16), Int(1), Int(100)}, syscall.SIGSEGV},
		{"abort", nil, syscall.SIGABRT},
		{"free", []Arg{Word(12345)}, syscall.SIGSEGV},
	} {
		lib, g := guarded(t)
		kept := []int{1, 2, 3}
		f := function(t, lib, c.function)
		if r := int64(f.Call(c.args...)); r != -1 || g.Crash() == nil || *g.Crash() != (Crash{c.function, c.signal}) {
			t.Errorf("%s returned %d, %+v", c.function, r, g.Crash())
		}
		// Nothing is called any more.
		if r := int64(function(t, lib, "labs").Call(Int(-42))); r != -1 {
			t.Errorf("labs returned %d", r)
		}
		runtime.GC()
		if kept[2] != 3 {
			t.Error(kept)
		}
		other, _ := guarded(t)
		if r := int64(function(t, other, "labs").Call(Int(-42))); r != 42 {
			t.Errorf("labs of another library returned %d", r)
		}
	}
}

func TestEndOfACall(t *testing.T) {
	lib, g := guarded(t)
	pause := function(t, lib, "pause")
	stop := make(chan bool)
	go func() {
		for Under() == 0 {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
		End(Under())
		close(stop)
	}()
	if r := int32(pause.Call()); r != -1 || g.Crash() == nil || !g.Crash().Ended() {
		t.Errorf("pause returned %d, %+v", r, g.Crash())
	}
	<-stop
}

func BenchmarkGuardedCall(b *testing.B) {
	lib, _ := guarded(b)
	labs := function(b, lib, "labs")
	for b.Loop() {
		labs.Call(Int(-42))
	}
}

var recovered error

// A crash of Go's own in a callback is Go's affair.
var failingCallback = Callback(func(a, b *int64) uintptr {
	defer func() { recovered, _ = recover().(error) }()
	var none *int
	return uintptr(*none)
})

func TestPanicInACallbackIsGos(t *testing.T) {
	lib, g := guarded(t)
	recovered = nil
	numbers := []int64{2, 1}
	function(t, lib, "qsort").Call(Slice(numbers), Int(2), Int(8), Word(failingCallback))
	if recovered == nil || g.Crash() != nil {
		t.Errorf("recovered %v, %+v", recovered, g.Crash())
	}
}

var inner struct {
	strlen Func
	result int64
}

var crashingCallback = Callback(func(a, b *int64) uintptr {
	inner.result = int64(inner.strlen.Call(Word(1)))
	return 0
})

func TestCrashInsideACallback(t *testing.T) {
	outer, g := guarded(t)
	lib, gInner := guarded(t)
	inner.strlen = function(t, lib, "strlen")
	numbers := []int64{2, 1}
	// The outer call returns in order.
	r := function(t, outer, "qsort").Call(Slice(numbers), Int(2), Int(8), Word(crashingCallback))
	if inner.result != -1 || gInner.Crash() == nil || g.Crash() != nil || r == minusOne {
		t.Errorf("inside %d, %+v; outside %+v", inner.result, gInner.Crash(), g.Crash())
	}
	if r := function(t, outer, "labs").Call(Int(-3)); r != 3 || Under() != 0 {
		t.Errorf("labs returned %d, under way: %d", r, Under())
	}
}

// A recursion without end, to which a file with a loop in it can lead.
func TestStackOverflowReturns(t *testing.T) {
	lib, g := guarded(t)
	var compiled [1024]byte
	// int regcomp(regex_t *compiled, const char *pattern, int flags)
	r := int64(function(t, lib, "regcomp").Call(Ptr(&compiled), Str(strings.Repeat("(", 1<<20)), Int(1)))
	if r != -1 || g.Crash() == nil || g.Crash().Signal != syscall.SIGSEGV || !g.HeapUsable() {
		t.Errorf("regcomp returned %d, %+v", r, g.Crash())
	}
}

// Goroutines that are preempted, collect garbage and panic at the same time.
func TestCrashesAmongGoroutines(t *testing.T) {
	stop := make(chan bool)
	var wait sync.WaitGroup
	for i := range 3 {
		wait.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				func() {
					defer func() { _ = recover() }()
					var none *int
					if i == 0 {
						n += *none
					}
				}()
				grow(20)
				_ = make([]byte, 1<<12)
			}
		})
	}
	var lock sync.Mutex
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for range 50 {
				lock.Lock()
				lib, g := guarded(t)
				function(t, lib, "strlen").Call(Word(1))
				if g.Crash() == nil {
					t.Error("no crash")
				}
				lock.Unlock()
			}
		})
	}
	callers.Wait()
	close(stop)
	wait.Wait()
}

// A crash inside free leaves the lock of a heap behind, in a process of its own.
func TestHeapThatIsLocked(t *testing.T) {
	const variable = "GALAGO_DL_TEST_CHILD"
	if os.Getenv(variable) == "" {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestHeapThatIsLocked$", "-test.timeout", "30s")
		cmd.Env = append(os.Environ(), variable+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	runtime.LockOSThread()
	lib, g := guarded(t)
	if !g.HeapUsable() {
		t.Error("the heap is not usable to begin with")
	}
	malloc, free := function(t, lib, "malloc"), function(t, lib, "free")
	block := malloc.Call(Int(50_000))
	malloc.Call(Int(50_000))
	free.Call(Word(block))
	free.Call(Word(block))
	if g.Crash() == nil || g.Crash().Signal != syscall.SIGABRT || g.HeapUsable() {
		t.Errorf("after %+v the heap is usable", g.Crash())
	}
}
