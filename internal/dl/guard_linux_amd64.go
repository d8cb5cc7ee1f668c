package dl

import (
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	_ "github.com/ebitengine/purego" // makes the threads C's, with or without cgo
	"golang.org/x/sys/unix"
)

const stackReach = 64 << 20

// The addresses of the functions in assembly.
var guardedXABI0, guardSignalXABI0 uintptr

var guardedCalls = sync.Pool{New: func() any { return &guardedCall{guard: &activeGuard} }}

// callGuarded calls a function and returns the signal that it crashed with, 0 as
// a rule.
func callGuarded(function uintptr, args []Arg) (result uintptr, signal syscall.Signal) {
	c := guardedCalls.Get().(*guardedCall)
	c.function = function
	for i := range args {
		c.set(i, args[i])
	}
	callRow(c)
	result, signal = c.result, syscall.Signal(c.signal)
	if signal != 0 {
		c.signal = 0
	}
	guardedCalls.Put(c)
	runtime.KeepAlive(args)
	return result, signal
}

// callRow calls the functions of a row of calls.
func callRow(first *guardedCall) { cgocall(guardedXABI0, unsafe.Pointer(first)) }

// A sigaction is the kernel's struct.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const (
	saSigInfo = 0x4
	saOnStack = 0x08000000
)

// guardSignals takes the signals of a crash over from Go's runtime, or over again
// from a library that has done so since. It reports whether calls can be guarded.
func guardSignals() bool {
	if activeGuard.textSize == 0 {
		activeGuard.reach = stackReach
		activeGuard.text, activeGuard.textSize = runtimeText()
	}
	if activeGuard.textSize == 0 {
		return false
	}
	for _, number := range []syscall.Signal{syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGABRT, syscall.SIGURG} {
		if !guardSignal(number) {
			return false
		}
	}
	return true
}

func guardSignal(number syscall.Signal) bool {
	var action sigaction
	if !rtSigaction(number, nil, &action) {
		return false
	}
	if action.handler == guardSignalXABI0 {
		return true
	}
	// Go's own handler is like this. What is done for others is done after ours,
	// in the same way.
	if action.handler <= 1 || action.flags&saSigInfo == 0 || action.flags&saOnStack == 0 {
		return false
	}
	activeGuard.before[number] = action.handler
	action.handler = guardSignalXABI0
	return rtSigaction(number, &action, nil)
}

func rtSigaction(number syscall.Signal, action, before *sigaction) bool {
	_, _, e := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(number), uintptr(unsafe.Pointer(action)), uintptr(unsafe.Pointer(before)), unsafe.Sizeof(action.mask), 0, 0)
	return e == 0
}

// callUnder numbers the guarded call that is under way.
func callUnder() uint64 {
	if atomic.LoadUintptr(&activeGuard.sp) == 0 {
		return 0
	}
	return atomic.LoadUint64(&activeGuard.calls)
}

// endCall has a guarded call end as if it had crashed, if its number is still
// the last one.
func endCall(number uint64) {
	// In the library's own code, where malloc's lock is not held; if that cannot
	// be had, because the call waits in the kernel, anywhere.
	text, size := textAt(atomic.LoadUintptr(&activeGuard.function))
	for range endTries {
		if tryEnd(number, text, size) {
			return
		}
	}
	tryEnd(number, 0, ^uintptr(0))
}

const (
	endTries = 100
	endWait  = 2 * time.Millisecond
)

// tryEnd asks the call to end if it is in some code, and reports whether it has.
func tryEnd(number uint64, text, size uintptr) bool {
	atomic.StoreUint64(&activeGuard.end, 0)
	atomic.StoreUintptr(&activeGuard.endText, text)
	atomic.StoreUintptr(&activeGuard.endSize, size)
	atomic.StoreUint64(&activeGuard.end, number)
	// Which thread it is on is not known. Go's runtime takes this signal as a
	// question whether something is to be done, and there is not.
	threads, _ := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			_ = unix.Tgkill(os.Getpid(), id, unix.SIGURG)
		}
	}
	time.Sleep(endWait)
	return callUnder() != number
}

// runtimeText returns the memory in which the code of Go's runtime is.
func runtimeText() (address, size uintptr) { return textAt(reflect.ValueOf(runtime.GC).Pointer()) }

// textAt returns the memory in which the code around an address is.
func textAt(inside uintptr) (address, size uintptr) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(maps)) {
		begin, rest, _ := strings.Cut(line, "-")
		end, _, _ := strings.Cut(rest, " ")
		from, err1 := strconv.ParseUint(begin, 16, 64)
		to, err2 := strconv.ParseUint(end, 16, 64)
		if err1 == nil && err2 == nil && inside >= uintptr(from) && inside < uintptr(to) {
			return uintptr(from), uintptr(to - from)
		}
	}
	return 0, 0
}
