package rt

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
)

// Value shows the value of a cell's last expression.
func Value(values ...any) {
	stopWatch()
	if sink := event.Default(); sink != nil {
		data, metadata := mime.Values(values...)
		_, _ = sink.Send(event.Event{Kind: event.Value, Data: data, Metadata: metadata})
	}
}

// Display shows a value at once, as gophernotes' function of this name does, in
// the middle of a cell. The error says that nobody is there to show it.
func Display(v any) error {
	data, metadata := mime.Shown(v)
	sink := event.Default()
	if sink == nil {
		fmt.Println(data[mime.Plain])
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

// Results shows the results of a call whose last one is an error: a nil error
// is not shown, any other ends the cell.
func Results(values ...any) {
	stopWatch()
	last := len(values) - 1
	if err, ok := values[last].(error); ok && err != nil {
		panic(unmet{err})
	}
	if last > 0 {
		Value(values[:last]...)
	}
}
