package engine

import (
	"math"
	"runtime"
	"runtime/debug"
)

const (
	// mostStack is Go's own limit of a goroutine's stack, in bytes.
	mostStack = 1_000_000_000
	// mostDumped is how many goroutines are looked at: the world stands still
	// meanwhile.
	mostDumped = 20_000
	// mostDump bounds the text about them, in bytes.
	mostDump = 16 << 20
)

// limitMemory tells the collector to work harder before the process uses so
// many bytes that the front ends it, and lets a recursion without end fail
// before that.
func limitMemory(bytes int64) {
	if bytes <= 0 {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetMaxStack(mostStack)
		return
	}
	debug.SetMemoryLimit(bytes / 100 * 95)
	debug.SetMaxStack(int(min(bytes/8, mostStack)))
}

// stacks returns what all goroutines are doing, as the runtime prints it.
func stacks() []byte {
	if runtime.NumGoroutine() > mostDumped {
		return nil
	}
	for size := 64 << 10; size <= mostDump; size *= 4 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return buf[:n]
		}
	}
	return nil
}
