package dl

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

func libc(t testing.TB) *Library {
	t.Helper()
	lib, err := Open("libc.so.6")
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func function(t testing.TB, lib *Library, name string) Func {
	t.Helper()
	f, err := lib.Func(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestOpenTakesTheFirstThatLoads(t *testing.T) {
	lib, err := Open("/nonexistent/libm.so.6", "libm.so.6", "libc.so.6")
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(lib.Path()) || filepath.Base(lib.Path()) != "libm.so.6" {
		t.Errorf("path %q is not where libm was found", lib.Path())
	}
}

func TestOpenErrorNamesEveryCandidate(t *testing.T) {
	text := filepath.Join(t.TempDir(), "README.so")
	_, err := Open("", "libno-such-thing.so.1", "dl_test.go", text)
	err = Describe(err, "test library", "install libno-such-thing1")
	var failed *OpenError
	if !errors.As(err, &failed) || len(failed.Tried) != 4 {
		t.Fatalf("got %v, want an OpenError with four attempts", err)
	}
	for _, want := range []string{"test library", "empty name", "libno-such-thing.so.1: cannot open", "dl_test.go", text + ": cannot open", "install libno-such-thing1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), text+": "+text) {
		t.Errorf("a name appears twice in:\n%v", err)
	}
}

func TestMissingSymbol(t *testing.T) {
	lib := libc(t)
	_, err := lib.Func("no_such_function")
	if err == nil || !strings.Contains(err.Error(), "no_such_function") || !strings.Contains(err.Error(), lib.Path()) {
		t.Errorf("error %v does not name symbol and library", err)
	}
	if lib.Has("no_such_function") || !lib.Has("labs") {
		t.Error("Has is wrong")
	}
}

func TestFill(t *testing.T) {
	lib := libc(t)
	var c struct {
		note  string
		labs  Func `c:"labs"`
		extra Func `c:"no_such_extra,optional"`
	}
	if err := lib.Fill(&c); err != nil {
		t.Fatal(err)
	}
	if got := int64(c.labs.Call(Int(-42))); got != 42 {
		t.Errorf("labs(-42) = %d", got)
	}
	if c.extra.Present() || c.extra.Name() != "no_such_extra" || c.note != "" {
		t.Errorf("extra is %+v", c.extra)
	}
	var d struct {
		a Func `c:"no_such_a"`
		b Func `c:"no_such_b"`
	}
	err := lib.Fill(&d)
	if err == nil || !strings.Contains(err.Error(), "no_such_a, no_such_b") {
		t.Errorf("error %v does not name what is missing", err)
	}
}

func TestStringsAndMemory(t *testing.T) {
	lib := libc(t)
	// char *strdup(const char *s)
	dup := function(t, lib, "strdup").Call(Str("Grüße, C"))
	if got := String(dup); got != "Grüße, C" {
		t.Errorf("strdup gave %q", got)
	}
	Bytes(dup, 5)[0] = 'g'
	if got := string(Bytes(dup, 3)); got != "gr\xc3" {
		t.Errorf("Bytes gave %q", got)
	}
	function(t, lib, "free").Call(Word(dup)) // void free(void *p)
	if String(0) != "" || Bytes(0, 3) != nil || Text([]byte("ab\x00c")) != "ab" || Text([]byte("ab")) != "ab" {
		t.Error("a null pointer or a buffer is read wrongly")
	}
	if a := Slice(make([]int, 0, 4)); a != Null {
		t.Errorf("an empty slice is passed as %v", a)
	}
}

func TestVariable(t *testing.T) {
	lib := libc(t)
	environ, err := Variable[uintptr](lib, "environ") // char **environ
	if err != nil || !strings.Contains(String(Read[uintptr](environ)), "=") {
		t.Errorf("environ is %#x, %v", environ, err)
	}
	if _, err := Variable[int](lib, "no_such_variable"); err == nil {
		t.Error("a missing variable gives no error")
	}
}

func TestBindPassesFloats(t *testing.T) {
	lib, err := Open("libm.so.6")
	if err != nil {
		t.Fatal(err)
	}
	var pow func(x, y float64) float64
	if err := lib.Bind(&pow, "pow"); err != nil {
		t.Fatal(err)
	}
	if got := pow(2, 0.5); got != math.Sqrt2 {
		t.Errorf("pow(2, 0.5) = %v", got)
	}
}

var compareInts = Callback(func(a, b *int64) uintptr {
	grow(100) // moves the goroutine's stack while C holds the pointers
	return uintptr(int64(int32(*a - *b)))
})

func grow(n int) int {
	var space [1024]byte
	if n == 0 {
		return int(space[0])
	}
	return grow(n-1) + int(space[n])
}

// Guards against pointers into a stack that moves during the call: the array
// is a local variable, and the callback grows the stack.
func TestLocalVariablesDoNotMove(t *testing.T) {
	qsort := function(t, libc(t), "qsort")
	var wait sync.WaitGroup
	for range 4 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			numbers := [5]int64{5, 3, 4, 1, 2}
			before := uintptr(unsafe.Pointer(&numbers))
			// void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
			qsort.Call(Ptr(&numbers), Int(len(numbers)), Int(8), Word(compareInts))
			runtime.GC()
			if numbers != [5]int64{1, 2, 3, 4, 5} || before != uintptr(unsafe.Pointer(&numbers)) {
				t.Errorf("sorted to %v", numbers)
			}
		}()
	}
	wait.Wait()
}

func TestCallAllocatesNothing(t *testing.T) {
	memcpy := function(t, libc(t), "memcpy")
	from, to := make([]float64, 8), make([]float64, 8)
	from[7] = 7
	allocs := testing.AllocsPerRun(100, func() {
		memcpy.Call(Slice(to), Slice(from), Int(8*len(from))) // void *memcpy(void *, const void *, size_t)
	})
	if allocs != 0 || to[7] != 7 {
		t.Errorf("%v allocations, to[7] = %v", allocs, to[7])
	}
}

// Guards against arguments that are lost or mixed up where registers end, and against a
// stack that is not aligned, which snprintf does not survive.
func TestAnyNumberOfArguments(t *testing.T) {
	snprintf := function(t, libc(t), "snprintf")
	const most = maxArguments - 3
	for n := range most + 1 {
		buffer := make([]byte, 200)
		var format, want string
		args := []Arg{Slice(buffer), Int(len(buffer)), Null}
		for i := range n {
			format += "%ld "
			want += fmt.Sprintf("%d ", int64(i-5)<<40)
			args = append(args, Int(int64(i-5)<<40))
		}
		args[2] = Str(format)
		// int snprintf(char *buffer, size_t size, const char *format, ...)
		if length := int32(snprintf.Call(args...)); int(length) != len(want) || Text(buffer) != want {
			t.Errorf("%d numbers are written as %q (%d), want %q", n, Text(buffer), length, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic over too many arguments")
		}
	}()
	snprintf.Call(make([]Arg, maxArguments+1)...)
}

func TestCallOfAMissingFunctionPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Func{}.Call()
}

func BenchmarkCall(b *testing.B) {
	labs := function(b, libc(b), "labs")
	for b.Loop() {
		labs.Call(Int(-42))
	}
}

// The loader keeps its message for the thread that failed: a goroutine that moved
// to another thread in between found none.
func TestReasonsAreThereWhateverTheThread(t *testing.T) {
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for range 200 {
				_, err := Open("libno-such-library.so.7")
				var failed *OpenError
				if !errors.As(err, &failed) || !strings.Contains(failed.Tried[0].Reason, "cannot open") {
					t.Errorf("Open: %v, want the loader's reason in it", err)
					return
				}
			}
		})
	}
	group.Wait()
}
