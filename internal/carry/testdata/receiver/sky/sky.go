// Package sky has sender's types under another path.
package sky

import (
	"fmt"
	"time"
)

// Star has the same fields as sender's star.
type Star struct {
	name      string
	pos       [3]float64
	companion *Star
	seen      time.Time
	notes     []any
	err       error
}

// Label is sender's label.
type Label string

func (s *Star) String() string {
	return fmt.Sprintf("%s %v %v %v %T %v", s.name, s.pos, s.seen, s.notes, s.notes[1], s.err)
}

// Companion returns the other star.
func (s *Star) Companion() *Star { return s.companion }

// Err returns the error.
func (s *Star) Err() error { return s.err }
