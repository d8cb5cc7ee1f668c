package session

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/interpret/host"
	"github.com/galago-hpc/galago/launcher/guard"
)

// TestMain lets the test binary guard the ranks that the tests start, as the
// galago binary does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "rank" {
		os.Exit(guard.Main(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == host.Argument {
		os.Exit(host.Main())
	}
	os.Exit(m.Run())
}

// open begins a session in a folder of its own.
func open(t *testing.T) *Session {
	t.Helper()
	s, err := New(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the session: %v", err)
		}
	})
	return s
}

// A record is what a cell printed and showed.
type record struct {
	out, err, notes strings.Builder
	value           string
	displays        []event.Event
}

func (r *record) emit(e event.Event) {
	switch e.Kind {
	case event.Stdout:
		r.out.WriteString(e.Text)
	case event.Stderr:
		r.err.WriteString(e.Text)
	case event.Note:
		r.notes.WriteString(e.Text)
	case event.Value:
		r.value, _ = e.Data["text/plain"].(string)
	case event.Display:
		r.displays = append(r.displays, e)
	}
}

// run executes a cell that must succeed and returns what it did.
func run(t *testing.T, s *Session, code string) *record {
	t.Helper()
	r := &record{}
	if f := s.Execute(context.Background(), code, r.emit); f != nil {
		t.Fatalf("cell failed:\n%s\n%s%s", code, strings.Join(Render(f, false), "\n"), r.err.String())
	}
	return r
}

func TestStateIsKept(t *testing.T) {
	s := open(t)
	run(t, s, `x := 40`)
	run(t, s, "func add(n int) int { return x + n }")
	if r := run(t, s, `x++; add(1)`); r.value != "42" {
		t.Errorf("value %q, want 42", r.value)
	}
	if r := run(t, s, `fmt.Println(must(strconv.Atoi("17")))`); r.out.String() != "17\n" {
		t.Errorf("printed %q", r.out.String())
	}
}

func TestRankCellSeesTheSession(t *testing.T) {
	s := open(t)
	run(t, s, "n := 21\nfunc double(x int) int { return 2 * x }")
	r := run(t, s, "%%mpi -n 3 --label\ncomm := mpi.World()\nfmt.Println(comm.Size(), double(n))")
	for _, line := range []string{"[0] 3 42\n", "[1] 3 42\n", "[2] 3 42\n"} {
		if !strings.Contains(r.out.String(), line) {
			t.Errorf("%q is missing in %q", line, r.out.String())
		}
	}
}

func TestRanksGiveValuesBack(t *testing.T) {
	s := open(t)
	run(t, s, "type point struct{ x, y float64 }\nvar shapes = []any{point{1, 2}, 3}")
	run(t, s, strings.Join([]string{
		"%%mpi -n 2",
		"comm := mpi.World()",
		"total := make([]float64, 1)",
		"must0(mpi.Allreduce(comm, []float64{float64(comm.Rank() + 1)}, total, mpi.Sum))",
		"p := shapes[0].(point)",
		"p.x += total[0]",
		`notebook.Return("moved", []point{p})`,
	}, "\n"))
	if r := run(t, s, "moved"); r.value != "[{x:4 y:2}]" {
		t.Errorf("moved is %s", r.value)
	}
	if r := run(t, s, "moved[0].x + shapes[0].(point).y"); r.value != "6" {
		t.Errorf("the fields of what came back give %s, want 6", r.value)
	}
}

// fails executes a cell that must fail and returns how.
func fails(t *testing.T, s *Session, code string) *event.Failure {
	t.Helper()
	r := &record{}
	f := s.Execute(context.Background(), code, r.emit)
	if f == nil {
		t.Fatalf("the cell did not fail:\n%s\n%s", code, r.out.String())
	}
	return f
}

