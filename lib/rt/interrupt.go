package rt

import "sync/atomic"

// interrupted is the panic value that ends an interrupted cell.
type interrupted struct{}

func (interrupted) Error() string { return "interrupted" }

var (
	stop    atomic.Bool
	current atomic.Int64 // the goroutine of the cell that runs
)

// Check stands in every loop of a compiled cell. It costs one load.
func Check() {
	if stop.Load() {
		halt()
	}
}

// halt ends the cell, if it is the cell's own goroutine that noticed. Others
// go on: a goroutine that a cell left in the background outlives interrupts.
func halt() {
	if goroutine() == current.Load() {
		stop.Store(false)
		panic(interrupted{})
	}
}

// Interrupt asks the running cell to stop at the next turn of a loop.
func Interrupt() { stop.Store(true) }

// Prepare forgets interrupts that were meant for an earlier cell. Call it before
// the cell can be interrupted.
func Prepare() { stop.Store(false) }

// begin marks the calling goroutine as that of the running cell.
func begin() { current.Store(goroutine()) }
