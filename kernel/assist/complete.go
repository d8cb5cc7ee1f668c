package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// Complete says how the text before an offset of a cell may go on.
func (s *Session) Complete(code string, cursor int) Completion {
	cursor = min(max(cursor, 0), len(code))
	spot := cell.At(code, cursor)
	switch {
	case spot.Kind != cell.Go:
		return s.completeLine(code, cursor, spot)
	case spot.Go == "":
		return Completion{Start: cursor, End: cursor}
	}
	return s.completeGo(spot.Go, cursor)
}

// completeGo completes Go.
func (s *Session) completeGo(source string, cursor int) Completion {
	head := source[:cursor]
	lexemes := lex(head)
	if l, ok := within(lexemes, head); ok {
		if l.token == token.STRING {
			return s.completeString(source, cursor, l, lexemes)
		}
		return Completion{Start: cursor, End: cursor}
	}
	if n := len(lexemes); n > 0 && lexemes[n-1].end == cursor && lexemes[n-1].token.IsLiteral() && lexemes[n-1].token != token.IDENT {
		return Completion{Start: cursor, End: cursor} // no name begins at the end of a number or a text
	}
	start, end := identifier(source, cursor)
	c := &choice{typed: source[start:cursor]}
	texts := readings(source, start, end, mark)
	before := lex(source[:start])
	selector := len(before) > 0 && before[len(before)-1].token == token.PERIOD
	suits := func(sc *scene) bool {
		id := sc.ident()
		if id == nil || id.Name != mark {
			return false
		}
		_, ok := sc.outer(1).(*ast.SelectorExpr)
		return ok == selector
	}
	sc := best(s, texts, start, suits)
	if sc == nil && selector {
		sc, start = s.selectorAlone(source, before, start, suits)
	}
	if sc == nil {
		if !selector {
			s.anywhere(c)
		}
		return c.completion(cursor-len(c.typed), cursor)
	}
	sc.complete(c)
	return c.completion(cursor-len(c.typed), cursor)
}

// selectorAlone reads a selector whose statement cannot be read: the statement
// becomes that selector.
func (s *Session) selectorAlone(source string, before []lexeme, start int, suits func(*scene) bool) (*scene, int) {
	from, ok := operand(before)
	if !ok {
		return nil, start
	}
	stack := levels(before)
	statement := 0
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].bracket == token.LBRACE || i == 0 {
			statement = stack[i].start
			stack = stack[:i+1]
			break
		}
	}
	stack[len(stack)-1].reset()
	text := source[:statement] + "_ = " + source[from:start]
	place := len(text)
	return best(s, []string{text + mark + closing(stack)}, place, suits), start
}

// complete offers what may stand in place of the placeholder.
func (sc *scene) complete(c *choice) {
	id := sc.ident()
	switch parent := sc.outer(1).(type) {
	case *ast.SelectorExpr:
		if parent.Sel == id {
			sc.selected(c, parent)
			return
		}
	case *ast.KeyValueExpr:
		if literal, ok := sc.outer(2).(*ast.CompositeLit); ok && parent.Key == id && sc.fields(c, literal) {
			return
		}
	case *ast.CompositeLit:
		if parent.Type != id && sc.fields(c, parent) {
			return
		}
	}
	if sc.naming(id) {
		return
	}
	sc.names(c, sc.wantsType(id))
}

// selected offers what can be selected.
func (sc *scene) selected(c *choice, s *ast.SelectorExpr) {
	if x, ok := ast.Unparen(s.X).(*ast.Ident); ok {
		if name, ok := sc.info.Uses[x].(*types.PkgName); ok {
			scope := name.Imported().Scope()
			wantsType := sc.wantsType(s)
			for _, name := range scope.Names() {
				o := scope.Lookup(name)
				if _, isType := o.(*types.TypeName); o.Exported() && (isType || !wantsType) {
					c.add(item(o), 0)
				}
			}
			return
		}
	}
	tv, ok := sc.info.Types[s.X]
	if !ok || tv.Type == nil {
		return
	}
	if tv.IsType() {
		for _, m := range members(tv.Type, false) {
			if f, ok := m.Object.(*types.Func); ok {
				c.add(item(f), 0)
			}
		}
		return
	}
	for _, m := range members(tv.Type, tv.Addressable()) {
		c.add(item(m.Object), min(m.depth, 9))
	}
}

// fields offers the fields that a struct literal does not set as yet, and
// reports whether nothing else may stand there.
func (sc *scene) fields(c *choice, literal *ast.CompositeLit) bool {
	tv, ok := sc.info.Types[literal]
	if !ok || tv.Type == nil {
		return false
	}
	t := tv.Type
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem() // of an element of a []*T
	}
	structure, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	set := map[string]bool{}
	positional, keyed := false, false
	for _, element := range literal.Elts {
		switch element := element.(type) {
		case *ast.KeyValueExpr:
			keyed = true
			if key, ok := element.Key.(*ast.Ident); ok {
				set[key.Name] = true
			}
		case *ast.Ident:
			positional = positional || element.Name != mark
		default:
			positional = true
		}
	}
	if positional && !keyed {
		return false
	}
	for f := range structure.Fields() {
		if visible(f) && !set[f.Name()] {
			c.add(item(f), 0)
		}
	}
	return keyed
}

