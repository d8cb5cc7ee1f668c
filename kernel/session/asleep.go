package session

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A sleepWatch finds out whether an engine waits for nothing that comes from
// outside. Go's own detector of deadlocks is of no use there: the engine always
// waits for commands.
type sleepWatch struct {
	next   time.Time
	wait   time.Duration // until the next look
	before bool          // the last look has found everything asleep
}

// due looks at the threads, every now and then. It reports whether two looks in
// a row have found that nothing can happen by itself.
func (w *sleepWatch) due(pid int) bool {
	now := time.Now()
	if now.Before(w.next) {
		return false
	}
	if w.next.IsZero() { // a cell has just begun
		w.next = now.Add(w.wait)
		return false
	}
	w.next = now.Add(w.wait)
	if !threadsAsleep(pid) {
		w.before, w.wait = false, sleepSample
		return false
	}
	if !w.before {
		w.before = true
		return false
	}
	// Should it be no deadlock, asking again costs less and less.
	w.before, w.wait = false, min(2*w.wait, sleepMost)
	return true
}

// threadsAsleep reports whether all threads of a Go process wait for each
// other, except for one that waits for descriptors without a time limit: when a
// timer is pending, there is one. See proc_pid_syscall(5). It is false if the
// system does not tell.
func threadsAsleep(pid int) bool {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
	if err != nil || len(files) == 0 {
		return false
	}
	polling := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		words := strings.Fields(string(data))
		if len(words) < 5 {
			return false // running
		}
		switch words[0] {
		case strconv.Itoa(unix.SYS_FUTEX):
		case strconv.Itoa(unix.SYS_EPOLL_PWAIT):
			timeout, err := strconv.ParseUint(words[4], 0, 64)
			if err != nil || int32(timeout) != -1 {
				return false
			}
			polling++
		default:
			return false
		}
	}
	return polling == 1
}
