package session

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/guard"
)

// TestMain lets the test binary guard the ranks that the tests start, as the
// galago binary does.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "rank" {
		os.Exit(guard.Main(os.Args[2:]))
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
