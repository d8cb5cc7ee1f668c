package rt

import "github.com/galago-hpc/galago/internal/goroutine"

// Enter is called first by a goroutine that a cell starts. It ends those that
// an interrupted cell is still starting, and turns accesses to memory that is
// not there into panics.
func Enter() {
	Check()
	goroutine.PanicOnFault()
}

// Guard is deferred by every goroutine that a cell starts. A panic ends that
// goroutine alone and is reported at once: the cell may be waiting for it.
func Guard() {
	r := recover()
	if _, stopped := r.(Interrupted); r == nil || stopped {
		return // an interrupted cell says so itself
	}
	process.Failed(r)
}

// Guarded returns f with a guard, for functions of libraries that call f in a
// goroutine of their own.
func Guarded(f func()) func() {
	if f == nil {
		return nil
	}
	return func() {
		defer Guard()
		Enter()
		f()
	}
}
