package check

import (
	"fmt"
	"go/types"
	"maps"
	"slices"

	"github.com/galago-hpc/galago/kernel/cell"
)

// A redefinition says which of a cell's declarations are new, and which of the
// session's have to be compiled again because of them.
type redefinition struct {
	repeated map[string]bool  // keys that the cell declares word for word as they are
	back     map[string]*Decl // keys of live declarations that come back
	dropped  []string         // keys of live declarations that the new unit replaces
}

// redefine compares the cell's declarations with the live ones. Those with the
// keys in again are compiled again in any case.
func (w *World) redefine(pieces []*Piece, again map[string]bool) redefinition {
	declared := map[string]*Piece{}
	changed := map[string]bool{}
	maps.Copy(changed, again)
	repeated := map[string]bool{}
	for _, p := range pieces {
		if !isDecl(p) {
			// A variable that takes a declaration's name ends it.
			for _, name := range p.Names {
				if d := w.declOf(name); d != nil {
					changed[d.Key] = true
				}
			}
			continue
		}
		key := p.key()
		declared[key] = p
		live, ok := w.decls[key]
		switch {
		case ok && live.Piece.Text == p.Text && maps.Equal(w.importsUsed(live.Piece), w.importsUsed(p)):
			repeated[key] = true
		default:
			changed[key] = true
			for _, name := range p.Names {
				if d := w.declOf(name); d != nil && !p.IsMethod() {
					changed[d.Key] = true
				}
			}
			if p.IsMethod() {
				for _, receiver := range w.receivers(p) {
					changed[w.keyOfLive(receiver)] = true
				}
			}
		}
	}
	affected := w.dependents(changed)
	back := map[string]*Decl{}
	var dropped []string
	for key := range affected {
		delete(repeated, key)
		d, ok := w.decls[key]
		if ok {
			dropped = append(dropped, key)
		}
		if declared[key] != nil {
			continue
		}
		if ok && !w.overwritten(d, pieces) {
			back[key] = d
		}
	}
	return redefinition{repeated, back, dropped}
}

// overwritten reports whether a piece of the cell declares a name of d.
func (w *World) overwritten(d *Decl, pieces []*Piece) bool {
	names := d.Names
	if d.Piece.IsMethod() {
		// A type that is declared anew begins without methods.
		names = w.receivers(d.Piece)
	}
	for _, p := range pieces {
		if p.IsMethod() || d.Piece.IsMethod() && p.Kind != cell.Type {
			continue
		}
		for _, name := range p.Names {
			if slices.Contains(names, name) {
				return true
			}
		}
	}
	return false
}

// receivers returns the name of the type of a method, and, if that is an alias,
// those of the types that it stands for.
func (w *World) receivers(method *Piece) []string {
	names := []string{method.Receiver}
	if s, ok := w.symbols[method.Receiver]; ok {
		if alias, ok := s.Object.(*types.TypeName); ok && alias.IsAlias() {
			walkAliases(alias.Type(), func(n *types.TypeName) { names = append(names, n.Name()) })
		}
	}
	return names
}

// keyOfLive returns the key of the live declaration of a name, which may be
// that of a group, or else the name.
func (w *World) keyOfLive(name string) string {
	if d := w.declOf(name); d != nil {
		return d.Key
	}
	return name
}

// dependents returns the keys of changed and of all live declarations that
// use one of them, directly or not. A type and its methods go together.
func (w *World) dependents(changed map[string]bool) map[string]bool {
	affected := maps.Clone(changed)
	for grown := true; grown; {
		grown = false
		for key, d := range w.decls {
			if affected[key] {
				continue
			}
			var owners []string
			if d.Piece.IsMethod() {
				for _, receiver := range w.receivers(d.Piece) {
					owners = append(owners, w.keyOfLive(receiver))
				}
			}
			hit := slices.ContainsFunc(owners, func(owner string) bool { return affected[owner] })
			for used := range d.Uses {
				hit = hit || affected[used]
			}
			if !hit {
				continue
			}
			affected[key], grown = true, true
			for _, owner := range owners {
				affected[owner] = true
			}
		}
	}
	return affected
}

// ownMethods finds methods of types that the unit does not declare: what they
// belong to is no type of the session's, or one whose declaration is gone.
func (w *World) ownMethods(u *Unit) Diagnostics {
	declared := u.defined()
	var problems Diagnostics
	for _, f := range u.Files {
		for _, p := range f.Pieces {
			if !p.IsMethod() {
				continue
			}
			for _, name := range w.receivers(p) {
				if s, ok := w.symbols[name]; ok && !declared[name] && isTypeName(s.Object) {
					problems = append(problems, Diagnostic{p.Cell, p.Line, p.Column, fmt.Sprintf("cannot define new methods on %s here: declare the type again first", name)})
				}
			}
		}
	}
	return problems
}

func isTypeName(o types.Object) bool {
	_, ok := o.(*types.TypeName)
	return ok
}

func isDecl(p *Piece) bool {
	return p.Kind == cell.Func || p.Kind == cell.Type || p.Kind == cell.Const
}

// importsUsed returns those of a piece's imports whose names occur in it.
func (w *World) importsUsed(p *Piece) map[string]string {
	used := map[string]string{}
	for _, name := range identifiers(p.Text) {
		if path, ok := p.Imports[name]; ok {
			used[name] = path
		}
	}
	return used
}
