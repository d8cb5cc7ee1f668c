package h5

import "slices"

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
		skip := f.parallel && failing
		if skip {
			forget(f)
		}
		mu.Unlock()
		if !skip {
			_ = f.Close() // nobody is left to be told
		}
	}
}

// failing is set by Failing and guarded by mu.
var failing bool

// Failing says that this process is about to end because of an error. Files that
// are open in parallel are then left as they are at exit: closing them would
// wait for ranks that are waiting for this one. It is meant for whoever ends rank
// programs, beside mpi.Failing.
func Failing() {
	mu.Lock()
	failing = true
	mu.Unlock()
}
