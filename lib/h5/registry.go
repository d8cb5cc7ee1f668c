package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/exit"
)

// opened holds the files that are open, guarded by mu.
var opened []*handle

func remember(h *handle) {
	opened = append(opened, h)
	if h.isFragile() {
		fragile.Add(1)
	}
}

func forget(h *handle) { forgetAll(func(g *handle) bool { return g == h }) }

// forgetAll forgets some of the files, and returns them.
func forgetAll(which func(*handle) bool) (forgotten []*handle) {
	opened = slices.DeleteFunc(opened, func(h *handle) bool {
		if !which(h) {
			return false
		}
		forgotten = append(forgotten, h)
		if h.isFragile() {
			fragile.Add(-1)
		}
		return true
	})
	return forgotten
}

// CloseAll closes every file that is open, the last one opened first. It runs by
// itself when a notebook's engine or a rank program ends, since Go runs no exit
// handlers of C and a file that nobody closed cannot be read. Programs of your
// own call it on every way out, or close each file with defer.
func CloseAll() { closeAll() }

func closeAll() {
	for {
		mu.Lock()
		n := len(opened)
		if n == 0 {
			mu.Unlock()
			return
		}
		h := opened[n-1]
		// Closing it would wait for ranks that wait for this one.
		skip := h.parallel && exit.Status() != 0
		if skip {
			forget(h)
		}
		mu.Unlock()
		if !skip {
			leave := h.lib.enter()
			h.ending = true
			_ = h.shut() // nobody is left to be told
			forget(h)    // if the ranks do not close it together, nobody does
			leave()
		}
	}
}
