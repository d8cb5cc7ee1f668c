package interpret

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
	"github.com/galago-hpc/galago/lib/rt/run"
)

// A notebook is a session without its processes.
type notebook struct {
	world   *check.World
	machine *Machine
	cells   int
}

func newNotebook(t *testing.T) *notebook {
	t.Helper()
	importer := symbols.NewImporter()
	w, err := NewWorld(importer)
	if err != nil {
		t.Fatal(err)
	}
	return &notebook{world: w, machine: New(w.Fset, importer)}
}

// run executes a cell and returns what it printed.
func (n *notebook) run(code string) (out string, err error) {
	n.cells++
	fragments, err := cell.Fragments(code, 1)
	if err != nil {
		return "", err
	}
	unit, err := n.world.Check(fragments, n.cells, n.cells)
	if err != nil {
		return "", err
	}
	if err := n.machine.Load(unit); err != nil {
		return "", err
	}
	n.world.Commit(unit)
	stdout := os.Stdout
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	os.Stdout = w
	text := make(chan string)
	go func() { b, _ := io.ReadAll(r); text <- string(b) }()
	var f *event.Failure
	run.Unit(unit.Number, run.Prepare(), func(failure *event.Failure) { f = failure })
	os.Stdout = stdout
	w.Close()
	out = <-text
	if f != nil {
		return out, fmt.Errorf("%s: %s %v", f.Name, f.Message, f.Stack)
	}
	return out, nil
}

// A program is what a cell prints.
type program struct{ name, code, want string }

func prints(t *testing.T, programs []program) {
	t.Helper()
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			n := newNotebook(t)
			got, err := n.run(p.code)
			if err != nil || strings.TrimSpace(got) != strings.TrimSpace(p.want) {
				t.Errorf("%s\ngot %q, %v\nwant %q", p.code, got, err, p.want)
			}
		})
	}
}

// Types of cells are real types for compiled code.
func TestTypes(t *testing.T) {
	prints(t, []program{
		{"stringer", "type T struct { A int; next *T }\nfunc (t T) String() string { return fmt.Sprint(\"T\", t.A) }\nfmt.Println(T{A: 3}, &T{A: 4}, []T{{A: 5}})\nfmt.Printf(\"%T\\n\", &T{})", "T3 T4 [T5]\n*main.T"},
		{"kinds", `
type (I int; M map[string]int; C chan int; F func() int; A [2]int; S []int; P struct{ p *int }; E struct{ fmt.Stringer })
func (I) Get() string { return "I" }
func (m M) Get() string { return fmt.Sprint("M", len(m)) }
func (c C) Get() string { return fmt.Sprint("C", cap(c)) }
func (f F) Get() string { return fmt.Sprint("F", f()) }
func (a A) Get() string { return fmt.Sprint("A", a[1]) }
func (s *S) Get() string { return fmt.Sprint("S", len(*s)) }
func (p P) Get() string { return fmt.Sprint("P", *p.p) }
n := 7
for _, g := range []interface{ Get() string }{I(1), M{"a": 1}, make(C, 3), F(func() int { return 5 }), A{1, 2}, &S{1}, P{&n}} {
	fmt.Print(g.Get(), reflect.ValueOf(g).Method(0).Call(nil)[0], reflect.TypeOf(g).Method(0).Func.Call([]reflect.Value{reflect.ValueOf(g)})[0], " ")
}
fmt.Println(E{time.Second})`, "II I M1M1 M1 C3C3 C3 F5F5 F5 A2A2 A2 S1S1 S1 P7P7 P7 1s"},
		{"recursive", "type Tree struct { kids map[string]Tree; up *Tree; all []Tree; f func(Tree) Tree }\nt := Tree{kids: map[string]Tree{\"a\": {all: make([]Tree, 2)}}}\nfmt.Printf(\"%v %T %d\\n\", t.kids[\"a\"].all, t.kids, reflect.TypeOf(t).NumField())", "[{map[] <nil> [] <nil>} {map[] <nil> [] <nil>}] map[string]main.Tree 4"},
		{"errors", "type E struct{ code int }\nfunc (e *E) Error() string { return fmt.Sprint(\"E\", e.code) }\nerr := fmt.Errorf(\"w: %w\", &E{4})\nvar e *E\nfmt.Println(errors.As(err, &e), e.code, err)", "true 4 w: E4"},
		{"json", "type P struct { X int `json:\"x\"`; y int; Q *P `json:\"q,omitempty\"` }\nb := must(json.Marshal(P{1, 2, &P{X: 3}}))\nvar p P\nmust0(json.Unmarshal(b, &p))\nfmt.Println(string(b), p.Q.X)", `{"x":1,"q":{"x":3}} 3`},
		{"generic", "type L[T any] struct{ v T; next *L[T] }\nfunc (l *L[T]) Len() int { if l == nil { return 0 }; return 1 + l.next.Len() }\nl := &L[string]{\"a\", &L[string]{v: \"b\"}}\nfmt.Printf(\"%d %T %v\\n\", l.Len(), l, slices.Sorted(maps.Keys(map[int]bool{3: true, 1: true})))", "2 *main.L[string] [1 3]"},
	})
}

// What calls change is read when the compiler reads it.
func TestOrder(t *testing.T) {
	prints(t, []program{{"order", `
x := 1
inc := func() int { x++; return x }
fmt.Println(x, inc(), x)
b := true
flip := func() bool { b = !b; return b }
fmt.Println(b, flip())
p := struct{ a, b int }{1, 2}
h := func() int { p.a++; return p.a }
fmt.Println(p, h(), p.a, h())
y := x + inc()
a := []int{x, inc(), x}
fmt.Println(y, a)`, "2 2 2\ntrue false\n{1 2} 2 3 3\n6 [4 4 4]"}})
}

// What is refused has a place, and leaves nothing behind.
func TestRefusal(t *testing.T) {
	n := newNotebook(t)
	out, err := n.run("type bad struct { p unique.Handle[int] }\nfmt.Println(1)")
	if err == nil || out != "" || !strings.Contains(err.Error(), "cell 1:") || !strings.Contains(err.Error(), Remedy) {
		t.Errorf("printed %q, error %v", out, err)
	}
	if _, err := n.run("var b bad"); err == nil || !strings.Contains(err.Error(), "undefined: bad") {
		t.Errorf("error %v", err)
	}
	for code, place := range map[string]string{
		"x := 1\nruntime.Caller(x)":                                                  ":2:",
		"func g() {\n\tdefer recover()\n}":                                           ":2:",
		"l := log.New(os.Stdout, \"\", log.Lshortfile)":                              ":1:",
		"u := unique.Make(3)":                                                        ":1:",
		"func h[T any](v T) any {\n\ttype in struct{ v T }\n\treturn in{v}\n}\nh(1)": ":2:",
	} {
		if _, err := newNotebook(t).run(code); err == nil || !strings.Contains(err.Error(), "cell 1"+place) || !strings.Contains(err.Error(), "no Go toolchain") {
			t.Errorf("%s: error %v", code, err)
		}
	}
	if out, err := n.run("type good struct { n atomic.Int64 }\nvar g good\nfmt.Println(g.n.Add(2))"); err != nil || out != "2\n" {
		t.Errorf("printed %q, error %v", out, err)
	}
}
