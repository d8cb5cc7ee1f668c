package jupyter

import (
	"sync"
	"time"
)

// A lane is a queue of requests that are handled one after another.
type lane struct {
	mu     sync.Mutex
	queue  []*request
	closed bool
	change *sync.Cond
}

// A request is a message with the channel that its reply goes to.
type request struct {
	*message
	on      *channel
	sent    time.Time // by our clock, estimated; zero: unknown
	browser bool      // it was sent by a browser
	aborted bool      // an earlier cell failed while this one was waiting
}

func newLane() *lane {
	l := new(lane)
	l.change = sync.NewCond(&l.mu)
	return l
}

func (l *lane) push(r *request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.queue = append(l.queue, r)
		l.change.Signal()
	}
}

// pop waits for a request. It returns nil once the lane is closed.
func (l *lane) pop() *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) == 0 && !l.closed {
		l.change.Wait()
	}
	if l.closed {
		return nil
	}
	r := l.queue[0]
	l.queue[0] = nil
	l.queue = l.queue[1:]
	return r
}

// abort marks the cells that are waiting now: they will be answered without
// being run.
func (l *lane) abort() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.queue {
		if r.header.Type == "execute_request" {
			r.aborted = true
		}
	}
}

func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.queue = nil
	l.change.Broadcast()
}
