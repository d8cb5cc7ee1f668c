package build

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// A Mode says what a unit becomes.
type Mode int

const (
	// Plugin units are loaded into the engine. Later units import them.
	Plugin Mode = iota
	// Program units stand alone: every declaration that they use is in them.
	Program
)

// An emitter writes the Go source of a checked unit.
//
// It rewrites by go/types, never by the look of the text: whatever refers to
// another unit gets that unit's package and an exported spelling; what cannot
// be reached from another package, such as an unexported field, is reached
// through a function that the defining unit provides.
type emitter struct {
	world *check.World
	unit  *check.Unit
	mode  Mode
	file  *check.File // the one being written
	known *accessors
	local map[string]bool          // Program: definitions that stay variables of the function
	quick map[string]*check.Symbol // variables of quick cells, by the names of pointers to them

	imports map[string]string          // of the file being written: name -> path
	aliases map[string]*types.TypeName // embedded types of other units, which need their own names here
	shapes  []*shape                   // struct types at home in this unit
	foreign map[*ast.StructType]*shape // struct types that are at home in others
	generic int                        // counts accessors of generic types
	at      token.Pos                  // of the expression whose type is being spelled, if it is in a function
	problem error

	twins       []twinType            // of other units' structs
	retyped     map[*types.Var]*shape // variables that are declared as twins
	inRegisters map[*types.Var]bool   // see registers

	labeled   map[ast.Stmt]bool       // statements that have a label
	unchecked map[ast.Stmt]bool       // loops that are written without an interrupt check
	checked   map[ast.Stmt]bool       // loops that are being written with one
	copies    map[types.Object]string // what the loop at hand has instead of the session's variables
}

// emit writes a unit: one Go file for each cell that has a part in it, and one
// that holds variables and registration.
func emit(world *check.World, unit *check.Unit, mode Mode, known *accessors) (map[string]string, error) {
	e := &emitter{world: world, unit: unit, mode: mode, known: known, quick: map[string]*check.Symbol{}, aliases: map[string]*types.TypeName{}, foreign: map[*ast.StructType]*shape{}, labeled: map[ast.Stmt]bool{}, unchecked: map[ast.Stmt]bool{}, checked: map[ast.Stmt]bool{}}
	e.local = e.localNames()
	known.collect(e)
	e.retyped = e.rangeVariables()
	e.inRegisters = e.registers()
	files := map[string]string{}
	for i, f := range unit.Files {
		files[fmt.Sprintf("file%d.go", i)] = e.writeFile(f)
	}
	files["glue.go"] = e.glue()
	return files, e.problem
}

func (e *emitter) begin(f *check.File) {
	e.file = f
	e.imports = map[string]string{}
}

// writeFile writes the part of the unit that comes from one cell.
func (e *emitter) writeFile(f *check.File) string {
	e.begin(f)
	var body strings.Builder
	for _, p := range f.Pieces {
		if p.Kind == cell.Func || p.Kind == cell.Type || p.Kind == cell.Const {
			body.WriteString(line(p))
			body.WriteString(e.documented(p) + "\n")
			body.WriteString(e.extras(p))
		}
	}
	if f == e.unit.Fresh() {
		body.WriteString(e.runFunction(f))
	}
	return e.header() + body.String()
}

// documented writes a declaration with the comments that belong to it.
func (e *emitter) documented(p *check.Piece) string {
	var doc *ast.CommentGroup
	switch d := p.Node.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
	}
	if doc == nil {
		return e.text(p.Node)
	}
	return e.slice(doc.Pos(), declStart(p.Node.(ast.Decl))) + e.text(p.Node)
}

// header writes the package clause and the imports that the body has used.
func (e *emitter) header() string {
	var b strings.Builder
	b.WriteString("package " + check.Name + "\n")
	for _, name := range slices.Sorted(maps.Keys(e.imports)) {
		fmt.Fprintf(&b, "import %s %q\n", name, e.imports[name])
	}
	for _, path := range e.usedDots() {
		fmt.Fprintf(&b, "import . %q\n", path)
	}
	return b.String()
}

