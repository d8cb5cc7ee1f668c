package rt

import (
	"sync"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
)

// A unit is a compiled cell that was loaded.
type unit struct {
	run       func()
	variables map[string]any // name -> pointer
}

var (
	unitsMu sync.Mutex
	units   = map[int]*unit{}
)

// Register is called by a unit as it is loaded. Run is nil for a unit that
// only declares.
func Register(number int, run func()) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	units[number] = &unit{run: run, variables: map[string]any{}}
}

// Variable makes a variable of a unit known by name.
func Variable(number int, name string, pointer any) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	units[number].variables[name] = pointer
}

// Type gives a type of a cell a name under which values of it, held by
// interfaces, are carried between the session and its ranks.
func Type[T any](name string) {
	var zero T
	carry.Register(name, zero)
}

// Registered reports whether a unit was loaded.
func Registered(number int) bool {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	return units[number] != nil
}

// Lookup returns the pointer to a variable of a unit.
func Lookup(number int, name string) (pointer any, ok bool) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	u := units[number]
	if u == nil {
		return nil, false
	}
	pointer, ok = u.variables[name]
	return pointer, ok
}

// Run executes a unit in the calling goroutine and returns how it failed, or
// nil: also if the cell has called os.Exit(0).
func Run(number int) (failure *event.Failure) {
	unitsMu.Lock()
	u := units[number]
	unitsMu.Unlock()
	if u == nil || u.run == nil {
		return nil
	}
	finished := false
	defer func() {
		r := recover()
		switch {
		case r == exited(0):
		case r != nil:
			failure = fail(r)
		case !finished && failure == nil:
			failure = &event.Failure{Name: "exit", Message: "the cell ended its own goroutine (runtime.Goexit)"}
		}
	}()
	begin()
	u.run()
	finished = true
	return nil
}
