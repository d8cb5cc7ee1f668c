package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/galago-hpc/galago/kernel/cell"
)

// Inspect describes what stands at an offset of a cell, and, between the
// brackets of a call, the function that is called. A detail above 0 adds the source.
func (s *Session) Inspect(code string, cursor, detail int) Inspection {
	cursor = min(max(cursor, 0), len(code))
	spot := cell.At(code, cursor)
	if spot.Kind == cell.Go {
		return s.inspectGo(spot.Go, cursor, detail)
	}
	if spot.Kind == cell.Shell || spot.Kind == cell.Block && spot.Go == "" && spot.Before == "" && !strings.Contains(line(code, cursor), "%%") {
		return Inspection{}
	}
	return s.inspectLine(code, cursor, spot, detail)
}

// Ask describes a name as a user types it behind a question mark: a directive's
// or one of Go.
func (s *Session) Ask(name string, detail int) Inspection {
	if d := s.directive(name); d != nil {
		return directiveCard(d).inspection()
	}
	if strings.HasPrefix(name, "%") {
		return Inspection{}
	}
	return s.inspectGo(name, len(name), detail)
}

// line is the line of a text around an offset.
func line(text string, offset int) string {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	rest, _, _ := strings.Cut(text[start:], "\n")
	return rest
}

// inspectLine describes the directive of a line, or the Go behind its name.
func (s *Session) inspectLine(code string, cursor int, spot cell.Spot, detail int) Inspection {
	mark := "%"
	if spot.Kind == cell.Block {
		mark = "%%"
	}
	name, argument, inArgument := strings.Cut(spot.Before, " ")
	if inArgument {
		switch name {
		case "time", "timeit", "inspect", "who", "whos", "rm":
			from := cursor - len(argument)
			if found := s.inspectGo(strings.Repeat(" ", from)+code[from:], cursor, detail); found.Found {
				return found
			}
		}
	} else {
		// The cursor may stand within the name.
		rest := line(code, cursor)
		if i := strings.Index(rest, mark); i >= 0 {
			name, _, _ = strings.Cut(strings.TrimSpace(rest[i+len(mark):]), " ")
		}
	}
	if d := s.directive(mark + name); d != nil {
		return directiveCard(d).inspection()
	}
	return Inspection{}
}

// inspectGo describes what stands at an offset of Go.
func (s *Session) inspectGo(text string, cursor, detail int) Inspection {
	cursor = meaningful(text, cursor)
	head := text[:cursor]
	_, inText := within(lex(head), head)
	start, end := identifier(text, cursor)
	var c *card
	if start < end && !inText {
		c = s.named(text, start, end, detail)
	}
	if c == nil || c.call == "" {
		around := s.callAround(text, cursor)
		switch {
		case around == nil:
		case c == nil:
			c = around.card(detail)
		case around.function != c.object:
			c.call = around.signature()
		}
	}
	if c == nil {
		return Inspection{}
	}
	return c.inspection()
}

// meaningful moves the place away from where nothing stands: from behind a
// call to its function, from behind a period to what it selects from.
func meaningful(text string, cursor int) int {
	if start, end := identifier(text, cursor); start < end {
		return cursor
	}
	lexemes := lex(text[:cursor])
	i := len(lexemes) - 1
	if i < 0 || lexemes[i].end != cursor {
		return cursor
	}
	switch lexemes[i].token {
	case token.PERIOD:
		return lexemes[i].start
	case token.RPAREN:
		depth := 0
		for ; i > 0; i-- {
			switch lexemes[i].token {
			case token.RPAREN:
				depth++
			case token.LPAREN:
				depth--
			}
			if depth == 0 {
				break
			}
		}
		if i > 0 && lexemes[i-1].token == token.IDENT {
			return lexemes[i-1].end
		}
	}
	return cursor
}

// named describes the identifier in a piece of the text.
func (s *Session) named(text string, start, end, detail int) *card {
	name := text[start:end]
	if token.IsKeyword(name) {
		return keywordCard(name)
	}
	suits := func(sc *scene) bool { return sc.ident() != nil && sc.ident().Name == name }
	sc := best(s, readings(text, end, end, ""), start, suits)
	if sc != nil {
		if o := sc.meaning(); o != nil {
			return sc.card(o, detail)
		}
	}
	// A package that no selector has brought in yet.
	if p := (&scene{session: s}).meant(name, s.Library.Names()); p != "" {
		if known, err := s.Library.Import(p); err == nil {
			return s.packageCard(known, name)
		}
	}
	if o := types.Universe.Lookup(name); o != nil && sc == nil {
		return (&scene{session: s}).card(o, detail)
	}
	return nil
}

// meaning is what the identifier at the place means.
func (sc *scene) meaning() types.Object {
	id := sc.ident()
	if o := sc.object(id); o != nil {
		return o
	}
	if o := sc.info.Implicits[sc.outer(1)]; o != nil {
		return o
	}
	// The variable of a type switch is another one in each clause.
	for _, n := range sc.at {
		if s, ok := n.(*ast.TypeSwitchStmt); ok && s.Assign.Pos() <= id.Pos() && id.End() <= s.Assign.End() {
			for _, clause := range s.Body.List {
				if o := sc.info.Implicits[clause]; o != nil {
					return types.NewVar(id.Pos(), sc.pkg, id.Name, sc.info.Types[subject(s)].Type)
				}
			}
		}
	}
	return nil
}

// subject is the expression whose type a switch asks for.
func subject(s *ast.TypeSwitchStmt) ast.Expr {
	if a, ok := s.Assign.(*ast.AssignStmt); ok && len(a.Rhs) == 1 {
		if t, ok := a.Rhs[0].(*ast.TypeAssertExpr); ok {
			return t.X
		}
	}
	return nil
}

// An around is the call in whose brackets the place is.
type around struct {
	scene    *scene
	call     *ast.CallExpr
	function types.Object // nil for a value without a name
}

// callAround finds the innermost call around an offset.
func (s *Session) callAround(text string, cursor int) *around {
	lexemes := lex(text[:cursor])
	from := cursor
	if l, ok := within(lexemes, text[:cursor]); ok {
		from = l.start // the text of an argument
	} else {
		from, _ = identifier(text, cursor)
	}
	suits := func(sc *scene) bool { return sc.ident() != nil && sc.ident().Name == mark }
	sc := best(s, readings(text, from, cursor, mark)[1:], from, suits)
	if sc == nil {
		return nil
	}
	pos := sc.ident().Pos()
	for i := len(sc.at) - 1; i >= 0; i-- {
		switch n := sc.at[i].(type) {
		case *ast.CallExpr:
			if n.Lparen < pos && pos <= n.Rparen {
				a := &around{sc, n, sc.called(n)}
				if a.function == nil && sc.typeOf(n.Fun) == nil {
					return nil
				}
				return a
			}
		case *ast.FuncLit:
			return nil // a statement in a function that is an argument
		}
	}
	return nil
}

// signature writes the call's function in a line.
func (a *around) signature() string {
	if a.function != nil {
		return a.scene.signature(a.function)
	}
	return typeText(a.scene.info.Types[a.call.Fun].Type)
}

func (a *around) card(detail int) *card {
	if a.function != nil {
		return a.scene.card(a.function, detail)
	}
	return &card{signature: a.signature()}
}
