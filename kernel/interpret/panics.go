package interpret

// A runtimeError is a panic of Go's run-time system that the interpreter makes itself.
type runtimeError string

func (e runtimeError) Error() string { return "runtime error: " + string(e) }
func (e runtimeError) RuntimeError() {}
