package dl

// A guardedCall is a call as the code in assembly makes it, which knows where its
// fields are, and what it gives back.
type guardedCall struct {
	function uintptr
	args     [maxArguments]uintptr
	result   uintptr
	signal   uintptr // that the function crashed with
	guard    *guardState
	then     *guardedCall // the next one, if this one does not fail
	of       *uintptr     // where the first argument is, if it is the result of an earlier one
	called   uintptr      // 1 if it was its turn
}

// A guardState says which C function may crash: the one that was called by a
// thread at a stack pointer. The rest is written once, before the first call.
type guardState struct {
	sp       uintptr // 0 if none
	thread   uintptr
	signal   uintptr
	calls    uint64  // that were begun so far
	function uintptr // of the last one
	end      uint64  // the one that is to end
	endText  uintptr // the code in which it may
	endSize  uintptr
	reach    uintptr // how far a stack may go beyond sp
	text     uintptr // Go's runtime
	textSize uintptr
	before   [mostSignals]uintptr // the handlers that were there, by signal
}

// mostSignals is beyond the numbers of the signals that are handled.
const mostSignals = 32

// activeGuard is read by the signal handler.
var activeGuard guardState

// set sets an argument.
func (c *guardedCall) set(i int, a Arg) {
	// One of the two is zero.
	c.args[i] = a.word | uintptr(a.pointer)
}
