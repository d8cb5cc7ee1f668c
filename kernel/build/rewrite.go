package build

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// An edit replaces the source between two positions.
type edit struct {
	from, to token.Pos
	text     string
}

// text writes the source of a node, rewritten.
func (e *emitter) text(n ast.Node) string {
	if d, ok := n.(ast.Decl); ok {
		// Comments above a declaration are not part of what is rewritten.
		return e.rewritten(n, declStart(d), n.End())
	}
	return e.rewritten(n, n.Pos(), n.End())
}

func declStart(d ast.Decl) token.Pos {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Type.Func
	case *ast.GenDecl:
		return d.TokPos
	}
	return d.Pos()
}

// rewritten writes what stands between two positions within a node.
func (e *emitter) rewritten(n ast.Node, from, to token.Pos) string {
	var edits []edit
	ast.Inspect(n, func(m ast.Node) bool {
		if m == nil {
			return false
		}
		text, replaced := e.replace(m)
		if replaced {
			edits = append(edits, edit{m.Pos(), m.End(), text})
			return false
		}
		edits = append(edits, e.insertions(m)...)
		return true
	})
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].from < edits[j].from })
	var b strings.Builder
	for _, x := range edits {
		if x.from < from {
			continue // of a part of the node that is not asked for
		}
		b.WriteString(e.slice(from, x.from))
		b.WriteString(x.text)
		from = x.to
	}
	b.WriteString(e.slice(from, to))
	return b.String()
}

// slice returns the source between two positions as it was checked.
func (e *emitter) slice(from, to token.Pos) string {
	file := e.world.Fset.File(e.file.AST.FileStart)
	return e.file.Text[file.Offset(from):file.Offset(to)]
}

// replace returns what a node becomes, if it does not stay as it is but for
// its children.
func (e *emitter) replace(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.Ident:
		return e.ident(n)
	case *ast.SelectorExpr:
		return e.selector(n)
	case *ast.CompositeLit:
		return e.composite(n, false)
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(n.X).(*ast.CompositeLit); ok && n.Op == token.AND {
			return e.composite(lit, true)
		}
	case *ast.AssignStmt:
		text, ok := e.assignment(n)
		if ok {
			text += e.writtenThrough(n)
		}
		return text, ok
	case *ast.IncDecStmt:
		return e.step(n)
	case *ast.LabeledStmt:
		e.labeled[n.Stmt] = true
	case *ast.ForStmt:
		return e.loop(n)
	case *ast.RangeStmt:
		return e.loop(n)
	case *ast.GoStmt:
		return e.guardGo(n)
	case *ast.Field:
		return e.embedded(n)
	case *ast.StructType:
		if s, ok := e.foreign[n]; ok {
			return e.writeShape(s, n), true
		}
	case *ast.CallExpr:
		if text, ok := e.converted(n); ok {
			return text, true
		}
		return e.constantCall(n)
	case *ast.KeyValueExpr:
		// A field's name in a struct literal is no reference.
		if key, ok := n.Key.(*ast.Ident); ok {
			if v, ok := e.unit.Info.Uses[key].(*types.Var); ok && v.IsField() {
				return key.Name + ":" + e.slice(n.Colon+1, n.Value.Pos()) + e.text(n.Value), true
			}
		}
	}
	return "", false
}

// loop writes a loop in a form that costs less, if it has one.
func (e *emitter) loop(n ast.Stmt) (string, bool) {
	if text, ok := e.withCopies(n); ok {
		return text, true
	}
	return e.bounded(n)
}

// insertions puts an interrupt check at the head of every loop that the engine
// runs, and guards goroutines. Ranks are interrupted by ending their process.
func (e *emitter) insertions(n ast.Node) []edit {
	if e.mode != Plugin {
		return nil
	}
	var body *ast.BlockStmt
	switch n := n.(type) {
	case *ast.ForStmt:
		if e.unchecked[n] {
			return nil
		}
		body = n.Body
	case *ast.RangeStmt:
		if e.unchecked[n] {
			return e.rangeAsTwin(n)
		}
		return append(e.rangeAsTwin(n), e.interruptible(n.Body))
	case *ast.AssignStmt, *ast.IncDecStmt:
		if text := e.writtenThrough(n.(ast.Stmt)); text != "" {
			return []edit{{n.End(), n.End(), text}}
		}
		return nil
	default:
		return e.guards(n)
	}
	return []edit{e.interruptible(body)}
}

func (e *emitter) interruptible(body *ast.BlockStmt) edit {
	return edit{body.Lbrace + 1, body.Lbrace + 1, e.rt("Check") + "();"}
}

