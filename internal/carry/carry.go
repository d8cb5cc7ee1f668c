// Package carry takes the value of a variable from one process to another, where
// the same source has been compiled a second time: the variables of a session to
// the ranks that use them, and results of the ranks back to the session.
//
//	data, err := carry.Encode(stars)   // in one program, stars is a []main.Star
//	err = carry.Decode(data, &stars)   // in another, with a Star of the same fields
//
// encoding/gob and encoding/json lose unexported fields, pointers that are
// shared, and the difference between nil and empty. carry keeps them: what
// arrives is what was sent.
//
// # What is carried
//
// All basic types, strings, arrays, slices, maps, structs with all their fields,
// pointers, named types of any of these. What was shared is shared afterwards, cycles
// included: two pointers to one variable, two slices of one array, a pointer to an
// element of a slice or to a field. Only slices that overlap without one holding the
// other are refused. Slices arrive with a capacity equal to their length. Values that
// are encoded one by one share nothing afterwards: to carry several variables as they
// are, encode a struct of pointers to them.
//
// A time.Time loses its monotonic clock reading, which has no meaning elsewhere.
// The well-known errors such as io.EOF arrive as themselves.
//
// An interface may hold nil, basic types, slices, arrays, maps and pointers of
// them, the standard types time.Time, time.Duration, big.Int, big.Float and
// big.Rat, the errors made by errors.New, errors.Join and fmt.Errorf, and types
// that both sides have named with [Register].
//
// Types that hold channels, functions or interfaces, and that implement
// encoding.BinaryMarshaler, gob.GobEncoder or encoding.TextMarshaler with its
// counterpart, are carried in that form.
//
// What has no value elsewhere is an [Error] that names the place in the value:
// channels, functions, unsafe pointers, locked mutexes, open files, HDF5 objects,
// MPI communicators.
//
// # Format
//
// "GCV1", then one byte for the memory layout ('L' for little-endian with words of
// 64 bits), then the shape and the type of the value, then the objects.
//
// A number of the format is an unsigned varint. A text is its length and its bytes.
// The shape is a text: the type without the names of types, so that it is equal on
// both sides if values mean the same. The type is a text with the names.
//
// The objects are the variable itself, and every variable, backing array or map that
// a reference leads to, in the order in which the first references to them occur.
// After the last object stand the number of objects that are parts of others, and for
// each of them its number, that of the other and the offset in bytes: both are written,
// and have one place in memory.
//
// A reference is 0 for nil, 1 for an object not seen so far (followed, for a slice,
// by its length), 2 for a well-known pointer (followed by its name), 3 + n for
// object number n. A map object is the number of its entries, then keys and values.
//
// Numbers, and arrays and structs of numbers only, are copied as they lie in memory,
// and so are whole backing arrays of them. A bool is one byte, a string a text, a
// struct its fields, an interface 0 or the text of its type, the text of its shape
// and its value. A type carried by its own methods is a text. What must be zero to be carried (a nil
// channel, an unlocked mutex) is one byte 0.
package carry

import (
	"fmt"
	"strings"
)

const magic = "GCV1"

// An Error says which part of a value cannot be carried.
type Error struct {
	Path   string // such as conn.w, stars[3].next or ["key"]; "" is the value itself
	Type   string // of that part
	Reason string
}

// Error returns, for example, "field conn.w (chan int): a channel has no value to
// carry to another process".
func (e *Error) Error() string {
	switch {
	case e.Path == "":
		return fmt.Sprintf("%s: %s", e.Type, e.Reason)
	case strings.HasPrefix(e.Path, "["):
		return fmt.Sprintf("element %s (%s): %s", e.Path, e.Type, e.Reason)
	}
	return fmt.Sprintf("field %s (%s): %s", e.Path, e.Type, e.Reason)
}
