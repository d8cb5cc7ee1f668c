package jupyter

import (
	"io"
	"log"
	"sync"
	"time"
)

// A quietLog lets through a few lines a second, so that a flood of bad
// messages does not become a flood of log lines.
type quietLog struct {
	to *log.Logger

	mu     sync.Mutex
	second time.Time
	lines  int // in this second
	hidden int
}

const linesPerSecond = 20

func newQuietLog(to *log.Logger) *quietLog {
	if to == nil {
		to = log.New(io.Discard, "", 0)
	}
	return &quietLog{to: to}
}

// Printf logs a line, unless there were too many in this second. Hidden lines
// are counted and the count is logged with the next.
func (q *quietLog) Printf(format string, args ...any) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if second := time.Now().Truncate(time.Second); !second.Equal(q.second) {
		q.second, q.lines = second, 0
	}
	if q.lines++; q.lines > linesPerSecond {
		q.hidden++
		return
	}
	if q.hidden > 0 {
		q.to.Printf("(%d lines like the ones before were left out)", q.hidden)
		q.hidden = 0
	}
	q.to.Printf(format, args...)
}
