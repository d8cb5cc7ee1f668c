package assist

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// mark is what stands for the identifier at the cursor. Nobody types it.
const mark = "Ξ"

// cellBase is where the positions of the cell at hand begin. Those of the
// session and of packages are smaller.
const cellBase = 1 << 30

// A scene is a cell that was checked as well as it can be, as a file: first its
// declarations, then its statements in a function.
type scene struct {
	session  *Session
	fset     *token.FileSet
	file     *ast.File
	info     *types.Info
	pkg      *types.Package
	declared map[string]bool // the names that the file declares
	defined  map[string]bool // besides, those that statements define at the top level
	source   string          // of the cell
	text     string          // of the file
	pieces   []piece
	mistakes int        // errors of syntax
	at       []ast.Node // the nodes around the place asked for, outermost first
}

// A piece is a part of the cell in the text of the file.
type piece struct {
	start, end int  // in the text
	from       int  // in the cell
	copied     bool // stands elsewhere, too
}

// newScene reads source, which may be anything. Place is the offset in it of
// what the caller wants to know about.
func newScene(s *Session, source string, place int) *scene {
	sc := &scene{session: s, source: source, fset: token.NewFileSet(), declared: map[string]bool{}, defined: map[string]bool{}}
	sc.fset.AddFile("", cellBase, 0)
	fragments, err := cell.Fragments(source, 1)
	if err != nil {
		sc.mistakes += 1000
		return sc
	}
	sc.compose(source, fragments)
	sc.file, err = parser.ParseFile(sc.fset, "", sc.text, parser.SkipObjectResolution|parser.AllErrors|parser.ParseComments)
	if list, ok := err.(scanner.ErrorList); ok {
		sc.mistakes += len(list)
	}
	sc.look(place)
	return sc
}

var startsDefinition = regexp.MustCompile(`^[\pL_][\pL\p{Nd}_]*(\s*,\s*[\pL_][\pL\p{Nd}_]*)*\s*:=`)

// compose puts the fragments into a file. What statements define is defined at
// package level, too, for the cell's functions to see.
func (sc *scene) compose(source string, fragments []cell.Fragment) {
	lines := []int{0}
	for i := range len(source) {
		if source[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	var b strings.Builder
	b.WriteString("package " + check.Name + "\n")
	write := func(f cell.Fragment, text string, copied bool) {
		start := b.Len()
		b.WriteString(text)
		sc.pieces = append(sc.pieces, piece{start, b.Len(), lines[f.Line-1] + f.Column - 1, copied})
		b.WriteString("\n")
	}
	functions := false
	for _, f := range fragments {
		functions = functions || f.Kind == cell.Func
		if f.Kind == cell.Import {
			write(f, f.Text, false)
		}
	}
	for _, f := range fragments {
		if f.Kind == cell.Func || f.Kind == cell.Type || f.Kind == cell.Const {
			write(f, f.Text, false)
		}
	}
	for _, f := range fragments {
		switch {
		case strings.Contains(f.Text, mark):
		case f.Kind == cell.Var && functions:
			write(f, f.Text, true)
		case f.Kind == cell.Statement && startsDefinition.MatchString(f.Text):
			left, right, _ := strings.Cut(f.Text, ":=")
			for name := range strings.SplitSeq(left, ",") {
				sc.defined[strings.TrimSpace(name)] = true
			}
			if functions {
				b.WriteString("var ")
				write(f, left+" ="+right, true)
			}
		}
	}
	b.WriteString("func " + check.RunName + "() {\n")
	for _, f := range fragments {
		if f.Kind == cell.Var || f.Kind == cell.Statement {
			write(f, f.Text, false)
		}
	}
	b.WriteString("}\n")
	sc.text = b.String()
}

// position leads an offset in the cell to a position in the file.
func (sc *scene) position(offset int) token.Pos {
	for _, p := range sc.pieces {
		if !p.copied && p.from <= offset && offset <= p.from+p.end-p.start {
			return token.Pos(sc.base() + p.start + offset - p.from)
		}
	}
	return token.NoPos
}

func (sc *scene) base() int { return sc.fset.File(sc.file.FileStart).Base() }

// offset leads a position in the file to an offset in the cell, -1 if it has
// none.
func (sc *scene) offset(pos token.Pos) int {
	at := int(pos) - sc.base()
	for _, p := range sc.pieces {
		if p.start <= at && at <= p.end {
			return p.from + at - p.start
		}
	}
	return -1
}

// look finds the nodes around an offset of the cell.
func (sc *scene) look(offset int) {
	pos := sc.position(offset)
	if pos == token.NoPos {
		return
	}
	ast.Inspect(sc.file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() < pos {
			return false
		}
		if sc.ident() != nil {
			return false // what else touches the place is less
		}
		for len(sc.at) > 0 {
			last := sc.at[len(sc.at)-1]
			if last.Pos() <= n.Pos() && n.End() <= last.End() {
				break
			}
			sc.at = sc.at[:len(sc.at)-1] // a neighbour that only touches the place
		}
		sc.at = append(sc.at, n)
		return true
	})
}

// ident is the identifier at the place, nil if there is another thing.
func (sc *scene) ident() *ast.Ident {
	if len(sc.at) == 0 {
		return nil
	}
	id, _ := sc.at[len(sc.at)-1].(*ast.Ident)
	return id
}

// outer returns the n-th node around the identifier at the place, counted from
// 1, or nil.
func (sc *scene) outer(n int) ast.Node {
	if i := len(sc.at) - 1 - n; i >= 0 {
		return sc.at[i]
	}
	return nil
}

// check type-checks the file.
func (sc *scene) check() {
	sc.declare()
	sc.imports()
	sc.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes:     map[ast.Node]*types.Scope{},
	}
	sc.pkg = sc.session.Names.Check(sc.fset, sc.file, sc.declared, sc.session.Library, sc.info)
}

