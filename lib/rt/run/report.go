package run

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/rt"
)

// failed reports that a goroutine panics. One of an interrupted cell is ended by
// that: the cell says so itself.
func failed(recovered any) {
	if t, ok := recovered.(*traced); ok {
		if _, stopped := t.value.(rt.Interrupted); stopped {
			return
		}
	}
	reports.add(Failure(recovered))
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

var reports = &reporter{send: Report}

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

// Aborted reports that the calling goroutine ends the process.
func Aborted(reason string) {
	Report(&event.Failure{Name: "abort", Message: reason, Stack: stack()})
}

// Report tells the guard, or, outside of a run, whoever reads standard error.
func Report(f *event.Failure) {
	if sink := event.Default(); sink != nil {
		if _, err := sink.Send(event.Event{Kind: event.Error, Error: f}); err == nil {
			return
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %s\n", f.Name, f.Message)
	for _, frame := range f.Stack {
		fmt.Fprintf(os.Stderr, "\tat %s, line %d\n", frame.File, frame.Line)
	}
}
