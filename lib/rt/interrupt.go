package rt

import (
	"context"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// interrupted is the panic value that ends an interrupted cell.
type interrupted struct{}

func (interrupted) Error() string { return "interrupted" }

// A goroutine belongs to the run of a cell if that run, or a goroutine that
// belongs to it, has started it. The runtime hands a goroutine's profiler
// labels on to those that it starts, so each run gets a set of labels of its
// own, and the address of that set is the run's identity.
var (
	stop    atomic.Uintptr // the run that is to stop, 0 if none is
	current atomic.Uintptr // the run that began last
	runs    sync.Map       // run -> *Label; it also keeps addresses from being used again

	lapseMu sync.Mutex
	lapse   *time.Timer
)

// haltTime is how long goroutines of an interrupted cell are asked to stop:
// those that wait for something may come to a loop later. After it, loops of
// all goroutines have their full speed again.
const haltTime = 10 * time.Second

// Check stands in every loop of a compiled cell. It costs one load.
func Check() {
	if run := stop.Load(); run != 0 {
		halt(run)
	}
}

// halt ends the calling goroutine if it belongs to the run that is to stop.
// Goroutines of earlier cells go on: what a cell left in the background
// outlives the interrupts of others.
func halt(run uintptr) {
	own := labels()
	if own != run {
		if _, known := runs.Load(own); known {
			return
		}
		// Labels of the user's own, or none after a call of pprof.Do, say
		// nothing: only the cell's own goroutine is recognised.
		if l, ok := runs.Load(run); !ok || l.(*Label).goroutine.Load() != goroutine() {
			return
		}
	}
	panic(interrupted{})
}

// Interrupt asks the run that began last, with the goroutines that it has
// started, to stop at the next turn of a loop.
func Interrupt() {
	lapseMu.Lock()
	defer lapseMu.Unlock()
	if lapse != nil {
		lapse.Stop()
	}
	run := current.Load()
	stop.Store(run)
	lapse = time.AfterFunc(haltTime, func() { stop.CompareAndSwap(run, 0) })
}

// A Label marks the goroutines of a run.
type Label struct {
	ctx       context.Context
	goroutine atomic.Int64 // the cell's own
}

// Prepare begins a run: only it is meant by interrupts that come from now on.
// What it returns is given to [Run].
func Prepare() *Label {
	none := context.Background()
	l := &Label{ctx: pprof.WithLabels(none, pprof.Labels("galago", "cell"))}
	pprof.SetGoroutineLabels(l.ctx)
	run := labels()
	pprof.SetGoroutineLabels(none)
	runs.Store(run, l)
	current.Store(run)
	return l
}

// begin makes the calling goroutine that of the run.
func begin(l *Label) {
	pprof.SetGoroutineLabels(l.ctx)
	l.goroutine.Store(goroutine())
	debug.SetPanicOnFault(true)
	reports.reset()
}

// Goroutine returns the number of the goroutine of the run that began last.
func Goroutine() int {
	l, ok := runs.Load(current.Load())
	if !ok {
		return 0
	}
	return int(l.(*Label).goroutine.Load())
}

// labels returns the address of the calling goroutine's profiler labels.
func labels() uintptr { return uintptr(profileLabels()) }

//go:linkname profileLabels runtime/pprof.runtime_getProfLabel
func profileLabels() unsafe.Pointer
