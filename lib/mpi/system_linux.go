package mpi

import (
	"os"
	"strings"
	"syscall"
)

func threadID() int { return syscall.Gettid() }

// onlineCores counts the node's cores, whatever this process is bound to; 0 if
// the kernel does not tell.
func onlineCores() int {
	text, err := os.ReadFile("/sys/devices/system/cpu/online") // "0-3,8-11"
	if err != nil {
		return 0
	}
	cores := 0
	for part := range strings.SplitSeq(strings.TrimSpace(string(text)), ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		cores += number(last) - number(first) + 1
	}
	return cores
}
