package check

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// Check checks the fragments of a cell against the world. Cell is the number
// by which the user knows the cell, unit the number of the new unit. The error
// is a [Diagnostics] with all that is wrong.
func (w *World) Check(fragments []cell.Fragment, number, unit int) (*Unit, error) {
	u, err := w.check(fragments, number, unit, nil, nil)
	if err != nil {
		return nil, err
	}
	keys := w.stale(u)
	if len(keys) == 0 {
		return u, nil
	}
	if again, err := w.check(fragments, number, unit, nil, keys); err == nil {
		return again, nil
	}
	u.leave(keys)
	return u, nil
}

// check is Check with imports that an earlier attempt found missing, and with
// the keys of declarations that are to be compiled again.
func (w *World) check(fragments []cell.Fragment, number, unit int, missing map[string]string, again map[string]bool) (*Unit, error) {
	u := &Unit{Number: unit, world: w, newImports: maps.Clone(missing)}
	if u.newImports == nil {
		u.newImports = map[string]string{}
	}
	fresh := &File{Cell: number, fresh: true}
	u.Files = []*File{fresh}
	var problems Diagnostics
	for _, f := range fragments {
		if f.Kind == cell.Import {
			problems = append(problems, w.readImport(u, f, number)...)
			continue
		}
		p, diagnostics := w.parse(f, number)
		if diagnostics != nil {
			problems = append(problems, diagnostics...)
			continue
		}
		fresh.Pieces = append(fresh.Pieces, p.split()...)
	}
	if problems != nil {
		return nil, problems.sorted()
	}
	if d := markRepeated(fresh.Pieces); d != nil {
		return nil, d
	}
	w.findOld(fresh.Pieces)
	env := maps.Clone(w.imports)
	maps.Copy(env, u.newImports)
	for _, p := range fresh.Pieces {
		p.Imports = env
	}
	r := w.redefine(fresh.Pieces, again)
	fresh.Pieces = slices.DeleteFunc(fresh.Pieces, func(p *Piece) bool { return isDecl(p) && r.repeated[p.key()] })
	u.dropped = r.dropped
	fresh.setImports(w, u)
	w.bringBack(u, r.back)
	if problems := w.ownMethods(u); problems != nil {
		return nil, problems.sorted()
	}
	w.adopt(u, r)
	if err := w.typecheck(u); err != nil {
		if found := w.missingImports(err.(Diagnostics), missing, fresh); found != nil {
			return w.check(fragments, number, unit, found, again)
		}
		return nil, err
	}
	w.settle(u)
	if problems := w.tooEarly(u); problems != nil {
		return nil, problems.sorted()
	}
	return u, nil
}

// readImport notes the imports of a cell.
func (w *World) readImport(u *Unit, f cell.Fragment, number int) Diagnostics {
	source := "package p\n" + lineDirective(number, f.Line, f.Column) + f.Text + "\n"
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ImportsOnly)
	if err != nil {
		return syntaxDiagnostics(err, number, f)
	}
	for _, spec := range file.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		imported, err := w.importer.Import(p)
		if err != nil {
			return Diagnostics{{Cell: number, Line: f.Line, Column: f.Column, Message: fmt.Sprintf("could not import %s: %v", p, err)}}
		}
		switch {
		case spec.Name == nil:
			u.newImports[imported.Name()] = p
		case spec.Name.Name == ".":
			if !slices.Contains(w.dots, p) && !slices.Contains(u.newDots, p) {
				u.newDots = append(u.newDots, p)
			}
		case spec.Name.Name == "_":
			u.newImports["_"+path.Base(p)] = p
		default:
			u.newImports[spec.Name.Name] = p
		}
	}
	return nil
}

// markRepeated finds the names that a cell defines more than once. A short
// variable declaration may repeat names as long as one of them is new.
func markRepeated(pieces []*Piece) Diagnostics {
	seen := map[string]bool{}
	for _, p := range pieces {
		if p.Kind != cell.Var && !p.isDefinition() {
			continue
		}
		fresh := false
		p.Repeated = map[string]bool{}
		for _, name := range p.Names {
			switch {
			case name == "_":
			case seen[name] && p.isDefinition():
				p.Repeated[name] = true
			default:
				fresh = true
			}
		}
		if p.isDefinition() && !fresh {
			return Diagnostics{{Cell: p.Cell, Line: p.Line, Column: p.Column, Message: "no new variables on left side of :="}}
		}
		for _, name := range p.Names {
			seen[name] = true
		}
	}
	return nil
}

