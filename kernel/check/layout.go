package check

import "go/types"

// walkTypes calls visit for the session's named types that occur in t.
func walkTypes(t types.Type, seen map[types.Type]bool, visit func(*types.TypeName)) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	each := func(ts ...types.Type) {
		for _, t := range ts {
			walkTypes(t, seen, visit)
		}
	}
	switch t := t.(type) {
	case *types.Alias:
		if isSession(t.Obj()) {
			visit(t.Obj())
		}
		each(types.Unalias(t))
	case *types.Named:
		if isSession(t.Obj()) {
			visit(t.Obj())
		}
		for i := range t.TypeArgs().Len() {
			each(t.TypeArgs().At(i))
		}
		if isSession(t.Obj()) {
			each(t.Underlying())
		}
	case *types.Pointer:
		each(t.Elem())
	case *types.Slice:
		each(t.Elem())
	case *types.Array:
		each(t.Elem())
	case *types.Chan:
		each(t.Elem())
	case *types.Map:
		each(t.Key(), t.Elem())
	case *types.Struct:
		for i := range t.NumFields() {
			each(t.Field(i).Type())
		}
	case *types.Tuple:
		for i := range t.Len() {
			each(t.At(i).Type())
		}
	case *types.Signature:
		each(t.Params(), t.Results())
	case *types.Interface:
		for i := range t.NumMethods() {
			each(t.Method(i).Type())
		}
	}
}

func isSession(n *types.TypeName) bool {
	return n.Pkg() != nil && n.Pkg().Path() == Path && n.Parent() != nil && n.Pkg().Scope().Lookup(n.Name()) == n
}

func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, _ := types.Unalias(t).(*types.Named)
	return n
}

// sameLayout reports whether a value of type a may be read as one of type b:
// the types differ at most in which declaration of the same name they mean.
func sameLayout(a, b types.Type, seen map[[2]types.Type]bool) bool {
	a, b = types.Unalias(a), types.Unalias(b)
	pair := [2]types.Type{a, b}
	if seen[pair] || types.Identical(a, b) {
		return true
	}
	seen[pair] = true
	if x, ok := a.(*types.Named); ok {
		y, ok := b.(*types.Named)
		return ok && isSession(x.Obj()) && isSession(y.Obj()) && x.Obj().Name() == y.Obj().Name() && sameLayout(x.Underlying(), y.Underlying(), seen)
	}
	switch x := a.(type) {
	case *types.Pointer:
		y, ok := b.(*types.Pointer)
		return ok && sameLayout(x.Elem(), y.Elem(), seen)
	case *types.Slice:
		y, ok := b.(*types.Slice)
		return ok && sameLayout(x.Elem(), y.Elem(), seen)
	case *types.Array:
		y, ok := b.(*types.Array)
		return ok && x.Len() == y.Len() && sameLayout(x.Elem(), y.Elem(), seen)
	case *types.Struct:
		y, ok := b.(*types.Struct)
		if !ok || x.NumFields() != y.NumFields() {
			return false
		}
		for i := range x.NumFields() {
			if x.Field(i).Name() != y.Field(i).Name() || !sameLayout(x.Field(i).Type(), y.Field(i).Type(), seen) {
				return false
			}
		}
		return true
	}
	// Maps hash, channels wait, functions and interfaces carry the old type
	// with them: reading those under another type would be wrong.
	return false
}
