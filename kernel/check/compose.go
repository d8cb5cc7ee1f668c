package check

import (
	"fmt"
	"go/scanner"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// RunName is the function that holds a cell's statements.
const RunName = "ΞRun"

// IsGenerated reports whether a name is one of Galago's own, which the session
// does not take over and nobody types.
func IsGenerated(name string) bool { return strings.HasPrefix(name, "Ξ") }

// compose writes the file that is checked: imports, then declarations and
// definitions at package level, then the statements in a function. Every piece
// is preceded by a line directive, so that positions are those of its cell.
func (f *File) compose() {
	var b strings.Builder
	b.WriteString("package " + Name + "\n")
	for _, name := range slices.Sorted(maps.Keys(f.Imports)) {
		fmt.Fprintf(&b, "import %s %q\n", name, f.Imports[name])
	}
	for _, path := range f.Dots {
		fmt.Fprintf(&b, "import . %q\n", path)
	}
	write := func(p *Piece, text string) {
		b.WriteString(lineDirective(p.Cell, p.Line, p.Column))
		p.start = b.Len()
		b.WriteString(text)
		p.end = b.Len()
		b.WriteString("\n")
	}
	for _, p := range f.Pieces {
		switch {
		case isDecl(p) || p.Kind == cell.Var:
			write(p, p.withOld(p.Text))
		case p.isDefinition():
			// The column is that of the names, not of the keyword before them.
			b.WriteString("var\n")
			write(p, p.withOld(p.asVar()))
		}
	}
	if !f.fresh {
		f.Text = b.String()
		return
	}
	b.WriteString("func " + RunName + "() {\n")
	for _, p := range f.Pieces {
		if p.Kind == cell.Statement && !p.isDefinition() {
			write(p, p.Text)
		}
	}
	b.WriteString("}\n")
	f.Text = b.String()
}

// asVar writes a short variable declaration as the rest of a var declaration,
// of the same length: := becomes =, and names defined earlier in the cell
// become _.
func (p *Piece) asVar() string {
	text := []byte(p.Text)
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(p.Text), nil, 0)
	for {
		pos, tok, name := s.Scan()
		offset := file.Offset(pos)
		switch {
		case tok == token.DEFINE:
			copy(text[offset:], " =")
			return string(text)
		case tok == token.IDENT && p.Repeated[name]:
			copy(text[offset:], "_"+strings.Repeat(" ", len(name)-1))
		}
	}
}

// identifiers returns the identifiers of a Go text.
func identifiers(text string) []string {
	var names []string
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(text)), []byte(text), nil, 0)
	for {
		_, tok, name := s.Scan()
		switch tok {
		case token.EOF:
			return names
		case token.IDENT:
			names = append(names, name)
		}
	}
}
