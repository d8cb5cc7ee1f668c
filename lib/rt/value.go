package rt

import (
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
)

// Value shows the value of a cell's last expression.
func Value(values ...any) {
	stopWatch()
	if sink := event.Default(); sink != nil {
		_, _ = sink.Send(event.Event{Kind: event.Value, Data: mime.Values(values...)})
	}
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
