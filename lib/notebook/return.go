package notebook

import (
	"fmt"
	"go/token"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
)

// Return gives a value from a parallel run to the session that has started it, where it
// becomes the variable name. The name has to be a constant. If several ranks return the
// same name, the value of the lowest one counts.
//
// A value that cannot be carried to another process (it is, or holds, a channel, a
// function, an open file) ends the rank with an error that says where in the value the
// obstacle is: Return is mostly called without a look at its result, and the loss must
// not pass unnoticed. It panics with that error, likewise for a name that no variable can
// have. The error that it returns is that nobody is left to receive the value.
//
// Without a session Return does nothing but check the name and the value.
func Return(name string, v any) error {
	if !token.IsIdentifier(name) || name == "_" {
		panic(fmt.Errorf("return a value as %q: no variable can have this name", name))
	}
	payload, err := carry.Encode(v)
	if err != nil {
		panic(fmt.Errorf("return %s to the session: %w", name, err))
	}
	sink := event.Default()
	if sink == nil {
		return nil
	}
	reply, err := sink.Send(event.Event{Kind: event.Return, Name: name, Payload: payload})
	if err != nil {
		return fmt.Errorf("return %s to the session: %w", name, err)
	}
	if err := reply.Err(); err != nil {
		panic(fmt.Errorf("return %s to the session: %w", name, err))
	}
	return nil
}
