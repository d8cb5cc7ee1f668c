package goroutines

import (
	"strings"
	"testing"
)

func TestDeadlock(t *testing.T) {
	const own = "goroutine 1 [running]:\ngithub.com/galago-hpc/galago/kernel/engine.stacks()\n\t/x/limit.go:3\n" +
		"github.com/galago-hpc/galago/kernel/engine.(*server).obey(0x1)\n\t/x/engine.go:9 +0x1\n\n"
	stack := func(header, function, place string) string {
		return "goroutine " + header + ":\n" + function + "()\n\t" + place + " +0x1\n" + "\n"
	}
	cell := stack("40 [chan receive, 2 minutes]", "galago/c3.ΞRun", "/x/cell 3:7")
	tests := []struct {
		name, report string
		number       int
		want         string // in the message, "" for no deadlock
	}{
		{"alone", own + cell, 40, "all goroutines are asleep - deadlock!"},
		{"with another", own + cell + stack("41 [sync.Mutex.Lock]", "galago/c2.Ξwork", "/x/cell 2:5"), 40, "a goroutine waits at cell 2, line 5 (sync.Mutex.Lock)"},
		{"nil channel", own + stack("40 [chan receive (nil chan)]", "galago/c3.ΞRun", "/x/cell 3:7"), 40, "deadlock"},
		{"many", own + cell + strings.Repeat(stack("50 [select]", "galago/c2.Ξwork", "/x/cell 2:5"), 9), 40, "4 more goroutines wait"},
		{"no report", "", 40, ""},
		{"another cell", own + cell, 44, ""},
		{"sleeping", own + cell + stack("41 [sleep]", "galago/c2.Ξwork", "/x/cell 2:5"), 40, ""},
		{"runnable", own + cell + stack("41 [runnable]", "galago/c2.Ξwork", "/x/cell 2:5"), 40, ""},
		{"running", own + cell + stack("41 [running]", "galago/c2.Ξwork", "/x/cell 2:5"), 40, ""},
		{"network", own + cell + stack("41 [IO wait, 3 minutes]", "net.Accept", "/x/net.go:5"), 40, ""},
		{"system call", own + cell + stack("41 [syscall, locked to thread]", "os.wait", "/x/os.go:5"), 40, ""},
		{"signals", own + cell + stack("41 [syscall]", "os/signal.signal_recv", "/x/signal.go:5"), 40, ""},
	}
	for _, test := range tests {
		f := Deadlock(test.report, test.number)
		switch {
		case f == nil:
			if test.want != "" {
				t.Errorf("%s: no deadlock", test.name)
			}
		case test.want == "":
			t.Errorf("%s: taken for a deadlock: %s", test.name, f.Message)
		case !strings.Contains(f.Message, test.want) || places(f.Stack) != "[{ cell 3 7}]":
			t.Errorf("%s: %q at %s", test.name, f.Message, places(f.Stack))
		}
	}
}