// declare notes what the file declares at package level.
func (sc *scene) declare() {
	for _, decl := range sc.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				sc.declared[decl.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					sc.declared[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						sc.declared[name.Name] = true
					}
				}
			}
		}
	}
}

// imports gives the file the imports that it may mean: the cell's own, the
// session's, and those that are added without being asked for.
func (sc *scene) imports() {
	wanted := map[string]string{}
	var dots []string
	for _, decl := range sc.file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.IMPORT {
			continue
		}
		for _, spec := range group.Specs {
			p, err := strconv.Unquote(spec.(*ast.ImportSpec).Path.Value)
			if err != nil {
				continue
			}
			switch name := spec.(*ast.ImportSpec).Name; {
			case name == nil:
				wanted[sc.packageName(p)] = p
			case name.Name == ".":
				dots = append(dots, p)
			case name.Name != "_":
				wanted[name.Name] = p
			}
		}
		group.Specs = nil
	}
	names := sc.session.Library.Names()
	ast.Inspect(sc.file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && wanted[x.Name] == "" {
			if p := sc.meant(x.Name, names); p != "" {
				wanted[x.Name] = p
			}
		}
		return true
	})
	for name, p := range wanted {
		if !sc.declared[name] {
			sc.addImport(name, p)
		}
	}
	for _, p := range append(dots, sc.session.Names.Dots...) {
		sc.addImport(".", p)
	}
}

// meant returns the import path that a name has without an import in the cell.
func (sc *scene) meant(name string, names map[string]string) string {
	if p := sc.session.Names.Imports[name]; p != "" {
		return p
	}
	if _, ok := sc.session.Names.Symbols[name]; ok {
		return ""
	}
	return names[name]
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// packageName is the name of the package with a path, a guess if it is not known.
func (sc *scene) packageName(p string) string {
	if known, err := sc.session.Library.Import(p); err == nil {
		return known.Name()
	}
	base := path.Base(p)
	if majorVersion.MatchString(base) {
		base = path.Base(path.Dir(p))
	}
	return base
}

func (sc *scene) addImport(name, p string) {
	if _, err := sc.session.Library.Import(p); err != nil {
		return
	}
	spec := &ast.ImportSpec{Name: ast.NewIdent(name), Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(p)}}
	sc.file.Decls = append([]ast.Decl{&ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{spec}}}, sc.file.Decls...)
	sc.file.Imports = append(sc.file.Imports, spec)
}

// readings returns the texts in which the cell can be read when what stands from
// start to end is replaced by the placeholder: as it stands, and cut off and
// closed behind it.
func readings(source string, start, end int, placeholder string) []string {
	whole := source[:start] + placeholder + source[end:]
	head := source[:start] + placeholder
	lexemes := lex(head)
	rest := declarations(source[end:])
	var texts []string
	texts = append(texts, whole)
	for _, way := range closings(lexemes) {
		texts = append(texts, head+way+rest)
	}
	return texts
}

var startsDeclaration = regexp.MustCompile(`(?m)^(func|type|const|var|import)\b`)

// declarations returns what a cell declares behind the statement at hand: from
// the first line on that begins a declaration, if all of it can be read.
func declarations(rest string) string {
	for _, at := range startsDeclaration.FindAllStringIndex(rest, -1) {
		fragments, err := cell.Fragments(rest[at[0]:], 1)
		if err != nil {
			continue
		}
		var b strings.Builder
		for _, f := range fragments {
			if f.Kind != cell.Statement {
				b.WriteString("\n" + f.Text)
			}
		}
		return b.String()
	}
	return ""
}

// best reads the cell in the way that has the fewest errors of syntax, among
// those for which the nodes around the place suit the caller.
func best(s *Session, texts []string, place int, suits func(*scene) bool) *scene {
	var found *scene
	for _, text := range texts {
		sc := newScene(s, text, place)
		if sc.file == nil || !suits(sc) || found != nil && found.mistakes <= sc.mistakes {
			continue
		}
		found = sc
		if sc.mistakes == 0 {
			break
		}
	}
	if found != nil {
		found.check()
	}
	return found
}
