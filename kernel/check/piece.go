package check

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// A Piece is a fragment of a cell, parsed, with what the checker and the
// compiler need to put it into a package.
type Piece struct {
	cell.Fragment
	Cell     int               // the number of the cell, as the user sees it
	Receiver string            // of a method: the name of its type
	Names    []string          // what it declares at package level, _ and repeated names included
	Repeated map[string]bool   // of a definition: the names that an earlier piece of the cell defined
	Imports  map[string]string // the imports that were in force in its cell

	// Node is the declaration or statement in the checked package.
	Node ast.Node
	// Expression is Node's expression, if the piece is nothing else.
	Expression ast.Expr

	start, end int // in the composed text
	old        []oldUse
}

// IsMethod reports whether the piece declares a method.
func (p *Piece) IsMethod() bool { return p.Receiver != "" }

// key is the name under which the piece's declaration is known.
func (p *Piece) key() string {
	if p.Receiver != "" {
		return p.Receiver + "." + p.Names[0]
	}
	for _, name := range p.Names {
		if name != "_" {
			return name
		}
	}
	if len(p.Names) > 0 {
		return "_"
	}
	return ""
}

// parse reads what a fragment declares. Its positions are those of the cell.
func (w *World) parse(f cell.Fragment, number int) (*Piece, []Diagnostic) {
	p := &Piece{Fragment: f, Cell: number}
	prefix, suffix := "package p\n", "\n"
	if f.Kind == cell.Statement {
		prefix, suffix = "package p; func _() {\n", "\n}\n"
	}
	source := prefix + lineDirective(number, f.Line, f.Column) + f.Text + suffix
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		return nil, syntaxDiagnostics(err, number, f)
	}
	switch f.Kind {
	case cell.Statement:
		p.readStatement(file.Decls[0].(*ast.FuncDecl).Body.List)
	default:
		if len(file.Decls) > 0 {
			p.readDecl(file.Decls[0])
		}
	}
	return p, nil
}

// readStatement finds the names that a short variable declaration defines.
func (p *Piece) readStatement(list []ast.Stmt) {
	if len(list) != 1 {
		return
	}
	define, ok := list[0].(*ast.AssignStmt)
	if !ok || define.Tok != token.DEFINE {
		return
	}
	for _, left := range define.Lhs {
		if name, ok := left.(*ast.Ident); ok {
			p.Names = append(p.Names, name.Name)
		}
	}
}

func (p *Piece) readDecl(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		p.Names = []string{decl.Name.Name}
		if decl.Recv != nil && len(decl.Recv.List) > 0 {
			p.Receiver = baseName(decl.Recv.List[0].Type)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				p.Names = append(p.Names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					p.Names = append(p.Names, name.Name)
				}
			}
		}
	}
}

// baseName is the type's name in a receiver: T, *T, T[P], *T[P].
func baseName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.ParenExpr:
		return baseName(e.X)
	case *ast.IndexExpr:
		return baseName(e.X)
	case *ast.IndexListExpr:
		return baseName(e.X)
	}
	return ""
}

// isDefinition reports whether the piece is a short variable declaration.
func (p *Piece) isDefinition() bool { return p.Kind == cell.Statement && len(p.Names) > 0 }

// FileName is the name of a cell in positions and stack traces.
func FileName(number int) string { return fmt.Sprintf("cell %d", number) }

func lineDirective(number, line, column int) string {
	return fmt.Sprintf("//line %s:%d:%d\n", FileName(number), line, column)
}

// syntaxDiagnostics turns the parser's errors into diagnostics. Errors behind
// the fragment come from the brackets around it and say that it ends too soon.
func syntaxDiagnostics(err error, number int, f cell.Fragment) []Diagnostic {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []Diagnostic{{Cell: number, Line: f.Line, Column: f.Column, Message: err.Error()}}
	}
	var diagnostics []Diagnostic
	last := f.Line + strings.Count(f.Text, "\n")
	for _, e := range list {
		line, column := e.Pos.Line, e.Pos.Column
		if line > last {
			line, column = last, len(f.Text)-strings.LastIndexByte(f.Text, '\n')
			if last == f.Line {
				column += f.Column - 1
			}
		}
		diagnostics = append(diagnostics, Diagnostic{Cell: number, Line: line, Column: column, Message: "syntax error: " + strings.TrimPrefix(e.Msg, "syntax error: ")})
	}
	return diagnostics
}
