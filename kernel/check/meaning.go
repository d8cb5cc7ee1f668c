package check

import "maps"

// A Meaning is what the names in a text stand for at some moment.
type Meaning map[string]meaning

type meaning struct {
	symbol *Symbol
	path   string // of the import
}

// Meaning notes what the session's names in a text stand for. Names that are
// undefined now count: they may be defined later.
func (w *World) Meaning(text string) Meaning {
	m := Meaning{}
	for _, name := range identifiers(text) {
		m[name] = meaning{w.symbols[name], w.imports[name]}
	}
	return m
}

// Equal reports whether all names stand for the same.
func (m Meaning) Equal(other Meaning) bool { return maps.Equal(m, other) }

// Withdraw takes the names of a unit out of the session again.
func (w *World) Withdraw(u *Unit) {
	defer w.publish()
	for name, s := range w.symbols {
		if s.Unit == u {
			delete(w.symbols, name)
		}
	}
	for _, d := range u.Decls {
		if w.decls[d.Key] == d {
			delete(w.decls, d.Key)
		}
	}
}
