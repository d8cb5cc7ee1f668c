package mpi

import (
	"syscall"
	"unsafe"
)

// Open MPI, and UCX below MPICH, take over SIGSEGV, SIGFPE and other signals
// to print a C stack. Go turns these into panics: without them a nil pointer
// in user code would kill the rank with pages of addresses instead of an error
// with a line number.

// A sigaction is the kernel's struct, opaque here.
type sigaction [8]uint64

const signals = 31 // real-time signals beyond are libc's own and nobody's

// saveSignals notes who handles each signal. What it returns gives those back
// to their handlers that have one.
func saveSignals() (restore func()) {
	var before [signals + 1]sigaction
	for number := 1; number <= signals; number++ {
		before[number] = handlerOf(number)
	}
	return func() {
		for number := 1; number <= signals; number++ {
			// The first word is the handler; 0 and 1 are the default and to ignore.
			if before[number][0] > 1 && handlerOf(number) != before[number] {
				setHandler(number, &before[number])
			}
		}
	}
}

const maskBytes = 8 // size of the kernel's signal set

func handlerOf(number int) (action sigaction) {
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(number), 0, uintptr(unsafe.Pointer(&action)), maskBytes, 0, 0)
	return action
}

func setHandler(number int, action *sigaction) {
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(number), uintptr(unsafe.Pointer(action)), 0, maskBytes, 0, 0)
}
