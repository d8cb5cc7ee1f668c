//go:build !linux

package event

// available is FIONREAD, which has this value on every BSD and on macOS.
const available = 0x4004667f
