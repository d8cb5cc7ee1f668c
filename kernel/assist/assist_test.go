package assist

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/kernel/build"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
)

// A bench is a session without an engine: cells are checked, not run.
type bench struct {
	*Session
	world   *check.World
	builder *build.Builder
	cells   int
}

func open(t testing.TB) *bench {
	t.Helper()
	builder, err := build.Open(context.Background(), os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := builder.Close(); err != nil {
			t.Error(err)
		}
	})
	world, err := builder.World()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{world: world, builder: builder}
	b.Session = &Session{
		Library: builder.Library(),
		Dir:     t.TempDir(),
		Directives: []Directive{
			{Name: "%cd", Usage: "FOLDER", Summary: "change the working directory"},
			{Name: "%timeit", Usage: "[-n LOOPS] [-r ROUNDS] GO", Summary: "measure"},
			{Name: "%time", Usage: "STATEMENTS", Summary: "run once", Detail: "Variables stay defined."},
			{Name: "%rm", Usage: "NAME...", Summary: "forget names"},
			{Name: "%%srun", Usage: "-n RANKS [--label] [--show] [OPTION...]", Summary: "run on ranks", Options: []string{"--time"}},
		},
		Value:   func(*check.Symbol) string { return "" },
		Entries: func(*check.Symbol, string) []Entry { return nil },
		Keys:    func(*check.Symbol) []string { return nil },
		Place:   func(file string) string { return file },
	}
	b.see()
	return b
}

func (b *bench) see() { b.Names = b.world.Snapshot() }

// run takes a cell into the session.
func (b *bench) run(t testing.TB, code string) *check.Unit {
	t.Helper()
	fragments, err := cell.Fragments(code, 1)
	if err != nil {
		t.Fatal(err)
	}
	b.cells++
	unit, err := b.world.Check(fragments, b.cells, b.cells)
	if err != nil {
		t.Fatalf("%s\n%v", code, err)
	}
	b.world.Commit(unit)
	b.see()
	return unit
}

const session = `
import m "math"
import "gonum.org/v1/plot"
type base struct { id int; Label string }
func (b *base) rename(to string) { b.Label = to }
func (b base) Show() string { return b.Label }
type point struct {
	base
	x, y float64
	next *point
}
func (p point) norm() float64 { return m.Hypot(p.x, p.y) }
type pair[A, B any] struct { First A; Second B }
func (p pair[A, B]) Swap() pair[B, A] { return pair[B, A]{p.Second, p.First} }
type shape interface { area() float64; String() string }
const limit = 3
const limitName = "limit"
func scale[T ~float64](p point, by T) (point, error) { return p, nil }
// readTable reads a table.
func readTable(path string, skip int) ([]string, error) { return nil, nil }
p := point{x: 1}
points := []point{p}
q := &p
both := pair[string, *point]{"a", q}
var s shape
var strange struct { pair[int, string]; *point }
byName := map[string]point{}
pl := plot.New()
`

// complete completes a cell in which | is the cursor.
func (b *bench) complete(text string) (Completion, string) {
	offset := strings.IndexByte(text, '|')
	code := text[:offset] + text[offset+1:]
	c := b.Complete(code, offset)
	return c, code[c.Start:c.End]
}

func texts(c Completion) []string {
	var list []string
	for _, i := range c.Items {
		list = append(list, i.Text)
	}
	return list
}

