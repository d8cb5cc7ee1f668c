//go:build !linux

package notebook

import "golang.org/x/sys/unix"

// The requests that read and set the modes of a terminal.
const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)
