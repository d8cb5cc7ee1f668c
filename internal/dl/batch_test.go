package dl

import (
	"runtime"
	"syscall"
	"testing"
)

// batchCalls are tests of batches of guarded calls and of others.
func batchCalls(t *testing.T, lib *Library) {
	labs, strlen, toupper, memcmp := function(t, lib, "labs"), function(t, lib, "strlen"), function(t, lib, "toupper"), function(t, lib, "memcmp")
	b := NewBatch(labs, strlen, toupper, labs)
	b.Pass(0, 2, 3)
	for i := range 3 {
		b.Set(0, Int(-'a'-i))
		b.Set(1, Str("needle"[i:]))
		b.Set(2, Null)
		b.Set(3, Null)
		runtime.GC()
		if made := b.Run(); made != 4 || b.Result(1) != uintptr(6-i) || b.Result(2) != uintptr('A'+i) || b.Result(3) != uintptr('a'+i) {
			t.Errorf("%d: %d calls, results %d, %d and %d", i, made, b.Result(1), b.Result(2), b.Result(3))
		}
	}

	b = NewBatch(labs, memcmp, labs)
	for _, c := range []struct {
		text  string
		calls int
		last  int64
	}{{"abc", 3, 7}, {"abb", 2, -1}, {"abd", 3, 7}} {
		b.Set(0, Int(1))
		b.Set(1, Str(c.text), Str("abc"), Int(3))
		b.Set(2, Int(-7))
		if made := b.Run(); made != c.calls || int64(b.Result(2)) != c.last {
			t.Errorf("%s: %d calls, the last returned %d", c.text, made, int64(b.Result(2)))
		}
	}
	b.Set(0, Int(1))
	b.Set(1, Str("abc"), Str("abc"), Int(3))
	b.Set(2, Int(-7))
	if n := testing.AllocsPerRun(100, func() { b.Run() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestBatch(t *testing.T) {
	t.Run("plain", func(t *testing.T) { batchCalls(t, libc(t)) })
	t.Run("guarded", func(t *testing.T) {
		lib, _ := guarded(t)
		batchCalls(t, lib)
	})
}

func TestCrashInABatch(t *testing.T) {
	lib, g := guarded(t)
	labs := function(t, lib, "labs")
	b := NewBatch(labs, function(t, lib, "strlen"), labs)
	b.Set(0, Int(-42))
	b.Set(1, Word(1))
	if made := b.Run(); made != 2 || b.Result(0) != 42 || int64(b.Result(1)) != -1 || int64(b.Result(2)) != -1 {
		t.Errorf("%d calls, results %d, %d, %d", made, b.Result(0), int64(b.Result(1)), int64(b.Result(2)))
	}
	if g.Crash() == nil || *g.Crash() != (Crash{"strlen", syscall.SIGSEGV}) {
		t.Errorf("the crash is %+v", g.Crash())
	}
	if made := b.Run(); made != 0 || int64(b.Result(0)) != -1 {
		t.Errorf("after the crash: %d calls, the first returned %d", made, int64(b.Result(0)))
	}
}
