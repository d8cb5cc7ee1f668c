package check

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// Reset removes all names of the session.
func (w *World) Reset() {
	defer w.publish()
	w.symbols = map[string]*Symbol{}
	w.decls = map[string]*Decl{}
	w.imports = map[string]string{}
	w.dots = nil
}

// Remove removes names from the session and returns the variables among them. A
// type takes its methods with it. What others depend on is not removed without
// them: the error is an [InUseError]. Nothing is removed if there is an error.
func (w *World) Remove(names []string) ([]*Symbol, error) {
	defer w.publish()
	removed := map[string]bool{}
	for _, name := range names {
		if _, ok := w.symbols[name]; !ok && w.imports[name] == "" {
			return nil, fmt.Errorf("the session has no name %s", name)
		}
		removed[name] = true
	}
	if users := w.users(removed); len(users) > 0 {
		return nil, w.inUse(removed, users)
	}
	var variables []*Symbol
	for _, name := range slices.Sorted(maps.Keys(removed)) {
		if s, ok := w.symbols[name]; ok {
			if _, ok := s.Object.(*types.Var); ok {
				variables = append(variables, s)
			}
		}
		delete(w.symbols, name)
		delete(w.imports, name)
	}
	for key, d := range w.decls {
		if d.Piece.IsMethod() && removed[d.Piece.Receiver] || slices.ContainsFunc(d.Names, func(name string) bool { return removed[name] }) {
			delete(w.decls, key)
		}
	}
	return variables, nil
}

// An InUseError says why names cannot be removed by themselves.
type InUseError struct {
	Users []string // what depends on them: func f, method T.m, variable v ...
	All   []string // the names that can be removed together, the given ones among them
}

func (e *InUseError) Error() string {
	verb := "depend on it"
	if len(e.Users) == 1 {
		verb = "depends on it"
	}
	return fmt.Sprintf("%s %s", strings.Join(e.Users, ", "), verb)
}

// inUse describes the users and finds what depends on them in turn.
func (w *World) inUse(removed, users map[string]bool) *InUseError {
	e := &InUseError{Users: slices.Sorted(maps.Keys(users))}
	for grown := users; len(grown) > 0; grown = w.users(removed) {
		for user := range grown {
			name := user[strings.LastIndexByte(user, ' ')+1:]
			name, _, _ = strings.Cut(name, ".")
			removed[name] = true
		}
	}
	e.All = slices.Sorted(maps.Keys(removed))
	return e
}

// users returns what would remain and depends on the names directly.
func (w *World) users(removed map[string]bool) map[string]bool {
	users := map[string]bool{}
	for _, d := range w.decls {
		if d.Piece.IsMethod() {
			if removed[d.Piece.Receiver] || !w.uses(d, removed) {
				continue
			}
			users["method "+d.Key] = true
			continue
		}
		together := slices.ContainsFunc(d.Names, func(name string) bool { return removed[name] })
		for _, name := range d.Names {
			// The names of one group stand and fall together.
			if !removed[name] && name != "_" && (together || w.uses(d, removed)) {
				users[kindName(d.Piece.Kind)+" "+name] = true
			}
		}
	}
	for _, v := range w.Variables() {
		if removed[v.Name] {
			continue
		}
		walkTypes(v.Object.Type(), map[types.Type]bool{}, func(n *types.TypeName) {
			if s, ok := w.symbols[n.Name()]; ok && s.Object == n && removed[n.Name()] {
				users["variable "+v.Name] = true
			}
		})
	}
	return users
}

// uses reports whether a declaration uses one of the names.
func (w *World) uses(d *Decl, names map[string]bool) bool {
	for key := range d.Uses {
		if name, _, method := strings.Cut(key, "."); method && names[name] {
			return true
		}
		used, ok := w.decls[key]
		if ok && slices.ContainsFunc(used.Names, func(name string) bool { return names[name] }) {
			return true
		}
	}
	for name := range d.Vars {
		if names[name] {
			return true
		}
	}
	return false
}

func kindName(k cell.FragmentKind) string {
	switch k {
	case cell.Func:
		return "func"
	case cell.Type:
		return "type"
	}
	return "const"
}

// Symbols returns the names of the session, sorted.
func (w *World) Symbols() []*Symbol {
	var symbols []*Symbol
	for _, name := range slices.Sorted(maps.Keys(w.symbols)) {
		symbols = append(symbols, w.symbols[name])
	}
	return symbols
}

// Imports returns the paths of the session's imports by the names that they
// have in it, and those of its dot imports.
func (w *World) Imports() (named map[string]string, dots []string) {
	return maps.Clone(w.imports), slices.Clone(w.dots)
}
