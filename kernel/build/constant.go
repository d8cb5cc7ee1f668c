package build

import (
	"fmt"
	"go/ast"
	"go/types"
)

// constantCall writes a constant such as len(v.a) or unsafe.Offsetof(v.a) by
// its value, if v.a is a field that is reached through a function: the call of
// a function is no constant.
func (e *emitter) constantCall(call *ast.CallExpr) (string, bool) {
	tv := e.unit.Info.Types[call]
	if e.mode != Plugin || tv.Value == nil || !e.reachesThrough(call) {
		return "", false
	}
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return "", false
	}
	b, ok := e.unit.Info.Uses[id].(*types.Builtin)
	if !ok {
		return "", false
	}
	switch b.Name() {
	case "len", "cap":
		return fmt.Sprintf("%s([%s]struct{}{})", b.Name(), tv.Value), true
	case "Sizeof", "Alignof", "Offsetof":
		// The size of a bool is 1 whatever the cell calls uintptr.
		return fmt.Sprintf("(%s * %s.Sizeof(1 == 1))", tv.Value, e.use(unsafeName, "unsafe")), true
	}
	return "", false
}

// reachesThrough reports whether a node names a field that is not accessible.
func (e *emitter) reachesThrough(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return !found
		}
		selection := e.unit.Info.Selections[s]
		if selection == nil || selection.Kind() != types.FieldVal {
			return true
		}
		t := selection.Recv()
		for _, i := range selection.Index() {
			structure := structOf(t)
			if structure == nil {
				return true
			}
			f := structure.Field(i)
			found = found || !e.accessible(f)
			t = f.Type()
		}
		return true
	})
	return found
}
