package rt

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// Enter is called first by a goroutine that a cell starts. It ends those that
// an interrupted cell is still starting, and turns accesses to memory that is
// not there into panics.
func Enter() {
	Check()
	debug.SetPanicOnFault(true)
}

// Guard is deferred by every goroutine that a cell starts. A panic ends that
// goroutine alone and is reported at once: the cell may be waiting for it.
func Guard() {
	r := recover()
	if _, stopped := r.(interrupted); r == nil || stopped {
		return // an interrupted cell says so itself
	}
	reports.add(fail(r))
}

// Guarded returns f with a guard, for functions of libraries that call f in a
// goroutine of their own.
func Guarded(f func()) func() {
	if f == nil {
		return nil
	}
	return func() {
		defer Guard()
		Enter()
		f()
	}
}

// A reporter tells the front about goroutines that have failed. The first few
// of a cell are told one by one, the others are counted.
type reporter struct {
	mu      sync.Mutex
	told    int
	untold  int
	pending bool
	send    func(*event.Failure)
}

var reports = &reporter{send: report}

const (
	mostTold  = 10          // goroutines that are told one by one
	tellAfter = time.Second // how often the number of the others is told
)

// reset begins to count anew, for a new cell.
func (r *reporter) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = 0
}

func (r *reporter) add(f *event.Failure) {
	r.mu.Lock()
	r.told++
	if r.told > mostTold {
		r.untold++
		if !r.pending {
			r.pending = true
			time.AfterFunc(tellAfter, r.tellRest)
		}
		r.mu.Unlock()
		return
	}
	r.mu.Unlock()
	if f.Name == "exit" {
		f.Message += ": os.Exit in a goroutine ends that goroutine only"
	}
	f.Name += " in a goroutine"
	r.send(f)
}

func (r *reporter) tellRest() {
	r.mu.Lock()
	n := r.untold
	r.untold, r.pending = 0, false
	r.mu.Unlock()
	r.send(&event.Failure{Name: "goroutines", Message: fmt.Sprintf("%d more have failed", n)})
}
