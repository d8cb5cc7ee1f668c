package guard

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// A Leash ties a run to the process that started it. That process holds the
// writing end of a pipe that is the launcher's standard input, and writes one
// line to it. Launchers pass their standard input on to rank 0, some to all
// ranks. A guard that has read the line and then sees the end knows that the
// process is gone, and ends the run. Ranks that have no standard input see an
// end without the line, which says nothing; nor does an end while the process
// lives, because launchers close the input of ranks that they are to kill.
type Leash struct {
	Front int    // process id of the process that holds the other end
	PID   int    // of the launcher
	Host  string // where both run
}

const leashFormat = "galago %d %d %s\n"

// Greet writes the line.
func (l Leash) Greet(w io.Writer) error {
	_, err := fmt.Fprintf(w, leashFormat, l.Front, l.PID, l.Host)
	return err
}

// holdLeash returns a channel that gets the leash when its other end is gone.
func holdLeash(r io.Reader) <-chan Leash {
	gone := make(chan Leash, 1)
	go func() {
		in := bufio.NewReader(r)
		line, err := in.ReadString('\n')
		var l Leash
		if err != nil {
			return
		}
		if _, err := fmt.Sscanf(line, leashFormat, &l.Front, &l.PID, &l.Host); err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, in)
		if l.gone() {
			gone <- l
		}
	}()
	return gone
}

// gone says whether the process at the other end has ended. Its files are
// closed a moment before it is seen to have ended. From another host nothing
// else can be seen but the end of the input.
func (l Leash) gone() bool {
	if host, _ := os.Hostname(); host != l.Host {
		return true
	}
	for range 20 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.Front))
		if err != nil {
			return true
		}
		if state, _ := threadState(stat); state == "Z" || state == "X" {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// endLauncher ends the launcher, which would not end all ranks because one has
// ended. dir tells it from another process that has got its number.
func (l Leash) endLauncher(dir string) {
	if host, _ := os.Hostname(); host == l.Host && Runs(l.PID, dir) {
		_ = syscall.Kill(l.PID, syscall.SIGTERM)
	}
}

// Runs says whether the process is a guard or a launcher of the run with the
// folder dir.
func Runs(pid int, dir string) bool {
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && pid > 0 && bytes.Contains(cmdline, []byte("\x00"+dir+"\x00"))
}
