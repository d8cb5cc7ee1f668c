package guard

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/goroutines"
)

// conclude records how the program ended and returns the guard's exit status.
// channel is what went wrong with reading its events.
func (w *watch) conclude(channel error) int {
	held, reported := w.out.end()
	exit := Record{Event: event.Event{Kind: event.Exit, PID: w.cmd.ProcessState.Pid(), Status: w.cmd.ProcessState.ExitCode()}}
	status := exit.Status
	if s := signalOf(w.cmd.ProcessState); s != 0 {
		exit.Signal, exit.Status = unix.SignalName(s), 128+int(s)
		status = exit.Status
	}
	exit.Stopped = status != 0 && w.stopped(exit)

	switch {
	case w.order == inspect && status != 0:
		before, goroutines := cutDump(held)
		if len(before) > 0 {
			w.out.emit(event.Event{Kind: event.Stderr, Text: string(before)})
		}
		w.interrupted(goroutines)
	case status != 0 && !reported && w.crashed(held):
	case len(held) > 0:
		w.out.emit(event.Event{Kind: event.Stderr, Text: string(held)})
	}
	if channel != nil && w.order == carryOn && status == 0 {
		w.out.emit(event.Event{Kind: event.Note, Text: fmt.Sprintf("rank %d: %v\n", w.rank, channel)})
	}
	w.log.write(exit)
	return status
}

// stopped says whether the program has ended because of an order. One that
// calls MPI_Abort makes the launcher end all ranks, its own guard among the
// first, before it exits with a status of its own.
func (w *watch) stopped(exit Record) bool {
	switch {
	case w.order == carryOn:
		return false
	case w.order == inspect || w.quiet || exit.Signal != "":
		return true
	}
	return time.Since(w.ordered) > idle
}

// crashed reports the crash of a Go program, if held tells of one.
func (w *watch) crashed(held []byte) bool {
	failure := goroutines.Crash(string(held))
	if failure == nil {
		return false
	}
	if path := w.keep(held); path != "" {
		failure.Hint = joinHints(failure.Hint, "all goroutines are in "+path)
	}
	w.out.emit(event.Event{Kind: event.Error, Error: failure})
	return true
}

// interrupted reports where the program was.
func (w *watch) interrupted(dump []byte) {
	message, stack := goroutines.Blocked(string(dump))
	w.keep(dump)
	w.out.emit(event.Event{Kind: event.Error, Error: &event.Failure{Name: "interrupt", Message: message, Stack: stack}})
}

// cutDump separates other text, printed to standard error before the program
// got the signal, from the goroutines.
func cutDump(held []byte) (before, dump []byte) {
	at := bytes.Index(held, []byte("SIGQUIT: quit"))
	if at < 0 {
		return held, nil
	}
	return held[:at], held[at:]
}

// keep saves the goroutines in the run's folder and returns the file's path,
// "" if there is nothing to save or it did not work.
func (w *watch) keep(dump []byte) string {
	if len(dump) == 0 {
		return ""
	}
	path := StackFile(w.dir, w.rank)
	if err := os.WriteFile(path, dump, 0o600); err != nil {
		return ""
	}
	if rel, err := filepath.Rel(w.work, path); err == nil && w.work != "" && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return path
}

func joinHints(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
