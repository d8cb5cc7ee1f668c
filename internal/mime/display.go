package mime

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/event"
)

// Display shows a value at once. The error says that nobody is there to show it.
func Display(v any) error {
	data, metadata := Shown(v)
	sink := event.Default()
	if sink == nil {
		fmt.Println(data[Plain])
		return nil
	}
	reply, err := sink.Send(event.Event{Kind: event.Display, Data: data, Metadata: metadata})
	if err == nil {
		err = reply.Err()
	}
	if err != nil {
		return fmt.Errorf("display a %T: %w", v, err)
	}
	return nil
}
