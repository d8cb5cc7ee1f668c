package session

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// A timeit is what %timeit measures. 0 loops or rounds are chosen by lib/rt.
type timeit struct {
	loops, rounds int
	setup, body   []cell.Fragment
}

// timeitLine measures the Go in a directive's line.
func (s *Session) timeitLine(ctx context.Context, argument string, emit func(event.Event)) error {
	t := &timeit{}
	code, err := t.readOptions("%timeit", argument)
	if err != nil {
		return err
	}
	if code == "" {
		return usageError("%timeit", "it takes what is to be measured")
	}
	if t.body, err = s.lineFragments(ctx, code); err != nil {
		return err
	}
	return s.measure(ctx, t, emit)
}

// timeitBlock measures a cell; the directive's line may hold a setup.
func (s *Session) timeitBlock(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	t := &timeit{}
	_, argument := cutName(segment.Text)
	setup, err := t.readOptions("%%timeit", argument)
	if err != nil {
		return err
	}
	if t.setup, err = s.lineFragments(ctx, setup); err != nil {
		return err
	}
	if t.body, err = s.bodyFragments(ctx, segment); err != nil {
		return err
	}
	return s.measure(ctx, t, emit)
}

// timeitOption is an option with its number. A minus without a number is Go.
var timeitOption = regexp.MustCompile(`^-([nr])[ \t]*(\d+)(?:[ \t]+|$)`)

// readOptions takes -n and -r off the front of an argument.
func (t *timeit) readOptions(directive, argument string) (code string, err error) {
	for {
		m := timeitOption.FindStringSubmatch(argument)
		if m == nil {
			return argument, nil
		}
		n, err := strconv.Atoi(m[2])
		if err != nil || n < 1 {
			return "", usageError(directive, fmt.Sprintf("-%s takes a number from 1 up, not %s", m[1], m[2]))
		}
		if m[1] == "n" {
			t.loops = n
		} else {
			t.rounds = n
		}
		argument = argument[len(m[0]):]
	}
}

// measure compiles the code into a loop and runs it. Nothing of it stays in the
// session.
func (s *Session) measure(ctx context.Context, t *timeit, emit func(event.Event)) error {
	if err := s.needToolchain("measurements of compiled code"); err != nil {
		return err
	}
	// Checked as a cell first, for the type of its value, and for errors in
	// terms of what the user typed.
	unit, err := s.world.Check(append(append([]cell.Fragment(nil), t.setup...), t.body...), s.current, s.nextUnit())
	if err != nil {
		return err
	}
	fragments, err := s.loop(t, unit)
	if err != nil {
		return err
	}
	unit, err = s.world.Check(fragments, s.current, s.nextUnit())
	if err != nil {
		return err
	}
	loop, err := s.builder.Compile(s.world, unit)
	if err != nil {
		return err
	}
	if err := s.load(ctx, loop); err != nil {
		return err
	}
	err = s.engineRun(ctx, unit.Number, emit)
	if f := (*event.Failure)(nil); errors.As(err, &f) {
		f.Stack = withoutLoop(f.Stack)
	}
	return err
}

// loop writes the code as a function that lib/rt measures.
func (s *Session) loop(t *timeit, unit *check.Unit) ([]cell.Fragment, error) {
	fragments := []cell.Fragment{{Kind: cell.Import, Text: timingImport, Line: s.line, Column: 1}}
	var setup, body strings.Builder
	leaves := false
	write := func(b *strings.Builder, f cell.Fragment, value string) error {
		switch f.Kind {
		case cell.Import:
			fragments = append(fragments, f)
			return nil
		case cell.Func:
			return s.refuse(f, "a function is declared in a cell of its own, before its calls are measured")
		}
		form := readForm(f)
		if form.returns && b == &setup {
			return s.refuse(f, "the setup cannot return: nothing would be measured")
		}
		leaves = leaves || form.returns || form.defers
		b.WriteString(value)
		for _, name := range form.defines {
			b.WriteString("_ = " + name + "\n") // that nobody uses it is no error in a cell
		}
		return nil
	}
	for _, f := range t.setup {
		if err := write(&setup, f, s.placed(f)); err != nil {
			return nil, err
		}
	}
	leaves = false
	for i, f := range t.body {
		text := s.placed(f)
		if i == len(t.body)-1 && f.Kind == cell.Statement {
			text = s.used(f, unit)
		}
		if err := write(&body, f, text); err != nil {
			return nil, err
		}
	}
	if body.Len() == 0 {
		return nil, usageError("%timeit", "there is nothing to measure")
	}
	turn := body.String()
	if leaves {
		// A return ends this turn, not the loop. The call is in no cell, so
		// that stacks do not show it.
		turn = "func() {\n" + turn + "//line loop:1:1\n}()\n"
	}
	return append(fragments, cell.Fragment{
		Kind: cell.Statement, Line: s.line, Column: 1,
		Text: fmt.Sprintf("ΞTiming.Timeit(%d, %d, func(ΞT *ΞTiming.Timer) {\n%sΞT.Start()\nfor range ΞT.N {\n%s}\nΞT.Stop()\n})", t.loops, t.rounds, setup.String(), turn),
	}), nil
}

