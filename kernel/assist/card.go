package assist

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/kernel/check"
)

// A card is what is told about something.
type card struct {
	object    types.Object
	signature string   // Go
	value     string   // of a variable
	doc       string   // in the syntax of Go's doc comments
	methods   []string // Go, of a type
	place     string   // where it was declared, for a person
	source    string   // Go
	call      string   // the function in whose call it stands
}

// mostLines is how many lines of a type's declaration are shown without being
// asked for its source.
const mostLines = 40

// card describes an object.
func (sc *scene) card(o types.Object, detail int) *card {
	if name, ok := o.(*types.PkgName); ok {
		return sc.session.packageCard(name.Imported(), name.Name())
	}
	c := &card{object: o, signature: sc.signature(o)}
	d, found := sc.declaration(o, c)
	if found {
		c.doc = d.doc
		if t, ok := o.(*types.TypeName); ok {
			c.signature = cut(d.head, mostLines)
			c.methods = methodLines(t)
		}
		if detail > 0 {
			c.source = d.text
		}
	}
	if symbol, ok := sc.session.Names.Symbols[o.Name()]; ok && symbol.Object == o {
		if _, ok := o.(*types.Var); ok {
			c.value = sc.session.Value(symbol)
			if detail > 0 {
				c.source = definition(symbol)
			}
		}
	}
	return c
}

// signature writes an object in a line of Go.
func (sc *scene) signature(o types.Object) string {
	switch o := o.(type) {
	case *types.Func:
		text := strings.TrimPrefix(typeText(o.Type()), "func")
		if recv := o.Signature().Recv(); recv != nil {
			name := ""
			if recv.Name() != "" {
				name = recv.Name() + " "
			}
			return "func (" + name + typeText(recv.Type()) + ") " + o.Name() + text
		}
		return "func " + sc.qualified(o) + text
	case *types.Builtin:
		if d, ok := readSource(sc.session.Library.Builtin()).find(func(name *ast.Ident) bool { return name.Name == o.Name() }); ok {
			return d.head
		}
		return "func " + o.Name()
	case *types.TypeName:
		return "type " + sc.qualified(o) + " " + strings.TrimPrefix(underlyingText(o), "type ")
	case *types.Const:
		value := o.Val().ExactString()
		if o.Val().Kind() == constant.Float {
			value = o.Val().String() // not as a fraction
		}
		return fmt.Sprintf("const %s %s = %s", sc.qualified(o), typeText(o.Type()), value)
	case *types.Var:
		if o.IsField() {
			return "field " + o.Name() + " " + typeText(o.Type())
		}
		return "var " + sc.qualified(o) + " " + typeText(o.Type())
	}
	return types.ObjectString(o, qualify)
}

// qualified is the name of an object as a cell writes it.
func (sc *scene) qualified(o types.Object) string {
	if o.Pkg() == nil || o.Pkg().Path() == check.Path || o.Parent() != o.Pkg().Scope() || o.Pkg().Scope().Lookup(o.Name()) != o {
		return o.Name()
	}
	return o.Pkg().Name() + "." + o.Name()
}

// declaration finds what the source says about an object, and notes its place.
func (sc *scene) declaration(o types.Object, c *card) (declaration, bool) {
	switch {
	case o.Pkg() == nil:
		return readSource(sc.session.Library.Builtin()).find(func(name *ast.Ident) bool { return name.Name == o.Name() })
	case o.Pos() >= cellBase:
		if sc.file == nil {
			return declaration{}, false
		}
		own := &source{fset: sc.fset, file: sc.file, text: sc.text}
		if offset := sc.offset(o.Pos()); offset >= 0 {
			c.place = fmt.Sprintf("this cell, line %d", 1+strings.Count(sc.source[:offset], "\n"))
		}
		return own.find(func(name *ast.Ident) bool { return name.Pos() == o.Pos() })
	case o.Pkg().Path() == check.Path:
		return sc.session.own(o, c)
	}
	file, row, shown := sc.session.Library.Position(o)
	if shown == "" {
		return declaration{}, false
	}
	c.place = shown + ":" + strconv.Itoa(row)
	s := readSource(file)
	return s.find(func(name *ast.Ident) bool {
		// must is predeclared under another name than that of its function.
		return strings.EqualFold(name.Name, o.Name()) && s.line(name.Pos()) == row
	})
}

