package session

import (
	"strings"
	"testing"
)

// shown returns the text and the page that a cell displays.
func shown(t *testing.T, s *Session, code string) (text, page string) {
	t.Helper()
	r := run(t, s, code)
	if len(r.displays) != 1 {
		t.Fatalf("%s displays %d things, want 1", code, len(r.displays))
	}
	text, _ = r.displays[0].Data["text/plain"].(string)
	page, _ = r.displays[0].Data["text/html"].(string)
	return text, page
}

func TestWho(t *testing.T) {
	s := open(t)
	if r := run(t, s, "%who"); r.out.String() != "the session has no names\n" {
		t.Errorf("at first: %q", r.out.String())
	}
	run(t, s, strings.Join([]string{
		`import m "math"`,
		`type point struct{ x, y float64; label string }`,
		`func (p point) norm() float64 { return m.Hypot(p.x, p.y) }`,
		`type shape interface{ area() float64 }`,
		`type ring struct { next *ring; data [128]byte }`,
		`const limit, name = 3, "<b>"`,
		`func scale[T ~float64](p point, by T) (point, error) { return point{p.x * float64(by), p.y * float64(by), ""}, nil }`,
		`data := make([]float64, 1_000_000)`,
		`part := data[10:20:30]`,
		`loop := &ring{}; loop.next = &ring{next: loop}`,
		`p := point{1, 2, "abcd"}`,
		`var none map[string][]point`,
		`var nothing any`,
		`var wait chan int`,
		`texts := map[string][]byte{"a": make([]byte, 5000)}`,
		`var grid [1 << 20]string`,
	}, "\n"))
	text, page := shown(t, s, "%who")
	want := strings.Join([]string{
		"variables",
		"  data     []float64              8.0 MB",
		"  grid     [1048576]string       16.8 MB",
		"  loop     *ring               280 bytes",
		"  none     map[string][]point    8 bytes",
		"  nothing  any                  16 bytes",
		"  p        point                36 bytes",
		"  part     []float64           184 bytes",
		"  texts    map[string][]byte      5.4 kB",
		"  wait     chan int              8 bytes",
		"functions",
		"  scale  func[T ~float64](p point, by T) (point, error)",
		"types",
		"  point  struct, 3 fields, 1 method",
		"  ring   struct, 2 fields",
		"  shape  interface, 1 method",
		"constants",
		"  limit  untyped int     3",
		`  name   untyped string  "<b>"`,
		"imports",
		"  m  math",
	}, "\n")
	if text != want {
		t.Errorf("%%who shows\n%s\nwant\n%s", text, want)
	}
	for _, part := range []string{"<th colspan=\"3\" style=\"text-align:left\">variables</th>", ">8.0 MB</td>", "&lt;b&gt;", "func[T ~float64]"} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is missing in the page\n%s", part, page)
		}
	}
	if text, _ := shown(t, s, "//galago:%whos p* m"); text != "variables\n  p     point       36 bytes\n  part  []float64  184 bytes\ntypes\n  point  struct, 3 fields, 1 method\nimports\n  m  math" {
		t.Errorf("with patterns:\n%s", text)
	}
	if r := run(t, s, "%who zz*"); r.out.String() != "no name of the session matches zz*\n" {
		t.Errorf("without a match: %q", r.out.String())
	}
	if f := fails(t, s, "%who [a"); !strings.Contains(f.Message, "the pattern [a") {
		t.Errorf("a bad pattern: %s", f.Message)
	}
	// A variable that lives on under a type that was redefined, and one that
	// ranks have returned.
	run(t, s, "func (p *point) move() { p.x++ }\nfunc (p point) norm() float64 { return p.x }")
	run(t, s, "%%mpi -n 1\nnotebook.Return(\"back\", []point{{1, 2, \"abc\"}})")
	if text, _ := shown(t, s, "p.move()\n%who p back point"); text != "variables\n  back  []point  59 bytes\n  p     point    36 bytes\ntypes\n  point  struct, 3 fields, 2 methods" {
		t.Errorf("after a redefinition:\n%s", text)
	}
	// A map that a goroutine writes cannot be read.
	run(t, s, "busy := map[int][]int{}\ndone := make(chan bool)\ngo func() { for i := 0; ; i++ { select { case <-done: return; default: busy[i%100] = make([]int, 10) } } }()")
	for range 20 {
		if text, _ := shown(t, s, "%who busy"); !strings.Contains(text, ">= ") {
			t.Errorf("while a goroutine writes: %s", text)
		}
	}
	run(t, s, "done <- true")
	run(t, s, "%rm p")
	if text, _ := shown(t, s, "%who texts p"); text != "variables\n  texts  map[string][]byte  5.4 kB" {
		t.Errorf("at the end:\n%s", text)
	}
}

