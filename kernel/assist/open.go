package assist

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"
)

// A lexeme is a token of the text before the cursor.
type lexeme struct {
	token      token.Token
	text       string
	start, end int
	open       bool // a string or a comment that does not end
}

// lex reads the tokens of source, comments and inserted semicolons included, but
// for the one at the end.
func lex(source string) []lexeme {
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	unterminated := map[int]bool{}
	s.Init(file, []byte(source), func(at token.Position, message string) {
		if strings.Contains(message, "not terminated") {
			unterminated[at.Offset] = true
		}
	}, scanner.ScanComments)
	var lexemes []lexeme
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return lexemes
		}
		start := file.Offset(pos)
		if tok == token.SEMICOLON && text == "\n" && start == len(source) {
			continue // the line may go on
		}
		if tok == token.SEMICOLON && text == "\n" {
			lexemes = append(lexemes, lexeme{token: tok, text: text, start: start, end: start})
			continue
		}
		if text == "" {
			text = tok.String()
		}
		end := min(start+len(text), len(source))
		lexemes = append(lexemes, lexeme{tok, text, start, end, unterminated[start]})
	}
}

// within returns the string literal or comment in which the end of source
// stands.
func within(lexemes []lexeme, source string) (lexeme, bool) {
	for i := len(lexemes) - 1; i >= 0; i-- {
		l := lexemes[i]
		switch {
		case l.token == token.SEMICOLON && l.text == "\n":
			continue
		case l.token == token.COMMENT:
			inside := l.open || strings.HasPrefix(l.text, "//") && l.end == len(source)
			return l, inside
		}
		return l, l.open && (l.token == token.STRING || l.token == token.CHAR)
	}
	return lexeme{}, false
}

// identifier returns where the identifier around offset begins and ends; both
// are offset if there is none.
func identifier(source string, offset int) (start, end int) {
	start, end = offset, offset
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(source[:start])
		if !isPart(r) {
			break
		}
		start -= size
	}
	for end < len(source) {
		r, size := utf8.DecodeRuneInString(source[end:])
		if !isPart(r) {
			break
		}
		end += size
	}
	if r, _ := utf8.DecodeRuneInString(source[start:end]); start < end && '0' <= r && r <= '9' {
		return offset, offset // a number
	}
	return start, end
}

func isPart(r rune) bool { return r != utf8.RuneError && token.IsIdentifier("_"+string(r)) }
