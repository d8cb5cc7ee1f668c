package cell

import (
	"go/token"
	"strings"
)

// A Completeness says whether a cell can be run as it stands.
type Completeness string

// The answers of [Complete], as Jupyter spells them.
const (
	IsComplete   Completeness = "complete"
	IsIncomplete Completeness = "incomplete"
	IsInvalid    Completeness = "invalid"
)

// Complete reports whether the text is a complete cell, and, if more has to
// come, the indentation that the next line should begin with.
func Complete(text string) (Completeness, string) {
	segments := Split(text)
	if len(segments) == 0 {
		return IsComplete, ""
	}
	last := segments[len(segments)-1]
	source := last.Text
	switch last.Kind {
	case Block:
		source = last.Body
		switch {
		case strings.TrimSpace(source) == "":
			return IsIncomplete, ""
		case last.isText():
			// Nothing in a text says that it ends, so an empty line does.
			if strings.HasSuffix(source, "\n\n") {
				return IsComplete, ""
			}
			return IsIncomplete, ""
		}
	case Shell, Directive:
		return IsComplete, ""
	}
	if depth := depth(source); depth > 0 {
		return IsIncomplete, strings.Repeat("\t", depth)
	}
	if unterminated(source) || continues(source) {
		return IsIncomplete, ""
	}
	if _, err := Fragments(source, last.Line); err != nil {
		return IsInvalid, ""
	}
	return IsComplete, ""
}

// open reports whether source ends inside a bracket, a raw string or a comment.
func open(source string) bool { return depth(source) > 0 || unterminated(source) }

func depth(source string) int {
	lexemes, _ := scan(source)
	n := 0
	for _, l := range lexemes {
		switch {
		case opens(l.token):
			n++
		case closes(l.token):
			n--
		}
	}
	return n
}

func unterminated(source string) bool {
	_, err := scan(source)
	return err != nil && (strings.Contains(err.Msg, "raw string literal not terminated") || strings.Contains(err.Msg, "comment not terminated"))
}

// continues reports whether the last token asks for another operand.
func continues(source string) bool {
	lexemes, _ := scan(source)
	if len(lexemes) == 0 {
		return false
	}
	switch last := lexemes[len(lexemes)-1].token; last {
	case token.SEMICOLON, token.INC, token.DEC, token.IDENT:
		return false
	default:
		return last.IsOperator() && !closes(last) || last == token.FUNC || last == token.IMPORT || last == token.TYPE || last == token.VAR || last == token.CONST
	}
}

// isText reports whether the body of a block directive is not Go.
func (s Segment) isText() bool {
	name, _, _ := strings.Cut(s.Text, " ")
	return name == "writefile"
}
