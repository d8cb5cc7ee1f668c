package jupyter

import (
	"sync"
	"time"
)

// A lane is a queue of requests that are handled one after another.
type lane struct {
	mu     sync.Mutex
	queue  []*request
	bytes  int // of the contents in queue
	cells  int // of the queue, and the one that is being handled
	closed bool
	change *sync.Cond

	stopped time.Time // when a cell last failed that stops those behind it; of the goroutine that serves the lane
}

// How much may wait in a lane. A client that sends more waits itself, and with
// it what else it sends on that channel.
const (
	maxWaiting      = 4096
	maxWaitingBytes = 64 << 20
)

// A request is a message with the channel that its reply goes to.
type request struct {
	*message
	on      *channel
	lane    *lane
	sent    time.Time // by our clock, estimated; zero: unknown
	browser bool      // it was sent by a browser
	aborted bool      // an earlier cell failed while this one was waiting
}

func newLane() *lane {
	l := new(lane)
	l.change = sync.NewCond(&l.mu)
	return l
}

// push reports whether the request will be handled: not after the lane's end.
func (l *lane) push(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.closed && (len(l.queue) >= maxWaiting || l.bytes >= maxWaitingBytes) {
		l.change.Wait()
	}
	if l.closed {
		return false
	}
	r.lane = l
	l.queue = append(l.queue, r)
	l.bytes += len(r.content)
	if r.isCell() {
		l.cells++
	}
	l.change.Broadcast()
	return true
}

// occupied reports whether a cell of the lane runs or waits.
func (l *lane) occupied() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cells > 0
}

// done notes that a request has been handled.
func (l *lane) done(r *request) {
	if r.isCell() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.cells--
	}
}

func (r *request) isCell() bool { return r.header.Type == "execute_request" }

// pop waits for a request. It returns nil at the lane's end.
func (l *lane) pop() *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) == 0 && !l.closed {
		l.change.Wait()
	}
	if len(l.queue) == 0 {
		return nil
	}
	r := l.queue[0]
	l.queue[0] = nil
	l.queue = l.queue[1:]
	l.bytes -= len(r.content)
	l.change.Broadcast()
	return r
}

// abort marks the cells that are waiting now: they will be answered without
// being run.
func (l *lane) abort() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.queue {
		if r.isCell() {
			r.aborted = true
		}
	}
}

// retire ends the lane once it has handled what it holds.
func (l *lane) retire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.change.Broadcast()
}

// close ends the lane after the request that it is handling.
func (l *lane) close() {
	l.retire()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = nil
}