func (s *Session) refuse(f cell.Fragment, why string) error {
	return check.Diagnostics{{Cell: s.current, Line: f.Line, Column: f.Column, Message: why}}
}

// at says that what follows stands where f stands.
func (s *Session) at(f cell.Fragment) string {
	return fmt.Sprintf("//line %s:%d:%d\n", check.FileName(s.current), f.Line, f.Column)
}

// placed writes a fragment so that its positions stay those of the cell.
func (s *Session) placed(f cell.Fragment) string {
	return s.at(f) + f.Text + "\n"
}

// used writes the last statement. The value of an expression is kept from being
// optimised away, and an error as its last result ends the measurement.
func (s *Session) used(f cell.Fragment, unit *check.Unit) string {
	pieces := unit.Fresh().Pieces
	if len(pieces) == 0 || pieces[len(pieces)-1].Expression == nil {
		return s.placed(f)
	}
	value := unit.Info.Types[pieces[len(pieces)-1].Expression]
	if value.IsVoid() {
		return s.placed(f)
	}
	results, ok := value.Type.(*types.Tuple)
	if !ok {
		results = types.NewTuple(types.NewVar(token.NoPos, nil, "", value.Type))
	}
	var names, keep []string
	for i := range results.Len() {
		name, user := fmt.Sprintf("ΞV%d", i), "Keep"
		if i == results.Len()-1 && types.Identical(results.At(i).Type(), types.Universe.Lookup("error").Type()) {
			user = "Must0"
		}
		names = append(names, name)
		keep = append(keep, s.at(f)+fmt.Sprintf("ΞTiming.%s(%s)\n", user, name))
	}
	return strings.Join(names, ", ") + " :=\n" + s.placed(f) + strings.Join(keep, "")
}

// A form is what a statement does to the function in which it stands.
type form struct {
	defines         []string
	returns, defers bool
}

func readForm(f cell.Fragment) form {
	var result form
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {\n"+f.Text+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return result // the checker has accepted it, and will say what is wrong with the loop
	}
	body := file.Decls[0].(*ast.FuncDecl).Body
	define := func(names ...*ast.Ident) {
		for _, name := range names {
			if name.Name != "_" {
				result.defines = append(result.defines, name.Name)
			}
		}
	}
	for _, statement := range body.List {
		switch statement := statement.(type) {
		case *ast.AssignStmt:
			if statement.Tok != token.DEFINE {
				continue
			}
			for _, left := range statement.Lhs {
				if name, ok := left.(*ast.Ident); ok {
					define(name)
				}
			}
		case *ast.DeclStmt:
			for _, spec := range statement.Decl.(*ast.GenDecl).Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && statement.Decl.(*ast.GenDecl).Tok == token.VAR {
					define(v.Names...)
				}
			}
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			result.returns = true
		case *ast.DeferStmt:
			result.defers = true
		}
		return true
	})
	return result
}

// withoutLoop removes the functions around measured code from a stack.
func withoutLoop(stack []event.Frame) []event.Frame {
	if len(stack) < 2 || stack[len(stack)-1].Function != "" {
		return stack
	}
	stack = stack[:len(stack)-1]
	stack[len(stack)-1].Function = ""
	return stack
}
