package guard

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// attached makes a child get a signal when the thread that has started it ends.
func attached(s syscall.Signal) *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: s} }

// signalThread sends a signal to one thread of a process.
func signalThread(pid, tid int, s syscall.Signal) error { return unix.Tgkill(pid, tid, s) }

// onNFS says whether a file is on a server whose client keeps what is written
// for up to half a minute.
func onNFS(f *os.File) bool {
	var fs unix.Statfs_t
	return unix.Fstatfs(int(f.Fd()), &fs) == nil && fs.Type == unix.NFS_SUPER_MAGIC
}
