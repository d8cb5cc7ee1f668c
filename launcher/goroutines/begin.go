package goroutines

import "bytes"

// openings begin the line with which the Go runtime starts to report a crash.
var openings = [][]byte{
	[]byte("panic: "), []byte("fatal error: "), []byte("unexpected fault address"),
	[]byte("runtime: goroutine stack exceeds"), []byte("runtime: out of memory"),
	[]byte("SIGQUIT: quit"), []byte("SIGSEGV: "), []byte("SIGBUS: "), []byte("SIGABRT: "),
	[]byte("SIGFPE: "), []byte("SIGILL: "), []byte("SIGTRAP: "), []byte("SIGSYS: "), []byte("SIGSTKFLT: "),
}

// Begin returns the index at which the report of a crash begins in text that
// starts with a line, -1 if there is none.
func Begin(text []byte) int {
	for at := 0; at < len(text); {
		for _, opening := range openings {
			if bytes.HasPrefix(text[at:], opening) {
				return at
			}
		}
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return -1
}
