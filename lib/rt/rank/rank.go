// Package rank is the frame of rank programs.
package rank

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/internal/goroutine"
	"github.com/galago-hpc/galago/lib/rt"
	"github.com/galago-hpc/galago/lib/rt/run"
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
		rt.Must0(fmt.Errorf("read the session variable %s: %w", name, err))
	}
}

// Main runs the body of a rank program and ends the process: with status 0 if
// the body returns, with 1 if it fails, or with the status given to os.Exit.
//
// A failure is reported before anything is closed, because closing may wait
// for ranks that will not come.
func Main(load, body func()) {
	own := goroutine.Number()
	run.Serve(func(code int) { leave(code, own) })
	exit.Explain(run.Aborted)
	status := 0
	func() {
		defer func() {
			r := recover()
			switch v := r.(type) {
			case nil:
			case rt.Exited:
				// An MPI library may end the rank by a signal of its own.
				if status = int(v); status != 0 {
					run.Report(run.Failure(r))
				}
			default:
				status = 1
				run.Report(run.Failure(r))
			}
		}()
		load()
		body()
	}()
	exit.Run(status)
	os.Exit(status)
}

// leave ends the process if the goroutine that calls os.Exit is not the main
// one, which may never hear of a panic in another.
func leave(code int, main int64) {
	if goroutine.Number() == main {
		return
	}
	if code != 0 {
		run.Report(run.Failure(rt.Exited(code)))
	}
	exit.Run(code)
	os.Exit(code)
}
