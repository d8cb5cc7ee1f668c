// Package rt is what compiled cells and rank programs call: the run-time part
// of a Galago session.
//
// Nobody imports it by hand. The functions must, must0 and must2, which are
// predeclared in sessions, are [Must], [Must0] and [Must2]; everything else
// stands in generated code only.
//
// # Errors
//
// A cell or a rank ends in one of four ways: it returns, one of the must
// functions meets an error, it panics, or it calls os.Exit. [Main] and [Run]
// turn the last three into an [event.Failure] whose stack holds the places in
// cells, and nothing of Go's run-time system.
//
// # Goroutines
//
// A goroutine that a cell starts has a [Guard]: its panic is reported and ends
// nothing else. In a rank program it has none, so that its panic ends the rank.
package rt

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"github.com/galago-hpc/galago/internal/carry"
)

// Must returns v, or ends the cell with err if err is not nil.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(unmet{err})
	}
	return v
}

// Must0 ends the cell with err if err is not nil.
func Must0(err error) {
	if err != nil {
		panic(unmet{err})
	}
}

// Must2 returns a and b, or ends the cell with err if err is not nil.
func Must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(unmet{err})
	}
	return a, b
}

// unmet is the panic value of the must functions. It is an error, so that a
// deferred recover sees what it expects.
type unmet struct{ error }

func (u unmet) Unwrap() error { return u.error }

// Ptr returns a pointer to a copy of v.
func Ptr[T any](v T) *T { return &v }

// Convert returns s as a value of type T, whose memory must have the same
// layout. Generated code converts structs with it whose unexported fields
// belong to different packages.
func Convert[T, S any](s S) T { return *(*T)(unsafe.Pointer(&s)) }

// longestMessage bounds the text of a panic, in bytes.
const longestMessage = 16 << 10

// message says what a recovered panic value means. The value's own methods are
// the user's code, and may fail.
func message(recovered any) (name, text string) {
	defer func() {
		if again := recover(); again != nil {
			name, text = "panic", fmt.Sprintf("a value of type %T, whose text is not known: making it has failed, too", recovered)
		}
		if len(text) > longestMessage {
			text = strings.ToValidUTF8(text[:longestMessage], "") + fmt.Sprintf(" ... (%d bytes)", len(text))
		}
	}()
	switch v := recovered.(type) {
	case unmet:
		return "error", v.Error()
	case exited:
		return "exit", fmt.Sprintf("exit status %d", int(v))
	case interrupted:
		return "interrupt", "interrupted"
	case error:
		if impossible := (*carry.Error)(nil); errors.As(v, &impossible) {
			return "error", v.Error() // a value that notebook.Return cannot give back
		}
		if own := runtime.Error(nil); errors.As(v, &own) {
			return "panic", plain(v.Error())
		}
		return "panic", v.Error()
	default:
		return "panic", fmt.Sprint(v)
	}
}