// naming reports whether the identifier is a new name, which nobody can guess.
func (sc *scene) naming(id *ast.Ident) bool {
	switch parent := sc.outer(1).(type) {
	case *ast.FuncDecl:
		return parent.Name == id
	case *ast.TypeSpec:
		return parent.Name == id
	case *ast.ValueSpec:
		for _, name := range parent.Names {
			if name == id {
				return true
			}
		}
	case *ast.Field:
		for _, name := range parent.Names {
			if name == id {
				return true
			}
		}
	case *ast.LabeledStmt, *ast.BranchStmt, *ast.ImportSpec:
		return true
	}
	return false
}

// wantsType reports whether x, the identifier at the place or the selector of
// it, can only be a type.
func (sc *scene) wantsType(x ast.Expr) bool {
	n := 1
	if _, ok := x.(*ast.SelectorExpr); ok {
		n = 2
	}
	for ; ; n++ {
		switch parent := sc.outer(n).(type) {
		case *ast.StarExpr:
			x = parent
			continue // decided by what is around it
		case *ast.Field:
			return parent.Type == x
		case *ast.ValueSpec:
			return parent.Type == x
		case *ast.TypeSpec:
			return parent.Type == x
		case *ast.ArrayType:
			return parent.Elt == x
		case *ast.MapType, *ast.ChanType:
			return true
		case *ast.TypeAssertExpr:
			return parent.Type == x
		case *ast.Ellipsis:
			return true
		default:
			return false
		}
	}
}

// Ranks of names: what is nearer comes first.
const (
	rankLocal = iota
	rankSession
	rankImport
	rankBuiltin
	rankPackage
	rankKeyword
)

// names offers what is in scope.
func (sc *scene) names(c *choice, onlyTypes bool) {
	pos := sc.ident().Pos()
	inner := sc.pkg.Scope().Innermost(pos)
	if inner == nil {
		inner = sc.pkg.Scope()
	}
	for scope := inner; scope != nil && scope != sc.pkg.Scope() && scope != types.Universe; scope = scope.Parent() {
		for _, name := range scope.Names() {
			_, o := inner.LookupParent(name, pos)
			if _, imported := o.(*types.PkgName); o != nil && !imported && visible(o) && fits(o, onlyTypes) {
				c.add(item(o), rankLocal)
			}
		}
	}
	for _, name := range sc.pkg.Scope().Names() {
		if o := sc.pkg.Scope().Lookup(name); visible(o) && fits(o, onlyTypes) || o.Pkg() != nil && strings.HasPrefix(name, "must") && !onlyTypes {
			c.add(item(o), rankSession)
		}
	}
	if !onlyTypes {
		for name := range sc.defined {
			if o := sc.definition(name); o != nil && visible(o) {
				c.add(item(o), rankLocal)
			}
		}
	}
	_, statement := sc.outer(1).(*ast.ExprStmt)
	sc.session.general(c, onlyTypes, statement)
}

// definition finds what a statement at the top level of the cell defines, before
// the place or behind it: cells are run again and again.
func (sc *scene) definition(name string) types.Object {
	for id, o := range sc.info.Defs {
		if id.Name == name && o != nil {
			return o
		}
	}
	return nil
}

func fits(o types.Object, onlyTypes bool) bool {
	_, isType := o.(*types.TypeName)
	return isType || !onlyTypes
}

// anywhere offers the session's names where the cell cannot be read.
func (s *Session) anywhere(c *choice) {
	s.symbols(c)
	for _, o := range s.Names.Predeclared {
		c.add(item(o), rankSession)
	}
	s.general(c, false, true)
}

// symbols offers the session's names.
func (s *Session) symbols(c *choice) {
	for _, symbol := range s.Names.Symbols {
		if visible(symbol.Object) {
			c.add(item(symbol.Object), rankSession)
		}
	}
}

var statementKeywords = []string{"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto", "if", "import", "interface", "map", "range", "return", "select", "struct", "switch", "type", "var"}

var (
	valueKeywords = []string{"chan", "func", "interface", "map", "range", "struct"}
	typeKeywords  = []string{"chan", "func", "interface", "map", "struct"}
)

// general offers what has a meaning in every cell.
func (s *Session) general(c *choice, onlyTypes, statement bool) {
	for name, p := range s.Names.Imports {
		c.add(Item{strings.TrimPrefix(name, "_"), kindModule, p}, rankImport)
	}
	for _, p := range s.Names.Dots {
		known, err := s.Library.Import(p)
		if err != nil {
			continue
		}
		for _, name := range known.Scope().Names() {
			if o := known.Scope().Lookup(name); o.Exported() && fits(o, onlyTypes) {
				c.add(item(o), rankImport)
			}
		}
	}
	for _, name := range types.Universe.Names() {
		if o := types.Universe.Lookup(name); fits(o, onlyTypes) {
			i := item(o)
			if o.Name() == "error" || o.Name() == "any" || o.Name() == "comparable" {
				i.Signature = "type interface"
			}
			c.add(i, rankBuiltin)
		}
	}
	if c.typed == "" {
		return // whatever there is would be offered
	}
	for name, p := range s.Library.Names() {
		c.add(Item{name, kindModule, p}, rankPackage)
	}
	words := valueKeywords
	switch {
	case statement:
		words = statementKeywords
	case onlyTypes:
		words = typeKeywords
	}
	for _, word := range words {
		c.add(Item{word, kindKeyword, ""}, rankKeyword)
	}
}
