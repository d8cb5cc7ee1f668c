package assist

import (
	"go/types"
	"slices"

	"github.com/galago-hpc/galago/kernel/check"
)

// A member is a field or a method that can be selected from a value.
type member struct {
	types.Object
	depth int
}

// members returns the fields and methods of a type, through embedded fields, as
// Go selects them: what is nearer hides what is deeper, and what is equally
// near twice is ambiguous. Methods of pointers are left out for values that
// have no address.
func members(t types.Type, addressable bool) []member {
	type step struct {
		t           types.Type
		addressable bool
	}
	var found []member
	hidden := map[string]bool{}
	visited := map[types.Type]bool{}
	methods := true
	level := []step{{t, addressable}}
	for depth := 0; len(level) > 0; depth++ {
		var next []step
		here := map[string][]types.Object{}
		add := func(o types.Object) { here[o.Name()] = append(here[o.Name()], o) }
		for _, s := range level {
			t, pointer := types.Unalias(s.t), false
			if p, ok := t.Underlying().(*types.Pointer); ok {
				if _, named := t.(*types.Named); named && depth == 0 {
					methods = false // a pointer type with a name has the fields only
				}
				pointer = true
				t = types.Unalias(p.Elem())
				if types.IsInterface(t) && !isTypeParam(t) {
					continue
				}
			}
			if visited[t] {
				continue
			}
			visited[t] = true
			if named, ok := t.(*types.Named); ok && methods {
				for m := range named.Methods() {
					if pointer || s.addressable || !hasPointerReceiver(m) {
						add(m)
					}
				}
			}
			switch u := t.Underlying().(type) {
			case *types.Interface:
				if !methods {
					continue
				}
				for m := range u.Methods() {
					add(m)
				}
			case *types.Struct:
				for f := range u.Fields() {
					add(f)
					if f.Embedded() {
						next = append(next, step{f.Type(), pointer || s.addressable})
					}
				}
			}
		}
		for name, objects := range here {
			if hidden[name] {
				continue
			}
			hidden[name] = true
			if len(objects) == 1 && visible(objects[0]) {
				found = append(found, member{objects[0], depth})
			}
		}
		level = next
	}
	slices.SortFunc(found, func(a, b member) int {
		if a.depth != b.depth {
			return a.depth - b.depth
		}
		if a.Name() < b.Name() {
			return -1
		}
		return 1
	})
	return found
}

func isTypeParam(t types.Type) bool {
	_, ok := t.(*types.TypeParam)
	return ok
}

func hasPointerReceiver(m *types.Func) bool {
	recv := m.Signature().Recv()
	if recv == nil {
		return false
	}
	_, ok := types.Unalias(recv.Type()).(*types.Pointer)
	return ok
}

// visible reports whether a cell may name an object: it is exported, or the
// session's own.
func visible(o types.Object) bool {
	if check.IsGenerated(o.Name()) || o.Name() == "_" {
		return false
	}
	return o.Exported() || o.Pkg() == nil || o.Pkg().Path() == check.Path
}
