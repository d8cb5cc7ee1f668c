//go:build !linux

package event

// available is FIONREAD, which has this value on every BSD and on macOS.
const available = 0x4004667f

// widen does nothing: pipes grow by themselves there.
func widen(int) {}
