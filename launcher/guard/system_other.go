//go:build !linux

package guard

import (
	"errors"
	"os"
	"syscall"
)

// attached: only Linux ends a child with its parent. Elsewhere a program whose
// guard is killed by SIGKILL lives on.
func attached(syscall.Signal) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

func signalThread(pid, tid int, s syscall.Signal) error { return errors.ErrUnsupported }

// onNFS is cautious.
func onNFS(*os.File) bool { return true }
