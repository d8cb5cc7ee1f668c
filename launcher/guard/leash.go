package guard

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// HoldFlag is the first argument of a guard that does not watch over a rank but
// over the launcher:
//
//	galago rank -hold -- mpiexec -n 8 ...
//
// Its standard input is a pipe whose other end is held by the process that
// started the run. When that process has ended, however it did, the pipe ends,
// and the launcher is told to end the run.
//
// The launcher itself must not get this pipe. It would pass it on to rank 0,
// and Hydra dies when rank 0 has ended before it could.
const HoldFlag = "-hold"

// holdTime is how long the launcher has to end the run.
const holdTime = 3 * time.Second

// hold runs the launcher and returns its exit status.
func hold(command []string) int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGINT, syscall.SIGTERM,
		syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = attached(syscall.SIGTERM)
	if err := cmd.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "start %s: %v\n", command[0], cause(err))
		return 127
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // ProcessState says it all
		close(ended)
	}()
	leash := inputEnds()
	var kill <-chan time.Time
	for {
		select {
		case <-ended:
			if s := signalOf(cmd.ProcessState); s != 0 {
				return 128 + int(s)
			}
			return cmd.ProcessState.ExitCode()
		case s := <-signals:
			if s != syscall.SIGPIPE {
				_ = cmd.Process.Signal(s)
			}
		case <-leash:
			leash = nil
			_ = cmd.Process.Signal(syscall.SIGTERM)
			kill = time.After(holdTime)
		case <-kill:
			// The guards of the ranks notice that their parents are gone.
			_ = syscall.Kill(0, syscall.SIGKILL)
		}
	}
}

// inputEnds returns a channel that is closed when standard input ends.
func inputEnds() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 64)
		for {
			if n, err := os.Stdin.Read(buf); n == 0 || err != nil {
				return
			}
		}
	}()
	return ended
}
