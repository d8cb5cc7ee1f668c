package assist

import (
	"strings"
	"testing"

	"github.com/galago-hpc/galago/kernel/check"
)

func TestInspect(t *testing.T) {
	b := open(t)
	b.run(t, session)
	b.run(t, "// A star has a mass,\n// in kg.\ntype star struct {\n\t// Mass is positive.\n\tMass float64\n\tage int // in years\n}\n\n// shine returns the power, in W.\nfunc (s *star) shine(\n\tfactor float64,\n) float64 {\n\treturn factor * s.Mass\n}\nconst (\n\tone = 1\n\ttwo = 2 // twice\n)\nsun := star{Mass: 2e30}\nbox := map[string]func(n int) error{}")
	b.Value = func(s *check.Symbol) string {
		if s.Name == "sun" {
			return "{Mass:2e+30 age:0}"
		}
		return ""
	}
	tests := []struct {
		name, text string
		detail     int
		want       []string // parts of the text
		without    string
	}{
		{"function of a package", "fmt.Println|", 0, []string{"func fmt.Println(a ...any) (n int, err error)\n", "Println formats using the default formats", "fmt/print.go:"}, "return Fprintln"},
		{"with its source", "fmt.Prin|tln(1)", 1, []string{"func Println(a ...any) (n int, err error) {\n\treturn Fprintln(os.Stdout, a...)\n}"}, ""},
		{"package", "fm|t.Println()", 0, []string{"import \"fmt\"", "Package fmt implements formatted I/O"}, ""},
		{"package alone", "strconv|", 0, []string{"import \"strconv\"", "Package strconv implements conversions"}, ""},
		{"renamed package", "m|", 0, []string{"import m \"math\"", "Package math provides"}, ""},
		{"method", "pl.Add|", 0, []string{"func (p *plot.Plot) Add(ps ...plot.Plotter)", "Add adds a Plotters to the plot.", "gonum.org/v1/plot@", "plot.go:"}, ""},
		{"field", "pl.Title.Padding|", 0, []string{"field Padding ", "Padding is the amount of padding"}, ""},
		{"type of a package", "var x strings.Build|er", 0, []string{"type Builder struct {", "A Builder is used to efficiently build a string", "func (*strings.Builder) WriteString(s string) (int, error)", "strings/builder.go:"}, ""},
		{"constant", "math.Pi|", 0, []string{"const math.Pi untyped float = 3.14159", "https://oeis.org"}, ""},
		{"galago's library", "notebook.Progress|", 0, []string{"func notebook.Progress(", "lib/notebook/"}, ""},
		{"predeclared", "must|", 0, []string{"func must[T any](v T, err error) T", "lib/rt/"}, ""},
		{"builtin", "append|", 0, []string{"func append(slice []Type, elems ...Type) []Type", "The append built-in function appends elements"}, ""},
		{"basic type", "var x float6|4", 0, []string{"float64 is the set of all IEEE 754 64-bit"}, ""},
		{"keyword", "fo|r {}", 0, []string{"https://go.dev/ref/spec#For_statements"}, ""},
		{"session function", "x := readTable|(\"a\", 1)", 0, []string{"func readTable(path string, skip int) ([]string, error)", "readTable reads a table.", "cell 1, line 20"}, "return nil, nil"},
		{"its source", "readTable|", 1, []string{"{ return nil, nil }"}, ""},
		{"session type", "sta|r{}", 0, []string{"type star struct {\n\t// Mass is positive.\n\tMass float64", "A star has a mass, in kg.", "func (*star) shine(factor float64) float64", "cell 2, line 3"}, ""},
		{"session method", "sun.shi|ne(2)", 0, []string{"func (s *star) shine(factor float64) float64", "shine returns the power, in W.", "cell 2, line 10"}, ""},
		{"session field", "sun.Mas|s", 0, []string{"field Mass float64", "Mass is positive.", "cell 2, line 5"}, ""},
		{"its comment", "sun.ag|e", 0, []string{"field age int", "in years", "cell 2, line 6"}, ""},
		{"session constant", "two|", 0, []string{"const two untyped int = 2", "twice", "cell 2, line 17"}, ""},
		{"variable", "su|n.Mass", 0, []string{"var sun star\n", "= {Mass:2e+30 age:0}", "cell 2, line 19"}, ""},
		{"its definition", "sun|", 1, []string{"sun := star{Mass: 2e30}"}, ""},
		{"instance", "both.Swa|p()", 0, []string{"func (p pair[string, *point]) Swap() pair[*point, string]"}, ""},
		{"local", "func f() {\n\tlocal := p\n\tloc|al.norm()\n}", 0, []string{"var local point", "this cell, line 2"}, ""},
		{"function of the cell", "// g doubles.\nfunc g(n int) int { return 2*n }\ng|(3)", 0, []string{"func g(n int) int", "g doubles."}, ""},
		{"between the brackets", "readTable(|)", 0, []string{"func readTable(path string, skip int)"}, "in a call of"},
		{"second argument", "readTable(\"a\", |", 0, []string{"func readTable(path string, skip int)"}, ""},
		{"in a string", "readTable(\"a|\", 1)", 0, []string{"func readTable(path string, skip int)"}, ""},
		{"name among arguments", "readTable(\"a\", lim|it)", 0, []string{"const limit untyped int = 3", "in a call of\nfunc readTable(path string, skip int)"}, ""},
		{"behind a call", "readTable(\"a\", limit)|", 0, []string{"func readTable(path string, skip int)"}, ""},
		{"behind a period", "sun.|", 0, []string{"var sun star"}, ""},
		{"nested calls", "fmt.Println(scale(p, |), 2)", 0, []string{"func scale["}, ""},
		{"function value", "box[\"a\"](|)", 0, []string{"func(n int) error"}, ""},
		{"type switch", "switch v := any(p).(type) {\ncase point:\n\tv|.norm()\n}", 0, []string{"var v point"}, ""},
		{"broken cell", "fmt.Println(sun.Mas|s, ]\nx", 0, []string{"field Mass float64"}, ""},
		{"directive", "%tim|e f()", 0, []string{"%time STATEMENTS", "run once", "Variables stay defined."}, ""},
		{"block directive", "%%srun -n |2\nf()", 0, []string{"%%srun -n RANKS"}, ""},
		{"go in a directive", "%time readTab|le(\"a\", 1)", 0, []string{"func readTable("}, ""},
		{"in a rank cell", "%%srun -n 2\nfmt.Println(sun.Ma|ss)", 0, []string{"field Mass float64"}, ""},
		{"nothing", "x := 1 |", 0, nil, ""},
		{"unknown", "nobody|", 0, nil, ""},
		{"shell", "!ls fmt|", 0, nil, ""},
		{"comment", "// fmt.Println|", 0, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			offset := strings.IndexByte(test.text, '|')
			found := b.Inspect(test.text[:offset]+test.text[offset+1:], offset, test.detail)
			if found.Found != (test.want != nil) {
				t.Fatalf("found %v: %v", found.Found, found.Data["text/plain"])
			}
			if !found.Found {
				return
			}
			text := found.Data["text/plain"].(string)
			for _, part := range test.want {
				if !strings.Contains(text, part) {
					t.Errorf("%q is missing in\n%s", part, text)
				}
			}
			if test.without != "" && strings.Contains(text, test.without) {
				t.Errorf("%q is in\n%s", test.without, text)
			}
			for _, kind := range []string{"text/html", "text/markdown"} {
				if page, _ := found.Data[kind].(string); page == "" {
					t.Errorf("no %s", kind)
				}
			}
		})
	}
	if found := b.Ask("point.norm", 1); !found.Found || !strings.Contains(found.Data["text/plain"].(string), "return m.Hypot(p.x, p.y)") {
		t.Errorf("point.norm?? is %v", found.Data["text/plain"])
	}
	if found := b.Ask("%timeit", 0); !found.Found || !strings.Contains(found.Data["text/html"].(string), "%timeit [-n LOOPS]") {
		t.Errorf("%%timeit? is %v", found.Data)
	}
}
