package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/galago-hpc/galago/internal/dl"
)

// ErrCrashed is behind the error of an operation in which libhdf5 has crashed,
// to which damaged files bring it, or which the user has ended by interrupting it
// twice, and of all operations on files that were open then. The process goes on,
// with its variables; see [Open].
var ErrCrashed = errors.New("libhdf5 has crashed")

// A fall is what is remembered of the crash of a library.
type fall struct {
	op, object, file string // what was done
	renewable        bool   // another copy of the library is loaded for the next file
}

// mostCopies is how often libhdf5 is loaded again. Each copy takes some megabytes.
const mostCopies = 64

// copies counts how often a library was loaded again, by its path; guarded by mu.
var copies = map[string]int{}

// fall gives a library up that has crashed, and with it the files that are open.
// The lock is held, on the thread of the crash.
func (l *library) fall() {
	if l.fallen != nil {
		return
	}
	f := l.told
	if f == nil {
		f = &fall{file: "a file"}
		if h := l.last; h != nil {
			f.op, f.object, f.file = h.op, h.object, h.path
		}
	}
	f.renewable = l.renewable()
	untold := l.told == nil
	l.fallen = f
	if !l.guard.HeapUsable() {
		l.die()
	}
	if untold {
		// What gives no error has come to an early end.
		fmt.Fprintln(os.Stderr, "h5:", l.crashed(f.op, f.object, f.file))
	}
	for _, h := range forgetAll(func(h *handle) bool { return h.lib == l }) {
		h.closed = true
		h.cut = h.writable
		h.unlock()
	}
	if f.renewable {
		copies[l.info.Path]++
		loaded = slices.DeleteFunc(loaded, func(other *library) bool { return other == l })
	}
}

// renewable reports whether another copy of the library can take its place.
func (l *library) renewable() bool { return !l.info.Parallel && copies[l.info.Path] < mostCopies }

// die ends the process where it would stand still a little later, in the words of
// Go's runtime.
func (l *library) die() {
	c := l.guard.Crash()
	what := fmt.Sprintf("libhdf5 crashed (%v in %s)", c.Signal, c.Function)
	if c.Ended() {
		what = "libhdf5 was interrupted inside " + c.Function
	}
	fmt.Fprintf(os.Stderr, "fatal error: %s at %s, and has left C's memory allocation locked\n\n%s", what, l.fallen.where(), debug.Stack())
	os.Exit(2)
}

// openLibrary opens a library, or a copy of it if it has crashed.
func openLibrary(info LibraryInfo) (*dl.Library, error) {
	if copies[info.Path] > 0 {
		return dl.OpenCopy(info.Path)
	}
	return dl.Open(info.Path)
}

// crashed is the error of an operation in which the library has crashed.
func (l *library) crashed(op, object, file string) error {
	if l.told == nil {
		l.told = &fall{op: op, object: object, file: file}
	}
	c := l.guard.Crash()
	e := &Error{Op: op, Object: object, File: file, Err: ErrCrashed}
	if c.Ended() {
		e.Reason = "it was interrupted inside " + c.Function + ", which did not return"
	} else {
		e.Reason = fmt.Sprintf("libhdf5 crashed (%v in %s)", c.Signal, c.Function)
	}
	e.Advice = "the file is damaged, or has met an error of HDF5; variables are kept, but all files that were open are closed, and what was not yet written is lost; " + l.cure()
	return e
}

// cure says how to go on.
func (l *library) cure() string {
	if l.fallen == nil && l.renewable() || l.fallen != nil && l.fallen.renewable {
		return "open again what is needed"
	}
	return "HDF5 can be used again in a new process only: save what is needed, then restart"
}

// closedError is the error of an operation on a file that is closed.
func (l *library) closedError(op, object, file string) error {
	f := l.fallen
	if f == nil {
		return &Error{Op: op, Object: object, File: file, Reason: "the file is closed", Err: fs.ErrClosed}
	}
	return &Error{Op: op, Object: object, File: file, Reason: "libhdf5 has crashed at " + f.where() + ", and the file is closed", Advice: l.cure(), Err: ErrCrashed}
}

// where says what the library crashed at.
func (f *fall) where() string {
	if f.object == "" || f.object == "/" {
		return f.file
	}
	return f.object + " in " + f.file
}

// loss says, once, that a file was written to when the library crashed.
func (h *handle) loss() error {
	if !h.cut {
		return nil
	}
	h.cut = false
	return h.lib.closedError("close", "", h.path)
}

// unlock takes HDF5's locks from a file that it cannot close any more.
func (h *handle) unlock() {
	for _, path := range h.driver.on(h.path) {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		descriptors, _ := os.ReadDir("/proc/self/fd")
		for _, d := range descriptors {
			var number int
			if _, err := fmt.Sscan(d.Name(), &number); err != nil {
				continue
			}
			if other, err := os.Stat("/proc/self/fd/" + d.Name()); err == nil && os.SameFile(info, other) {
				_ = syscall.Flock(number, syscall.LOCK_UN)
			}
		}
	}
}
