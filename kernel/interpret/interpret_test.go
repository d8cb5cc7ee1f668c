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
	"github.com/galago-hpc/galago/lib/rt"
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
	rt.Run(unit.Number, rt.Prepare(), func(failure *event.Failure) { f = failure })
	os.Stdout = stdout
	w.Close()
	out = <-text
	if f != nil {
		return out, fmt.Errorf("%s: %s %v", f.Name, f.Message, f.Stack)
	}
	return out, nil
}

func TestRun(t *testing.T) {
	n := newNotebook(t)
	for _, c := range []struct{ code, want string }{
		{`x := 6; fmt.Println(x * 7)`, "42\n"},
		{"type T struct { A int; next *T }\nfunc (t T) String() string { return fmt.Sprint(\"T\", t.A) }\nfmt.Println(T{A: 3}, &T{A: 4}, []T{{A: 5}})\nfmt.Printf(\"%T %+d\\n\", T{}, T{A: 1})", "T3 T4 [T5]\nmain.T {+1 +0}\n"},
		{"func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }\nfmt.Println(fib(20))", "6765\n"},
		{"func Map[T, U any](l []T, f func(T) U) []U { var r []U; for _, v := range l { r = append(r, f(v)) }; return r }\nfmt.Println(Map([]int{1,2,3}, func(i int) string { return strings.Repeat(\"a\", i) }))", "[a aa aaa]\n"},
	} {
		got, err := n.run(c.code)
		if err != nil || strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%s\ngot %q, %v\nwant %q", c.code, got, err, c.want)
		}
	}
}
