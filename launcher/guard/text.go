package guard

import (
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// longest is how much of a line without an end is held back.
const longest = 64 << 10

// A stream gathers one of the program's streams into whole lines.
type stream struct {
	kind event.Kind
	part []byte // an unfinished line
}

// add takes what was printed and passes on the lines that it completes.
func (s *stream) add(text string, emit func(event.Event)) {
	cut := strings.LastIndexByte(text, '\n') + 1
	if cut == 0 {
		s.part = append(s.part, text...)
		if len(s.part) > longest {
			s.flush(emit)
		}
		return
	}
	whole := text[:cut]
	if len(s.part) > 0 {
		whole = string(s.part) + whole
	}
	s.part = append(s.part[:0], text[cut:]...)
	emit(event.Event{Kind: s.kind, Text: whole})
}

// flush passes on the unfinished line.
func (s *stream) flush(emit func(event.Event)) {
	if len(s.part) > 0 {
		emit(event.Event{Kind: s.kind, Text: string(s.part)})
		s.part = s.part[:0]
	}
}