// usedDots returns the dot imports of which the file uses a name.
func (e *emitter) usedDots() []string {
	if e.file == nil || e.file.AST == nil {
		return nil
	}
	selected := map[*ast.Ident]bool{}
	used := map[string]bool{}
	ast.Inspect(e.file.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			selected[n.Sel] = true
		case *ast.Ident:
			if o := e.unit.Info.Uses[n]; !selected[n] && o != nil && o.Pkg() != nil && o.Parent() == o.Pkg().Scope() {
				used[o.Pkg().Path()] = true
			}
		}
		return true
	})
	var dots []string
	for _, path := range e.file.Dots {
		if used[path] {
			used[path] = false
			dots = append(dots, path)
		}
	}
	return dots
}

// use notes an import of the file being written and returns its name.
func (e *emitter) use(name, path string) string {
	e.imports[name] = path
	return name
}

func (e *emitter) rt(name string) string { return e.use(runtimeName, runtimePath) + "." + name }

// rank is rt for what only rank programs call.
func (e *emitter) rank(name string) string {
	return e.use(rankName, rankPath) + "." + name
}

// fail keeps the first thing that the emitter cannot write.
func (e *emitter) fail(node ast.Node, format string, args ...any) {
	if e.problem != nil {
		return
	}
	at := e.world.Fset.Position(node.Pos())
	var number int
	fmt.Sscanf(at.Filename, "cell %d", &number)
	e.problem = check.Diagnostics{{Cell: number, Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...)}}
}

func line(p *check.Piece) string {
	return fmt.Sprintf("//line %s:%d:%d\n", check.FileName(p.Cell), p.Line, p.Column)
}

// packageLevel reports whether an object is one of the session's or the
// unit's, at package level.
func (e *emitter) packageLevel(o types.Object) bool {
	return o != nil && o.Pkg() != nil && o.Pkg().Path() == check.Path && e.unit.Types.Scope().Lookup(o.Name()) == o
}

// own reports whether the unit itself declares the object.
func (e *emitter) own(o types.Object) bool { return o.Pkg() == e.unit.Types }

// ref writes a reference to a package-level object of the session.
func (e *emitter) ref(o types.Object) string {
	if e.mode == Program {
		return o.Name()
	}
	if s, ok := e.unit.Resolve(o); ok && s.Unit != e.unit {
		if s.Unit.Quick {
			name := fmt.Sprintf("%sQ%d_%s", mark, s.Unit.Number, s.Name)
			e.quick[name] = s
			return "(*" + name + ")"
		}
		name := e.use(unitName(s.Unit.Number), unitPath(s.Unit.Number)) + "." + exported(s.Name)
		if s.Behind {
			return "(*" + name + ")"
		}
		return name
	}
	if _, ok := o.(*types.TypeName); ok {
		return o.Name()
	}
	for _, v := range e.unit.Vars {
		if v.Object == o && v.Reinterpret {
			return "(*" + exported(o.Name()) + ")"
		}
	}
	return exported(o.Name())
}

// localNames finds, for a program, the definitions among its statements that
// no function refers to. They stay local variables, which are faster.
func (e *emitter) localNames() map[string]bool {
	local := map[string]bool{}
	if e.mode != Program {
		return local
	}
	f := e.unit.Fresh()
	global := map[string]bool{}
	for _, p := range f.Pieces {
		if p.Kind == cell.Func || p.Kind == cell.Type || p.Kind == cell.Const {
			e.world.Uses(e.unit, p.Node, map[string]bool{}, global)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, p := range f.Pieces {
			if p.Kind != cell.Var && !defines(p) {
				continue
			}
			any := false
			for _, name := range p.Names {
				any = any || global[name]
			}
			for _, name := range p.Names {
				if any && !global[name] {
					global[name], changed = true, true
				}
			}
		}
	}
	for _, v := range e.unit.Vars {
		if !global[v.Name] && !v.Carried {
			local[v.Name] = true
		}
	}
	return local
}

func defines(p *check.Piece) bool { return p.Kind == cell.Statement && len(p.Names) > 0 }
