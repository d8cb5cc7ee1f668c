package build

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// loadName is the function of a program that reads the session's variables.
const loadName = mark + "Load"

// glue writes the file that belongs to no cell: the unit's variables, and how
// the unit is begun.
func (e *emitter) glue() string {
	e.begin(nil)
	var body strings.Builder
	if e.mode == Plugin {
		run := "nil"
		if e.unit.Runs() {
			run = check.RunName
		}
		variables, known := e.pluginVariables()
		body.WriteString(e.sharedTypes())
		fmt.Fprintf(&body, "%sfunc init() {\n%s(%d, %s)\n%s%s}\nfunc main() {}\n", variables, e.rt("Register"), e.unit.Number, run, e.types(), known)
	} else {
		variables, load := e.programVariables()
		fmt.Fprintf(&body, "%sfunc %s() {\n%s%s}\nfunc main() { %s(%s, %s) }\n", variables, loadName, e.types(), load, e.rt("Main"), loadName, check.RunName)
	}
	return e.header() + body.String()
}

// pluginVariables declares the unit's variables and makes them known by name.
func (e *emitter) pluginVariables() (declarations, known string) {
	var d, k strings.Builder
	for _, v := range e.unit.Vars {
		if v.Old != nil && !v.Reinterpret {
			continue
		}
		t, name := e.typeOf(v), exported(v.Name)
		if !v.Reinterpret {
			fmt.Fprintf(&d, "var %s %s\n", name, t)
			fmt.Fprintf(&k, "%s(%d, %q, &%s)\n", e.rt("Variable"), e.unit.Number, v.Name, name)
			continue
		}
		old := e.use(unitName(v.Old.Unit.Number), unitPath(v.Old.Unit.Number)) + "." + name
		if !v.Old.Behind {
			old = "&" + old
		}
		fmt.Fprintf(&d, "var %s = (*%s)(%s.Pointer(%s))\n", name, t, e.use(unsafeName, "unsafe"), old)
		fmt.Fprintf(&k, "%s(%d, %q, %s)\n", e.rt("Variable"), e.unit.Number, v.Name, name)
	}
	return d.String(), k.String()
}

// programVariables declares a program's global variables and reads those that
// come from the session.
func (e *emitter) programVariables() (declarations, load string) {
	var d, l strings.Builder
	for _, v := range e.unit.Vars {
		if e.local[v.Name] {
			continue
		}
		fmt.Fprintf(&d, "var %s %s\n", v.Name, e.typeOf(v))
		if v.Carried {
			fmt.Fprintf(&l, "%s(%q, &%s)\n", e.rt("Carried"), v.Name, v.Name)
		}
	}
	return d.String(), l.String()
}

// types names the unit's types for values that interfaces hold.
func (e *emitter) types() string {
	var b strings.Builder
	scope := e.unit.Types.Scope()
	for _, name := range scope.Names() {
		o, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !e.own(o) || o.IsAlias() || types.IsInterface(o.Type()) {
			continue
		}
		if named, ok := o.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
			fmt.Fprintf(&b, "%s[%s](%q)\n", e.rt("Type"), name, check.Name+"."+name)
		}
	}
	return b.String()
}

func (e *emitter) typeOf(v *check.Var) string {
	t, err := e.spell(v.Object.Type())
	if err != nil && e.problem == nil {
		e.problem = check.Diagnostics{{Cell: e.unit.Fresh().Cell, Line: 1, Column: 1, Message: fmt.Sprintf("%s: %v", v.Name, err)}}
	}
	return t
}
