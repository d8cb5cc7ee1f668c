package check

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// Program checks a cell that runs as a program of its own: first against the
// session, as any cell, then together with the source of all declarations of
// the session that it uses. The session's variables that it uses are declared
// and marked as carried.
func (w *World) Program(fragments []cell.Fragment, number, unit int) (*Unit, error) {
	first, err := w.Check(fragments, number, unit)
	if err != nil {
		return nil, err
	}
	fresh := first.Fresh()
	pieces := repeat(fresh.Pieces)
	assigned, err := w.rebind(pieces)
	if err != nil {
		return nil, err
	}
	decls, vars := w.closure(first, assigned)
	u := &Unit{Number: unit, world: w}
	u.Files = []*File{{Cell: number, fresh: true, Imports: fresh.Imports, Dots: fresh.Dots, Pieces: pieces}}
	for _, d := range decls {
		f := u.fileOf(d.Piece.Cell)
		f.Pieces = append(f.Pieces, repeat([]*Piece{d.Piece})...)
	}
	for _, f := range u.Files[1:] {
		f.setImports(w, u)
	}
	u.carry(vars)
	bare := &World{Fset: w.Fset, importer: w.importer, predeclared: w.predeclared}
	u.world = bare
	if err := bare.typecheck(u); err != nil {
		return nil, err
	}
	for _, p := range u.Fresh().Pieces {
		if !isDecl(p) {
			bare.defineVars(u, p)
		}
	}
	for _, v := range u.Vars {
		if v.Object == nil {
			v.Object = u.Types.Scope().Lookup(v.Name).(*types.Var)
		}
	}
	return u, nil
}

// repeat returns pieces that can be checked in another unit.
func repeat(pieces []*Piece) []*Piece {
	var again []*Piece
	for _, p := range pieces {
		again = append(again, &Piece{Fragment: p.Fragment, Cell: p.Cell, Receiver: p.Receiver, Names: p.Names, Repeated: p.Repeated, Imports: p.Imports, old: p.old})
	}
	return again
}

// rebind turns x := f(x) into an assignment: in a program the session's x and
// the cell's are the same variable. It returns the names of such variables.
func (w *World) rebind(pieces []*Piece) (map[string]bool, error) {
	assigned := map[string]bool{}
	for _, p := range pieces {
		if len(p.old) == 0 {
			continue
		}
		for _, name := range p.Names {
			s, ok := w.symbols[name]
			if ok {
				_, ok = s.Object.(*types.Var)
			}
			if !p.isDefinition() || !ok && name != "_" {
				return nil, Diagnostics{{Cell: p.Cell, Line: p.Line, Column: p.Column, Message: fmt.Sprintf("a cell that runs on ranks cannot define %s from itself: use another name", p.old[0].name)}}
			}
			assigned[name] = true
		}
		p.Text = strings.Replace(p.Text, ":=", "= ", 1)
		p.Names, p.old = nil, nil
	}
	return assigned, nil
}

// fileOf returns the file for the declarations of a cell.
func (u *Unit) fileOf(number int) *File {
	for _, f := range u.Files[1:] {
		if f.Cell == number {
			return f
		}
	}
	f := &File{Cell: number}
	u.Files = append(u.Files, f)
	return f
}

// closure returns the session's declarations and variables that a checked unit
// uses, directly or through others, without those in its own cell. A variable
// that is assigned from itself is the session's.
func (w *World) closure(u *Unit, assigned map[string]bool) ([]*Decl, []*Symbol) {
	byKey := map[string]*Decl{}
	for key, d := range w.decls {
		byKey[key] = d
	}
	for _, d := range u.Decls {
		byKey[d.Key] = d
	}
	inCell := map[string]bool{}
	uses, vars := map[string]bool{}, map[string]bool{}
	for _, p := range u.Fresh().Pieces {
		w.Uses(u, p.Node, uses, vars)
		if isDecl(p) {
			inCell[p.key()] = true
		}
	}
	done := map[string]bool{}
	var decls []*Decl
	for grown := true; grown; {
		grown = false
		for _, key := range slices.Sorted(maps.Keys(byKey)) {
			d := byKey[key]
			wanted := uses[key] || d.Piece.IsMethod() && uses[d.Piece.Receiver]
			if !wanted || done[key] {
				continue
			}
			done[key], grown = true, true
			if !inCell[key] {
				decls = append(decls, d)
			}
			for k := range d.Uses {
				uses[k] = true
			}
			for name := range d.Vars {
				vars[name] = true
			}
		}
		for name := range vars {
			if s, ok := w.symbols[name]; ok {
				walkTypes(s.Object.Type(), map[types.Type]bool{}, func(n *types.TypeName) {
					if key := w.keyOf(u, n.Name()); !uses[key] {
						uses[key], grown = true, true
					}
				})
			}
		}
	}
	var carried []*Symbol
	for _, s := range w.Variables() {
		if vars[s.Name] && (assigned[s.Name] || !slices.ContainsFunc(u.Vars, func(v *Var) bool { return v.Name == s.Name })) {
			carried = append(carried, s)
		}
	}
	return decls, carried
}

// carry declares variables of the session in a program.
func (u *Unit) carry(vars []*Symbol) {
	if f := declareAgain(vars); f != nil {
		u.Files = append(u.Files, f)
	}
	for _, s := range vars {
		u.Vars = append(u.Vars, &Var{Name: s.Name, Carried: true})
	}
}

const notebookPath = "github.com/galago-hpc/galago/lib/notebook"

// Returned finds the values that a program gives back to the session: the
// types of the second arguments of notebook.Return, by the constant names
// that are its first.
func (u *Unit) Returned() map[string]types.Type {
	returned := map[string]types.Type{}
	for _, f := range u.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			o := u.Info.Uses[s.Sel]
			if o == nil || o.Pkg() == nil || o.Pkg().Path() != notebookPath || o.Name() != "Return" {
				return true
			}
			if name := u.Info.Types[call.Args[0]].Value; name != nil {
				returned[constant.StringVal(name)] = types.Default(u.Info.Types[call.Args[1]].Type)
			}
			return true
		})
	}
	return returned
}

// Declare checks a unit that declares variables of the given types, which may
// come from another unit: their names are looked up in the session.
func (w *World) Declare(variables map[string]types.Type, number, unit int) (*Unit, error) {
	u := &Unit{Number: unit, world: w}
	var symbols []*Symbol
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		symbols = append(symbols, &Symbol{Name: name, Object: types.NewVar(0, nil, name, variables[name])})
	}
	f := declareAgain(symbols)
	f.fresh, f.Cell = true, number
	for _, p := range f.Pieces {
		p.Cell = number
	}
	u.Files = []*File{f}
	if err := w.typecheck(u); err != nil {
		return nil, err
	}
	w.settle(u)
	return u, nil
}
