package jupyter

import (
	"context"
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"
)

// watchClient returns a channel that is closed when the client that started
// the kernel is gone: the process that $JPY_PARENT_PID names, or our parent.
// Without that variable nobody is watched.
func watchClient(ctx context.Context) <-chan struct{} {
	gone := make(chan struct{})
	pid, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || pid <= 1 {
		return gone
	}
	// A kernel started through a scheduler or in a container sees another
	// set of processes, where the client never was: only a client that can
	// be seen can be missed.
	parent, seen := os.Getppid(), alive(pid)
	go func() {
		for tick := time.Tick(500 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick:
			}
			if seen && !alive(pid) || parent == pid && os.Getppid() != parent {
				close(gone)
				return
			}
		}
	}()
	return gone
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
