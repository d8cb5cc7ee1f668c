package cell

import (
	"go/scanner"
	"go/token"
)

// A lexeme is a token of Go source with its place.
type lexeme struct {
	offset, end int
	token       token.Token
	text        string
}

// scan reads the tokens of source, with the semicolons that Go inserts.
// Comments are left out. The second result is the first error.
func scan(source string) ([]lexeme, *scanner.Error) {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var first *scanner.Error
	var s scanner.Scanner
	s.Init(file, []byte(source), func(pos token.Position, message string) {
		if first == nil {
			first = &scanner.Error{Pos: pos, Msg: message}
		}
	}, 0)
	var lexemes []lexeme
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return lexemes, first
		}
		offset := file.Offset(pos)
		end := offset
		switch {
		case tok == token.SEMICOLON && text == "\n":
		case tok.IsLiteral() || tok == token.SEMICOLON:
			end += len(text)
		default:
			end += len(tok.String())
		}
		if tok == token.IDENT {
			end = offset + len(text)
		}
		lexemes = append(lexemes, lexeme{offset, end, tok, text})
	}
}

func opens(t token.Token) bool {
	return t == token.LPAREN || t == token.LBRACK || t == token.LBRACE
}

func closes(t token.Token) bool {
	return t == token.RPAREN || t == token.RBRACK || t == token.RBRACE
}
