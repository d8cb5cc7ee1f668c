//go:build !amd64 || windows

package dl

import (
	"sync"

	"github.com/ebitengine/purego"
)

// wordPool saves an allocation a call: SyscallN makes what it is given escape.
var wordPool = sync.Pool{New: func() any { return new([maxArguments]uintptr) }}

// invoke calls a C function.
func invoke(function uintptr, args []Arg) uintptr {
	words := wordPool.Get().(*[maxArguments]uintptr)
	for i := range args {
		// One of the two is zero.
		words[i] = args[i].word | uintptr(args[i].pointer)
	}
	r, _, _ := purego.SyscallN(function, words[:len(args)]...)
	wordPool.Put(words)
	return r
}
