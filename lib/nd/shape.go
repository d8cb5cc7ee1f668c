package nd

import (
	"fmt"
	"strconv"
	"strings"
)

// A Shape is the lengths of the axes of an array, printed as "(1000, 2200, 3)".
type Shape []int

// String returns the lengths in parentheses.
func (s Shape) String() string {
	words := make([]string, len(s))
	for i, n := range s {
		words[i] = strconv.Itoa(n)
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// An IndexError is an index that does not exist: outside its axis, or, with
// Axis -1, a wrong number of indices (Index of them for Length axes), or, with
// Axis -2, an axis (Index) that an array with Length axes does not have.
type IndexError struct {
	Axis, Index, Length int
	Shape               []int
}

// Error says what is wrong with the index, and for which shape.
func (e *IndexError) Error() string {
	switch e.Axis {
	case -1:
		return fmt.Sprintf("%d indices for %d axes of an array of shape %v", e.Index, e.Length, Shape(e.Shape))
	case -2:
		return fmt.Sprintf("no axis %d in an array of shape %v", e.Index, Shape(e.Shape))
	}
	return fmt.Sprintf("index %d is outside axis %d of length %d in shape %v", e.Index, e.Axis, e.Length, Shape(e.Shape))
}
