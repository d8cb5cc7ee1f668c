package main

import (
	"github.com/galago-hpc/galago/kernel/jupyter"
	"github.com/galago-hpc/galago/kernel/session"
)

// A served is a session in the words of package jupyter, which knows no other
// package of the kernel.
type served struct{ *session.Session }

// Complete is what Jupyter asks for at Tab.
func (s served) Complete(code string, cursor int) jupyter.Completion {
	found := s.Session.Complete(code, cursor)
	c := jupyter.Completion{Start: found.Start, End: found.End}
	for _, item := range found.Items {
		c.Items = append(c.Items, jupyter.Item(item))
	}
	return c
}

// Inspect is what Jupyter asks for at Shift-Tab.
func (s served) Inspect(code string, cursor, detail int) jupyter.Inspection {
	return jupyter.Inspection(s.Session.Inspect(code, cursor, detail))
}
