package h5

import (
	"sync"
	"sync/atomic"
)

// abandoned holds the identifiers of groups and datasets that the program no
// longer holds. The garbage collector's goroutine adds to it, which must not
// wait for the lock around HDF5; they are closed when HDF5 is next entered.
type abandoned struct {
	some atomic.Bool // there is something in ids
	mu   sync.Mutex
	ids  []int64
}

func (h *handle) abandon(id int64) {
	a := &h.abandoned
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = append(a.ids, id)
	a.some.Store(true)
}

// reap closes what was abandoned. The lock around HDF5 is held.
func (h *handle) reap() {
	a := &h.abandoned
	if !a.some.Load() {
		return
	}
	a.mu.Lock()
	ids := a.ids
	a.ids = nil
	a.some.Store(false)
	a.mu.Unlock()
	for _, id := range ids {
		h.release(id)
	}
}
