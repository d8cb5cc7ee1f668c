// Package timing measures cells: %time and %timeit.
package timing

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/quantity"
)

// A stopwatch measures one run of a cell.
type stopwatch struct {
	once   sync.Once
	start  time.Time
	usage  syscall.Rusage
	memory runtime.MemStats
}

// watch is that of the cell that runs, nil without %time.
var watch atomic.Pointer[stopwatch]

// Time begins to measure the cell that runs. The function that it returns says
// what the cell took, unless showing the cell's value has done so before: how
// long that takes is no property of the code.
//
// CPU time and memory are those of the whole process, goroutines of earlier
// cells included.
func Time() (stop func()) {
	w := &stopwatch{}
	watch.Store(w)
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &w.usage)
	runtime.ReadMemStats(&w.memory)
	w.start = time.Now()
	return w.stop
}

// Stop ends the measurement of the cell that runs, if there is one.
func Stop() {
	if w := watch.Swap(nil); w != nil {
		w.stop()
	}
}

func (w *stopwatch) stop() {
	w.once.Do(func() {
		wall := time.Since(w.start)
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		watch.CompareAndSwap(w, nil)
		fmt.Fprintf(os.Stdout, "wall %s, CPU %s user + %s system; %s in %s\n", quantity.Duration(wall),
			quantity.Duration(between(w.usage.Utime, usage.Utime)), quantity.Duration(between(w.usage.Stime, usage.Stime)),
			quantity.Bytes(int64(memory.TotalAlloc-w.memory.TotalAlloc)), quantity.Count(int64(memory.Mallocs-w.memory.Mallocs), "allocation"))
	})
}

func between(from, to syscall.Timeval) time.Duration {
	return time.Duration(to.Nano() - from.Nano())
}
