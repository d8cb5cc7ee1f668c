package session

import (
	"context"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// elsewhere are examples that need more than a program: the name of their
// package, its files, or the time zone that its tests set.
var elsewhere = []string{
	"archive/zip.ExampleReader", "io/ioutil.ExampleReadFile", "errors.ExampleAsType_custom_match", "errors.ExampleAs_custom_match", "os.ExampleReadFile", "sync.ExampleOnceValues",
	"time.ExampleDate", "time.ExampleParse", "time.ExampleTime_Format",
}

// TestInterpretedExamples interprets the examples of the standard library, which
// say what they print. A file of them may be refused, but none may print
// anything else.
func TestInterpretedExamples(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(strings.TrimSpace(string(root)), "src")
	files, _ := filepath.Glob(source + "/*/example*_test.go")
	nested, _ := filepath.Glob(source + "/*/*/example*_test.go")
	t.Setenv("GALAGO_GO", "none")
	passed, refused := 0, 0
	for _, file := range append(files, nested...) {
		folder, _ := filepath.Rel(source, filepath.Dir(file))
		p, r := interpretExamples(t, folder, file)
		passed, refused = passed+p, refused+r
	}
	t.Logf("%d examples pass, %d files are refused", passed, refused)
	if passed < 500 {
		t.Errorf("only %d examples pass", passed)
	}
}

func interpretExamples(t *testing.T, folder, file string) (passed, refused int) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, text, parser.ParseComments)
	if err != nil || !strings.HasSuffix(f.Name.Name, "_test") {
		return 0, 0 // it uses what its package does not export
	}
	s := open(t)
	defer s.Close()
	execute := func(code string) (*record, error) {
		r := &record{}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if failure := s.Execute(ctx, code, r.emit); failure != nil {
			return r, failure
		}
		return r, nil
	}
	cell := string(text[fset.Position(f.Name.End()).Offset:])
	if _, err := execute(cell); err != nil {
		if strings.Contains(err.Error(), refusalText) {
			return 0, 1
		}
		if !strings.Contains(err.Error(), "undefined: ") { // in another file
			t.Errorf("%s: %v", file, err)
		}
		return 0, 0
	}
	for _, example := range doc.Examples(f) {
		name := "Example" + example.Name
		declared := slices.ContainsFunc(f.Decls, func(d ast.Decl) bool {
			fn, ok := d.(*ast.FuncDecl)
			return ok && fn.Name.Name == name
		})
		if example.Output == "" && !example.EmptyOutput || !declared || slices.Contains(elsewhere, folder+"."+name) {
			continue
		}
		r, err := execute(name + "()")
		got, want := lines(r.out.String()), lines(example.Output)
		if example.Unordered {
			slices.Sort(got)
			slices.Sort(want)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s.%s: %v, printed\n%s\nwant\n%s", folder, name, err, r.out.String(), example.Output)
			continue
		}
		passed++
	}
	return passed, 0
}

func lines(text string) []string {
	return strings.Split(strings.TrimSpace(text), "\n")
}
