package build

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
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
		body.WriteString(e.quickVariables())
		body.WriteString(e.shapesAndAccessors())
		body.WriteString(e.twinTypes())
		body.WriteString(e.embeddedNames()) // last: writing types may ask for more
		fmt.Fprintf(&body, "%sfunc init() {\n%s(%d, %s)\n%s%s}\nfunc main() {}\n", variables, e.rt("Register"), e.unit.Number, run, e.types(), known+e.functions())
	} else {
		variables, load := e.programVariables()
		fmt.Fprintf(&body, "%sfunc %s() {\n%s%s}\nfunc main() { %s(%s, %s) }\n", variables, loadName, e.types(), load, e.rank("Main"), loadName, check.RunName)
	}
	return e.header() + body.String()
}

// quickVariables declares pointers to the variables of quick cells that the
// unit uses: those have no package that could be imported.
func (e *emitter) quickVariables() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e.quick)) {
		s := e.quick[name]
		t, err := e.spell(s.Object.Type())
		if err != nil && e.problem == nil {
			e.problem = check.Diagnostics{{Cell: e.unit.Fresh().Cell, Line: 1, Column: 1, Message: fmt.Sprintf("%s: %v", s.Name, err)}}
		}
		fmt.Fprintf(&b, "var %s = %s[%s](%d, %q)\n", name, e.rt("Pointer"), t, s.Unit.Number, s.Name)
	}
	return b.String()
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
		fmt.Fprintf(&d, "var %s = (*%s)(%s)\n", name, t, e.oldAddress(v))
		fmt.Fprintf(&k, "%s(%d, %q, %s)\n", e.rt("Variable"), e.unit.Number, v.Name, name)
	}
	return d.String(), k.String()
}

// oldAddress writes where a variable is whose type was redefined.
func (e *emitter) oldAddress(v *check.Var) string {
	old := v.Old.Unit.Number
	if v.Old.Unit.Quick {
		return fmt.Sprintf("%s(%d, %q)", e.rt("Address"), old, v.Name)
	}
	name := e.use(unitName(old), unitPath(old)) + "." + exported(v.Name)
	if !v.Old.Behind {
		name = "&" + name
	}
	return e.use(unsafeName, "unsafe") + ".Pointer(" + name + ")"
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
			fmt.Fprintf(&l, "%s(%q, &%s)\n", e.rank("Carried"), v.Name, v.Name)
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
			fmt.Fprintf(&b, "%s[%s](%d, %q)\n", e.rt("Type"), name, e.unit.Number, name)
		}
	}
	return b.String()
}

// functions makes the unit's functions known by name, for quick cells.
func (e *emitter) functions() string {
	var b strings.Builder
	scope := e.unit.Types.Scope()
	for _, name := range scope.Names() {
		if f, ok := scope.Lookup(name).(*types.Func); ok && e.own(f) && f.Signature().TypeParams().Len() == 0 && name != "main" && name != check.RunName {
			fmt.Fprintf(&b, "%s(%d, %q, %s)\n", e.rt("Function"), e.unit.Number, name, exported(name))
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
