// Package goroutine says what Go keeps to itself about the calling goroutine.
// It imports little, because every compiled cell is linked with it.
package goroutine

import (
	"runtime"
	"strconv"
	"strings"
	"unsafe"
)

// Number returns the number of the calling goroutine, as stacks show it.
func Number() int64 {
	buf := make([]byte, 64)
	fields := strings.Fields(string(buf[:runtime.Stack(buf, false)]))
	if len(fields) < 2 {
		return -1
	}
	n, _ := strconv.ParseInt(fields[1], 10, 64)
	return n
}

// Labels returns the address of the calling goroutine's profiler labels. The
// goroutines that it starts have the same.
func Labels() uintptr { return uintptr(profileLabels()) }

// PanicOnFault turns the calling goroutine's accesses to memory that is not
// there into panics. It is debug.SetPanicOnFault, whose package brings fmt and
// os along.
func PanicOnFault() { setPanicOnFault(true) }

//go:linkname profileLabels runtime/pprof.runtime_getProfLabel
func profileLabels() unsafe.Pointer

//go:linkname setPanicOnFault runtime/debug.setPanicOnFault
func setPanicOnFault(bool) bool
