package check

import (
	"maps"

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
				changed[p.Receiver] = true
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
		if ok && !overwritten(d, declared, pieces) {
			back[key] = d
		}
	}
	return redefinition{repeated, back, dropped}
}

// overwritten reports whether a piece of the cell declares a name of d.
func overwritten(d *Decl, declared map[string]*Piece, pieces []*Piece) bool {
	if d.Piece.IsMethod() {
		// A type that is declared anew begins without methods.
		return declared[d.Piece.Receiver] != nil
	}
	for _, p := range pieces {
		if p.IsMethod() {
			continue
		}
		for _, name := range p.Names {
			for _, old := range d.Names {
				if name == old {
					return true
				}
			}
		}
	}
	return false
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
			hit := d.Piece.IsMethod() && affected[d.Piece.Receiver]
			for used := range d.Uses {
				hit = hit || affected[used]
			}
			if !hit {
				continue
			}
			affected[key], grown = true, true
			if d.Piece.IsMethod() {
				affected[d.Piece.Receiver] = true
			}
		}
	}
	return affected
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
