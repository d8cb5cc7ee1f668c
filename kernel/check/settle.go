package check

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"github.com/galago-hpc/galago/kernel/cell"
)

// settle notes what a checked unit declares, and on what that depends.
func (w *World) settle(u *Unit) {
	for _, f := range u.Files {
		for _, p := range f.Pieces {
			switch {
			case isDecl(p):
				if key := p.key(); key != "init" && key != "main" && key != "_" {
					u.Decls = append(u.Decls, w.newDecl(u, p))
				}
			case f.fresh:
				w.defineVars(u, p)
			}
		}
	}
	for _, v := range u.Vars {
		if v.Object == nil {
			w.settleAdopted(u, v)
		}
	}
}

// newDecl notes what a declaration uses of the session.
func (w *World) newDecl(u *Unit, p *Piece) *Decl {
	d := &Decl{Key: p.key(), Piece: p, Names: p.Names, Uses: map[string]bool{}, Vars: map[string]bool{}}
	if p.IsMethod() {
		d.Names = nil
	}
	w.Uses(u, p.Node, d.Uses, d.Vars)
	delete(d.Uses, d.Key)
	return d
}

// Uses adds to decls the keys of the session's declarations that a node uses,
// and to vars the names of its variables. A type counts as used wherever a
// value of it occurs.
func (w *World) Uses(u *Unit, node ast.Node, decls, vars map[string]bool) {
	seen := map[types.Type]bool{}
	mention := func(t types.Type) {
		walkTypes(t, seen, func(n *types.TypeName) { decls[w.keyOf(u, n.Name())] = true })
	}
	ast.Inspect(node, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			if tv, ok := u.Info.Types[e]; ok && tv.Type != nil {
				mention(tv.Type)
			}
		}
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		object := u.Info.Uses[id]
		if object == nil || object.Pkg() == nil || object.Pkg().Path() != Path {
			return true
		}
		if f, ok := object.(*types.Func); ok && f.Signature().Recv() != nil {
			if named := namedOf(f.Signature().Recv().Type()); named != nil {
				decls[named.Obj().Name()+"."+f.Name()] = true
			}
			return true
		}
		if u.Types.Scope().Lookup(object.Name()) != object {
			return true
		}
		if s, ok := u.old[object]; ok {
			object = s.Object
		}
		if _, ok := object.(*types.Var); ok {
			vars[object.Name()] = true
			mention(object.Type())
			return true
		}
		decls[w.keyOf(u, object.Name())] = true
		return true
	})
}

// keyOf returns the key of the declaration of a package-level name: that of
// its group, for a constant.
func (w *World) keyOf(u *Unit, name string) string {
	for _, f := range u.Files {
		for _, p := range f.Pieces {
			if isDecl(p) && !p.IsMethod() && slices.Contains(p.Names, name) {
				return p.key()
			}
		}
	}
	if d := w.declOf(name); d != nil {
		return d.Key
	}
	return name
}

// defineVars notes the variables of a piece. One that had the same type
// before keeps its place, so that functions and pointers still see it.
func (w *World) defineVars(u *Unit, p *Piece) {
	for _, name := range p.Names {
		if name == "_" || p.Repeated[name] {
			continue
		}
		object, ok := u.Types.Scope().Lookup(name).(*types.Var)
		if !ok || slices.ContainsFunc(u.Vars, func(v *Var) bool { return v.Name == name }) {
			continue
		}
		v := &Var{Name: name, Object: object}
		if old, ok := w.symbols[name]; ok {
			if before, ok := old.Object.(*types.Var); ok && types.Identical(before.Type(), object.Type()) {
				v.Old = old
			}
		}
		u.Vars = append(u.Vars, v)
	}
}

// adopt adds a declaration for every variable whose type is compiled again:
// later code must see it under the new type.
func (w *World) adopt(u *Unit, r redefinition) {
	changed := map[*types.TypeName]bool{}
	for _, key := range r.dropped {
		if s, ok := w.symbols[key]; ok {
			// A variable that was declared by an alias has the type that the
			// alias stood for.
			if name, ok := s.Object.(*types.TypeName); ok && !name.IsAlias() {
				changed[name] = true
			}
		}
	}
	if len(changed) == 0 {
		return
	}
	defined := u.defined()
	var adopted []*Symbol
	for _, s := range w.Variables() {
		affected := false
		walkTypes(s.Object.Type(), map[types.Type]bool{}, func(n *types.TypeName) { affected = affected || changed[n] })
		if affected && !defined[s.Name] {
			adopted = append(adopted, s)
			u.Vars = append(u.Vars, &Var{Name: s.Name, Old: s})
		}
	}
	if f := declareAgain(adopted); f != nil {
		u.Files = append(u.Files, f)
	}
}

// declareAgain writes declarations of variables under the types that their
// type names mean in a new unit.
func declareAgain(vars []*Symbol) *File {
	if len(vars) == 0 {
		return nil
	}
	f := &File{Imports: map[string]string{}}
	aliases := map[string]string{}
	for _, s := range vars {
		text := "var " + s.Name + " " + types.TypeString(s.Object.Type(), func(p *types.Package) string {
			if p.Path() == Path {
				return ""
			}
			if aliases[p.Path()] == "" {
				aliases[p.Path()] = fmt.Sprintf("ΞI%d", len(aliases))
				f.Imports[aliases[p.Path()]] = p.Path()
			}
			return aliases[p.Path()]
		})
		f.Pieces = append(f.Pieces, &Piece{Fragment: cell.Fragment{Kind: cell.Var, Text: text, Line: 1, Column: 1}, Names: []string{s.Name}})
	}
	return f
}

// settleAdopted decides whether an adopted variable keeps its value.
func (w *World) settleAdopted(u *Unit, v *Var) {
	v.Object = u.Types.Scope().Lookup(v.Name).(*types.Var)
	if sameLayout(v.Old.Object.Type(), v.Object.Type(), map[[2]types.Type]bool{}) {
		v.Reinterpret = true
		return
	}
	v.Old = nil
	u.Notes = append(u.Notes, fmt.Sprintf("%s has lost its value: its type %s was redefined with another layout", v.Name, plain(types.TypeString(v.Object.Type(), nil))))
}
