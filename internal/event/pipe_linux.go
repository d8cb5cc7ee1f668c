package event

import "golang.org/x/sys/unix"

// available is the request that asks how many bytes a pipe holds, FIONREAD by
// its usual name.
const available = unix.TIOCINQ

// pipeSize is what the pipes of standard output and error are to hold, in bytes:
// the child and its watcher take turns less often than with the usual 64 KiB.
const pipeSize = 1 << 20

// widen makes a pipe hold pipeSize, unless the user has too many that do.
func widen(fd int) { _, _ = unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, pipeSize) }
