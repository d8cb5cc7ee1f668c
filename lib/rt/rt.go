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
// functions meets an error, it panics, or it calls os.Exit. The last three are
// panics here, of an [Unmet] error, of anything, of an [Exited] status; package
// run says what they mean.
//
// # Goroutines
//
// A goroutine that a cell starts has a [Guard]: its panic is reported and ends
// nothing else. In a rank program it has none, so that its panic ends the rank.
package rt

import "unsafe"

// Must returns v, or ends the cell with err if err is not nil.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(Unmet{err})
	}
	return v
}

// Must0 ends the cell with err if err is not nil.
func Must0(err error) {
	if err != nil {
		panic(Unmet{err})
	}
}

// Must2 returns a and b, or ends the cell with err if err is not nil.
func Must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(Unmet{err})
	}
	return a, b
}

// Unmet is the panic value of the must functions. It is an error, so that a
// deferred recover sees what it expects.
type Unmet struct{ error }

func (u Unmet) Unwrap() error { return u.error }

// Ptr returns a pointer to a copy of v.
func Ptr[T any](v T) *T { return &v }

// Convert returns s as a value of type T, whose memory must have the same
// layout. Generated code converts structs with it whose unexported fields
// belong to different packages.
func Convert[T, S any](s S) T { return *(*T)(unsafe.Pointer(&s)) }
