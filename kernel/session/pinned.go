package session

import (
	"os/exec"
	"runtime"
	"sync"
)

// starter is the goroutine that starts engines. It stays on a thread of its
// own for ever: the kernel sends a child its parent-death signal when the
// thread that started it ends, not the process.
var starter = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

func startPinned(cmd *exec.Cmd) error {
	result := make(chan error)
	starter() <- func() { result <- cmd.Start() }
	return <-result
}
