package rt

import "sync"

var (
	symbolsMu sync.Mutex
	symbols   = map[string]func(name string) any{} // import path -> lookup
)

// Symbols makes what a package exports known: functions as they are, variables
// by pointers, types as [reflect.Type]. The lookup returns nil for other names.
func Symbols(path string, lookup func(name string) any) {
	symbolsMu.Lock()
	defer symbolsMu.Unlock()
	symbols[path] = lookup
}

// Symbol returns what a package exports under a name, or nil.
func Symbol(path, name string) any {
	symbolsMu.Lock()
	lookup := symbols[path]
	symbolsMu.Unlock()
	if lookup == nil {
		return nil
	}
	return lookup(name)
}
