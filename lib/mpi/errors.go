package mpi

import (
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// An Error says which call failed, where and why. All errors of this package
// are of this type.
type Error struct {
	Call  string // the C function, "MPI_Recv"; "" where it did not come to a call
	About string // what the call was about, such as "from rank 0 with tag 3"; may be empty
	Comm  string // the communicator, "world"; may be empty
	Rank  int    // of this process in it
	Size  int
	Class Class  // for errors.Is
	Text  string // MPI's own words, or this package's for what it refused itself
	Hint  string // what to do about it; may be empty
	Code  int    // the code that the C function returned; 0 if it was not called
}

// Error puts it all into one line, and the hint into a second.
func (e *Error) Error() string {
	var text strings.Builder
	if e.Call != "" {
		text.WriteString(e.Call)
		if e.About != "" {
			text.WriteString(" " + e.About)
		}
		if e.Comm != "" {
			fmt.Fprintf(&text, " on rank %d of %d (%s)", e.Rank, e.Size, e.Comm)
		}
		text.WriteString(": ")
	}
	text.WriteString(e.Text)
	if e.Class != ErrLibrary {
		fmt.Fprintf(&text, " [%s]", string(e.Class))
	}
	if e.Hint != "" {
		text.WriteString("\n" + e.Hint)
	}
	return text.String()
}

// Unwrap gives the class, so that errors.Is(err, mpi.ErrTruncate) works.
func (e *Error) Unwrap() error { return e.Class }

func libraryError(text, hint string) *Error {
	return &Error{Class: ErrLibrary, Text: text, Hint: hint}
}

// refuse makes the error of a call that is not passed on to C.
func (c *Comm) refuse(call string, class Class, format string, args ...any) error {
	e := &Error{Call: call, Class: class, Text: fmt.Sprintf(format, args...)}
	if c != nil {
		e.Comm, e.Rank, e.Size = c.name, c.rank, c.size
	}
	return e
}

// failed makes the error of a call that returned code.
func (c *Comm) failed(call, about string, code int32) error {
	class, text := explain(code)
	return &Error{Call: call, About: about, Comm: c.name, Rank: c.rank, Size: c.size, Class: class, Text: text, Code: int(code)}
}

// explain asks the library what a code means.
func explain(code int32) (Class, string) {
	var number int32
	class := ErrUnknown
	// int MPI_Error_class(int errorcode, int *errorclass)
	if active.call(active.c.errorClass, dl.Int(code), dl.Ptr(&number)) == 0 {
		class = Class(fmt.Sprintf("MPI error class %d", number))
		if int(number) < len(active.classes) && active.classes[number] != "" {
			class = active.classes[number]
		}
	}
	buffer := make([]byte, active.maxErrorText)
	var length int32
	// int MPI_Error_string(int errorcode, char *string, int *resultlen)
	if active.call(active.c.errorString, dl.Int(code), dl.Slice(buffer), dl.Ptr(&length)) != 0 {
		return class, fmt.Sprintf("error code %d", code)
	}
	return class, condense(dl.Text(buffer), class)
}

// condense makes one line of a library's text. MPICH's is a stack whose first
// line says what and whose last says why; Open MPI's begins with the class,
// which is shown anyhow.
func condense(text string, class Class) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	first := strings.TrimSuffix(strings.TrimSpace(lines[0]), ", error stack:")
	first = strings.TrimPrefix(first, string(class)+": ")
	if len(lines) == 1 {
		return first
	}
	last := strings.TrimSpace(lines[len(lines)-1])
	if place, why, found := strings.Cut(last, ": "); found && strings.Contains(place, "(") {
		last = why
	}
	return first + ": " + last
}
