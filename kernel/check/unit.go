package check

import (
	"go/ast"
	"go/types"

	"github.com/galago-hpc/galago/kernel/cell"
)

// A Unit is a set of pieces that were checked, and are compiled, as one
// package.
type Unit struct {
	Number int // counts units; a cell may make several
	Files  []*File
	Types  *types.Package
	Info   *types.Info
	Decls  []*Decl  // functions, methods, types, constants
	Vars   []*Var   // variables that the unit defines or takes over
	Notes  []string // for the user
	// Quick says that the unit is not compiled: the engine makes its variables.
	Quick bool

	world      *World
	newImports map[string]string
	newDots    []string
	dropped    []string
	cyclic     bool                     // a variable's value depends on the variable
	old        map[types.Object]*Symbol // former meanings of names that the unit defines anew
}

// A File is the part of a unit that comes from one cell.
type File struct {
	Cell    int
	Imports map[string]string // local name -> path
	Dots    []string          // paths of dot imports
	Pieces  []*Piece
	Text    string // what was checked; the positions of AST lead into it
	AST     *ast.File
	fresh   bool // the cell at hand
}

// A Var is a package-level variable of a unit.
type Var struct {
	Name   string
	Object *types.Var // in this unit
	// Old is the variable of an earlier unit whose storage it shares.
	Old *Symbol
	// Reinterpret says that Old's type was redefined, with the same layout.
	Reinterpret bool
	// Carried says that a program reads the variable's value from the session.
	Carried bool
}

// Runs reports whether the unit has anything to execute.
func (u *Unit) Runs() bool {
	for _, f := range u.Files {
		for _, p := range f.Pieces {
			if f.fresh && (!isDecl(p) || p.Names[0] == "main" && !p.IsMethod() || p.Names[0] == "init" && !p.IsMethod()) {
				return true
			}
		}
	}
	return false
}

// InitOrder returns the initialisations of the cell's variables in Go's order:
// each comes after those that it depends on. It has no meaning, and ordered is
// false, in a cell with statements: they run in the order in which they stand,
// and so do the declarations between them.
func (u *Unit) InitOrder() (order []*types.Initializer, ordered bool) {
	for _, p := range u.Fresh().Pieces {
		if p.Kind == cell.Statement {
			return nil, false
		}
	}
	return u.Info.InitOrder, !u.cyclic
}

// Empty reports whether there is nothing to compile, as in a cell of imports.
func (u *Unit) Empty() bool {
	for _, f := range u.Files {
		if len(f.Pieces) > 0 {
			return false
		}
	}
	return true
}

// defined returns the package-level names that the unit's pieces define.
func (u *Unit) defined() map[string]bool {
	names := map[string]bool{}
	for _, f := range u.Files {
		for _, p := range f.Pieces {
			for _, name := range p.Names {
				names[name] = names[name] || !p.IsMethod()
			}
		}
	}
	return names
}

// Fresh returns the file of the cell at hand.
func (u *Unit) Fresh() *File { return u.Files[0] }

// Symbols returns the names that the unit gives to the session.
func (u *Unit) Symbols() []*Symbol {
	var symbols []*Symbol
	for _, d := range u.Decls {
		if d.Piece.IsMethod() {
			continue
		}
		for _, name := range d.Names {
			if object := u.Types.Scope().Lookup(name); object != nil {
				symbols = append(symbols, &Symbol{Name: name, Object: object, Unit: u})
			}
		}
	}
	for _, v := range u.Vars {
		switch {
		case v.Old == nil:
			symbols = append(symbols, &Symbol{Name: v.Name, Object: v.Object, Unit: u})
		case v.Reinterpret:
			symbols = append(symbols, &Symbol{Name: v.Name, Object: v.Object, Unit: u, Behind: true})
		}
	}
	return symbols
}

// Former returns what an object stands for that is the former meaning of a name
// which the unit defines anew.
func (u *Unit) Former(object types.Object) (*Symbol, bool) {
	s, ok := u.old[object]
	return s, ok
}

// Resolve follows an object of the unit to the symbol that stores it: a
// variable that was defined again with its old type lives where it lived.
func (u *Unit) Resolve(object types.Object) (*Symbol, bool) {
	if s, ok := u.old[object]; ok {
		return s, true
	}
	for _, v := range u.Vars {
		if v.Object == object && v.Old != nil && !v.Reinterpret {
			return v.Old, true
		}
	}
	s, ok := u.world.symbols[object.Name()]
	if ok && s.Object == object {
		return s, true
	}
	return nil, false
}