// setImports gives the file those imports that its pieces may mean.
func (f *File) setImports(w *World, u *Unit) {
	f.Imports = map[string]string{}
	declared := map[string]bool{}
	for _, p := range f.Pieces {
		for _, name := range p.Names {
			declared[name] = declared[name] || !p.IsMethod()
		}
	}
	for _, p := range f.Pieces {
		for name, path := range w.importsUsed(p) {
			if !declared[name] {
				f.Imports[name] = path
			}
		}
	}
	if f.fresh {
		for name, path := range u.newImports {
			if strings.HasPrefix(name, "_") {
				f.Imports["_"] = path
			}
		}
	}
	f.Dots = append(slices.Clone(w.dots), u.newDots...)
}

// bringBack adds the declarations that are compiled again, one file for each
// cell that they come from.
func (w *World) bringBack(u *Unit, back map[string]*Decl) {
	files := map[int]*File{}
	for _, key := range slices.Sorted(maps.Keys(back)) {
		old := back[key].Piece
		piece := &Piece{Fragment: old.Fragment, Cell: old.Cell, Receiver: old.Receiver, Names: old.Names, Imports: old.Imports}
		f := files[old.Cell]
		if f == nil {
			f = &File{Cell: old.Cell}
			files[old.Cell] = f
			u.Files = append(u.Files, f)
		}
		f.Pieces = append(f.Pieces, piece)
	}
	for _, f := range u.Files[1:] {
		f.setImports(w, u)
	}
}

// NewInfo returns room for all that go/types finds out.
func NewInfo() *types.Info {
	return &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances:  map[*ast.Ident]types.Instance{},
		Scopes:     map[ast.Node]*types.Scope{},
	}
}

// typecheck composes, parses and checks the unit.
func (w *World) typecheck(u *Unit) error {
	u.Types = types.NewPackage(Path, Name)
	u.Info = NewInfo()
	var problems Diagnostics
	var asts []*ast.File
	for _, f := range u.Files {
		f.compose()
		file, err := parser.ParseFile(w.Fset, "", f.Text, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			problems = append(problems, syntaxDiagnostics(err, f.Cell, cell.Fragment{Line: 1 << 30})...)
			continue
		}
		f.AST = file
		f.attach(w.Fset)
		asts = append(asts, file)
	}
	if problems != nil {
		return problems.sorted()
	}
	for _, t := range genericCycles(asts) {
		at := w.Fset.Position(t.Name.Pos())
		var number int
		fmt.Sscanf(at.Filename, "cell %d", &number)
		problems = append(problems, Diagnostic{number, at.Line, at.Column, "invalid recursive type " + t.Name.Name})
	}
	if problems != nil {
		return problems.sorted()
	}
	defined := u.defined()
	for _, f := range u.Files {
		for name := range f.Imports {
			defined[name] = true
		}
	}
	for _, file := range asts {
		shieldNames(file, defined)
	}
	for _, name := range slices.Sorted(maps.Keys(w.symbols)) {
		if !defined[name] {
			u.Types.Scope().Insert(w.symbols[name].Object)
			defined[name] = true
		}
	}
	for _, object := range w.predeclared {
		if !defined[object.Name()] {
			u.Types.Scope().Insert(object)
		}
	}
	w.insertOld(u)
	config := types.Config{
		Importer: w.importer,
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) || w.tolerated(u, e) {
				return
			}
			problems = append(problems, w.diagnose(e.Pos, e.Msg))
		},
	}
	if failed := files(types.NewChecker(&config, w.Fset, u.Types, u.Info), asts); failed != "" {
		problems = append(problems, Diagnostic{u.Fresh().Cell, 1, 1, failed})
	}
	problems = append(problems, w.settleLiterals(u, asts)...)
	if problems != nil {
		return problems.sorted()
	}
	return nil
}

