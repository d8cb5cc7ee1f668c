package mime

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/event"
)

// Display shows a value at once. The error says that nobody is there to show it.
func Display(v any) error {
	data, metadata := Shown(v)
	if err := Send(event.Event{Kind: event.Display, Data: data, Metadata: metadata}); err != nil {
		return fmt.Errorf("display a %T: %w", v, err)
	}
	return nil
}

// Send shows what an event holds. In a plain program, which nobody watches, its
// text is printed.
func Send(e event.Event) error {
	sink := event.Default()
	if sink == nil {
		fmt.Println(e.Data[Plain])
		return nil
	}
	reply, err := sink.Send(e)
	if err == nil {
		err = reply.Err()
	}
	return err
}
