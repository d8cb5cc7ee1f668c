package rt

// Exited is the panic value of [Exit]: the exit status.
type Exited int

// Exit takes the place of os.Exit: it ends the cell, not the process, or the
// rank with everything closed.
func Exit(code int) {
	if process.Exit != nil {
		process.Exit(code)
	}
	panic(Exited(code))
}