// diagnose says what is wrong at a place.
func (w *World) diagnose(pos token.Pos, message string) Diagnostic {
	at := w.Fset.Position(pos)
	var number int
	fmt.Sscanf(at.Filename, "cell %d", &number)
	return Diagnostic{number, at.Line, at.Column, plain(message)}
}

// files has go/types check files; what it finds arrives through its config. A
// fault of go/types itself must not take the session down, which knows all that
// the notebook has declared.
func files(checker *types.Checker, asts []*ast.File) (failed string) {
	defer func() {
		if r := recover(); r != nil {
			failed = fmt.Sprintf("the type checker of Go's standard library fails on this cell: %v", r)
		}
	}()
	_ = checker.Files(asts)
	return ""
}

// attach finds the syntax tree of every piece.
func (f *File) attach(fset *token.FileSet) {
	file := fset.File(f.AST.FileStart)
	at := func(n ast.Node) *Piece {
		offset := file.Offset(n.Pos())
		end := file.Offset(n.End())
		for _, p := range f.Pieces {
			if p.start <= offset && offset < p.end || offset < p.start && p.start < end {
				return p
			}
		}
		return nil
	}
	for _, decl := range f.AST.Decls {
		if run, ok := decl.(*ast.FuncDecl); ok && run.Recv == nil && run.Name.Name == RunName {
			for _, stmt := range run.Body.List {
				if p := at(stmt); p != nil {
					p.Node = stmt
					if e, ok := stmt.(*ast.ExprStmt); ok {
						p.Expression = e.X
					}
				}
			}
			continue
		}
		if p := at(decl); p != nil {
			p.Node = decl
		}
	}
}

// tolerated says which errors of a Go file are none in a cell.
func (w *World) tolerated(u *Unit, e types.Error) bool {
	switch {
	case strings.HasSuffix(e.Msg, "imported and not used"), strings.Contains(e.Msg, "imported as") && strings.HasSuffix(e.Msg, "and not used"):
		return true
	case strings.HasPrefix(e.Msg, "initialization cycle"):
		// Cells initialise in the order of their statements.
		u.cyclic = true
		return true
	case strings.HasPrefix(e.Msg, "implicit assignment to unexported field"):
		// Settled in literal.go.
		return true
	}
	// The value of a cell's last expression is shown, so it is used.
	if strings.HasSuffix(e.Msg, "is not used") {
		f := u.Fresh()
		if len(f.Pieces) == 0 {
			return false
		}
		last := f.Pieces[len(f.Pieces)-1]
		offset := w.Fset.File(f.AST.FileStart)
		if offset.Base() <= int(e.Pos) && int(e.Pos) <= offset.Base()+offset.Size() && last.Expression != nil {
			at := offset.Offset(e.Pos)
			return last.start <= at && at < last.end
		}
	}
	return false
}

var ownPackage = regexp.MustCompile(`\bmain\.`)

// plain writes an error as it would read in a single package.
func plain(message string) string {
	return strings.ReplaceAll(ownPackage.ReplaceAllString(message, ""), oldMark, "")
}

var undefined = regexp.MustCompile(`^undefined: (\w+)$`)

// missingImports returns the imports with which a second attempt may succeed,
// or nil. A name counts as a package's only where something is selected from it.
func (w *World) missingImports(problems Diagnostics, tried map[string]string, fresh *File) map[string]string {
	again := maps.Clone(tried)
	found := false
	for _, d := range problems {
		match := undefined.FindStringSubmatch(d.Message)
		if match == nil || tried[match[1]] != "" || !selectsFrom(fresh, match[1]) {
			continue
		}
		if path := w.packages(match[1]); path != "" {
			if again == nil {
				again = map[string]string{}
			}
			again[match[1]], found = path, true
		}
	}
	if !found {
		return nil
	}
	return again
}

func selectsFrom(f *File, name string) bool {
	found := false
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			x, ok := s.X.(*ast.Ident)
			found = found || ok && x.Name == name
		}
		return !found
	})
	return found
}
