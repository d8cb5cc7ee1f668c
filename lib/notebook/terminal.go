package notebook

import (
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// terminal says whether f is one.
func terminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	return err == nil
}

var stderrIsTerminal = sync.OnceValue(func() bool { return terminal(os.Stderr) })

// hideTyping lets the terminal show no longer what is typed, until the function that
// it returns is called. Without a terminal it does nothing.
func hideTyping(f *os.File) (show func()) {
	fd := int(f.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return func() {}
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, setTermios, &hidden); err != nil {
		return func() {}
	}
	return func() {
		_ = unix.IoctlSetTermios(fd, setTermios, before)
		fmt.Println() // the user's was not shown either
	}
}
