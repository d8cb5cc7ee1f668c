package dl

import (
	"runtime"
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
