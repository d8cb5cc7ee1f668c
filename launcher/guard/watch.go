package guard

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// order is what the guard was told to do with the program.
type order int

const (
	carryOn order = iota
	stop          // end it
	inspect       // find out where it is, and end it
)

const (
	// patience is how long a program has to end after SIGTERM: time to close
	// its files.
	patience = 500 * time.Millisecond
	// dumpTime is how long it has to print its goroutines.
	dumpTime = time.Second
	// company is how long a rank that has failed waits for others to fail.
	company = 300 * time.Millisecond
	// orphanCheck is how often the guard looks whether its parent lives.
	orphanCheck = time.Second
)

// A watch is one program under guard.
type watch struct {
	settings
	rank      int
	log       *journal
	cmd       *exec.Cmd
	pump      *event.Pump
	out       *output
	inherited []*os.File // kept, or their finalizers would close them
	order     order
	ordered   time.Time // when the order came
	quiet     bool      // the order came from Galago, which wants no more of the launcher
}

// start starts the program.
func (w *watch) start(inherited []*os.File) error {
	w.inherited = inherited
	w.out = newOutput(w.log)
	if w.ranks > 1 {
		w.out.company = company
	}
	if w.work != "" {
		if _, err := os.Stat(w.work); err != nil {
			return fmt.Errorf("run in the folder %s: it is not there on this node: %w", w.work, errors.Unwrap(err))
		}
	}
	w.cmd = exec.Command(w.command[0], w.command[1:]...)
	w.cmd.Dir = w.work
	w.cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", RanksVariable, w.ranks))
	w.cmd.ExtraFiles = inherited
	// A group of its own: what the program starts can be ended with it, and
	// signals that a launcher sends to the guard's group do not reach it.
	w.cmd.SysProcAttr = attached(syscall.SIGKILL)
	w.cmd.SysProcAttr.Setpgid = true
	pump, err := event.Attach(w.cmd)
	if err != nil {
		return err
	}
	if err := w.cmd.Start(); err != nil {
		pump.Close()
		return fmt.Errorf("start %s: %w", w.command[0], cause(err))
	}
	pump.Started()
	w.pump = pump
	host, _ := os.Hostname()
	w.log.write(Record{
		Event: event.Event{Kind: event.Start, PID: w.cmd.Process.Pid, Host: host},
		Guard: os.Getpid(), Step: step(),
	})
	w.log.flush()
	return nil
}

// cause strips the path that the caller names anyway.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// fail reports that the program could not be started.
func (w *watch) fail(err error) {
	host, _ := os.Hostname()
	w.log.write(Record{Event: event.Event{Kind: event.Start, Host: host}, Guard: os.Getpid(), Step: step()})
	w.log.write(Record{Event: event.Event{Kind: event.Error, Error: &event.Failure{
		Name: "error", Message: fmt.Sprintf("%v (on %s)", err, host),
	}}})
	w.log.write(Record{Event: event.Event{Kind: event.Exit, Status: 127}})
}

// follow watches over the program until it has ended, and returns the guard's
// exit status.
func (w *watch) follow(signals <-chan os.Signal) int {
	ended := make(chan struct{})
	pumped := make(chan error, 1)
	go func() { pumped <- w.pump.Run(w.out.handle) }()
	go func() {
		_ = w.cmd.Wait() // ProcessState says it all
		close(ended)
	}()
	var leash <-chan struct{}
	if w.leash {
		leash = inputEnds()
	}
	failed := w.log.failed
	parent, orphan := os.Getppid(), time.NewTicker(orphanCheck)
	defer orphan.Stop()
	var kill, again <-chan time.Time

	for running := true; running; {
		select {
		case <-ended:
			running = false
			continue
		case s := <-signals:
			switch {
			case s == syscall.SIGPIPE:
			case w.order != carryOn:
				// The same comes twice, directly and through the
				// launcher, or a launcher that is ending sends TERM.
				// The end is near in any case.
			case s == syscall.SIGUSR1 || s == syscall.SIGINT:
				w.order, w.quiet = inspect, s == syscall.SIGUSR1
				dump(w.cmd.Process.Pid)
				again, kill = time.After(dumpTime/3), time.After(dumpTime)
			default:
				w.quiet = s == syscall.SIGUSR2
				w.order, kill = stop, w.terminate()
			}
		case <-again:
			// The thread chosen may be one that takes no signals.
			_ = syscall.Kill(w.cmd.Process.Pid, syscall.SIGQUIT)
		case <-kill:
			w.signal(syscall.SIGKILL)
		case <-leash:
			leash = nil
			w.order, kill = stop, w.terminate()
		case <-failed:
			failed = nil
			w.signal(syscall.SIGKILL)
		case <-orphan.C:
			if !w.alone && os.Getppid() != parent {
				w.order, kill = stop, w.terminate()
			}
		}
		if w.order != carryOn && w.ordered.IsZero() {
			w.ordered = time.Now()
			close(w.out.hurry)
		}
	}
	// What the program has started ends with it.
	w.signal(syscall.SIGKILL)
	w.pump.Finish(patience / 2)
	err := <-pumped
	w.heedLate(signals)
	status := w.conclude(err)
	if status != 0 && w.ranks > 1 {
		w.linger(signals)
	}
	if w.quiet {
		return 0
	}
	return status
}

// terminate asks the program to end and returns the time to kill it.
func (w *watch) terminate() <-chan time.Time {
	w.signal(syscall.SIGTERM)
	return time.After(patience)
}

// signal reaches the program and what it has started.
func (w *watch) signal(s syscall.Signal) { _ = syscall.Kill(-w.cmd.Process.Pid, s) }

// linger waits for leave to go. When one guard ends, and with it the connection
// to MPI's process manager, a launcher may kill all the others: before that,
// they have to report the same failure, or where they were.
func (w *watch) linger(signals <-chan os.Signal) {
	if w.order != carryOn && !w.quiet {
		return // the launcher itself wants an end
	}
	timeout := time.After(lingering)
	for {
		select {
		case s := <-signals:
			again := w.order == inspect && s == syscall.SIGUSR1 || w.order == stop && s == syscall.SIGUSR2
			if !again && s != syscall.SIGPIPE {
				return
			}
		case <-timeout:
			return
		}
	}
}

// heedLate looks whether a program that was ended by a signal got it together
// with the guard: Slurm sends signals to both.
func (w *watch) heedLate(signals <-chan os.Signal) {
	if w.order != carryOn || signalOf(w.cmd.ProcessState) == 0 {
		return
	}
	timeout := time.After(idle)
	for {
		select {
		case s := <-signals:
			if s == syscall.SIGTERM || s == syscall.SIGINT || s == syscall.SIGHUP || s == syscall.SIGUSR2 {
				w.order = stop
				return
			}
		case <-timeout:
			return
		}
	}
}

func signalOf(state *os.ProcessState) syscall.Signal {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal()
	}
	return 0
}