// ident rewrites a name that stands by itself.
func (e *emitter) ident(id *ast.Ident) (string, bool) {
	if o := e.unit.Info.Uses[id]; o != nil {
		if name, ok := e.copies[o]; ok {
			return name, true
		}
		if v, ok := o.(*types.Var); ok && e.retyped[v] != nil {
			return e.original(v), true
		}
		return e.reference(id, o)
	}
	o := e.unit.Info.Defs[id]
	if o == nil {
		return "", false
	}
	switch o := o.(type) {
	case *types.Func:
		if o.Signature().Recv() != nil {
			return e.method(o)
		}
		switch o.Name() { // which the run function calls
		case "init":
			return e.initName(id), true
		case "main":
			return mainName, true
		}
	case *types.TypeName:
		return "", false
	}
	if e.mode == Plugin && e.packageLevel(o) {
		return e.ref(o), true
	}
	return "", false
}

// reference rewrites the use of an object.
func (e *emitter) reference(id *ast.Ident, o types.Object) (string, bool) {
	if o.Pkg() == nil {
		return "", false
	}
	switch o := o.(type) {
	case *types.PkgName:
		e.use(id.Name, o.Imported().Path())
		return "", false
	case *types.Func:
		if o.Signature().Recv() != nil {
			return e.method(o)
		}
	}
	if o.Pkg().Path() == runtimePath {
		return e.rt(strings.ToUpper(o.Name()[:1]) + o.Name()[1:]), true
	}
	if text, ok := e.exit(o); ok {
		return text, true
	}
	if e.packageLevel(o) {
		text := e.ref(o)
		return text, text != id.Name
	}
	return "", false
}

// method gives an unexported method of the session an exported spelling, so
// that types of later units can satisfy interfaces of earlier ones.
func (e *emitter) method(f *types.Func) (string, bool) {
	if e.mode == Program || f.Exported() || f.Name() == "_" || f.Pkg() == nil || f.Pkg().Path() != check.Path {
		return "", false
	}
	return exported(f.Name()), true
}

// selector rewrites x.f: a field or method that another unit declares, or a
// member of a package.
func (e *emitter) selector(s *ast.SelectorExpr) (string, bool) {
	selection := e.unit.Info.Selections[s]
	if selection == nil {
		if text, ok := e.exit(e.unit.Info.Uses[s.Sel]); ok {
			return text, true
		}
		if x, ok := s.X.(*ast.Ident); ok {
			if p, ok := e.unit.Info.Uses[x].(*types.PkgName); ok {
				e.use(x.Name, p.Imported().Path())
				return e.slice(s.Pos(), s.End()), true
			}
		}
		return "", false
	}
	if text, ok := e.loggerExit(s, selection); ok {
		return text, true
	}
	if selection.Kind() != types.FieldVal {
		name, renamed := e.method(selection.Obj().(*types.Func))
		if !renamed {
			name = s.Sel.Name
		}
		return e.text(s.X) + e.slice(s.X.End(), s.Sel.Pos()) + name, true
	}
	return e.field(s, selection)
}

// field writes x.f as the path of fields that it stands for, if one of them
// belongs to another unit and is not exported. What has no address, or is to have
// none, is read as a value.
func (e *emitter) field(s *ast.SelectorExpr, selection *types.Selection) (string, bool) {
	plain := e.text(s.X) + e.slice(s.X.End(), s.Sel.Pos()) + s.Sel.Name
	if e.mode == Program {
		return plain, true
	}
	t := selection.Recv()
	root, steps := e.path(s.X)
	value := e.inRegisters[root] // rather than through its address
	text, addressable := e.text(s.X), e.unit.Info.Types[s.X].Addressable() && !(value && e.hiddenFrom(steps) < len(steps))
	through, twinned := false, ""
	if e.retyped[root] != nil && len(steps) == 0 {
		text, through, twinned = root.Name(), true, root.Name()
	}
	for n, i := range selection.Index() {
		pointer := false
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t, pointer = p.Elem(), true
		}
		structure, ok := t.Underlying().(*types.Struct)
		if !ok {
			return plain, true
		}
		f := structure.Field(i)
		shape := e.valueShape(f, structure)
		switch {
		case e.accessible(f), n == 0 && text == twinned:
			text += "." + f.Name()
			addressable = addressable || pointer
		case shape != nil && !pointer && (value || !addressable):
			text, through, addressable = e.getter(shape, i)+"("+text+")", true, false
		default:
			switch {
			case pointer:
			case addressable:
				text = "&" + text
			default:
				text = e.rt("Ptr") + "(" + text + ")"
			}
			reached, ok := e.reach(s, f, t, text)
			if !ok {
				e.fail(s, unreachable, f.Name())
				return plain, true
			}
			text, addressable, through = reached, true, true
		}
		value = value && !pointer
		t = f.Type()
	}
	if !through {
		return plain, true
	}
	return text, true
}

// accessible reports whether generated code may name the field.
func (e *emitter) accessible(f *types.Var) bool {
	if f.Exported() || f.Pkg() == nil || f.Pkg().Path() != check.Path {
		return true
	}
	if a, ok := e.known.byField[f.Origin()]; ok && e.mode == Plugin {
		return a.unit == e.unit.Number
	}
	return e.own(f)
}
