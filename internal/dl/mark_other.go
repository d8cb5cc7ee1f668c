//go:build !linux || !amd64

package dl

// threadEndsABI0 is 0 where a thread is not known by its number.
const threadEndsABI0 uintptr = 0

func thread() uintptr { return 0 }
