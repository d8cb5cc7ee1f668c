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

// connected reports whether fd is open and can be a connection to a launcher.
func connected(fd int) bool {
	var status syscall.Stat_t
	if syscall.Fstat(fd, &status) != nil {
		return false
	}
	kind := status.Mode & syscall.S_IFMT
	return kind == syscall.S_IFSOCK || kind == syscall.S_IFIFO
}
