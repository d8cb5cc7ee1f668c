package session

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// A hostile cell does what a cell should not do. After it the session answers,
// and what was declared is there.
type hostile struct {
	name, code string
	fails      string           // how it fails: in the failure's name and message; "" if it does not
	place      string           // the first place of the failure's stack
	says       string           // what is printed or noted
	lost       bool             // the variables are gone
	perhaps    bool             // or not: it depends on how much memory comes back
	outside    func(s *Session) // what happens soon after it has begun to run
}

func interruptIt(s *Session) { s.Interrupt() }

func signalIt(signal syscall.Signal) func(*Session) {
	return func(s *Session) { _ = syscall.Kill(s.engine.pid(), signal) }
}

const busy = "for i := 0; ; i++ { kept = 41 }"

// hostileCells are run in sessions of their own, group by group.
var hostileCells = map[string][]hostile{
	"interrupts": {
		{name: "loop", code: busy, fails: "interrupt: interrupted", place: "cell 3:1", outside: interruptIt},
		{name: "sleep", code: "time.Sleep(time.Hour)", fails: "interrupt: interrupted while it waited", outside: interruptIt},
		{name: "loop in a function literal", code: "func() { for { } }()", fails: "interrupt: interrupted", outside: interruptIt},
		{name: "range over a function", code: "func ever(yield func(int) bool) { for i := 0; yield(i); i++ {} }\nfor range ever {}", fails: "interrupt: interrupted", outside: interruptIt},
		{name: "goto is no loop that ends", code: "func around() { n := 0\nagain: n++; for range 1 {}; goto again }\naround()", fails: "interrupt: interrupted", outside: interruptIt},
		{name: "flood and interrupt", code: "for { fmt.Println(`again and again`) }", fails: "interrupt: interrupted", outside: interruptIt},
		{name: "workers", code: "var wait sync.WaitGroup\nvar spun atomic.Int64\nfor range 4 { wait.Go(func() { for { spun.Add(1) } }) }\nwait.Wait()", fails: "interrupt: interrupted", outside: interruptIt},
		{name: "workers have stopped", code: "before := spun.Load()\ntime.Sleep(100 * time.Millisecond)\nfmt.Println(`moved:`, spun.Load() - before)", says: "moved: 0\n"},
		{name: "goroutines without end", code: "for { go func() { select {} }() }", fails: "interrupt: interrupted", outside: interruptIt},
		{name: "own labels", code: "pprof.Do(context.Background(), pprof.Labels(`a`, `b`), func(context.Context) { for {} })", fails: "interrupt: interrupted", place: "cell 21:1", outside: interruptIt},
	},
	"goroutines": {
		{name: "literal", code: "go func() { panic(`lost one`) }()\ntime.Sleep(100 * time.Millisecond)", says: "panic in a goroutine: lost one\n  at cell 3, line 1, in func literal\n        go func() { panic(`lost one`) }()\n"},
		{name: "function", code: "func fall(n int, m float64, more ...string) {\n\tpanic(fmt.Sprint(n, m, more))\n}\ngo fall(1, 2, `x`, `y`)\ntime.Sleep(100 * time.Millisecond)", says: "panic in a goroutine: 1 2 [x y]\n  at cell 5, line 2, in fall\n"},
		{name: "method", code: "type thing struct{ name string }\nfunc (t thing) fall() { panic(t.name) }\nt := thing{`early`}\ngo t.fall()\nt.name = `late`\ntime.Sleep(100 * time.Millisecond)", says: "panic in a goroutine: early"},
		{name: "wait group", code: "var all sync.WaitGroup\nall.Go(func() { var m map[int]int; m[1] = 1 })\nall.Wait(); time.Sleep(100 * time.Millisecond)", says: "assignment to entry in nil map"},
		{name: "timer", code: "f := func() { panic(`tick`) }\ntime.AfterFunc(0, f)\ntime.Sleep(100 * time.Millisecond)", says: "panic in a goroutine: tick"},
		{name: "must", code: "go func() { must(os.Open(`/nowhere`)) }()\ntime.Sleep(100 * time.Millisecond)", says: "error in a goroutine: open /nowhere: no such file"},
		{name: "exit", code: "go os.Exit(7)\ntime.Sleep(100 * time.Millisecond)", says: "exit in a goroutine: exit status 7"},
		{name: "goexit", code: "go runtime.Goexit()\ntime.Sleep(10 * time.Millisecond)"},
		{name: "panics without end", code: "for range 1000 { go panic(`many`) }\ntime.Sleep(1500 * time.Millisecond)", says: "990 more have failed"},
		{name: "bad address in a goroutine", code: "import `unsafe`\ngo func() { *(*int)(unsafe.Pointer(uintptr(1 << 40))) = 1 }()\ntime.Sleep(100 * time.Millisecond)", says: "invalid memory address"},
	},
	"ends": {
		{name: "exit", code: "os.Exit(3)", fails: "exit: exit status 3", place: "cell 3:1"},
		{name: "exit quietly", code: "fmt.Println(`before`)\nos.Exit(0)\nfmt.Println(`after`)", says: "before\n"},
		{name: "system exit", code: "syscall.Exit(4)", fails: "exit: exit status 4"},
		{name: "log", code: "log.Fatalf(`no %s`, `way`)", fails: "exit: exit status 1", says: "no way\n"},
		{name: "logger", code: "type server struct{ *log.Logger }\nown := server{log.New(os.Stderr, `own: `, log.Lshortfile)}\nown.Fatal(`stop`)", fails: "exit: exit status 1", place: "cell 11:3", says: "own: cell 11:3: stop\n"},
		{name: "goexit", code: "runtime.Goexit()", fails: "runtime.Goexit"},
		{name: "nil map", code: "var m map[string]int\nm[`a`] = 1", fails: "panic: assignment to entry in nil map", place: "cell 15:2"},
		{name: "closed channel", code: "c := make(chan int)\nclose(c)\nclose(c)", fails: "panic: close of closed channel", place: "cell 17:3"},
		{name: "nil pointer", code: "var p *int\n*p = 1", fails: "panic: runtime error: invalid memory address or nil pointer dereference"},
		{name: "division", code: "zero := 0\n1 / zero", fails: "panic: runtime error: integer divide by zero"},
		{name: "assertion", code: "var x any = 1\nx.(string)", fails: "panic: interface conversion"},
		{name: "size", code: "n := -1\nmake([]int, n)", fails: "panic: runtime error: makeslice: len out of range"},
		{name: "far too large", code: "n = 1 << 62\nmake([]int, n)", fails: "panic: runtime error: makeslice: len out of range"},
		{name: "panic of nothing", code: "panic(nil)", fails: "panic: panic called with nil argument"},
		{name: "long message", code: "panic(strings.Repeat(`x`, 50_000_000))", fails: "(50000000 bytes)"},
		{name: "an error that fails", code: "type bad struct{}\nfunc (bad) Error() string { panic(`again`) }\npanic(bad{})", fails: "a value of type main.bad"},
		{name: "bad address", code: "import `unsafe`\n*(*int)(unsafe.Pointer(uintptr(1 << 40)))", fails: "panic: runtime error: invalid memory address", place: "cell 35:2"},
		{name: "constant memory", code: "text := `constant`\n*unsafe.StringData(text) = 'K'", fails: "panic: runtime error: invalid memory address"},
	},
	"deadlocks": {
		{name: "channel", code: "<-make(chan int)", fails: "deadlock: all goroutines are asleep", place: "cell 3:1"},
		{name: "select", code: "select {}", fails: "deadlock: all goroutines are asleep"},
		{name: "lock", code: "var lock sync.Mutex\nfunc locked() {\n\tlock.Lock()\n\tlock.Lock()\n}\nlocked()", fails: "deadlock: all goroutines are asleep", place: "cell 7:4"},
		{name: "each other", code: "a, b := make(chan int), make(chan int)\ngo func() { a <- <-b }()\n<-a", fails: "a goroutine waits at cell 9, line 2 (chan receive)", place: "cell 9:3"},
		{name: "a timer is none", code: "<-time.After(2500 * time.Millisecond)\nfmt.Println(`done`)", says: "done\n"},
		{name: "a sleeping goroutine is none", code: "c := make(chan int)\ngo func() { time.Sleep(2500 * time.Millisecond); c <- 1 }()\n<-c", says: ""},
		{name: "a program is none", code: "must0(exec.Command(`sleep`, `2.5`).Run())"},
		{name: "a connection is none", code: "import `net`\nlistener := must(net.Listen(`unix`, `socket`))\nmust(listener.Accept()).Close()", outside: func(s *Session) {
			time.Sleep(2 * time.Second)
			if c, err := net.Dial("unix", filepath.Join(s.options.Dir, "socket")); err == nil {
				c.Close()
			}
		}},
		{name: "a signal is none", code: "signals := make(chan os.Signal, 1)\nsignal.Notify(signals, syscall.SIGUSR1)\n<-signals", outside: func(s *Session) {
			time.Sleep(2 * time.Second)
			_ = syscall.Kill(s.engine.pid(), syscall.SIGUSR1)
		}},
	},
	"descriptors": {
		{name: "close output", code: "must0(os.Stdout.Close()); must0(os.Stderr.Close())"},
		{name: "output is back", code: "fmt.Println(`heard`); fmt.Fprintln(os.Stderr, `too`); log.Print(`logged`)", says: "heard\ntoo\n"},
		{name: "no output", code: "os.Stdout = nil"},
		{name: "output is back again", code: "fmt.Println(`heard`)", says: "heard\n"},
		{name: "broken pipe", code: "r, w, err := os.Pipe()\nmust0(err); must0(r.Close())\nos.Stdout = w"},
		{name: "output is back from the pipe", code: "fmt.Println(`heard`)", says: "heard\n"},
		{name: "a redirection", code: "keep := os.Stdout\nos.Stdout = must(os.Create(`file`))"},
		{name: "a redirection stays", code: "fmt.Println(`written`)\nos.Stdout = keep\nfmt.Printf(`%s`, must(os.ReadFile(`file`)))", says: "written\n"},
		{name: "write to 0 to 20", code: "for fd := range 21 { syscall.Write(fd, []byte(`{\"kind\":\"done\",\"id\":\"1\"}` + \"\\n\")) }", says: `"done"`},
		{name: "use up", code: "var open []*os.File\nfor { open = append(open, must(os.Open(`/dev/null`))) }", fails: "error: open /dev/null: too many open files"},
		{name: "give back", code: "for _, f := range open { f.Close() }"},
		{name: "close what is below 200", code: "for fd := range 200 { syscall.Close(fd) }\ntime.Sleep(100 * time.Millisecond)"},
		{name: "all is back", code: "fmt.Println(`heard`)\nmust0(os.WriteFile(`file`, nil, 0o600))", says: "heard\n"},
		{name: "garbage for the session", code: "for fd := 200; fd < 260; fd++ { syscall.Write(fd, []byte(\"garbage\\n\")) }\ntime.Sleep(time.Minute)", fails: "crash: ", lost: true},
		{name: "close everything", code: "for fd := range 1000 { syscall.Close(fd) }\ntime.Sleep(time.Minute)", fails: ": ", lost: true},
	},
	"floods": {
		{name: "lines", code: "w := bufio.NewWriter(os.Stdout)\nfor i := range 20_000_000 { fmt.Fprintln(w, i % 1000000000 + 100000000) }\nw.Flush()", says: "lines of output are not shown"},
		{name: "one line", code: "os.Stdout.Write(bytes.Repeat([]byte(`é`), 50_000_000))", says: "91.36 MiB in 0 lines of output are not shown"},
		{name: "errors", code: "for range 400 { os.Stderr.Write(bytes.Repeat([]byte(\"no\\n\"), 100_000)) }", says: "lines of output are not shown"},
		{name: "figures", code: "for i := range 3000 { notebook.HTML(fmt.Sprint(i)) }", says: "figures and updates are not shown"},
		{name: "updates", code: "d := notebook.ShowID(0)\nfor i := range 5000 { d.Update(i) }", says: "figures and updates are not shown"},
		{name: "ranks", code: "%%mpi -n 2\nos.Stdout.Write(bytes.Repeat([]byte(\"no\\n\"), 3_000_000))", says: "lines of output are not shown"},
		{name: "shell", code: "!yes no | head -c 100000000", says: "lines of output are not shown"},
	},
	"crashes": {
		{name: "overflow", code: "%memlimit 1GiB\nfunc down(n int) int { return down(n+1) + 1 }\ndown(0)", fails: "fatal error: stack overflow", place: "cell 3:2", lost: true},
		{name: "map", code: "m := map[int]int{}\nfor range 4 { go func() { for i := 0; ; i++ { m[i%10] = i } }() }\nselect {}", fails: "fatal error: concurrent map writes", lost: true},
		{name: "unlock", code: "var lock sync.Mutex\nlock.Unlock()", fails: "fatal error: sync: unlock of unlocked mutex", lost: true},
		{name: "segmentation fault", code: "syscall.Kill(os.Getpid(), syscall.SIGSEGV)\ntime.Sleep(time.Minute)", fails: "SIGSEGV", lost: true},
		{name: "segmentation fault in C", code: "import `github.com/ebitengine/purego`\nlib := must(purego.Dlopen(`libc.so.6`, purego.RTLD_NOW))\nvar strlen func(uintptr) int\npurego.RegisterLibFunc(&strlen, lib, `strlen`)\nstrlen(1)", fails: "fatal error: SIGSEGV: segmentation violation", place: "cell 11:5", lost: true},
		{name: "abort", code: "syscall.Kill(os.Getpid(), syscall.SIGABRT)\ntime.Sleep(time.Minute)", fails: "SIGABRT", lost: true},
		{name: "its own group", code: "syscall.Kill(0, syscall.SIGKILL)\ntime.Sleep(time.Minute)", fails: "the engine has ended: signal: killed", lost: true},
		{name: "another program", code: "syscall.Exec(`/bin/true`, []string{`true`}, nil)", fails: "the engine has ended", lost: true},
		{name: "killed", code: busy, fails: "signal: killed", lost: true, outside: signalIt(syscall.SIGKILL)},
		{name: "terminated", code: busy, fails: "signal: terminated", lost: true, outside: signalIt(syscall.SIGTERM)},
		{name: "stopped", code: "time.Sleep(1500 * time.Millisecond)\nfmt.Println(`woken`)", says: "woken\n", outside: signalIt(syscall.SIGSTOP)},
	},
	"memory": {
		{name: "set a limit", code: "%memlimit 600MiB", says: "the engine may use 600 MiB"},
		{name: "garbage is none", code: "for range 3000 { b := make([]byte, 1<<20); for i := range b { b[i] = 1 } }"},
		{name: "of a variable", code: "var all [][]byte\nfor {\n\tb := make([]byte, 150<<20)\n\tfor i := range b { b[i] = 1 }\n\tall = append(all, b)\n}", fails: "memory: out of memory: the engine used", lost: true, perhaps: true}, // or only what the cell has added last
		{name: "of the cell", code: "func hog() {\n\tvar all [][]byte\n\tfor {\n\t\tb := make([]byte, 1<<20)\n\t\tfor i := range b { b[i] = 1 }\n\t\tall = append(all, b)\n\t}\n}\nhog()", fails: "the cell was stopped, variables are kept", place: "cell 9:*"},
		{name: "at once", code: "make([]byte, 1<<45)", fails: "out of memory", lost: true},
		{name: "goroutines", code: "for { go func() { select {} }() }", fails: "out of memory", lost: true, perhaps: true},
		{name: "goroutines that start goroutines", code: "func bomb() { go bomb(); go bomb() }\nbomb()\ntime.Sleep(time.Minute)", fails: "out of memory", lost: true},
	},
}