func TestComplete(t *testing.T) {
	b := open(t)
	b.run(t, session)
	if err := os.WriteFile(filepath.Join(b.Dir, "stars.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.Dir, "my file (1).txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(b.Dir, "data", "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text string
		want       string // the first items, separated by spaces; ... at the end: there may be more
		without    string // items that must not be there
	}{
		{"package member", "fmt.Printl|", "Println", ""},
		{"package members", "strings.|", "Builder ...", "explode"},
		{"letters of another case", "fmt.println|", "Println", ""},
		{"exact before other case", "limit|", "limit limitName", ""},
		{"renamed package", "m.Hyp|", "Hypot", ""},
		{"package that nothing imports", "strconv.Ato|", "Atoi", ""},
		{"galago's own", "notebook.Prog|", "Progress ...", ""},
		{"package name", "strco|", "strconv", ""},
		{"session package", "plo|", "plot ...", ""},
		{"fields and methods", "p.|", "base next norm x y id Label rename Show", ""},
		{"through a pointer", "q.no|", "norm", ""},
		{"of an element", "points[0].|", "base next norm x y id Label rename Show", ""},
		{"no address", "byName[\"a\"].|", "base next norm x y id Label Show", "rename"},
		{"call", "must(scale(p, 2.0)).no|", "norm", ""},
		{"generic instance", "both.|", "First Second Swap", ""},
		{"field of an instance", "both.Second.x|", "x", ""},
		{"method's result", "both.Swap().First.la|", "Label", ""},
		{"interface", "s.|", "area String", ""},
		{"embedded instance and pointer", "strange.|", "pair point base First next norm Second Swap x y id Label rename Show", ""},
		{"library value", "pl.Add|", "Add", ""},
		{"library field", "pl.Title.|", "Padding Text TextStyle", ""},
		{"unexported", "pl.Legend.|", "Add ...", "entries AddLegend"},
		{"method expression", "point.nor|", "norm", ""},
		{"session names", "poi|", "point points", ""},
		{"function", "readT|", "readTable", ""},
		{"predeclared", "mus|", "must must0 must2", ""},
		{"builtin", "appe|", "append", ""},
		{"keyword", "defe|", "defer", ""},
		{"literal fields", "point{|", "base next x y ...", ""},
		{"more fields", "point{x: 1, |}", "base next y", "x p"},
		{"field prefix", "v := point{x: 1, ne|", "next", ""},
		{"nested literal", "[]point{{|", "base next x y ...", ""},
		{"value in a literal", "point{x: limi|}", "limit limitName", ""},
		{"local", "func f(count int) {\n\tcounter := 2\n\tco|", "count counter ...", ""},
		{"local's method", "func f() {\n\tfor _, v := range points {\n\t\tif v.|", "base next norm ...", ""},
		{"closure", "go func(list []point) {\n\tlist[0].ba|", "base", ""},
		{"not yet declared", "func f() {\n\tab|\n\tabc := 1\n}", "", "abc"},
		{"parameter", "func (v point) twice() float64 {\n\treturn v.nor|", "norm", ""},
		{"if header", "if v := p; v.n|", "next norm", ""},
		{"for header", "for i := 0; i < len(points) && points[i].|", "base ...", ""},
		{"range", "for i := range p.|", "base ...", ""},
		{"range over a literal", "for _, v := range []point{p} {\n\tv.nor|", "norm", ""},
		{"switch", "switch v := any(p).(type) {\ncase point:\n\tv.nor|", "norm", ""},
		{"case", "switch limit {\ncase limi|", "limit limitName", ""},
		{"select", "c := make(chan point)\nselect {\ncase v := <-c:\n\tv.nor|", "norm", ""},
		{"defer", "func f() {\n\tdefer q.ren|", "rename", ""},
		{"second of a list", "a, b := 1, p.no|", "norm", ""},
		{"left side of a list", "p.x, p.|", "base next norm ...", ""},
		{"assigned", "p.x, q.y| = 1, 2", "y", ""},
		{"in the middle", "fmt.Prin|tln(p.x)\nx := 1", "Print Printf Println", ""},
		{"argument", "fmt.Println(p.x, q.|", "base next norm ...", ""},
		{"argument in brackets", "fmt.Println(points[limi|])", "limit limitName", ""},
		{"before the rest of the cell", "p.nor|\nfmt.Println(p)\n", "norm", ""},
		{"before a broken rest", "p.nor|\nfmt.Println(((\n", "norm", ""},
		{"behind a broken line", "x := f(]\np.nor|", "", ""},
		{"defined in the cell", "fresh := 1\nfre|", "fresh", ""},
		{"defined below", "fre|\nfunc fresh() {}", "fresh", ""},
		{"type of the cell", "type star struct{ mass float64 }\nvar st star\nst.ma|", "mass", ""},
		{"variable of the cell in its function", "box := point{}\nfunc f() { box.nor|", "norm", ""},
		{"redefined by itself", "p := p.|", "base next norm ...", ""},
		{"type position", "var v poin|", "point", "points"},
		{"type in a signature", "func f(a []poi|", "point", "points"},
		{"type of a package", "func f(b strings.Bu|", "Builder", ""},
		{"after a directive", "%cd data\np.nor|", "norm", ""},
		{"in a rank cell", "%%srun -n 2\np.nor|", "norm", ""},
		{"import in the cell", "import \"math/cmplx\"\ncmplx.Ph|", "Phase", ""},
		{"dot import", "import . \"math\"\nHypo|", "Hypot", ""},
		{"import path", "import \"gonum.org/v1/p|", "gonum.org/v1/plot ...", ""},
		{"import path of a module", "import \"gonum.org/v1/gonum/optim|", "gonum.org/v1/gonum/optimize ...", ""},
		{"import group", "import (\n\t\"fmt\"\n\tj \"encoding/j|\n)", "encoding/json ...", ""},
		{"internal packages", "import \"internal/|", "", ""},
		{"file", "os.Open(\"st|", "stars.csv", ""},
		{"file in a closed string", "f := must(os.ReadFile(\"da|\"))", "data/", ""},
		{"file below a folder", "h5.Open(\"data/|\")", "data/sub/", ""},
		{"session function with a path", "readTable(\"st|", "stars.csv", ""},
		{"no file", "fmt.Println(\"st|", "", ""},
		{"string", "x := \"fmt.Pr|", "", ""},
		{"comment", "// fmt.Pr|", "", ""},
		{"behind a comment", "/* a */ fmt.Printl|", "Println", ""},
		{"number", "x := 12|", "", ""},
		{"after a number", "x := 1.|", "", ""},
		{"shell file", "!cat da|", "data/", ""},
		{"named pointer", "type handle *point\nvar h handle\nh.|", "base next x y id Label", ""},
		{"type parameter", "func f[T shape](v T) {\n\tv.|", "area String", ""},
		{"unexported of the session", "both.Second.bas|", "base", ""},
		{"shell file with spaces", "!cat my|", `my\ file\ \(1\).txt`, ""},
		{"shell file after a space", "!cat < my\\ fi|", `my\ file\ \(1\).txt`, ""},
		{"file with spaces", "os.Open(\"my |", "my file (1).txt", ""},
		{"chain over lines", "strings.NewReplacer(\"a\", \"b\").\n\tRepl|", "Replace", ""},
		{"type after a bracket", "var v []poi|", "point", "points"},
		{"type in a struct", "type t struct {\n\ta, b floa|", "float32 float64 floats", "point"},
		{"embedded type", "type t struct {\n\tpoi|", "point", "points"},
		{"type assertion", "any(p).(poi|", "point", "points"},
		{"case of a type switch", "switch any(p).(type) {\ncase poi|", "point points", ""},
		{"result", "func f() (point, error) {\n\treturn poi|", "point points", ""},
		{"channel", "c := make(chan point)\n(<-c).nor|", "norm", ""},
		{"label of a loop", "outer:\nfor {\n\tp.nor|", "norm", ""},
		{"else", "if limit > 2 {\n} else if p.nor|", "norm", ""},
		{"behind else", "if limit > 2 {\n} else {\n\tp.nor|", "norm", ""},
		{"function in a call", "slices.SortFunc(points, func(a, b point) int {\n\treturn int(a.nor|", "norm", ""},
		{"commented directive", "//galago:%tim|", "%time %timeit", ""},
		{"shell command", "!gofm|", "gofmt", ""},
		{"directive", "%tim|", "%time %timeit", ""},
		{"directive or block", "%sr|", "%%srun", ""},
		{"block", "%%s|", "%%srun", ""},
		{"all directives", "%|", "%cd ...", ""},
		{"option", "%%srun --l|", "--label", ""},
		{"further option", "%%srun -n 2 --ti|", "--time", ""},
		{"folder of a directive", "%cd |", "data/", "stars.csv"},
		{"name of a directive", "%rm poin|", "point points", ""},
		{"go in a directive", "%time p.nor|", "norm", ""},
		{"go behind options", "%timeit -n 10 -r 3 p.nor|", "norm", ""},
		{"question", "?p.nor|", "norm", ""},
		{"new name", "func nam|", "", ""},
		{"in a raw string", "os.Open(`sta|", "stars.csv", ""},
		{"letters that are two bytes", "größe := p\nfmt.Println(\"ä\", größe.nor|", "norm", ""},
		{"name of such letters", "größe := 1\ngrö|", "größe", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, replaced := b.complete(test.text)
			got := strings.Join(texts(c), " ")
			if more, ok := strings.CutSuffix(test.want, " ..."); ok && !strings.HasPrefix(got+" ", more+" ") || !ok && got != test.want {
				t.Errorf("%s offers %.300q, want %q", test.text, got, test.want)
			}
			for _, name := range strings.Fields(test.without) {
				if slices.Contains(texts(c), name) {
					t.Errorf("%s offers %s", test.text, name)
				}
			}
			for _, i := range c.Items {
				if !strings.HasPrefix(strings.ToLower(i.Text), strings.ToLower(replaced)) && !strings.HasPrefix(i.Text, "%%") {
					t.Errorf("%s: %q takes the place of %q", test.text, i.Text, replaced)
				}
			}
		})
	}
}

// What nobody has imported yet is compiled in the background for the next
// answer.
func TestCompletePackageThatIsNotCompiled(t *testing.T) {
	b := open(t)
	for _, test := range []struct{ code, want string }{{"import \"go/doc/comment\"\ncomment.Pri|", "Printer"}, {"import \"gonum.org/v1/gonum/stat/combin\"\ncombin.Binom|", "Binomial"}} {
		for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
			c, _ := b.complete(test.code)
			if got := strings.Join(texts(c), " "); got == test.want {
				break
			} else if time.Now().After(deadline) {
				t.Fatalf("%s offers %q, want %s", test.code, got, test.want)
			}
		}
	}
}
