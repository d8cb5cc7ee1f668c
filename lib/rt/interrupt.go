package rt

import (
	"sync"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/goroutine"
)

// Interrupted is the panic value that ends an interrupted cell.
type Interrupted struct{}

func (Interrupted) Error() string { return "interrupted" }

// A goroutine belongs to the run of a cell if that run, or a goroutine that
// belongs to it, has started it. The runtime hands a goroutine's profiler
// labels on to those that it starts, so each run gets a set of labels of its
// own, and the address of that set is the run's identity.
var (
	stop atomic.Uintptr // the run that is to stop, 0 if none is
	runs sync.Map       // identity -> *Run
)

// A Run is one execution of a cell.
type Run struct {
	identity  uintptr
	labels    any          // kept, so that no other run gets their address
	goroutine atomic.Int64 // the cell's own
}

// NewRun makes a run of the calling goroutine's profiler labels, which labels
// holds.
func NewRun(labels any) *Run {
	r := &Run{identity: goroutine.Labels(), labels: labels}
	runs.Store(r.identity, r)
	return r
}

// Begin says that the calling goroutine is the cell's own.
func (r *Run) Begin() { r.goroutine.Store(goroutine.Number()) }

// Goroutine is the number of the cell's own goroutine.
func (r *Run) Goroutine() int { return int(r.goroutine.Load()) }

// Stop asks the goroutines of the run to stop at the next turn of a loop.
func (r *Run) Stop() { stop.Store(r.identity) }

// Lapse takes the request back, unless another run has been asked meanwhile.
func (r *Run) Lapse() { stop.CompareAndSwap(r.identity, 0) }

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
	own := goroutine.Labels()
	if own != run {
		if _, known := runs.Load(own); known {
			return
		}
		// Labels of the user's own, or none after a call of pprof.Do, say
		// nothing: only the cell's own goroutine is recognised.
		if r, ok := runs.Load(run); !ok || r.(*Run).goroutine.Load() != goroutine.Number() {
			return
		}
	}
	panic(Interrupted{})
}
