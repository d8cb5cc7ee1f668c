package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/exit"
)

// opened holds the files that are open, guarded by mu.
var opened []*handle

func remember(h *handle) { opened = append(opened, h) }

func forget(h *handle) {
	opened = slices.DeleteFunc(opened, func(g *handle) bool { return g == h })
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
