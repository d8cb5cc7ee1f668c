package goroutines

import (
	"fmt"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/event"
)

func TestCrash(t *testing.T) {
	tests := []struct{ name, report, kind, message, hint, stack string }{
		{
			name: "a panic in a function of a cell, called by another",
			report: "panic: runtime error: index out of range [7] with length 3\n\ngoroutine 1 [running]:\n" +
				"galago/session/c3.Ξpick(...)\n\t/tmp/x/cell 3:2\n" +
				"galago/session/c4.ΞRun(0xc000012345)\n\t/tmp/x/cell 4:7 +0x1d\n" +
				"main.main()\n\t/tmp/x/main.go:9 +0x2f\nexit status 2\n",
			kind: "panic", message: "index out of range [7] with length 3", stack: "[{pick cell 3 2} { cell 4 7}]",
		},
		{
			name: "the last of several panics counts, over several lines",
			report: "panic: first [recovered, repanicked]\n\tpanic: second\n\twith two lines\n\ngoroutine 7 [running]:\n" +
				"main.(*T).run(0x1, {0x2, 0x3})\n\t/home/u/x.go:12 +0x1d\ncreated by main.main in goroutine 1\n\t/home/u/x.go:3 +0x1\n",
			kind: "panic", message: "second\nwith two lines", stack: "[{(*T).run /home/u/x.go 12}]",
		},
		{
			name: "a nil pointer",
			report: "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45]\n\n" +
				"goroutine 1 [running]:\nmain.main()\n\tcell 2:3 +0x1d\n",
			kind: "panic", message: "invalid memory address or nil pointer dereference", stack: "[{main cell 2 3}]",
		},
		{
			name:   "a crash in C",
			report: "SIGSEGV: segmentation violation\nPC=0x7f m=0 sigcode=1\nsignal arrived during cgo execution\n\ngoroutine 1 gp=0x1 m=0 mp=0x2 [syscall]:\nmain.main()\n\tcell 2:3 +0x1d fp=0x1 sp=0x2 pc=0x3\n",
			kind:   "fatal error", message: "SIGSEGV: segmentation violation", hint: "C library", stack: "[{main cell 2 3}]",
		},
		{
			name:   "a deadlock",
			report: "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\tcell 5:1 +0x2\n",
			kind:   "fatal error", message: "all goroutines are asleep - deadlock!", hint: "channel", stack: "[{main cell 5 1}]",
		},
		{
			name:   "out of memory, where a goroutine of the runtime stands first",
			report: "fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/panic.go:1 +0x1\n\ngoroutine 4 [runnable]:\nruntime.x()\n\t/go/x.go:2 +0x1\n\ngoroutine 1 [running]:\nmain.main()\n\tcell 5:1 +0x2\n",
			kind:   "fatal error", message: "runtime: out of memory", hint: "memory", stack: "[{main cell 5 1}]",
		},
	}
	for _, test := range tests {
		f := Crash(test.report)
		if f == nil {
			t.Errorf("%s: not recognised", test.name)
			continue
		}
		if f.Name != test.kind || f.Message != test.message || !strings.Contains(f.Hint, test.hint) {
			t.Errorf("%s: %s %q (%s), want %s %q (%s)", test.name, f.Name, f.Message, f.Hint, test.kind, test.message, test.hint)
		}
		if got := places(f.Stack); got != test.stack {
			t.Errorf("%s: the stack is %s, want %s", test.name, got, test.stack)
		}
	}
	for _, text := range []string{"", "panic: is a word\n", "goroutine 1 [running]:\n", "all is well\n"} {
		if f := Crash(text); f != nil {
			t.Errorf("%q is taken for a crash: %v", text, f)
		}
	}
}

func places(frames []event.Frame) string {
	var all []string
	for _, f := range frames {
		all = append(all, fmt.Sprintf("{%s %s %d}", f.Function, f.File, f.Line))
	}
	return fmt.Sprint(all)
}

func TestBlocked(t *testing.T) {
	const lib = "github.com/galago-hpc/galago/lib/"
	stack := func(header string, frames ...string) string {
		text := "goroutine " + header + ":\n"
		for i := 0; i < len(frames); i += 2 {
			text += frames[i] + "(0x1, 0x2)\n\t" + frames[i+1] + " +0x1 fp=0x1 sp=0x2 pc=0x3\n"
		}
		return text + "\n"
	}
	tests := []struct{ report, message, place string }{
		{"", "did not say where it was", ""},
		{stack("1 gp=0x1 m=0 mp=0x2 [syscall, locked to thread]", lib+"internal/dl.Call", "/x/dl.go:3", lib+"mpi.(*Comm).call", "/x/mpi/comm.go:1", lib+"mpi.(*Comm).Barrier", "/x/mpi/comm.go:7", "main.ΞRun", "cell 4:7", "main.main", "/x/main.go:3"),
			"was in mpi.Barrier", "{ cell 4 7}"},
		{stack("1 [syscall]", lib+"mpi.reduce[...]", "/x/mpi/a.go:3", lib+"mpi.Allreduce[...]", "/x/mpi/a.go:1", "main.step", "cell 3:2", lib+"ode.Solve", "/x/ode.go:3", "main.ΞRun", "cell 4:7"),
			"was in mpi.Allreduce", "{step cell 3 2}"},
		{stack("7 [select]", "main.other", "cell 2:2") + stack("1 [syscall]", lib+"mpi.(*Comm).Barrier", "/x/mpi/a.go:3", lib+"h5.(*Dataset).Write", "/x/h5/a.go:1", "main.ΞRun", "cell 4:9"),
			"was in h5.Write", "{ cell 4 9}"},
		{stack("7 [select]", "main.other", "cell 2:2") + stack("1 [chan receive, 2 minutes]", "main.ΞRun", "cell 4:9"), "was waiting (chan receive)", "{ cell 4 9}"},
		{stack("1 [running]", "main.spin", "cell 4:-17"), "was running", "{spin cell 4 0}"},
		{stack("1 [runnable]", "runtime.x", "/go/x.go:9"), "was running", ""},
	}
	for _, test := range tests {
		message, frames := Blocked("SIGQUIT: quit\nPC=0x1 m=0 sigcode=0\n\n" + test.report)
		place := ""
		if len(frames) > 0 {
			place = strings.Trim(places(frames[:1]), "[]")
		}
		if message != test.message || place != test.place {
			t.Errorf("%q at %s, want %q at %s, for\n%s", message, place, test.message, test.place, test.report)
		}
	}
}
