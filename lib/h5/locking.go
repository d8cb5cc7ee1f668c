package h5

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// A LockMode says whether an open file is locked against other processes.
type LockMode string

// The modes, as h5py calls them.
const (
	LockOn         LockMode = "true"        // a file that cannot be locked is not opened
	LockOff        LockMode = "false"       // no locks: somebody else takes care of it
	LockBestEffort LockMode = "best-effort" // no locks where the file system has none
)

// lockVariable overrides what a program asks for.
const lockVariable = "HDF5_USE_FILE_LOCKING"

// Locking says whether the file is locked while it is open. Without it the
// library decides: most lock. HDF5_USE_FILE_LOCKING in the environment goes
// before. H5Pset_file_locking, which HDF5 1.10.7 and 1.12.1 introduced.
func Locking(mode LockMode) Option {
	return option(func(s *settings) {
		switch mode {
		case LockOn, LockOff, LockBestEffort:
		default:
			s.refuse("%q is no mode for h5.Locking; there are true, false and best-effort", string(mode))
		}
		s.access.locking = mode
	})
}

// locks reports whether the file will be locked.
func (a *access) locks() bool {
	switch os.Getenv(lockVariable) {
	case "FALSE", "0":
		return false
	case "":
		return a.locking != LockOff
	}
	return true
}

// locked reports whether another process holds the lock that HDF5 puts on an
// open file.
func locked(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK)
}

// someone is a process that the system does not tell us about.
const someone = "another process"

// elsewhere names the processes of this machine that have a file open, as far as
// the system tells: "process 4711 (python3)", or "another process".
func elsewhere(path string) string {
	path, err := filepath.Abs(path)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return someone
	}
	var found []string
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		id := strings.Split(link, "/")[2]
		if id == strconv.Itoa(os.Getpid()) {
			continue
		}
		// Not os.Stat: what other processes have open may be on a disk that hangs.
		if other, err := os.Readlink(link); err != nil || other != path {
			continue
		}
		name, _ := os.ReadFile("/proc/" + id + "/comm")
		text := "process " + id + " (" + strings.TrimSpace(string(name)) + ")"
		if len(found) == 0 || found[len(found)-1] != text {
			found = append(found, text)
		}
	}
	if len(found) == 0 {
		return someone
	}
	return strings.Join(found, ", ")
}
