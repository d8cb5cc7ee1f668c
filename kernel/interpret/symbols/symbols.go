// Package symbols is a table of what compiled packages export, for code that is
// interpreted, and of the types in them, for the checker. The files table_*.go and
// types.gz are generated, for the system on which cells can be interpreted.
package symbols

//go:generate go run ./generate

import (
	"reflect"
	"sync"
)

// packages is filled by the generated files. Functions stand there as they are.
var packages = map[string]func() map[string]any{}

var (
	mu     sync.Mutex
	opened = map[string]map[string]any{}
)

// open makes the table of a package.
func open(path string) map[string]any {
	mu.Lock()
	defer mu.Unlock()
	table, ok := opened[path]
	if !ok {
		if make := packages[path]; make != nil {
			table = make()
		}
		opened[path] = table
	}
	return table
}

// A typeOf marks a type in the tables.
type typeOf struct{ reflect.Type }

func typ[T any]() typeOf { return typeOf{reflect.TypeFor[T]()} }

// A variable marks a pointer to a variable in the tables.
type variable struct{ reflect.Value }

func ptr(p any) variable { return variable{reflect.ValueOf(p)} }

// Type finds a type.
func Type(path, name string) (reflect.Type, bool) {
	t, ok := open(path)[name].(typeOf)
	return t.Type, ok
}

// Variable finds a variable; the value is a pointer to it.
func Variable(path, name string) (reflect.Value, bool) {
	v, ok := open(path)[name].(variable)
	return v.Value, ok
}

// Function finds a function.
func Function(path, name string) (reflect.Value, bool) {
	switch v := open(path)[name].(type) {
	case nil, typeOf, variable:
		return reflect.Value{}, false
	default:
		return reflect.ValueOf(v), true
	}
}
