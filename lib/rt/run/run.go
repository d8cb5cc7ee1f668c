// Package run executes cells in a process, and says how they end. [Main] of a
// rank program and the engine call it; cells themselves call package rt.
package run

import (
	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
	"github.com/galago-hpc/galago/lib/rt"
	"github.com/galago-hpc/galago/lib/rt/timing"
)

// Serve gives cells what they need of the process. Exit is what os.Exit does
// besides ending the cell; nil if nothing.
func Serve(exit func(code int)) {
	rt.Serve(rt.Process{Named: carry.Register, Show: show, Display: mime.Display, Failed: failed, Exit: exit})
}

// show sends the value of a cell's last expression.
func show(values []any) {
	timing.Stop()
	if sink := event.Default(); sink != nil {
		data, metadata := mime.Values(values...)
		_, _ = sink.Send(event.Event{Kind: event.Value, Data: data, Metadata: metadata})
	}
}

// Unit executes a unit in the calling goroutine and tells done how it failed, or
// nil: also if the cell has called os.Exit(0). A cell that calls runtime.Goexit
// ends the goroutine, so that Unit does not return.
func Unit(number int, label *Label, done func(*event.Failure)) {
	statements := rt.Statements(number)
	if statements == nil {
		done(nil)
		return
	}
	Do(statements, label, done)
}

// Do executes what a cell does, as Unit does.
func Do(body func(), label *Label, done func(*event.Failure)) {
	var failure *event.Failure
	// By now the stack of a panic is gone, and what only it held is garbage. In
	// a deferred call, because runtime.Goexit does not return.
	defer func() { done(failure) }()
	execute(body, label, &failure)
}

func execute(body func(), label *Label, failure **event.Failure) {
	finished := false
	defer func() {
		r := recover()
		switch {
		case finished || r == rt.Exited(0):
		case r == nil:
			*failure = &event.Failure{Name: "exit", Message: "the cell ended its own goroutine (runtime.Goexit)", Stack: stack()}
		default:
			*failure = Failure(r)
		}
	}()
	label.begin()
	body()
	finished = true
}
