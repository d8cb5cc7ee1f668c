package cell

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
)

// A FragmentKind says what a top-level piece of Go is.
type FragmentKind int

// The kinds of fragments.
const (
	Import FragmentKind = iota
	Func
	Type
	Const
	Var
	Statement
)

// A Fragment is one import, declaration or statement at the top level of a
// cell. A parenthesised group of declarations is one fragment.
type Fragment struct {
	Kind   FragmentKind
	Text   string // without the semicolon that ends it
	Line   int    // of its first character in the cell, counted from 1
	Column int    // in bytes, counted from 1
	Quiet  bool   // a semicolon was typed after it: its value is not shown
}

// A SyntaxError is a cell that cannot be cut into fragments.
type SyntaxError struct {
	Line, Column int
	Message      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
}

// Fragments cuts Go source that begins at the given line of a cell into its
// top-level pieces, in the order in which they stand. A package clause is
// dropped. The comments above a function or a type go with it: they document
// it and may hold directives to the compiler.
func Fragments(source string, line int) ([]Fragment, error) {
	lexemes, scanError := scan(source)
	if scanError != nil {
		return nil, &SyntaxError{Line: line + scanError.Pos.Line - 1, Column: scanError.Pos.Column, Message: scanError.Msg}
	}
	at := places(source, line)
	var fragments []Fragment
	var stack []lexeme
	first := 0
	emit := func(end int, quiet bool) {
		if end <= first {
			return
		}
		piece := lexemes[first:end]
		if piece[0].token == token.PACKAGE {
			return
		}
		kind := classify(piece)
		start, stop := piece[0].offset, piece[len(piece)-1].end
		if kind == Func || kind == Type {
			start = documented(source, lexemes, first)
		}
		row, column := at(start)
		fragments = append(fragments, Fragment{Kind: kind, Text: source[start:stop], Line: row, Column: column, Quiet: quiet})
	}
	for i, l := range lexemes {
		switch {
		case opens(l.token):
			stack = append(stack, l)
		case closes(l.token):
			if len(stack) == 0 || !matches(stack[len(stack)-1].token, l.token) {
				row, column := at(l.offset)
				return nil, &SyntaxError{row, column, fmt.Sprintf("syntax error: unexpected %s", l.token)}
			}
			stack = stack[:len(stack)-1]
		case l.token == token.SEMICOLON && len(stack) == 0 && !inHeader(source, lexemes[first:i+1]):
			emit(i, l.text == ";")
			first = i + 1
		}
	}
	if len(stack) > 0 {
		l := stack[len(stack)-1]
		row, column := at(l.offset)
		return nil, &SyntaxError{row, column, fmt.Sprintf("syntax error: %s is not closed", l.token)}
	}
	emit(len(lexemes), false)
	return fragments, nil
}

// documented returns where the comments above lexemes[first] begin, or where it
// begins itself.
func documented(source string, lexemes []lexeme, first int) int {
	previous := 0
	if first > 0 {
		previous = lexemes[first-1].end
	}
	between := source[previous:lexemes[first].offset]
	return previous + len(between) - len(strings.TrimLeft(between, " \t\r\n"))
}

// inHeader reports whether the semicolon that ends piece stands in the header
// of a for, an if or a switch. Only behind a closing brace is that in doubt: it
// may end the body or a literal in the header, and the parser has to say.
func inHeader(source string, piece []lexeme) bool {
	last := len(piece) - 1
	if piece[last].text == "\n" || last == 0 {
		return false
	}
	start := 0
	if last > 2 && piece[0].token == token.IDENT && piece[1].token == token.COLON {
		start = 2 // a label
	}
	switch piece[start].token {
	case token.FOR, token.IF, token.SWITCH:
	default:
		return false
	}
	if piece[last-1].token != token.RBRACE {
		return true
	}
	statement := source[piece[0].offset:piece[last-1].end]
	_, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {\n"+statement+"\n}", parser.SkipObjectResolution)
	return err != nil
}

func matches(open, close token.Token) bool {
	switch open {
	case token.LPAREN:
		return close == token.RPAREN
	case token.LBRACK:
		return close == token.RBRACK
	default:
		return close == token.RBRACE
	}
}

// classify tells declarations from statements by their first tokens.
func classify(piece []lexeme) FragmentKind {
	switch piece[0].token {
	case token.IMPORT:
		return Import
	case token.TYPE:
		return Type
	case token.CONST:
		return Const
	case token.VAR:
		return Var
	case token.FUNC:
		if isFuncDecl(piece) {
			return Func
		}
	}
	return Statement
}

// isFuncDecl tells func f(), func f[T any](), func (r R) m() from a function
// literal that is called on the spot, func (x int) { ... }(1).
func isFuncDecl(piece []lexeme) bool {
	if len(piece) < 2 {
		return true
	}
	if piece[1].token == token.IDENT {
		return true
	}
	depth := 0
	for i := 1; i < len(piece); i++ {
		switch {
		case opens(piece[i].token):
			depth++
		case closes(piece[i].token):
			depth--
		}
		if depth == 0 {
			return i+2 < len(piece) && piece[i+1].token == token.IDENT && piece[i+2].token == token.LPAREN
		}
	}
	return false
}

// places returns a function from an offset in source to its line and column.
func places(source string, line int) func(offset int) (int, int) {
	return func(offset int) (int, int) {
		before := source[:offset]
		return line + strings.Count(before, "\n"), offset - strings.LastIndexByte(before, '\n')
	}
}
