// Package check decides what a cell means before anything of it runs.
//
// A [World] knows the names of a session: functions, types and constants with
// their source, variables with their types. [World.Check] takes the fragments
// of a new cell, finds what they define and redefine, and type-checks them
// with go/types against the world. It changes nothing: only [World.Commit],
// called once the cell has been compiled, does.
//
// # How cells see each other
//
// In the world of the checker every unit of checked code is a package of its
// own with the one path [Path], so that a later cell may use the unexported
// fields and methods of an earlier one. The names of earlier units are put
// into the scope of the new one before it is checked.
//
// # Redefinition
//
// A cell that redefines a function, type or constant brings back everything
// that depends on it: those declarations are checked and compiled again, from
// their source, in the new unit. A declaration that is repeated word for word,
// as in a cell that is run again, is not a redefinition.
package check

import (
	"go/token"
	"go/types"
	"sort"
	"sync/atomic"
)

// Path is the package path and Name the package name of every unit in the
// checker's world.
const (
	Path = "main"
	Name = "main"
)

// A World is what a session knows about its code.
type World struct {
	Fset        *token.FileSet
	importer    types.Importer
	packages    PackageNamer
	predeclared []types.Object
	symbols     map[string]*Symbol
	decls       map[string]*Decl
	imports     map[string]string // name in the session -> path
	dots        []string          // paths of dot imports
	published   atomic.Pointer[Snapshot]
}

// A PackageNamer finds the import path that an undefined package name most
// likely means, and "" if there is none or more than one.
type PackageNamer func(name string) string

// NewWorld returns a world without any names. The predeclared objects are
// visible in every unit, as if they stood in Go's universe.
func NewWorld(importer types.Importer, namer PackageNamer, predeclared []types.Object) *World {
	w := &World{
		Fset:        token.NewFileSet(),
		importer:    importer,
		packages:    namer,
		predeclared: predeclared,
		symbols:     map[string]*Symbol{},
		decls:       map[string]*Decl{},
		imports:     map[string]string{},
	}
	w.publish()
	return w
}

// A Symbol is a name of the session.
type Symbol struct {
	Name   string
	Object types.Object
	Unit   *Unit // the unit that holds it
	// Behind says that the unit holds a pointer to the variable, which lives
	// in an earlier unit under a type of the same layout.
	Behind bool
}

// A Decl is the source of a live declaration: a function, a method, a type or
// a group of constants.
type Decl struct {
	Key   string // name, or type.method; the first name of a group
	Piece *Piece
	Names []string        // the package-level names that it declares
	Uses  map[string]bool // the keys of the session's declarations that it uses
	Vars  map[string]bool // the session's variables that it uses
}

// Symbol returns what a name stands for in the session.
func (w *World) Symbol(name string) (*Symbol, bool) {
	s, ok := w.symbols[name]
	return s, ok
}

// Variables returns the session's variables, sorted by name.
func (w *World) Variables() []*Symbol {
	var variables []*Symbol
	for _, s := range w.symbols {
		if _, ok := s.Object.(*types.Var); ok {
			variables = append(variables, s)
		}
	}
	sort.Slice(variables, func(i, j int) bool { return variables[i].Name < variables[j].Name })
	return variables
}

// Forget removes the session's variables, whose values are gone, and returns
// their names.
func (w *World) Forget() []string {
	defer w.publish()
	var names []string
	for _, s := range w.Variables() {
		names = append(names, s.Name)
		delete(w.symbols, s.Name)
	}
	return names
}

// Commit makes the names of a checked unit those of the session.
func (w *World) Commit(u *Unit) {
	defer w.publish()
	for name, path := range u.newImports {
		if IsGenerated(name) {
			continue
		}
		w.imports[name] = path
		delete(w.symbols, name)
	}
	w.dots = append(w.dots, u.newDots...)
	for _, key := range u.dropped {
		delete(w.decls, key)
	}
	for _, d := range u.Decls {
		w.decls[d.Key] = d
	}
	for _, s := range u.Symbols() {
		w.symbols[s.Name] = s
		if u.newImports[s.Name] == "" {
			delete(w.imports, s.Name)
		}
	}
}

// declOf returns the declaration that declares a package-level name.
func (w *World) declOf(name string) *Decl {
	if d, ok := w.decls[name]; ok {
		return d
	}
	for _, d := range w.decls {
		for _, n := range d.Names {
			if n == name {
				return d
			}
		}
	}
	return nil
}