func TestHostileCells(t *testing.T) {
	for group, cells := range hostileCells {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			run(t, s, "kept := 41\nfunc double(n int) int { return 2 * n }")
			run(t, s, "1 + 1")
			for _, c := range cells {
				c.survive(t, s)
			}
		})
	}
}

// hang is how long anything may take here before it counts as hanging.
const hang = 60 * time.Second

func (c hostile) survive(t *testing.T, s *Session) {
	t.Helper()
	r := &record{}
	over := time.AfterFunc(hang, func() { panic("the cell hangs: " + c.name) })
	defer over.Stop()
	began := time.Now()
	if c.outside != nil {
		go func() {
			for !s.engine.busy() {
				time.Sleep(10 * time.Millisecond)
			}
			time.Sleep(500 * time.Millisecond)
			c.outside(s)
		}()
	}
	f := s.Execute(context.Background(), c.code, r.emit)
	took := time.Since(began)
	said := r.out.String() + r.err.String() + r.notes.String()
	switch {
	case f == nil && c.fails != "":
		t.Errorf("%s: the cell did not fail; it said %.300q", c.name, said)
	case f != nil && c.fails == "":
		t.Errorf("%s: %s", c.name, strings.Join(Render(f, false), "\n"))
	case f != nil:
		if !strings.Contains(f.Name+": "+f.Message, c.fails) {
			t.Errorf("%s: %s: %.300s\nwant %s", c.name, f.Name, f.Message, c.fails)
		}
		if at := placeOf(f); c.place != "" && at != c.place && !strings.HasPrefix(at, strings.TrimSuffix(c.place, "*")) {
			t.Errorf("%s: at %s, want %s", c.name, at, c.place)
		}
		if lost := strings.Contains(f.Hint, "these variables are gone: "); lost != c.lost && !c.perhaps {
			t.Errorf("%s: variables lost: %v, want %v; the hint is %q", c.name, lost, c.lost, f.Hint)
		}
	}
	if strings.Contains(said, "goroutine ") && strings.Contains(said, "[running]") {
		t.Errorf("%s: the crash report is shown: %.300q", c.name, said)
	}
	if !strings.Contains(said, c.says) {
		t.Errorf("%s: said %.1000q, want %q", c.name, said, c.says)
	}
	if len(said) > textBurst+1<<20 {
		t.Errorf("%s: %d bytes were shown", c.name, len(said))
	}
	began = time.Now()
	check, want := "[]int{1 + 1, double(21), kept}", "[2 42 41]"
	if c.lost {
		check, want = "kept := 41\n"+check, "[2 42 41]"
	}
	r = &record{}
	if f := s.Execute(context.Background(), check, r.emit); f != nil {
		t.Fatalf("after %s: %s", c.name, strings.Join(Render(f, false), "\n"))
	}
	if r.value != want {
		t.Errorf("after %s the value is %s, want %s", c.name, r.value, want)
	}
	t.Logf("%-32s %5.2f s, the next cell %.2f s", c.name, took.Seconds(), time.Since(began).Seconds())
}

