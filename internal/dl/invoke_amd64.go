//go:build !windows

package dl

import (
	"sync"
	"unsafe"
)

// A frame is a call of a C function as invoke_amd64.s makes it, which knows where its
// fields are.
type frame struct {
	function  uintptr
	arguments [maxArguments]uintptr
	result    uintptr
	count     int
}

// frames saves an allocation a call. A frame must not be on the goroutine's stack,
// which moves if C calls back and the stack has to grow.
var frames = sync.Pool{New: func() any { return new(frame) }}

// invokeAddress is that of the code in invoke_amd64.s.
var invokeAddress uintptr

// cgocall leaves Go for C, as calls through cgo and purego do: with the runtime
// prepared for the call to take long, and for C to call back.
//
//go:linkname cgocall runtime.cgocall
func cgocall(code uintptr, frame unsafe.Pointer) int32

// invoke calls a C function. It does in half of the time what purego.SyscallN does,
// which prepares for 32 arguments, among them floating-point numbers.
func invoke(function uintptr, args []Arg) uintptr {
	f := frames.Get().(*frame)
	f.function, f.count = function, len(args)
	for i := range args {
		// One of the two is zero.
		f.arguments[i] = args[i].word | uintptr(args[i].pointer)
	}
	cgocall(invokeAddress, unsafe.Pointer(f))
	result := f.result
	frames.Put(f)
	return result
}
