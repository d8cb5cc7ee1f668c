package h5

import (
	"slices"

	"github.com/galago-hpc/galago/internal/exit"
)

// opened holds the files that are open, guarded by mu.
var opened []*File

func remember(f *File) { opened = append(opened, f) }

func forget(f *File) {
	opened = slices.DeleteFunc(opened, func(g *File) bool { return g == f })
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
		f := opened[n-1]
		// Closing it would wait for ranks that wait for this one.
		skip := f.parallel && exit.Status() != 0
		if skip {
			forget(f)
		}
		mu.Unlock()
		if !skip {
			_ = f.Close() // nobody is left to be told
		}
	}
}
