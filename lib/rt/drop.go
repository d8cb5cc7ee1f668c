package rt

import "reflect"

// Drop sets a variable of a unit to its zero value, so that the memory it held
// is free. It reports whether there is such a variable.
func Drop(number int, name string) bool {
	pointer, ok := Lookup(number, name)
	if ok {
		zero(pointer)
	}
	return ok
}

// DropAll is Drop for all variables of all units, those included that no name
// leads to any more.
func DropAll() {
	unitsMu.Lock()
	defer unitsMu.Unlock()
	for _, u := range units {
		for _, pointer := range u.variables {
			zero(pointer)
		}
	}
}

func zero(pointer any) { reflect.ValueOf(pointer).Elem().SetZero() }
