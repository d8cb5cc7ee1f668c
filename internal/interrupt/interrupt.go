// Package interrupt tells libraries that the user has interrupted a cell: a loop in
// Go ends by itself, a C function has to be left by force.
package interrupt

import "sync"

var (
	mu       sync.Mutex
	handlers []func()
)

// Register adds a handler. It must not wait.
func Register(handler func()) {
	mu.Lock()
	defer mu.Unlock()
	handlers = append(handlers, handler)
}

// Run calls the handlers.
func Run() {
	mu.Lock()
	defer mu.Unlock()
	for _, handler := range handlers {
		handler()
	}
}
