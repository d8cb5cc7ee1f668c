package session

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

var (
	timed   = regexp.MustCompile(`(?m)^[\d.]+ (ns|µs|ms|s) ± [\d.]+ (ns|µs|ms|s) per loop \(mean ± std\. dev\. of (\d+) runs?, ([\d,]+) loops? each\b.*\)$`)
	extreme = regexp.MustCompile(`(?m)^min .+, median .+, max .+; (.+) in ([\d,]+) allocations? per loop$`)
	took    = regexp.MustCompile(`^wall [\d.]+ (ns|µs|ms|s), CPU [\d.]+ (ns|µs|ms|s) user \+ [\d.]+ (ns|µs|ms|s) system; .+ in [\d,]+ allocations?\n`)
)

func TestTimeit(t *testing.T) {
	s := open(t)
	run(t, s, "type pair struct { a, b int }\nx := 2.0\ncalls := 0\nvalues := []int{5, 2, 9}\nfunc count() pair { calls++; return pair{calls, 0} }\nfunc two() (int, error) { return calls, nil }")
	for _, test := range []struct{ code, runs, loops, bytes, calls string }{
		{"%timeit math.Sqrt(x)", "", "", "0 bytes", ""},
		{"%timeit -n 10 -r 3 count()", "3", "10", "0 bytes", "30"},
		{"%timeit -r2 -n5 make([]float64, 1000)", "2", "5", "8.2 kB", ""},
		{"%timeit -n 4 -r 3 two()", "3", "4", "0 bytes", ""},
		{"%timeit -n 4 -r 2 a := x + 1; b, c := two(); d := [3]int{b}", "2", "4", "0 bytes", ""},
		{"%timeit -n 4 -r 2 -x // a minus that is Go", "2", "4", "0 bytes", ""},
		{"//galago:%timeit -n 4 -r 2 if x > 1 { return }; panic(x)", "2", "4", "0 bytes", ""},
		{"%%timeit -n 4 -r 2 sorted := slices.Clone(values); seen := 0\nimport \"slices\"\nslices.Sort(sorted)\nseen++\n// a comment", "2", "4", "0 bytes", ""},
		{"%%timeit -n 4 -r 2\nvar sum int\nfor _, v := range values {\n\tsum += v\n}\nsum", "2", "4", "0 bytes", ""},
		{"%%timeit -n 4 -r 2\ndefer func() { calls-- }()\ncount().a", "2", "4", "0 bytes", "0"},
	} {
		// Memory is the whole process's: in a few short rounds the engine itself
		// may have taken some.
		out, good := "", false
		for attempt := 0; attempt < 5 && !good; attempt++ {
			run(t, s, "calls = 0")
			out = run(t, s, test.code).out.String()
			m, e := timed.FindStringSubmatch(out), extreme.FindStringSubmatch(out)
			if m == nil || e == nil || test.runs != "" && m[3] != test.runs || test.loops != "" && m[4] != test.loops || test.loops == "" && len(m[4]) < 6 {
				break
			}
			good = e[1] == test.bytes
		}
		if !good {
			t.Errorf("%s prints\n%s", test.code, out)
		}
		// As many turns as were asked for.
		if r := run(t, s, "calls"); test.calls != "" && r.value != test.calls {
			t.Errorf("%s: %s calls were made, want %s", test.code, r.value, test.calls)
		}
	}
	// Nothing that was defined is left.
	if f := fails(t, s, "sorted"); !strings.Contains(f.Message, "undefined: sorted") {
		t.Errorf("what a measurement defined: %s", f.Message)
	}
	if text, _ := shown(t, s, "%who"); strings.Contains(text, "Ξ") || strings.Contains(text, "lib/rt") {
		t.Errorf("generated names are left:\n%s", text)
	}
	for _, test := range []struct{ code, message, place string }{
		{"x = 3\n%timeit math.Sqrt(y)", "cell N, line 2: undefined: y\n    %timeit math.Sqrt(y)\n                      ^", ""},
		{"%timeit f(", "cell N, line 1: syntax error: ( is not closed\n    %timeit f(\n             ^", ""},
		{"%%timeit z := 1\nx = z", "cell N, line 2: cannot use z (variable of type int) as float64 value in assignment\n    x = z\n        ^", ""},
		{"%%timeit\na := 1\na := 2", "line 3: no new variables on left side of :=", ""},
		{"%%timeit z := q\nx = 1", "cell N, line 1: undefined: q\n    %%timeit z := q\n                  ^", ""},
		{"%%timeit return\nx = 1", "line 1: the setup cannot return", ""},
		{"%%timeit\nfunc f() {}\nf()", "line 2: a function is declared in a cell of its own", ""},
		{"%%timeit x = 1\n", "there is nothing to measure", ""},
		{"%%timeit\nx = 1\n!ls", "line 3: only Go is measured", ""},
		{"%%time\n\n%%mpi -n 2\nx", "line 3: only Go is measured", ""},
		{"%timeit", "it takes what is to be measured", ""},
		{"%timeit -n 0 x", "-n takes a number from 1 up, not 0", ""},
		{"x = 4\n%timeit values[int(x)]", "index out of range [4] with length 3", "cell N:2"},
		{"%%timeit -n 2\nx++\nos.Open(\"/nonexistent\")", "open /nonexistent", "cell N:3"},
		{"%%timeit\nif x > 0 {\n\treturn must(strconv.Atoi(\"a\"))\n}", "too many return values", ""},
		{"%%timeit\nif x > 0 {\n\t_ = must(strconv.Atoi(\"a\"))\n\treturn\n}", "invalid syntax", "cell N:3"},
	} {
		f := fails(t, s, test.code)
		number := fmt.Sprintf("cell %d", s.Count())
		if !strings.Contains(f.Message, strings.ReplaceAll(test.message, "cell N", number)) {
			t.Errorf("%s: %s, want %s", test.code, f.Message, test.message)
		}
		if want := strings.ReplaceAll(test.place, "cell N", number); want != "" {
			if len(f.Stack) != 1 || fmt.Sprintf("%s:%d", f.Stack[0].File, f.Stack[0].Line) != want || f.Stack[0].Function != "" {
				t.Errorf("%s: stack %+v, want %s", test.code, f.Stack, want)
			}
		}
	}
	started := make(chan struct{}, 1)
	go func() {
		<-started
		s.Interrupt()
	}()
	f := s.Execute(context.Background(), "%timeit -n 1 -r 1000000000 if calls++; calls%50 == 0 { fmt.Println(calls); time.Sleep(time.Millisecond) }", func(e event.Event) {
		if e.Kind == event.Stdout {
			select {
			case started <- struct{}{}:
			default:
			}
		}
	})
	if f == nil || f.Name != "interrupt" {
		t.Errorf("an interrupted measurement: %v", f)
	}
	if r := run(t, s, "x"); r.value != "5" {
		t.Errorf("after an interrupt x is %s", r.value)
	}
}

