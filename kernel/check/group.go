package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// split takes a group of types apart: one of them may be redefined without the
// others. Every type keeps its place in the cell.
func (p *Piece) split() []*Piece {
	if p.Kind != cell.Type || len(p.Names) < 2 {
		return []*Piece{p}
	}
	const prefix = "package p\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", prefix+p.Text, parser.SkipObjectResolution)
	if err != nil || len(file.Decls) != 1 {
		return []*Piece{p}
	}
	var pieces []*Piece
	for _, spec := range file.Decls[0].(*ast.GenDecl).Specs {
		from, to := fset.Position(spec.Pos()).Offset-len(prefix), fset.Position(spec.End()).Offset-len(prefix)
		text := p.Text[:from]
		row, column := strings.Count(text, "\n"), from-strings.LastIndexByte(text, '\n')
		if row == 0 {
			column += p.Column - 1
		}
		one := &Piece{Fragment: p.Fragment, Cell: p.Cell, Names: []string{spec.(*ast.TypeSpec).Name.Name}}
		if before := len("type "); column > before {
			one.Line, one.Column, one.Text = p.Line+row, column-before, "type "+p.Text[from:to]
		} else {
			one.Line, one.Column, one.Text = p.Line+row-1, 1, "type\n"+strings.Repeat(" ", column-1)+p.Text[from:to]
		}
		pieces = append(pieces, one)
	}
	return pieces
}
