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

// walkAliases calls visit for the session's types that an alias stands for,
// one after the other.
func walkAliases(t types.Type, visit func(*types.TypeName)) {
	for {
		alias, ok := t.(*types.Alias)
		if !ok {
			break
		}
		t = alias.Rhs()
		if next, ok := t.(*types.Alias); ok && isSession(next.Obj()) {
			visit(next.Obj())
		}
	}
	if named := namedOf(t); named != nil && isSession(named.Obj()) {
		visit(named.Obj())
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
	case *types.Map:
		// Equal layouts are hashed, compared and stored alike.
		y, ok := b.(*types.Map)
		return ok && sameLayout(x.Key(), y.Key(), seen) && sameLayout(x.Elem(), y.Elem(), seen)
	case *types.Chan:
		y, ok := b.(*types.Chan)
		return ok && x.Dir() == y.Dir() && sameLayout(x.Elem(), y.Elem(), seen)
	case *types.Signature:
		y, ok := b.(*types.Signature)
		return ok && x.Variadic() == y.Variadic() && sameLayout(x.Params(), y.Params(), seen) && sameLayout(x.Results(), y.Results(), seen)
	case *types.Tuple:
		y, ok := b.(*types.Tuple)
		if !ok || x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			if !sameLayout(x.At(i).Type(), y.At(i).Type(), seen) {
				return false
			}
		}
		return true
	case *types.Interface:
		// Methods are called by their place in the sorted list.
		y, ok := b.(*types.Interface)
		if !ok || x.NumMethods() != y.NumMethods() {
			return false
		}
		for i := range x.NumMethods() {
			if x.Method(i).Name() != y.Method(i).Name() || !sameLayout(x.Method(i).Signature(), y.Method(i).Signature(), seen) {
				return false
			}
		}
		return true
	}
	return false
}
