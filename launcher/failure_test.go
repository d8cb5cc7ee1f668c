package launcher

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

func TestFailures(t *testing.T) {
	tests := []struct {
		name, args, message, hint string
		rank                      int
		place                     event.Frame
	}{
		{name: "exit", args: "exit 3 2", message: "rank 2 exited with status 3", rank: 2},
		{name: "panic", args: "panic 1", message: "rank 1 panicked: index out of range [7] with length 3", rank: 1,
			hint: "all goroutines are in", place: event.Frame{Function: "inCell", File: "cell 4", Line: 7}},
		{name: "kill", args: "kill 3", message: "rank 3 was killed by signal 9 (SIGKILL)", rank: 3, hint: "out-of-memory"},
		{name: "alike", args: "error all", message: "ranks 0-3: open x.h5: no such file", place: event.Frame{File: "cell 9", Line: 2}},
	}
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				o := run(t, b, request(t, env, 4, strings.Fields(test.args)...), nil)
				o.fail(t, test.message)
				o.state(t, Failed)
				f := o.failure
				if f == nil {
					return
				}
				if f.Rank == nil || *f.Rank != test.rank {
					t.Errorf("the rank is %v, want %d", f.Rank, test.rank)
				}
				if !strings.Contains(f.Hint, test.hint) {
					t.Errorf("the hint is %q, want %q in it", f.Hint, test.hint)
				}
				if test.place != (event.Frame{}) && (len(f.Stack) == 0 || f.Stack[0] != test.place) {
					t.Errorf("the stack is %v, want %v", f.Stack, test.place)
				}
				if notes := o.said(); len(notes) > 0 {
					t.Errorf("the launcher's words were passed on: %v", notes)
				}
			})
		}
	})
}

// The Go runtime's own ends are told in one line.
func TestCrashes(t *testing.T) {
	tests := []struct {
		name, message string
		file          string
	}{
		{"goroutine", "rank 0 panicked: index out of range [7] with length 3", "cell 4"},
		{"maps", "rank 0 crashed: concurrent map writes", ""},
		{"recursion", "rank 0 crashed: stack overflow", "cell 5"},
	}
	b, _ := Choose("direct")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := run(t, b, request(t, os.Environ(), 1, test.name), nil)
			o.fail(t, test.message)
			if f := o.failure; f != nil && test.file != "" && (len(f.Stack) == 0 || f.Stack[0].File != test.file) {
				t.Errorf("the stack is %v, want %s", f.Stack, test.file)
			}
			if text := o.text(0, event.Stderr); text != "" {
				t.Errorf("the crash is shown twice: %.200q", text)
			}
			stack, err := os.ReadFile(filepath.Join(o.Dir(), "rank-00000.stack"))
			if err != nil || !strings.Contains(string(stack), "goroutine ") {
				t.Errorf("the stack's file: %.200q, %v", stack, err)
			}
		})
	}
}

// Processes that a rank has started end with it.
func TestChildren(t *testing.T) {
	b, _ := Choose("direct")
	run(t, b, request(t, os.Environ(), 1, "children", "5"), nil).succeed(t)
}

// A program that hears no signal but KILL does not hold up the end.
func TestDeaf(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		o := run(t, b, request(t, env, 2, "deaf"), interruptWhen("ready"))
		o.fail(t, "interrupted\nranks 0, 1 did not say where they were")
	})
}
