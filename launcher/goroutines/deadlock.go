package goroutines

import (
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// asleep are the states of a goroutine that only another goroutine can end.
var asleep = map[string]bool{
	"chan receive": true, "chan send": true, "select": true, "semacquire": true,
	"sync.Cond.Wait": true, "sync.Mutex.Lock": true, "sync.RWMutex.RLock": true, "sync.RWMutex.Lock": true, "sync.WaitGroup.Wait": true,
}

// mostListed is how many of the waiting goroutines a deadlock names.
const mostListed = 5

// Deadlock reads the report of an engine in which a cell runs, in the goroutine
// with the given number. If every goroutine waits for another, it returns the failure that says where; else,
// or if that is not certain, nil. Goroutines that wait for time, input, a
// system call or signals do not wait for another.
func Deadlock(report string, cell int) *event.Failure {
	var cellFrames []event.Frame
	found := false
	var others []string
	for _, g := range parse(report) {
		if strings.HasPrefix(g.state, "running") && within(g, "/kernel/engine.(*server).obey") {
			continue // the engine's own, which wrote the report
		}
		state, _, _ := strings.Cut(g.state, ",")
		state, _, _ = strings.Cut(state, " (")
		if !asleep[state] {
			return nil
		}
		frames := userFrames(g.frames)
		switch {
		case g.id == cell:
			cellFrames, found = frames, true
		case len(frames) > 0:
			others = append(others, fmt.Sprintf("a goroutine waits at %s, line %d (%s)", frames[0].File, frames[0].Line, state))
		}
	}
	if !found {
		return nil
	}
	if extra := len(others) - mostListed; extra > 0 {
		others = append(others[:mostListed], fmt.Sprintf("%d more goroutines wait", extra))
	}
	return &event.Failure{
		Name:    "deadlock",
		Message: strings.Join(append([]string{"all goroutines are asleep - deadlock!"}, others...), "\n"),
		Hint:    "the cell is left behind, variables are kept; look for a channel that nobody sends to or receives from, or a lock that is not released",
		Stack:   cellFrames,
	}
}

// within reports whether one of the functions on a goroutine's stack has a name
// that ends so.
func within(g goroutine, function string) bool {
	for _, f := range g.frames {
		if strings.HasSuffix(f.Function, function) {
			return true
		}
	}
	return false
}
