package comm

import (
	"sync"
	"time"
)

// A later is something to be said soon, and at the latest when what runs now has
// ended.
type later struct {
	once sync.Once
	say  func()
}

var (
	latersMu sync.Mutex
	laters   = map[*later]bool{}
)

// Later calls f after some time, or when [Flush] is called before that.
func Later(wait time.Duration, f func()) {
	l := &later{say: f}
	latersMu.Lock()
	laters[l] = true
	latersMu.Unlock()
	time.AfterFunc(wait, l.now)
}

func (l *later) now() {
	l.once.Do(func() {
		latersMu.Lock()
		delete(laters, l)
		latersMu.Unlock()
		l.say()
	})
}

// Flush says what was put off. The engine calls it at the end of a cell, so that
// the front end shows the last state.
func Flush() {
	latersMu.Lock()
	all := make([]*later, 0, len(laters))
	for l := range laters {
		all = append(all, l)
	}
	latersMu.Unlock()
	for _, l := range all {
		l.now()
	}
}
