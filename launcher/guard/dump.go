package guard

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// dump makes a Go program print its goroutines and exit. The runtime prints
// the stack of a goroutine that is running only if the signal arrives on the
// thread that runs it, so it is sent to the thread that is computing: the main
// thread, on which MPI is called, before all others.
func dump(pid int) {
	if tid := runningThread(pid); tid != 0 && signalThread(pid, tid, syscall.SIGQUIT) == nil {
		return
	}
	_ = syscall.Kill(pid, syscall.SIGQUIT)
}

// runningThread returns the running thread that has used most processor time,
// 0 if all are waiting.
func runningThread(pid int) int {
	best, most := 0, int64(-1)
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, path := range threads {
		tid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		state, used := threadState(text)
		if state != "R" {
			continue
		}
		if tid == pid {
			return tid
		}
		if used > most {
			best, most = tid, used
		}
	}
	return best
}

// threadState reads the state and the processor time, in ticks, from
// /proc/PID/task/TID/stat; see proc(5).
func threadState(stat []byte) (state string, used int64) {
	// The second field is the name, in parentheses, which may contain any.
	end := bytes.LastIndexByte(stat, ')')
	if end < 0 {
		return "", 0
	}
	fields := strings.Fields(string(stat[end+1:]))
	if len(fields) < 13 {
		return "", 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return fields[0], user + system
}
