package jupyter

import (
	"strings"
	"sync"
	"time"
)

// A cell that fails takes with it the cells that its client sent before it
// could know of the failure. Those in the lane are easy. But "Run All" of a
// browser sends a cell every other millisecond, and a cell with a compile error
// fails faster than that: the cells behind it are still on their way. What they
// have in common is that their header's date is older than the failure, once
// the client's clock is compared with ours.

// burst is how long after a failure a browser may go on sending cells without
// knowing of it. A person is slower than that.
const burst = 50 * time.Millisecond

// clocks compares the clocks of clients with ours. The smallest difference
// between a message's arrival and its date is the clock's error plus the
// shortest way, so that date + difference is never before the true time of
// sending.
type clocks struct {
	mu         sync.Mutex
	difference map[clock]time.Duration
}

// A clock dates the messages of a session. jupyter_server sends messages of
// its own in the session of the browser, whose clock is another one.
type clock struct {
	session string
	browser bool
}

// sent estimates when a message was sent, by our clock; zero if it is not
// dated.
func (c *clocks) sent(h header, arrived time.Time) (at time.Time, browser bool) {
	date, err := time.Parse(time.RFC3339Nano, h.Date)
	if err != nil {
		return time.Time{}, false
	}
	// JavaScript's dates have milliseconds, Python's microseconds.
	_, fraction, _ := strings.Cut(h.Date, ".")
	browser = strings.IndexAny(fraction, "Z+-") == 3
	c.mu.Lock()
	defer c.mu.Unlock()
	of := clock{h.Session, browser}
	difference := arrived.Sub(date)
	known, seen := c.difference[of]
	if stepped := difference > known+10*time.Second; seen && known < difference && !stepped {
		difference = known
	}
	if len(c.difference) > 1000 || c.difference == nil {
		c.difference = make(map[clock]time.Duration)
	}
	c.difference[of] = difference
	return date.Add(difference), browser
}

// overtaken reports whether a cell was sent before its client could know that
// another had failed at the given time, and until when that time now reaches:
// a burst goes on as long as its cells follow closely.
func overtaken(r *request, failed time.Time) (bool, time.Time) {
	if failed.IsZero() || r.sent.IsZero() {
		return false, failed
	}
	if r.sent.Before(failed) {
		return true, failed
	}
	if r.browser && r.sent.Before(failed.Add(burst)) {
		return true, r.sent
	}
	return false, failed
}
