// Package exit holds what has to happen before a process that runs user code
// ends.
//
// Go runs no atexit handlers, and a process that ends with an HDF5 file open
// leaves a file that nobody can read. Libraries register their clean-up with
// [Register]; whoever ends the process (the main function of a rank program,
// the engine) calls [Run] on every way out. A handler that would wait for other
// processes asks [Status] first: if this process has failed, they may not come.
package exit

import "sync"

var (
	mu       sync.Mutex
	handlers []func()
	status   int
	explain  func(reason string)
)

// Explain registers who tells the process that watches this one why it ends.
func Explain(tell func(reason string)) {
	mu.Lock()
	defer mu.Unlock()
	explain = tell
}

// Because passes a reason on. A library calls it before it ends the process in a
// way of its own, by which the watcher may be ended as well.
func Because(reason string) {
	mu.Lock()
	tell := explain
	mu.Unlock()
	if tell != nil {
		tell(reason)
	}
}

// Register adds a handler. Handlers run in the reverse of the order in which
// they were registered, as deferred calls do.
func Register(handler func()) {
	mu.Lock()
	defer mu.Unlock()
	handlers = append(handlers, handler)
}

// Status is the exit status that was given to Run: not 0 if the process ends
// because of an error. Handlers may ask for it.
func Status() int {
	mu.Lock()
	defer mu.Unlock()
	return status
}

// Run calls the registered handlers, each once, before the process ends with
// the given status. A handler that panics does not keep the others from
// running.
func Run(exitStatus int) {
	mu.Lock()
	status = exitStatus
	mu.Unlock()
	for {
		mu.Lock()
		n := len(handlers)
		if n == 0 {
			mu.Unlock()
			return
		}
		handler := handlers[n-1]
		handlers = handlers[:n-1]
		mu.Unlock()
		call(handler)
	}
}

func call(handler func()) {
	defer func() { _ = recover() }()
	handler()
}
