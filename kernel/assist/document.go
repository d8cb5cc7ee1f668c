package assist

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A source is a Go file, or a part of one, whose declarations are looked up.
type source struct {
	fset *token.FileSet
	file *ast.File
	text string

	changed time.Time
}

// sources are the files that were read last, by name.
var sources = struct {
	sync.Mutex
	files map[string]*source
}{files: map[string]*source{}}

// mostSources is how many files are kept: the syntax of a large one takes some
// MB of memory.
const mostSources = 16

// readSource reads a file, nil if that is not possible.
func readSource(name string) *source {
	sources.Lock()
	defer sources.Unlock()
	info, err := os.Stat(name)
	if err != nil {
		return nil
	}
	if s := sources.files[name]; s != nil && s.changed.Equal(info.ModTime()) {
		return s
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	if len(sources.files) >= mostSources {
		clear(sources.files)
	}
	s := parse(string(text))
	s.changed = info.ModTime()
	sources.files[name] = s
	return s
}

func parse(text string) *source {
	s := &source{fset: token.NewFileSet(), text: text}
	s.file, _ = parser.ParseFile(s.fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	return s
}

// A declaration is what the source says about a name.
type declaration struct {
	doc  string
	head string // the declaration without the body of a function
	text string // all of it
}

func (s *source) slice(from, to token.Pos) string {
	f := s.fset.File(s.file.FileStart)
	return s.text[f.Offset(from):f.Offset(to)]
}

// line is the line of a position, as the file counts it itself: copies of a
// user's files begin with a directive to the compiler.
func (s *source) line(pos token.Pos) int { return s.fset.Position(pos).Line }

// find returns what is said about the name that match accepts: a function, a
// method, a type, a constant, a variable, a field.
func (s *source) find(match func(name *ast.Ident) bool) (declaration, bool) {
	if s == nil || s.file == nil {
		return declaration{}, false
	}
	for _, decl := range s.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if !match(decl.Name) {
				continue
			}
			d := declaration{doc: decl.Doc.Text(), text: s.slice(decl.Pos(), decl.End())}
			d.head = strings.TrimSpace(s.slice(decl.Pos(), decl.Type.End()))
			return d, true
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if d, ok := s.inSpec(decl, spec, match); ok {
					return d, true
				}
			}
		}
	}
	return declaration{}, false
}

func (s *source) inSpec(decl *ast.GenDecl, spec ast.Spec, match func(*ast.Ident) bool) (declaration, bool) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if match(spec.Name) {
			text := "type " + s.slice(spec.Pos(), spec.End())
			return declaration{firstDoc(spec.Doc, soleDoc(decl), spec.Comment), text, text}, true
		}
		var found declaration
		ok := false
		ast.Inspect(spec.Type, func(n ast.Node) bool {
			field, isField := n.(*ast.Field)
			if !isField || ok {
				return !ok
			}
			names := field.Names
			if len(names) == 0 {
				if name := embeddedName(field.Type); name != nil {
					names = []*ast.Ident{name}
				}
			}
			for _, name := range names {
				if match(name) {
					text := s.slice(field.Pos(), field.End())
					found, ok = declaration{firstDoc(field.Doc, field.Comment), text, text}, true
				}
			}
			return !ok
		})
		return found, ok
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if match(name) {
				text := decl.Tok.String() + " " + s.slice(spec.Pos(), spec.End())
				return declaration{firstDoc(spec.Doc, soleDoc(decl), spec.Comment, decl.Doc), text, text}, true
			}
		}
	}
	return declaration{}, false
}

// soleDoc is the comment above a declaration that is not a group.
func soleDoc(decl *ast.GenDecl) *ast.CommentGroup {
	if decl.Lparen.IsValid() {
		return nil
	}
	return decl.Doc
}

func firstDoc(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := g.Text(); text != "" {
			return text
		}
	}
	return ""
}

// embeddedName is the name of the type of an embedded field.
func embeddedName(t ast.Expr) *ast.Ident {
	switch t := t.(type) {
	case *ast.Ident:
		return t
	case *ast.StarExpr:
		return embeddedName(t.X)
	case *ast.SelectorExpr:
		return t.Sel
	case *ast.IndexExpr:
		return embeddedName(t.X)
	case *ast.IndexListExpr:
		return embeddedName(t.X)
	}
	return nil
}

// packageDocs are the package comments that were read, by folder.
var packageDocs sync.Map

// packageDoc returns the package comment in a folder: the longest, if several
// files have one.
func packageDoc(dir, name string) string {
	if doc, ok := packageDocs.Load(dir); ok {
		return doc.(string)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	longest := ""
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil || file.Name.Name != name {
			continue
		}
		if text := file.Doc.Text(); len(text) > len(longest) {
			longest = text
		}
	}
	packageDocs.Store(dir, longest)
	return longest
}
