package event

import "golang.org/x/sys/unix"

// available is the request that asks how many bytes a pipe holds, FIONREAD by
// its usual name.
const available = unix.TIOCINQ