func TestFailuresAreLocated(t *testing.T) {
	tests := []struct {
		name, code, kind, message, place string
	}{
		{"index", "s := []int{1}\ni := 5\ns[i]", "panic", "runtime error: index out of range [5] with length 1", "cell 1:3"},
		{"must", "x := 1\n_ = x\nmust(strconv.Atoi(\"no\"))", "error", `strconv.Atoi: parsing "no": invalid syntax`, "cell 1:3"},
		{"exit", "os.Exit(3)", "exit", "exit status 3", "cell 1:1"},
		{"in a function", "func f() {\n\tpanic(\"boom\")\n}\nf()", "panic", "boom", "cell 1:2"},
		{"on a rank", "%%mpi -n 2\ncomm := mpi.World()\nvar s []int\nif comm.Rank() == 1 {\n\ts[0] = 1\n}\nmust0(comm.Barrier())", "panic", "rank 1 panicked: index out of range [0] with length 0", "cell 1:5"},
		{"rank exits", "%%mpi -n 2\nif mpi.World().Rank() == 1 {\n\tos.Exit(3)\n}\nmust0(mpi.World().Barrier())", "exit", "rank 1 exited with status 3", ""},
		{"rank aborts", "%%mpi -n 2\nif mpi.World().Rank() == 1 {\n\tmpi.World().Abort(3)\n}\nmust0(mpi.World().Barrier())", "abort", "rank 1 called MPI_Abort with status 3", "cell 1:3"},
		{"last error", "os.Open(\"/nonexistent\")", "error", "open /nonexistent: no such file or directory", "cell 1:1"},
		{"compile", "y := undefinedthing + 1", "compile", "cell 1, line 1: undefined: undefinedthing\n    y := undefinedthing + 1\n         ^", ""},
		{"directive", "%%mip -n 2\nf()", "error", "unknown block directive %%mip", ""},
		{"ranks", "%%mpi -n zero\nf()", "error", "the number of ranks is \"zero\"", ""},
		{"shell", "!exit 4", "shell", "exit 4: exit status 4", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			f := fails(t, s, test.code)
			if f.Name != test.kind || !strings.Contains(f.Message, test.message) {
				t.Errorf("failure %s: %s\nwant %s: %s", f.Name, f.Message, test.kind, test.message)
			}
			if test.place != "" && (len(f.Stack) == 0 || fmt.Sprintf("%s:%d", f.Stack[0].File, f.Stack[0].Line) != test.place) {
				t.Errorf("stack %v, want %s first", f.Stack, test.place)
			}
			if r := run(t, s, "1 + 1"); r.value != "2" {
				t.Errorf("after the failure 1 + 1 is %s", r.value)
			}
		})
	}
}

func TestInterruptKeepsVariables(t *testing.T) {
	for name, loop := range map[string]string{"busy": "for { n++ }", "asleep": "for { n++; time.Sleep(time.Hour) }", "ranks": "%%mpi -n 2\nmust0(mpi.World().Barrier())\nfor { time.Sleep(time.Second) }"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			run(t, s, "n := 40")
			started := make(chan struct{})
			go func() {
				<-started
				time.Sleep(2 * time.Second)
				s.Interrupt()
			}()
			close(started)
			if f := fails(t, s, loop); f.Name != "interrupt" {
				t.Errorf("failure %s: %s", f.Name, f.Message)
			}
			if r := run(t, s, "n >= 40"); r.value != "true" {
				t.Errorf("n >= 40 is %s", r.value)
			}
		})
	}
}

func TestEngineCrash(t *testing.T) {
	for name, crash := range map[string]string{
		"overflow": "func f(n int) int { return f(n+1) + 1 }\nf(0)",
		"killed":   "must(os.FindProcess(os.Getpid())).Kill(); time.Sleep(time.Minute)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			run(t, s, "kept := 1\nfunc double(n int) int { return 2 * n }")
			f := fails(t, s, crash)
			if !strings.Contains(f.Hint, "these variables are gone: kept") {
				t.Errorf("%s: %s; hint %s", f.Name, f.Message, f.Hint)
			}
			if r := run(t, s, "double(21)"); r.value != "42" {
				t.Errorf("double(21) is %s", r.value)
			}
			if f := fails(t, s, "kept"); !strings.Contains(f.Message, "undefined: kept") {
				t.Errorf("a variable that is gone: %s", f.Message)
			}
		})
	}
}

// TestLinesAfterLiterals guards against literals of an earlier cell's types that
// move the lines after them.
func TestLinesAfterLiterals(t *testing.T) {
	s := open(t)
	run(t, s, "type small struct{ a, b int }\ntype large struct{ a, b, c, d, e, f int }\ntype pair[T any] struct{ a, b T }")
	f := fails(t, s, "func fall(s []int) int {\n\tx := small{\n\t\ta: 1,\n\n\t\tb: 2,\n\t}\n\ty := large{a: 1,\n\t\tc: 3,\n\t}\n\tz := pair[int]{\n\t\t1,\n\t\t2,\n\t}\n\tx.a,\n\t\tx.b = 7,\n\t\t8\n\treturn s[x.a+y.c+z.b]\n}\nfall(nil)")
	if len(f.Stack) == 0 || f.Stack[0].Line != 17 {
		t.Errorf("the failure is at %v, want line 17", f.Stack)
	}
}