// What a slow expression takes is told after a few rounds.
func TestTimeitOfSlowCode(t *testing.T) {
	s := open(t)
	out := run(t, s, "%timeit time.Sleep(900 * time.Millisecond)").out.String()
	m := timed.FindStringSubmatch(out)
	if m == nil || m[4] != "1" || m[3] == "7" || !strings.Contains(out, "; stopped after 2.50 s)") {
		t.Errorf("printed\n%s", out)
	}
	begin := time.Now()
	out = run(t, s, "%timeit -r 4 time.Sleep(time.Second)").out.String()
	if m := timed.FindStringSubmatch(out); m == nil || m[3] != "4" || time.Since(begin) < 4*time.Second {
		t.Errorf("printed\n%s", out)
	}
}

func TestTime(t *testing.T) {
	s := open(t)
	var order []event.Kind
	value, out := "", ""
	f := s.Execute(context.Background(), "n := 3\n%time x := 20; fmt.Println(\"hello\"); x + 1\nn += x", func(e event.Event) {
		order = append(order, e.Kind)
		out += e.Text
		if e.Kind == event.Value {
			value, _ = e.Data["text/plain"].(string)
		}
	})
	if f != nil || value != "21" || len(order) == 0 || order[len(order)-1] != event.Value {
		t.Errorf("%v, value %q, events %v", f, value, order)
	}
	if rest, ok := strings.CutPrefix(out, "hello\n"); !ok || !took.MatchString(rest) {
		t.Errorf("printed %q", out)
	}
	r := run(t, s, "%%time\n// allocates\nimport \"strings\"\nfunc double(n int) int { return 2 * n }\nlist := strings.Repeat(\"a\", 50_000_000)")
	if !took.MatchString(r.out.String()) || !strings.Contains(r.out.String(), "; 50.0 MB in ") {
		t.Errorf("printed %q", r.out.String())
	}
	if r := run(t, s, "double(n) + len(list)"); r.value != "50000046" {
		t.Errorf("what a timed cell defines gives %s", r.value)
	}
	failure := fails(t, s, "n = 1\n%time list[n-2]")
	if failure.Name != "panic" || len(failure.Stack) != 1 || failure.Stack[0].Line != 2 {
		t.Errorf("%+v", failure)
	}
	failure = fails(t, s, "%time 1 + \"a\"")
	if !strings.Contains(failure.Message, "line 1: ") || !strings.Contains(failure.Message, "\n          ^") {
		t.Errorf("%s", failure.Message)
	}
	if failure = fails(t, s, "%%time x\nx"); !strings.Contains(failure.Message, "in the lines below") {
		t.Errorf("%s", failure.Message)
	}
	if text, _ := shown(t, s, "%who"); strings.Contains(text, "Ξ") || strings.Contains(text, "lib/rt") {
		t.Errorf("generated names are left:\n%s", text)
	}
	// Every line is a measurement of its own.
	r = run(t, s, "%time n++\n%time n++\nn")
	if strings.Count(r.out.String(), "wall ") != 2 || r.value != "3" {
		t.Errorf("printed %q, value %s", r.out.String(), r.value)
	}
}
