package assist

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// completeString completes the text of a string literal: an import path, the
// name of a file, a path in an HDF5 file, a key of a map.
func (s *Session) completeString(source string, cursor int, literal lexeme, lexemes []lexeme) Completion {
	start := literal.start + 1
	c := &choice{typed: source[start:cursor]}
	before := lexemes[:len(lexemes)-1]
	for len(before) > 0 && before[len(before)-1].start >= literal.start {
		before = before[:len(before)-1]
	}
	if inImport(before) {
		s.importPaths(c)
		return c.completion(start, cursor)
	}
	suits := func(sc *scene) bool {
		id := sc.ident()
		return id != nil && id.Name == mark
	}
	end := cursor
	if rest := source[cursor:]; literal.text[0] == '"' {
		if line, _, _ := strings.Cut(rest, "\n"); strings.Contains(line, `"`) {
			end = cursor + strings.IndexByte(line, '"') + 1
		}
	}
	sc := best(s, readings(source, literal.start, end, mark), literal.start, suits)
	if sc == nil {
		return c.completion(start, cursor)
	}
	call, argument := sc.argument()
	switch {
	case sc.key(c, literal.text[0]):
	case call == nil:
	case argument == 0 && sc.hdf5(c, call):
	case sc.takesFile(call, argument):
		s.files(c, false)
	}
	return c.completion(start, cursor)
}

// key offers the keys of a map for an index. It reports whether the place is
// an index.
func (sc *scene) key(c *choice, quote byte) bool {
	x, ok := sc.outer(1).(*ast.IndexExpr)
	if !ok || x.Index != sc.ident() {
		return false
	}
	table, ok := sc.typeOf(x.X).(*types.Map)
	if !ok {
		return true
	}
	symbol := sc.variable(x.X)
	if symbol == nil {
		return true
	}
	for _, key := range sc.session.Keys(symbol) {
		text := strconv.Quote(key)
		text = text[1 : len(text)-1]
		if quote == '`' && text != key {
			continue // it would have to be written otherwise
		}
		c.add(Item{text, kindProperty, typeText(table.Elem())}, 0)
	}
	return true
}

// variable is the session's variable that an expression names, nil if it is
// another thing: what the cell itself defines has no value as yet.
func (sc *scene) variable(x ast.Expr) *check.Symbol {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	symbol, ok := sc.session.Names.Symbols[id.Name]
	if !ok || sc.info.Uses[id] != symbol.Object {
		return nil
	}
	return symbol
}

// inImport reports whether a string after these tokens is an import path.
func inImport(before []lexeme) bool {
	i := len(before) - 1
	if i >= 0 && (before[i].token == token.IDENT || before[i].token == token.PERIOD) {
		i--
	}
	if i >= 0 && before[i].token == token.IMPORT {
		return true
	}
	for ; i >= 0; i-- {
		switch before[i].token {
		case token.STRING, token.IDENT, token.PERIOD, token.SEMICOLON, token.COMMENT:
		case token.LPAREN:
			return i > 0 && before[i-1].token == token.IMPORT
		default:
			return false
		}
	}
	return false
}

// importPaths offers packages, and folders that hold some.
func (s *Session) importPaths(c *choice) {
	if strings.HasPrefix(c.typed, ".") {
		s.files(c, true)
		return
	}
	for _, p := range s.Library.Paths(c.typed) {
		c.add(Item{p, kindModule, ""}, 0)
	}
}

// argument finds the call of which the placeholder is an argument.
func (sc *scene) argument() (call *ast.CallExpr, index int) {
	call, ok := sc.outer(1).(*ast.CallExpr)
	if !ok {
		return nil, 0
	}
	for i, x := range call.Args {
		if x == sc.ident() {
			return call, i
		}
	}
	return nil, 0
}

// fileNames are the names of parameters that take the name of a file.
var fileNames = map[string]bool{"path": true, "file": true, "filename": true, "fileName": true, "fname": true, "filepath": true, "dir": true, "folder": true, "directory": true, "oldname": true, "newname": true, "oldpath": true, "newpath": true, "root": true}

// filePackages are those whose parameters called name are files' names.
var filePackages = map[string]bool{"os": true, "io/ioutil": true, "path/filepath": true, "archive/zip": true, "debug/elf": true}

// takesFile reports whether a function takes the name of a file there.
func (sc *scene) takesFile(call *ast.CallExpr, index int) bool {
	signature, ok := sc.typeOf(call.Fun).(*types.Signature)
	if !ok || signature.Params().Len() == 0 {
		return false
	}
	p := signature.Params().At(min(index, signature.Params().Len()-1))
	if fileNames[p.Name()] {
		return true
	}
	o := sc.called(call)
	return o != nil && o.Pkg() != nil && filePackages[o.Pkg().Path()] && (p.Name() == "name" || p.Name() == "elem")
}

// typeOf is the type of an expression without its name.
func (sc *scene) typeOf(x ast.Expr) types.Type {
	if tv, ok := sc.info.Types[x]; ok && tv.Type != nil {
		return tv.Type.Underlying()
	}
	return nil
}

// called is the function or method that a call names, or nil.
func (sc *scene) called(call *ast.CallExpr) types.Object {
	x := ast.Unparen(call.Fun)
	switch i := x.(type) {
	case *ast.IndexExpr:
		x = i.X
	case *ast.IndexListExpr:
		x = i.X
	}
	switch x := x.(type) {
	case *ast.Ident:
		return sc.object(x)
	case *ast.SelectorExpr:
		return sc.object(x.Sel)
	}
	return nil
}

// object is what an identifier means.
func (sc *scene) object(id *ast.Ident) types.Object {
	if o := sc.info.Uses[id]; o != nil {
		return o
	}
	return sc.info.Defs[id]
}

const h5Path = "github.com/galago-hpc/galago/lib/h5"

// hdf5 offers what a file or group holds, for the argument of one of its
// methods. It reports whether the call is one of these.
func (sc *scene) hdf5(c *choice, call *ast.CallExpr) bool {
	method := sc.called(call)
	selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || method == nil || method.Pkg() == nil || method.Pkg().Path() != h5Path {
		return false
	}
	groups := false
	switch method.Name() {
	case "Group", "CreateGroup":
		groups = true
	case "Dataset", "Get", "Has", "Delete", "CreateDataset", "CreateDatasetFrom":
	default:
		return false
	}
	symbol, within := sc.group(selector.X)
	if symbol == nil {
		return true
	}
	group := ""
	if i := strings.LastIndexByte(c.typed, '/'); i >= 0 {
		group = c.typed[:i+1]
	}
	for _, e := range sc.session.Entries(symbol, within+group) {
		switch {
		case e.Group:
			c.add(Item{group + e.Name + "/", kindPath, "group"}, 1)
			if groups || method.Name() != "Dataset" {
				c.add(Item{group + e.Name, kindPath, "group"}, 0)
			}
		case !groups:
			c.add(Item{group + e.Name, kindPath, "dataset"}, 0)
		}
	}
	return true
}

// group finds the session's variable with a file or a group, and the path from
// there, that an expression names: f, f.Group("a"), must(f.Group("a")).
func (sc *scene) group(x ast.Expr) (symbol *check.Symbol, path string) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return sc.variable(x), ""
	}
	if len(call.Args) != 1 {
		return nil, ""
	}
	if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "must" {
		return sc.group(call.Args[0])
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Group" {
		return nil, ""
	}
	name := sc.info.Types[call.Args[0]].Value
	if name == nil || name.Kind() != constant.String {
		return nil, ""
	}
	symbol, path = sc.group(selector.X)
	return symbol, path + constant.StringVal(name) + "/"
}
