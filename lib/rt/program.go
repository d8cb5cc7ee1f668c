package rt

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/exit"
)

// VariablesDirectory names the environment variable with the folder that holds
// the session variables which a rank program reads before it begins.
const VariablesDirectory = "GALAGO_VARIABLES"

// Carried reads the value that a session variable had when the run was
// started.
func Carried(name string, pointer any) {
	data, err := os.ReadFile(filepath.Join(os.Getenv(VariablesDirectory), name))
	if err == nil {
		err = carry.Decode(data, pointer)
	}
	if err != nil {
		panic(unmet{fmt.Errorf("read the session variable %s: %w", name, err)})
	}
}

// Main runs the body of a rank program and ends the process: with status 0 if
// the body returns, with 1 if it fails, or with the status given to os.Exit.
//
// A failure is reported before anything is closed, because closing may wait
// for ranks that will not come.
func Main(load, body func()) {
	mainGoroutine.Store(goroutine())
	status := 0
	func() {
		defer func() {
			r := recover()
			switch v := r.(type) {
			case nil:
			case exited:
				// An MPI library may end the rank by a signal of its own.
				if status = int(v); status != 0 {
					report(fail(r))
				}
			default:
				status = 1
				report(fail(r))
			}
		}()
		load()
		body()
	}()
	exit.Run(status)
	os.Exit(status)
}

// report tells the guard, or, outside of a run, whoever reads standard error.
func report(f *event.Failure) {
	if sink := event.Default(); sink != nil {
		if _, err := sink.Send(event.Event{Kind: event.Error, Error: f}); err == nil {
			return
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %s\n", f.Name, f.Message)
	for _, frame := range f.Stack {
		fmt.Fprintf(os.Stderr, "\tat %s, line %d\n", frame.File, frame.Line)
	}
}
