package launcher

import (
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/guard"
)

// A rank is what is known of one rank.
type rank struct {
	log     tail
	started bool
	guard   int // process id on host
	host    string
	step    string
	failure *event.Failure // the first error that it reported
	failed  time.Time      // when
	exit    *guard.Record
	said    string // the end of its standard error
}

// note takes what a record says about the rank itself.
func (k *rank) note(rec guard.Record) {
	switch rec.Kind {
	case event.Start:
		k.started, k.guard, k.host, k.step = true, rec.Guard, rec.Host, rec.Step
	case event.Error:
		// An error that comes after another is a consequence; where an
		// interrupt found the rank is said in any case.
		if rec.Error != nil && k.failure == nil {
			k.failure, k.failed = rec.Error, rec.At
		}
	case event.Exit:
		k.exit = &rec
	case event.Stderr:
		const most = 4000
		if k.said += rec.Text; len(k.said) > most {
			k.said = k.said[len(k.said)-most:]
		}
	}
}

// broken says whether the rank has failed by itself: not because it was told
// to end.
func (k *rank) broken() bool {
	if k.failure != nil && k.failure.Name != interruptName {
		return true
	}
	return k.exit != nil && k.exit.Status != 0 && !k.exit.Stopped
}

// interruptName is the name of failures that come from an interrupt.
const interruptName = "interrupt"
