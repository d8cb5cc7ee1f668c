// Package launcher runs a program on many ranks and reports what they do.
//
//	backend, err := launcher.Choose("auto") // srun inside a Slurm job, else mpiexec
//	...
//	run, err := launcher.Start(ctx, backend, launcher.Request{Program: program, Ranks: 8})
//	...
//	err = run.Wait(func(e launcher.RankEvent) {
//		if e.Kind == event.Stdout {
//			fmt.Print(e.Text)
//		}
//	})
//
// The program is a finished executable that all nodes can read; it uses MPI or
// not. The command that starts it is real and can be repeated by hand: it is
// in [Run.Command] and in the run's folder.
//
// # A run is a folder
//
// Under .galago/runs there is one folder for each run, readable by its owner
// only:
//
//	run.json          what was run, in what state it is, how it ended; see [Record]
//	environment       the variables that bear on it
//	launcher.log      what mpiexec or srun said
//	rank-00003.jsonl  what rank 3 printed and reported, written by its guard
//	rank-00003.stack  its goroutines, if it crashed or was interrupted
//
// The launcher follows the logs of the ranks as they grow. This works the same
// on one machine and on a thousand nodes with a shared file system, and no
// process needs to listen on the network. See package guard for the other side.
//
// # Failures
//
// The first failure ends the run: the other ranks are stopped, and [Run.Wait]
// returns one [event.Failure] that names the rank and the cause. What happens
// to the others because of it is not reported as a cause. Errors of this
// package are failures as well wherever there is a hint to give.
package launcher

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// A Request says what to run.
type Request struct {
	Program string   // path of the executable
	Args    []string // its arguments
	Ranks   int      // how many, at least 1
	Dir     string   // working directory of the ranks; the caller's if empty
	RunDir  string   // folder of the run, on a file system that all nodes share; made by NewRunDir if empty
	Options []string // more options for mpiexec or srun, such as -t 0:10:00
	Env     []string // the environment, KEY=value; the caller's if nil

	// Guard is the command that runs guard.Main; the running program with
	// the argument "rank" if empty.
	Guard []string

	// Detach lets the run go on when the process that started it ends.
	Detach bool
}

// A RankEvent is an event of one rank. The rank is -1 for what the launcher
// itself says, for example that a job waits for resources; its kind is
// event.Note then.
type RankEvent struct {
	Rank int
	event.Event
}

// NewRunDir makes the folder for a run under .galago/runs in dir, the current
// directory if dir is empty, and returns its absolute path.
func NewRunDir(dir string) (string, error) {
	base, err := filepath.Abs(filepath.Join(dir, ".galago", "runs"))
	if err != nil {
		return "", fmt.Errorf("make a folder for the run: %w", err)
	}
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", unwritable(base, err)
	}
	path, err := os.MkdirTemp(base, time.Now().Format("20060102-150405-"))
	if err != nil {
		return "", unwritable(base, err)
	}
	return path, nil
}

func unwritable(dir string, err error) error {
	return fail(fmt.Sprintf("make the run's folder %s: %v", dir, reason(err)),
		"work in a folder that you can write to, or free space there")
}

// fail makes an error with a hint for the user.
func fail(message, hint string) error {
	return &event.Failure{Name: "error", Message: message, Hint: hint}
}

// reason strips from err the path that the message names anyway.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
