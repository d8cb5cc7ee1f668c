package rt

import (
	"fmt"
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
	mentioned []reflect.Type
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
	u := at(number)
	u.types[name] = reflect.TypeFor[T]()
	// The usual types made of it are compiled along with it, so that reflection
	// finds them.
	u.mentioned = append(u.mentioned, reflect.TypeFor[*T](), reflect.TypeFor[[]T](), reflect.TypeFor[[]*T](), reflect.TypeFor[map[string]T]())
}

// Pointer returns where a variable is that has no package of its own. In an
// engine that was started again it begins at zero. The variable may have been
// made by reflection, whose form of an unnamed type need not be T itself.
func Pointer[T any](number int, name string) *T {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	u := at(number)
	if known, ok := u.variables[name]; ok {
		p := reflect.ValueOf(known)
		if is, want := p.Type().Elem(), reflect.TypeFor[T](); is.String() != want.String() || is.Size() != want.Size() {
			panic(fmt.Sprintf("the variable %s is of type %s in the engine, %s in a cell", name, is, want))
		}
		return (*T)(p.UnsafePointer())
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

// Run executes a unit in the calling goroutine and tells done how it failed, or
// nil: also if the cell has called os.Exit(0). A cell that calls runtime.Goexit
// ends the goroutine, so that Run does not return.
func Run(number int, label *Label, done func(*event.Failure)) {
	unitsMu.Lock()
	u := units[number]
	unitsMu.Unlock()
	if u == nil || u.run == nil {
		done(nil)
		return
	}
	Do(u.run, label, done)
}

// Do executes what a cell does, as Run does.
func Do(body func(), label *Label, done func(*event.Failure)) {
	var failure *event.Failure
	// By now the stack of a panic is gone, and what only it held is garbage. In
	// a deferred call, because runtime.Goexit does not return.
	defer func() { done(failure) }()
	execute(body, label, &failure)
}

func execute(body func(), label *Label, failure **event.Failure) {
	finished := false
	defer func() {
		r := recover()
		switch {
		case finished || r == exited(0):
		case r == nil:
			*failure = &event.Failure{Name: "exit", Message: "the cell ended its own goroutine (runtime.Goexit)", Stack: stack()}
		default:
			*failure = fail(r)
		}
	}()
	begin(label)
	body()
	finished = true
}
