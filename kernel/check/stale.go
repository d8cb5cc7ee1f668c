package check

import (
	"fmt"
	"maps"
	"slices"
)

// stale returns the keys of the live declarations that use variables which a
// unit puts elsewhere, because they have another type or had been lost. They
// are compiled again, so that they see the new ones.
func (w *World) stale(u *Unit) map[string]bool {
	moved := map[string]bool{}
	for _, v := range u.Vars {
		if v.Old == nil {
			moved[v.Name] = true
		}
	}
	for _, d := range u.Decls {
		for _, name := range d.Names {
			moved[name] = true
		}
	}
	keys := map[string]bool{}
	for key, d := range w.decls {
		if slices.Contains(u.dropped, key) {
			continue
		}
		for name := range d.Vars {
			if moved[name] {
				keys[key] = true
			}
		}
	}
	return keys
}

// leave notes that declarations do not fit the new variables and go on with the
// former ones.
func (u *Unit) leave(keys map[string]bool) {
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		u.Notes = append(u.Notes, fmt.Sprintf("%s goes on with the former variables: it does not fit the new ones", key))
	}
}
