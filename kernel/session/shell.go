package session

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// shell runs a line of shell. What it prints streams; a status other than 0 is
// an error of the cell.
func (s *Session) shell(ctx context.Context, line string, emit func(event.Event)) error {
	if command, ok := strings.CutPrefix(line, "*"); ok {
		return s.inModule(ctx, command, emit)
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.Dir, cmd.Env = s.options.Dir, s.options.Env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = 2 * time.Second
	pump, err := event.Attach(cmd)
	if err != nil {
		return err
	}
	if err := startPinned(cmd); err != nil {
		pump.Close()
		return fmt.Errorf("run %q: %w", line, err)
	}
	pump.Started()
	status := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		pump.Finish(time.Second / 4)
		status <- err
	}()
	if err := pump.Run(func(e event.Event) event.Reply { emit(e); return event.Reply{} }); err != nil {
		return fmt.Errorf("read the output of %q: %w", line, err)
	}
	err = <-status
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return interruptedFailure()
	case errors.As(err, &exit):
		return &event.Failure{Name: "shell", Message: fmt.Sprintf("%s: %s", line, exit)}
	case err != nil:
		return fmt.Errorf("run %q: %w", line, err)
	}
	return nil
}
