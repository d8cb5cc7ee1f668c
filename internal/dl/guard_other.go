//go:build !linux || !amd64

package dl

import "syscall"

func guardSignals() bool { return false }

func callGuarded(function uintptr, args []Arg) (uintptr, syscall.Signal) {
	panic("dl: calls are not guarded on this system")
}

func callRow(*guardedCall) { panic("dl: calls are not guarded on this system") }

func callUnder() uint64 { return 0 }

func endCall(uint64) {}
