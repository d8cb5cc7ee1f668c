package build

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// exit writes what takes the place of an object that ends the process.
func (e *emitter) exit(o types.Object) (text string, ok bool) {
	f, isFunction := o.(*types.Func)
	if !isFunction {
		return "", false
	}
	name, ok := check.Exits[f.FullName()]
	switch name {
	case "":
		return "", ok
	case "Exit":
		return e.rt(name), true
	default:
		return e.use(logsName, logsPath) + "." + name, true
	}
}

// loggerExit rewrites l.Fatal, where l is, points to or embeds a log.Logger.
func (e *emitter) loggerExit(s *ast.SelectorExpr, selection *types.Selection) (string, bool) {
	if selection.Kind() != types.MethodVal {
		return "", false
	}
	name, ok := e.exit(selection.Obj())
	if !ok {
		return "", false
	}
	t, text := selection.Recv(), e.text(s.X)
	path := selection.Index()
	for _, i := range path[:len(path)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		if !field.Exported() && !(e.mode == Program || e.accessible(field)) {
			return "", false
		}
		t, text = field.Type(), text+"."+field.Name()
	}
	if _, pointer := t.Underlying().(*types.Pointer); !pointer {
		text = "&" + text
	}
	broken := strings.Count(e.slice(s.X.End(), s.End()), "\n") // lines keep their numbers
	return name + "(" + strings.Repeat("\n", broken) + text + ")", true
}
