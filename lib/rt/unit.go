package rt

import (
	"reflect"
	"sync"
	"unsafe"
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
	process.Named("main."+name, reflect.TypeFor[T]())
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
			panic("the variable " + name + " is of type " + is.String() + " in the engine, " + want.String() + " in a cell")
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

// Statements returns the function that runs a unit, nil if it only declares.
func Statements(number int) func() {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	u := units[number]
	if u == nil {
		return nil
	}
	return u.run
}
