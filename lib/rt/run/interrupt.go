package run

import (
	"context"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"github.com/galago-hpc/galago/internal/goroutine"
	"github.com/galago-hpc/galago/lib/rt"
)

// A Label marks the goroutines of a run.
type Label struct {
	*rt.Run
	ctx context.Context // with the profiler labels
}

var (
	current atomic.Pointer[Label] // that of the run that began last

	lapseMu sync.Mutex
	lapse   *time.Timer
)

// haltTime is how long goroutines of an interrupted cell are asked to stop:
// those that wait for something may come to a loop later. After it, loops of
// all goroutines have their full speed again.
const haltTime = 10 * time.Second

// Prepare begins a run: only it is meant by interrupts that come from now on.
// What it returns is given to [Unit] or [Do].
func Prepare() *Label {
	none := context.Background()
	l := &Label{ctx: pprof.WithLabels(none, pprof.Labels("galago", "cell"))}
	pprof.SetGoroutineLabels(l.ctx)
	l.Run = rt.NewRun(l.ctx)
	pprof.SetGoroutineLabels(none)
	current.Store(l)
	return l
}

// begin makes the calling goroutine that of the run.
func (l *Label) begin() {
	pprof.SetGoroutineLabels(l.ctx)
	l.Begin()
	goroutine.PanicOnFault()
	reports.reset()
}

// Interrupt asks the run that began last, with the goroutines that it has
// started, to stop at the next turn of a loop.
func Interrupt() {
	l := current.Load()
	if l == nil {
		return
	}
	lapseMu.Lock()
	defer lapseMu.Unlock()
	if lapse != nil {
		lapse.Stop()
	}
	l.Stop()
	lapse = time.AfterFunc(haltTime, l.Lapse)
}

// Goroutine returns the number of the goroutine of the run that began last.
func Goroutine() int {
	l := current.Load()
	if l == nil {
		return 0
	}
	return l.Goroutine()
}
