// Package dl opens shared libraries at run time and calls the C functions in
// them, without cgo: no C compiler and no header stands between a user and the
// libraries of the machine. It behaves the same with CGO_ENABLED=0 and 1.
//
//	lib, err := dl.Open("libm.so.6", "libm.so")
//	if err != nil {
//		return err // names every candidate and why it did not load
//	}
//	labs, err := lib.Func("labs")
//	if err != nil {
//		return err
//	}
//	n := int64(labs.Call(dl.Int(-42))) // long labs(long)
//
// # Passing memory
//
// A call takes [Arg] values, never bare uintptr: [Int] and [Word] carry
// numbers, [Ptr], [Slice] and [Str] carry Go memory. Making an Arg from Go
// memory moves that memory to the heap, which Go's collector does not compact,
// and [Func.Call] keeps it alive until the C function has returned. So a
// pointer handed to C neither moves nor vanishes during the call, whatever the
// caller does; there is nothing to pin and nothing to keep alive by hand.
//
// What C keeps after it has returned is another matter. The buffer of a
// non-blocking operation must be held by [runtime.Pinner], or by any variable
// that lives on, until the operation has completed.
//
// # What the types do not check
//
// The loader knows names, not prototypes. Write the C prototype in a comment
// above each call. A C int comes back in the lower half of the result: convert
// it with int32(r). Functions that take or return floating-point numbers do
// not fit [Func.Call]; use [Library.Bind] for these.
package dl

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/ebitengine/purego"
)

// A Library is an open shared library. It stays open until the process ends:
// MPI and HDF5 do not survive being unloaded.
type Library struct {
	handle uintptr
	path   string
	guard  *Guard // nil if its calls are not guarded
}

// Open opens the first candidate that loads. A candidate is a path, or a name
// that the loader looks for in its own directories (LD_LIBRARY_PATH, the run
// path, ld.so.conf). Symbols are resolved at once and made visible to
// libraries opened later (RTLD_NOW|RTLD_GLOBAL), as the plugins of Open MPI
// and the parallel HDF5 expect it.
//
// The error is an [*OpenError].
func Open(candidates ...string) (*Library, error) {
	failed := &OpenError{}
	for _, candidate := range candidates {
		if candidate == "" {
			// dlopen of an empty name would answer with the program itself.
			failed.Tried = append(failed.Tried, Attempt{Reason: "empty name"})
			continue
		}
		handle, err := dlopen(candidate)
		if err != nil {
			failed.Tried = append(failed.Tried, Attempt{candidate, reason(candidate, err)})
			continue
		}
		return &Library{handle: handle, path: origin(handle, candidate)}, nil
	}
	return nil, failed
}

// reason strips from the loader's message the name that the report gives
// anyhow.
func reason(candidate string, err error) string {
	return strings.TrimPrefix(err.Error(), candidate+": ")
}

// Path says where the loader found the library.
func (l *Library) Path() string { return l.path }

// dlopen and dlsym stay on one thread: the loader keeps the message that says why
// a call failed (dlerror) for the thread that made the call.

func dlopen(candidate string) (uintptr, error) {
	return dlopenMode(candidate, purego.RTLD_NOW|purego.RTLD_GLOBAL)
}

func dlopenMode(path string, mode int) (uintptr, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlopen(path, mode)
}

func dlsym(handle uintptr, name string) (uintptr, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlsym(handle, name)
}

// Symbol returns the address of a function or variable that the library, or a
// library it depends on, exports.
func (l *Library) Symbol(name string) (uintptr, error) {
	address, err := dlsym(l.handle, name)
	if err != nil {
		return 0, fmt.Errorf("look up %s in %s: %w", name, l.path, err)
	}
	return address, nil
}

// Has reports whether the library exports name.
func (l *Library) Has(name string) bool {
	_, err := dlsym(l.handle, name)
	return err == nil
}

// An OpenError says that no candidate could be opened.
type OpenError struct {
	What    string    // the library in a person's words, such as "MPI library"; may be empty
	Tried   []Attempt // in the order in which they were tried
	Install string    // how to get one; may be empty
}

// An Attempt is one candidate and what the loader said about it.
type Attempt struct {
	Candidate string
	Reason    string
}

// Error lists all candidates, one a line, then what to install.
func (e *OpenError) Error() string {
	what := e.What
	if what == "" {
		what = "shared library"
	}
	var text strings.Builder
	if len(e.Tried) == 0 {
		fmt.Fprintf(&text, "open %s: no candidate to try", what)
	} else {
		fmt.Fprintf(&text, "open %s: none of %d candidates loads", what, len(e.Tried))
	}
	for _, tried := range e.Tried {
		fmt.Fprintf(&text, "\n  %s: %s", tried.Candidate, tried.Reason)
	}
	if e.Install != "" {
		fmt.Fprintf(&text, "\n%s", e.Install)
	}
	return text.String()
}

// Describe completes an error of [Open] with what the library is for and how
// to get it. Other errors pass unchanged.
func Describe(err error, what, install string) error {
	var failed *OpenError
	if errors.As(err, &failed) {
		failed.What, failed.Install = what, install
	}
	return err
}
