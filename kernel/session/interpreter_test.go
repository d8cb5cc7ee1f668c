package session

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// refusalText is in every refusal.
const refusalText = "no Go toolchain"

// passes are the cases of each file, in percent, that at least must have the
// outcome of compiled Go when cells are interpreted. The others are refused.
var passes = map[string]int{
	"cells": 100, "closures": 100, "concurrency": 100, "fields": 100, "generics": 100, "goroutines": 100, "groups": 100, "headers": 100,
	"language": 98, "library": 100, "parts": 100, "programs": 90, "quick": 100, "redefinition": 100, "session": 100, "types": 100,
}

// TestCasesWithoutToolchain runs all cases with the Go toolchain hidden. Each
// must have the outcome that it has with one, or be refused.
func TestCasesWithoutToolchain(t *testing.T) {
	t.Setenv("GALAGO_GO", "none")
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		file := strings.TrimSuffix(filepath.Base(path), ".txt")
		cases := readCases(t, path)
		passed, refused := 0, 0
		var mu sync.Mutex
		work := make(chan caseSpec)
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				for c := range work {
					s := open(t)
					got, errors := outcome(s, c)
					s.Close()
					err := met(c, got, errors)
					why := ""
					for _, e := range errors {
						if strings.Contains(e, refusalText) {
							why = e
						}
					}
					mu.Lock()
					switch {
					case err == nil:
						passed++
					case why != "":
						refused++
						t.Logf("%s/%s: refused: %s", file, c.name, why)
					default:
						t.Errorf("%s/%s: %v\nerrors: %s", file, c.name, err, strings.Join(errors, "\n"))
					}
					mu.Unlock()
				}
			})
		}
		for _, c := range cases {
			work <- c
		}
		close(work)
		workers.Wait()
		fmt.Printf("%s: %d cases: %d pass, %d are refused\n", file, len(cases), passed, refused)
		if share := passed * 100 / len(cases); share < passes[file] {
			t.Errorf("%s: %d %% pass, want %d %%", file, share, passes[file])
		}
	}
}

// interpretedSession begins a session that has no toolchain.
func interpretedSession(t *testing.T) *Session {
	t.Helper()
	t.Setenv("GALAGO_GO", "none")
	s := open(t)
	run(t, s, "1")
	if !s.Interpreted() {
		t.Fatal("the session has a toolchain")
	}
	return s
}

func TestInterpretedDirectives(t *testing.T) {
	s := interpretedSession(t)
	run(t, s, "type point struct{ x, y int }\nvar p = point{1, 2}\nvar q = []float64{1, 2, 3}")
	if r := run(t, s, "%time p.x++"); !strings.Contains(r.out.String()+r.notes.String(), "wall") {
		t.Errorf("%%time printed %q", r.out.String()+r.notes.String())
	}
	r := run(t, s, "%who")
	if len(r.displays) != 1 || !strings.Contains(r.displays[0].Data["text/plain"].(string), "point") {
		t.Errorf("%%who shows %v", r.displays)
	}
	run(t, s, "%rm q")
	fails(t, s, "q")
	if r := run(t, s, "p"); r.value != "{x:2 y:2}" {
		t.Errorf("p is %s", r.value)
	}
	run(t, s, "%reset -f")
	fails(t, s, "p")
	if r := run(t, s, "p := 3; p"); r.value != "3" {
		t.Errorf("p is %s", r.value)
	}
	for _, code := range []string{"%%mpi -n 2\nfmt.Println(1)", "%timeit 1+1", "%get example.com/x", `import "example.com/x"`, `import "net/http/httptest"`} {
		if f := fails(t, s, code); !strings.Contains(f.Message+f.Hint, "Go") {
			t.Errorf("%s: %s", code, f.Message)
		}
	}
}

func TestInterpretedCellIsInterrupted(t *testing.T) {
	s := interpretedSession(t)
	for _, code := range []string{"for { }", "func f(n int) int { for i := 0; ; i++ { n += i } }\nf(1)", "func g(n int) int { if n < 2 { return n }; return g(n-1) + g(n-2) }\ng(60)", "select {}", "for range time.Tick(time.Hour) { }"} {
		time.AfterFunc(200*time.Millisecond, s.Interrupt)
		if f := fails(t, s, code); f.Name != "interrupt" && f.Name != "deadlock" {
			t.Errorf("%s: %s: %s", code, f.Name, f.Message)
		}
	}
	if r := run(t, s, "6 * 7"); r.value != "42" {
		t.Errorf("afterwards 6 * 7 is %s", r.value)
	}
}

func TestInterpreterIsStartedAgain(t *testing.T) {
	s := interpretedSession(t)
	run(t, s, "x := 1\ntype T int\nfunc (t T) String() string { return fmt.Sprint(\"T\", int(t)) }\nfunc deep(n int) int { return deep(n+1) + 1 }")
	f := fails(t, s, "deep(0)")
	if !strings.Contains(f.Message, "stack overflow") && !strings.Contains(f.Message, "stack exceeds") {
		t.Errorf("the failure is %s: %s", f.Name, f.Message)
	}
	f = fails(t, s, "syscall.Kill(os.Getpid(), syscall.SIGKILL)")
	if !strings.Contains(f.Hint, "x") {
		t.Errorf("the hint is %q", f.Hint)
	}
	fails(t, s, "x")
	if r := run(t, s, "fmt.Println(T(4))"); r.out.String() != "T4\n" {
		t.Errorf("printed %q", r.out.String())
	}
}

func TestInterpretedPanicNamesTheLine(t *testing.T) {
	s := interpretedSession(t)
	run(t, s, "func at(l []int, i int) int {\n\treturn l[i]\n}")
	f := fails(t, s, "y := 1\nat([]int{1}, 5+y)")
	var places []string
	for _, frame := range f.Stack {
		places = append(places, fmt.Sprintf("%s %s:%d", frame.Function, frame.File, frame.Line))
	}
	if got := strings.Join(places, ", "); f.Message != "runtime error: index out of range [6] with length 1" || got != "at cell 2:2,  cell 3:2" {
		t.Errorf("%s, at %s", f.Message, got)
	}
	f = fails(t, s, "fmt.Println(must(strconv.Atoi(\"x\")))")
	if !strings.Contains(f.Message, `parsing "x"`) || len(f.Stack) != 1 {
		t.Errorf("%s, at %v", f.Message, f.Stack)
	}
}