func TestForget(t *testing.T) {
	s := open(t)
	run(t, s, strings.Join([]string{
		"type point struct{ x int }",
		"func (p point) twice() int { return 2 * p.x }",
		"const (\n\tone = iota + 1\n\ttwo\n)",
		"n := 10",
		"func total(p point) int { return p.twice() + n }",
		"func all() int { return total(point{one}) }",
		"p := point{3}",
		"big := make([]byte, 300_000_000)",
		"for i := range big { big[i] = 1 }",
		"freed := false",
		"runtime.AddCleanup(&big[0], func(b *bool) { *b = true }, &freed)",
	}, "\n"))
	for _, test := range []struct{ code, message, hint string }{
		{"%rm point", "forget point: func all, func total, variable p depend on it", "%rm all p point total"},
		{"%rm total", "forget total: func all depends on it", "%rm all total"},
		{"%rm n", "forget n: func total depends on it", "%rm all n total"},
		{"%rm two", "forget two: const one, func all depend on it", "%rm all one two"},
		{"%rm p nobody", "the session has no name nobody", "%who"},
		{"%rm", "%rm: it takes the names to forget", "usage: %rm NAME..."},
	} {
		f := fails(t, s, test.code)
		if !strings.Contains(f.Message, test.message) || !strings.Contains(f.Hint, test.hint) {
			t.Errorf("%s: %s; %s", test.code, f.Message, f.Hint)
		}
	}
	if r := run(t, s, "%rm big\nfor range 100 { runtime.GC(); if freed { break }; time.Sleep(10 * time.Millisecond) }\nfreed"); r.value != "true" {
		t.Error("the memory of a variable that was forgotten is not free")
	}
	if f := fails(t, s, "big"); !strings.Contains(f.Message, "undefined: big") {
		t.Errorf("a forgotten variable: %s", f.Message)
	}
	if r := run(t, s, "all() + p.twice()"); r.value != "18" {
		t.Errorf("what remains gives %s, want 18", r.value)
	}
	run(t, s, "%rm all, total, p, point")
	if f := fails(t, s, "point{}"); !strings.Contains(f.Message, "undefined: point") {
		t.Errorf("a forgotten type: %s", f.Message)
	}
	// A new type of that name has nothing of the old one.
	if r := run(t, s, "type point struct{ y string }\nq := point{\"new\"}\nn + one"); r.value != "11" {
		t.Errorf("n + one is %s, want 11", r.value)
	}
	if f := fails(t, s, "q.twice()"); !strings.Contains(f.Message, "twice") {
		t.Errorf("a method of a forgotten type: %s", f.Message)
	}

	run(t, s, "import m \"math\"\nkeep := &q\nlist := make([]byte, 1_000_000)\nwatched := make(chan bool, 1)\nruntime.AddCleanup(&list[0], func(c chan bool) { c <- true }, watched)")
	if f := fails(t, s, "%reset everything"); !strings.Contains(f.Hint, "usage: %reset [-f]") {
		t.Errorf("%s; %s", f.Message, f.Hint)
	}
	run(t, s, "%reset -f")
	if r := run(t, s, "%who"); r.out.String() != "the session has no names\n" {
		t.Errorf("after %%reset: %s", r.out.String())
	}
	for _, name := range []string{"q", "n", "one", "m.Pi", "list", "point{}"} {
		if f := fails(t, s, name); !strings.Contains(f.Message, "undefined: ") {
			t.Errorf("%s after %%reset: %s", name, f.Message)
		}
	}
	run(t, s, "type point struct{ z int }\nfunc (p point) twice() int { return 3 * p.z }\nq := point{5}\nn := \"text\"")
	if r := run(t, s, "q.twice()"); r.value != "15" {
		t.Errorf("q.twice() is %s", r.value)
	}
	// What was forgotten is not loaded again.
	f := fails(t, s, "must(os.FindProcess(os.Getpid())).Kill(); time.Sleep(time.Minute)")
	if !strings.Contains(f.Hint, "these variables are gone: n, q") {
		t.Errorf("after a crash: %s", f.Hint)
	}
	if r := run(t, s, "point{4}.twice()"); r.value != "12" {
		t.Errorf("after a crash point{4}.twice() is %s", r.value)
	}
}
