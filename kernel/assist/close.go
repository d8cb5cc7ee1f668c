package assist

import (
	"go/token"
	"slices"
	"strings"
)

// A level is what is known of a bracket that is open, or of the whole text.
type level struct {
	bracket    token.Token // ILLEGAL for the whole text
	start      int         // offset of the statement at hand
	first      token.Token // its first token
	semicolons int         // in its header
	block      bool        // its block has begun
	comma      bool
	assigned   bool
	last       token.Token
}

func (l *level) reset() {
	*l = level{bracket: l.bracket, last: l.last}
}

func isHeader(t token.Token) bool {
	return t == token.IF || t == token.FOR || t == token.SWITCH || t == token.SELECT || t == token.ELSE
}

// levels reads which brackets are open at the end of a text.
func levels(lexemes []lexeme) []level {
	stack := []level{{}}
	for _, l := range lexemes {
		top := &stack[len(stack)-1]
		if l.token == token.COMMENT {
			continue
		}
		if top.first == token.ILLEGAL && l.token != token.SEMICOLON {
			top.first, top.start = l.token, l.start
		}
		switch l.token {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			if l.token == token.LBRACE {
				top.block = true
			}
			top.last = l.token
			stack = append(stack, level{bracket: l.token})
			continue
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
				top = &stack[len(stack)-1]
			}
		case token.SEMICOLON:
			if l.text == ";" && isHeader(top.first) && !top.block {
				top.semicolons++
			} else {
				top.reset()
			}
		case token.COLON:
			if top.first == token.CASE || top.first == token.DEFAULT {
				top.reset()
			}
		case token.ELSE:
			top.first, top.block, top.semicolons = token.ELSE, false, 0
		case token.COMMA:
			top.comma = true
		case token.ASSIGN, token.DEFINE:
			top.assigned = true
		}
		top.last = l.token
	}
	return stack
}

// closings returns ways to complete a text that ends within a statement, the
// most likely first. Where a brace stands in a header it may begin the block
// or a literal, and which it is only the parser knows.
func closings(lexemes []lexeme) []string {
	stack := levels(lexemes)
	inner := len(stack) - 1
	ways := []string{closing(stack)}
	other := slices.Clone(stack)
	other[inner].block = !other[inner].block
	ways = append(ways, closing(other))
	for i := range inner {
		if isHeader(stack[i].first) && stack[i+1].bracket == token.LBRACE {
			other := slices.Clone(stack)
			other[i].block = false
			ways = append(ways, closing(other))
		}
	}
	if top := stack[inner]; top.comma && !top.assigned {
		ways = append(ways, " = 0"+closing(stack))
	}
	return ways
}

func closing(stack []level) string {
	var b strings.Builder
	for i, l := range slices.Backward(stack) {
		switch {
		case isHeader(l.first) && !l.block:
			if l.first == token.FOR && l.semicolons == 1 {
				b.WriteString(";")
			}
			b.WriteString(" {}")
		case l.first == token.FUNC && !l.block && l.bracket != token.LPAREN:
			b.WriteString(" {}")
		case l.first == token.CASE:
			b.WriteString(":")
		case (l.first == token.GO || l.first == token.DEFER) && (i == len(stack)-1 && l.last != token.RPAREN || i < len(stack)-1 && stack[i+1].bracket == token.LBRACE):
			b.WriteString("()")
		}
		switch l.bracket {
		case token.LPAREN:
			b.WriteString(")")
		case token.LBRACK:
			b.WriteString("]")
		case token.LBRACE:
			b.WriteString("}")
		}
	}
	return b.String()
}

// operand returns where the operand begins whose selector is typed: what ends
// before the period that is the last of the lexemes.
func operand(lexemes []lexeme) (start int, ok bool) {
	i := len(lexemes) - 1
	for {
		if i < 1 || lexemes[i].token != token.PERIOD {
			return 0, false
		}
		i--
		for i >= 0 { // calls, indexes, literals, back to a name
			depth := 0
			for ; i >= 0; i-- {
				switch lexemes[i].token {
				case token.RPAREN, token.RBRACK, token.RBRACE:
					depth++
				case token.LPAREN, token.LBRACK, token.LBRACE:
					depth--
				}
				if depth <= 0 {
					break
				}
			}
			if i < 0 || depth < 0 {
				return 0, false
			}
			t := lexemes[i].token
			if t == token.IDENT || t.IsLiteral() {
				break
			}
			if i > 0 {
				if p := lexemes[i-1].token; p == token.IDENT || p == token.RPAREN || p == token.RBRACK || p == token.RBRACE {
					i--
					continue
				}
			}
			return lexemes[i].start, true
		}
		if i == 0 || lexemes[i-1].token != token.PERIOD {
			return lexemes[i].start, i >= 0
		}
		i--
	}
}
