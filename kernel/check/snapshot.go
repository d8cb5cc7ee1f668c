package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// A Snapshot is what a world knew at some moment. Nothing in it changes, so any
// goroutine may read it while the session goes on: go/types lets several
// goroutines read the types of checked packages.
type Snapshot struct {
	Fset        *token.FileSet // of the positions of the session's objects
	Symbols     map[string]*Symbol
	Decls       map[string]*Decl  // by key
	Imports     map[string]string // name in the session -> path
	Dots        []string          // paths of dot imports
	Predeclared []types.Object
}

// Snapshot returns what the world knows. Any goroutine may call it.
func (w *World) Snapshot() *Snapshot { return w.published.Load() }

// publish lets other goroutines see what the world has become.
func (w *World) publish() {
	w.published.Store(&Snapshot{
		Fset:        w.Fset,
		Symbols:     maps.Clone(w.symbols),
		Decls:       maps.Clone(w.decls),
		Imports:     maps.Clone(w.imports),
		Dots:        slices.Clone(w.dots),
		Predeclared: w.predeclared,
	})
}

// Check checks a file as well as it can, as code of the session that nobody
// runs: errors are left out, and info holds what was found in spite of them.
// The declared names hide those of the session.
func (s *Snapshot) Check(fset *token.FileSet, file *ast.File, declared map[string]bool, importer types.Importer, info *types.Info) *types.Package {
	p := types.NewPackage(Path, Name)
	for name, symbol := range s.Symbols {
		if !declared[name] {
			p.Scope().Insert(symbol.Object)
		}
	}
	for _, o := range s.Predeclared {
		if _, taken := s.Symbols[o.Name()]; !taken && !declared[o.Name()] {
			// A copy: the world puts the object itself into scopes of its own.
			p.Scope().Insert(types.NewFunc(o.Pos(), o.Pkg(), o.Name(), o.Type().(*types.Signature)))
		}
	}
	shieldNames(file, declared)
	for _, t := range genericCycles([]*ast.File{file}) {
		t.Type = &ast.StructType{Struct: t.Type.Pos(), Fields: &ast.FieldList{}}
	}
	unbind(file, declared)
	config := types.Config{Importer: importer, Error: func(error) {}}
	defer func() {
		// The checker has defects that only broken code shows.
		_ = recover()
	}()
	_ = types.NewChecker(&config, fset, p, info).Files([]*ast.File{file}) // the rest is known in spite of errors
	return p
}

// unbind makes functions of methods whose types the file does not declare: the
// checker expects to find these. Their receivers become parameters.
func unbind(file *ast.File, declared map[string]bool) {
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv == nil || len(f.Recv.List) == 0 || declared[baseName(f.Recv.List[0].Type)] {
			continue
		}
		f.Type.Params.List = append(slices.Clone(f.Recv.List), f.Type.Params.List...)
		f.Recv = nil
		f.Name = &ast.Ident{NamePos: f.Name.NamePos, Name: "_"}
	}
}