// own finds the source of what the session declares.
func (s *Session) own(o types.Object, c *card) (declaration, bool) {
	at := s.Names.Fset.Position(o.Pos())
	if at.Filename == "" {
		return declaration{}, false
	}
	c.place = fmt.Sprintf("%s, line %d", s.Place(at.Filename), at.Line)
	for _, d := range s.Names.Decls {
		p := d.Piece
		if check.FileName(p.Cell) != at.Filename || at.Line < p.Line || p.Line+strings.Count(p.Text, "\n") < at.Line {
			continue
		}
		const before = "package p\n"
		text := parse(before + p.Text)
		found, ok := text.find(func(name *ast.Ident) bool {
			row := text.line(name.Pos()) - 2 + p.Line
			return name.Name == o.Name() && (row == at.Line)
		})
		if ok {
			return found, true
		}
	}
	return declaration{}, false
}

// definition is the text that defines a variable of the session.
func definition(symbol *check.Symbol) string {
	for _, f := range symbol.Unit.Files {
		for _, p := range f.Pieces {
			for _, name := range p.Names {
				if name == symbol.Name && !p.IsMethod() {
					return p.Text
				}
			}
		}
	}
	return ""
}

// methodLines lists the methods of a type that a cell may call.
func methodLines(t *types.TypeName) []string {
	var lines []string
	if _, ok := t.Type().Underlying().(*types.Interface); ok {
		return nil // they stand in the declaration
	}
	for _, m := range members(t.Type(), true) {
		if f, ok := m.Object.(*types.Func); ok {
			lines = append(lines, "func ("+typeText(f.Signature().Recv().Type())+") "+f.Name()+strings.TrimPrefix(typeText(f.Type()), "func"))
		}
	}
	return lines
}

// packageCard describes a package.
func (s *Session) packageCard(p *types.Package, name string) *card {
	c := &card{signature: "import " + strconv.Quote(p.Path())}
	if name != p.Name() {
		c.signature = "import " + name + " " + strconv.Quote(p.Path())
	}
	for _, n := range p.Scope().Names() {
		if file, _, shown := s.Library.Position(p.Scope().Lookup(n)); file != "" {
			c.doc, c.place = packageDoc(filepath.Dir(file), p.Name()), filepath.Dir(shown)
			break
		}
	}
	return c
}

func directiveCard(d *Directive) *card {
	c := &card{signature: strings.TrimSpace(d.Name + " " + d.Usage), doc: d.Summary}
	if d.Detail != "" {
		c.doc += "\n\n" + d.Detail
	}
	return c
}

// keywordCard leads to the part of Go's specification about a keyword.
func keywordCard(word string) *card {
	return &card{signature: word, doc: fmt.Sprintf("A keyword of Go: https://go.dev/ref/spec#%s", keywordSection[word])}
}

var keywordSection = map[string]string{
	"break": "Break_statements", "case": "Switch_statements", "chan": "Channel_types", "const": "Constant_declarations", "continue": "Continue_statements",
	"default": "Switch_statements", "defer": "Defer_statements", "else": "If_statements", "fallthrough": "Fallthrough_statements", "for": "For_statements",
	"func": "Function_declarations", "go": "Go_statements", "goto": "Goto_statements", "if": "If_statements", "import": "Import_declarations",
	"interface": "Interface_types", "map": "Map_types", "package": "Package_clause", "range": "For_range", "return": "Return_statements",
	"select": "Select_statements", "struct": "Struct_types", "switch": "Switch_statements", "type": "Type_declarations", "var": "Variable_declarations",
}

// cut shortens a text to so many lines.
func cut(text string, lines int) string {
	all := strings.Split(text, "\n")
	if len(all) <= lines {
		return text
	}
	return strings.Join(all[:lines], "\n") + fmt.Sprintf("\n... // %d lines more", len(all)-lines)
}
