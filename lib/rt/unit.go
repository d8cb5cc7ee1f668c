package rt

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
)

// A unit is a compiled cell that was loaded.
type unit struct {
	run       func()
	variables map[string]any // name -> pointer
	functions map[string]any
	types     map[string]reflect.Type
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
	at(number).run = run
}

// at returns a unit, which is made if it is new. The lock is held.
func at(number int) *unit {
	u := units[number]
	if u == nil {
		u = &unit{variables: map[string]any{}, functions: map[string]any{}, types: map[string]reflect.Type{}}
		units[number] = u
	}
	return u
}

// Variable makes a variable of a unit known by name.
func Variable(number int, name string, pointer any) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	at(number).variables[name] = pointer
}

// Function makes a function of a unit known by name.
func Function(number int, name string, f any) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	at(number).functions[name] = f
}

// Type makes a type of a unit known by name. Values of it that interfaces hold
// are carried between the session and its ranks as main.name.
func Type[T any](number int, name string) {
	var zero T
	carry.Register("main."+name, zero)
	unitsMu.Lock()
	defer unitsMu.Unlock()
	at(number).types[name] = reflect.TypeFor[T]()
}

// Pointer returns where a variable is that has no package of its own. In an
// engine that was started again it begins at zero.
func Pointer[T any](number int, name string) *T {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	u := at(number)
	if p, ok := u.variables[name].(*T); ok {
		return p
	}
	p := new(T)
	u.variables[name] = p
	return p
}

// Address is Pointer for code that cannot name the variable's type.
func Address(number int, name string) unsafe.Pointer {
	if p, ok := Lookup(number, name); ok {
		return reflect.ValueOf(p).UnsafePointer()
	}
	return nil
}

// FunctionOf returns a function of a unit.
func FunctionOf(number int, name string) (f any, ok bool) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	f, ok = at(number).functions[name]
	return f, ok
}

// TypeOf returns a type of a unit.
func TypeOf(number int, name string) (t reflect.Type, ok bool) {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	t, ok = at(number).types[name]
	return t, ok
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
// nil.
func Run(number int) *event.Failure {
	unitsMu.Lock()
	u := units[number]
	unitsMu.Unlock()
	if u == nil || u.run == nil {
		return nil
	}
	return Do(u.run)
}

// Do executes what a cell does in the calling goroutine and returns how it
// failed, or nil: also if the cell has called os.Exit(0).
func Do(body func()) (failure *event.Failure) {
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
	body()
	finished = true
	return nil
}