func placeOf(f *event.Failure) string {
	if len(f.Stack) == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", f.Stack[0].File, f.Stack[0].Line)
}

// What a goroutine does after its cell has ended is shown by the next one.
func TestGoroutineFailsBetweenCells(t *testing.T) {
	s := open(t)
	run(t, s, "go func() { time.Sleep(time.Second); fmt.Println(`late`); panic(`afterwards`) }()")
	for {
		s.options.late.mu.Lock()
		n := len(s.options.late.events)
		s.options.late.mu.Unlock()
		if n == 2 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	r := run(t, s, "1 + 1")
	if r.out.String() != "late\n" || !strings.Contains(r.notes.String(), "panic in a goroutine: afterwards\n  at cell 1, line 1") {
		t.Errorf("printed %q, noted %q", r.out.String(), r.notes.String())
	}
	// A front end that can show it later gets it at once.
	late := make(chan string, 10)
	s.options.Late = true
	s.engine.options.Late = true
	s.Execute(context.Background(), "go func() { time.Sleep(time.Second); fmt.Println(`at once`) }()", func(e event.Event) { late <- e.Text })
	if text := <-late; text != "at once\n" {
		t.Errorf("late is %q", text)
	}
}

// A cell that waits for the user is in no deadlock.
func TestInputIsNoDeadlock(t *testing.T) {
	s, err := New(Options{Dir: t.TempDir(), Input: func(string, bool) (string, error) {
		time.Sleep(2500 * time.Millisecond)
		return "yes", nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := run(t, s, "answer := must(notebook.Input(`sure?`))\nanswer"); r.value != `"yes"` {
		t.Errorf("the answer is %s", r.value)
	}
}

// A bomb that a cell leaves behind is stopped without it: its goroutines end, or
// else the engine does.
func TestBombBetweenCells(t *testing.T) {
	s := open(t)
	run(t, s, "%memlimit 600MiB\nfunc double(n int) int { return 2 * n }")
	first := s.engine
	run(t, s, "func bomb() { go bomb(); go bomb() }\nbomb()")
	over := time.After(hang)
	for quiet := 0; quiet < 10 && first.alive(); {
		select {
		case <-over:
			t.Fatal("the bomb goes on")
		case <-time.After(100 * time.Millisecond):
		}
		first.mu.Lock()
		excess := !first.over.IsZero()
		first.mu.Unlock()
		if quiet++; excess {
			quiet = 0
		}
	}
	if r := run(t, s, "double(21)"); r.value != "42" {
		t.Errorf("double(21) is %s", r.value)
	}
}

// What a cell has started ends with the engine.
func TestChildrenEndWithTheEngine(t *testing.T) {
	s := open(t)
	r := run(t, s, "child := exec.Command(`sleep`, `1000`)\nmust0(child.Start())\nfmt.Print(child.Process.Pid)")
	if f := fails(t, s, "syscall.Kill(os.Getpid(), syscall.SIGKILL); select {}"); f.Name != "crash" {
		t.Errorf("failure %s: %s", f.Name, f.Message)
	}
	for range 100 {
		if _, err := os.Stat("/proc/" + r.out.String()); os.IsNotExist(err) {
			return
		}
		state, _ := os.ReadFile("/proc/" + r.out.String() + "/stat")
		if strings.Contains(string(state), ") Z ") {
			return // its parent is gone, and nobody has asked how it ended
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("the process %s is still there", r.out.String())
}

// The engine may also end while no cell runs.
func TestEngineEndsBetweenCells(t *testing.T) {
	s := open(t)
	run(t, s, "kept := 41\nfunc double(n int) int { return 2 * n }")
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		_ = syscall.Kill(s.engine.pid(), signal)
		<-s.engine.gone
		r := run(t, s, "double(21)")
		if r.value != "42" || !strings.Contains(r.notes.String(), signal.String()) {
			t.Errorf("after %v double(21) is %s, noted %q", signal, r.value, r.notes.String())
		}
	}
}
