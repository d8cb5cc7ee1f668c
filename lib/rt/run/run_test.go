package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/rt"
	"github.com/galago-hpc/galago/lib/rt/logs"
)

func TestMain(m *testing.M) {
	Serve(nil)
	os.Exit(m.Run())
}

// register makes a unit of a function and returns its number.
func register(t *testing.T, run func()) int {
	t.Helper()
	number := 1
	for rt.Registered(number) {
		number++
	}
	rt.Register(number, run)
	return number
}

// result runs a unit as the engine does and returns how it failed.
func result(number int, label *Label) *event.Failure {
	failed := make(chan *event.Failure, 1)
	go Unit(number, label, func(f *event.Failure) { failed <- f })
	return <-failed
}

type broken struct{}

func (broken) Error() string { panic("no text") }

func TestHowARunEnds(t *testing.T) {
	for _, test := range []struct {
		name, kind, message string
		run                 func()
	}{
		{"returns", "", "", func() {}},
		{"exit 0", "", "", func() { rt.Exit(0) }},
		{"exit", "exit", "exit status 3", func() { rt.Exit(3) }},
		{"must", "error", "no luck", func() { rt.Must0(errors.New("no luck")) }},
		{"must of two", "error", "no luck", func() { rt.Must2(1, 2, errors.New("no luck")) }},
		{"results", "error", "no luck", func() { rt.Results(1, errors.New("no luck")) }},
		{"panic", "panic", "boom", func() { panic("boom") }},
		{"nil", "panic", "panic called with nil argument", func() { panic(nil) }},
		{"long", "panic", "(100000 bytes)", func() { panic(strings.Repeat("x", 100_000)) }},
		{"broken", "panic", "a value of type run.broken", func() { panic(broken{}) }},
		{"log", "exit", "exit status 1", func() { logs.Fatal("over") }},
	} {
		f := result(register(t, test.run), Prepare())
		switch {
		case f == nil:
			if test.kind != "" {
				t.Errorf("%s: no failure", test.name)
			}
		case f.Name != test.kind || !strings.Contains(f.Message, test.message) || len(f.Message) > 2*longestMessage:
			t.Errorf("%s: %s %.100q", test.name, f.Name, f.Message)
		}
	}
}

// turn loops until it is stopped and says so.
func turn(stopped chan<- string, name string) {
	defer func() {
		if _, is := recover().(rt.Interrupted); is {
			stopped <- name
		}
	}()
	for {
		rt.Check()
		time.Sleep(time.Millisecond)
	}
}

// An interrupt ends the loops of the cell and of all goroutines that come from
// it, but not those of earlier cells.
func TestInterruptEndsTheGoroutinesOfACell(t *testing.T) {
	earlier := make(chan string, 1)
	leave := register(t, func() { go turn(earlier, "earlier") })
	if f := result(leave, Prepare()); f != nil {
		t.Fatal(f)
	}
	stopped := make(chan string, 3)
	ready := make(chan bool)
	number := register(t, func() {
		go func() {
			go turn(stopped, "grandchild")
			turn(stopped, "child")
		}()
		close(ready)
		for {
			rt.Check()
			time.Sleep(time.Millisecond)
		}
	})
	label := Prepare()
	failed := make(chan *event.Failure, 1)
	go Unit(number, label, func(f *event.Failure) { failed <- f })
	<-ready
	time.Sleep(50 * time.Millisecond)
	Interrupt()
	if f := <-failed; f == nil || f.Name != "interrupt" {
		t.Errorf("the cell: %v", f)
	}
	for range 2 {
		<-stopped
	}
	select {
	case <-earlier:
		t.Error("a goroutine of an earlier cell was stopped")
	case <-time.After(100 * time.Millisecond):
	}
	// The next cell is not meant.
	if f := result(register(t, func() { rt.Check() }), Prepare()); f != nil {
		t.Errorf("the next cell: %v", f)
	}
	current.Load().Lapse()
}

// Labels that the user sets hide the cell's from its own goroutine.
func TestInterruptDespiteLabels(t *testing.T) {
	ready := make(chan bool)
	number := register(t, func() {
		pprof.Do(context.Background(), pprof.Labels("a", "b"), func(context.Context) { close(ready) })
		for {
			rt.Check()
		}
	})
	label := Prepare()
	failed := make(chan *event.Failure, 1)
	go Unit(number, label, func(f *event.Failure) { failed <- f })
	<-ready
	Interrupt()
	if f := <-failed; f == nil || f.Name != "interrupt" {
		t.Errorf("%v", f)
	}
	current.Load().Lapse()
}

func TestGuard(t *testing.T) {
	var mu sync.Mutex
	var told []string
	old := reports
	defer func() { reports = old }()
	reports = &reporter{send: func(f *event.Failure) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, f.Name+": "+f.Message)
	}}
	var all sync.WaitGroup
	start := func(f func()) {
		all.Add(1)
		go func() {
			defer all.Done()
			rt.Guarded(f)()
		}()
		all.Wait()
	}
	start(func() { panic("boom") })
	start(func() { rt.Must0(errors.New("no luck")) })
	start(func() { rt.Exit(2) })
	start(func() { panic(rt.Interrupted{}) })
	start(func() {})
	want := "[panic in a goroutine: boom error in a goroutine: no luck exit in a goroutine: exit status 2: os.Exit in a goroutine ends that goroutine only]"
	if got := fmt.Sprint(told); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	if rt.Guarded(nil) != nil {
		t.Error("a guarded nil is not nil")
	}
	for range 30 {
		start(func() { panic("again") })
	}
	mu.Lock()
	n := len(told)
	mu.Unlock()
	if n != mostTold {
		t.Errorf("%d goroutines are told one by one, want %d", n, mostTold)
	}
	reports.tellRest()
	mu.Lock()
	defer mu.Unlock()
	if got := told[len(told)-1]; got != "goroutines: 23 more have failed" {
		t.Errorf("of the others it says %q", got)
	}
}

// The engine's processes are many, and each loop of a cell checks.
func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		rt.Check()
	}
}
