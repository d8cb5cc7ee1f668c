// Package guard is the small process between an MPI launcher and a rank's
// program. The launcher (mpiexec, srun) is told to start
//
//	galago rank -dir RUN -ranks 8 -- program args...
//
// on every rank, and the guard starts the program as its child. It reads what
// the program prints and reports, and appends it, one JSON object a line, to
// the rank's log in the run's folder, which all nodes share:
//
//	RUN/rank-00003.jsonl   the events of rank 3, see [Record]
//	RUN/rank-00003.stack   its goroutines, if it crashed or was interrupted
//
// Whoever follows the run reads these files, be it now or later, from this
// node or another; nobody has to listen on the network.
//
// # What the guard sees
//
// It survives the program, and so can tell how that ended: its exit status, the
// signal that killed it, or the panic or fatal error of a Go program, with the
// cell and line. Text is reported in whole lines, so that lines of many ranks
// can be mixed without breaking; an unfinished line is passed on when nothing
// has followed it for a tenth of a second.
//
// # Signals
//
// SIGUSR1 (and SIGINT) interrupt: the guard makes the program print its
// goroutines, reports where it was, for example "was in mpi.Barrier" at line 7
// of cell 4, and ends it. SIGUSR2 and SIGTERM end it without a report: the run
// has failed elsewhere. After the program's end SIGTERM lets the guard go,
// which otherwise stays for a second. Both are used because mpiexec and srun pass USR1 and
// USR2 on to all ranks, while they take INT and TERM for themselves. The
// program ends if the guard does, and the guard ends if its parent does.
//
// The program keeps the descriptors that the launcher opened for it: MPI's
// process manager talks to it through one of them (PMI_FD).
package guard

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// StatusBroken is the guard's exit status when it could not do its own work:
// find its rank, write its log. It has said why on its standard error, in a
// line that begins with [Prefix].
const StatusBroken = 125

// Prefix begins what a guard has to say when it cannot write its log.
const Prefix = "galago rank: "

// RanksVariable names the environment variable in which a rank program finds
// the number of ranks that were asked for. A program that finds itself in a
// smaller world was started by another MPI's launcher.
const RanksVariable = "GALAGO_RANKS"

// settings is the guard's command line.
type settings struct {
	dir     string   // the run's folder
	work    string   // the program's working directory
	ranks   int      // how many ranks the run has
	alone   bool     // there is no launcher: this is rank 0
	leash   bool     // end the program when standard input ends
	limit   int64    // most bytes of text to be kept in the log
	command []string // the program and its arguments
}

func parse(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("galago rank", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.dir, "dir", "", "folder of the run")
	flags.StringVar(&s.work, "chdir", "", "folder to run the program in")
	flags.IntVar(&s.ranks, "ranks", 1, "number of ranks of the run")
	flags.BoolVar(&s.alone, "alone", false, "started without a launcher")
	flags.BoolVar(&s.leash, "leash", false, "end the program when standard input ends")
	flags.Int64Var(&s.limit, "limit", 256<<20, "bytes of text to keep")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	s.command = flags.Args()
	switch {
	case s.dir == "":
		return s, errors.New("-dir is missing")
	case len(s.command) == 0:
		return s, errors.New("the program to run is missing")
	}
	return s, nil
}

// Main runs the guard and returns its exit status: the program's, 128 plus the
// signal's number if one killed it, or [StatusBroken].
func Main(args []string) int {
	// The program asks to die with the thread that started it (see start),
	// so that this thread has to live as long as the guard.
	runtime.LockOSThread()
	if len(args) > 2 && args[0] == HoldFlag && args[1] == "--" {
		return hold(args[2:])
	}
	inherited := inheritedFiles()

	s, err := parse(args)
	if err != nil {
		return broken(err)
	}
	rank := 0
	if !s.alone {
		if rank, err = findRank(os.Getenv, s.ranks); err != nil {
			return broken(err)
		}
	}
	log, err := openJournal(s.dir, rank, s.limit)
	if err != nil {
		return broken(err)
	}
	// Before the program starts, or an early signal would end the guard.
	// SIGPIPE must not end it either when the launcher is gone.
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGINT, syscall.SIGTERM,
		syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)

	w := &watch{settings: s, rank: rank, log: log}
	if err := w.start(inherited); err != nil {
		w.fail(err)
		log.close()
		return 127
	}
	status := w.follow(signals)
	if err := log.close(); err != nil {
		return broken(err)
	}
	return status
}

// broken says on standard error what the log cannot take.
func broken(err error) int {
	host, _ := os.Hostname()
	fmt.Fprintf(os.Stderr, "%s%v (on %s)\n", Prefix, err, host)
	return StatusBroken
}

// lingering is how long a guard stays whose program has failed or was stopped,
// unless the launcher of the run lets it go.
const lingering = time.Second
