package jupyter

import (
	"context"

	"github.com/galago-hpc/galago/internal/event"
)

// A Session runs cells. Package kernel/session has the real one.
//
// Execute and Count are called by one goroutine at a time; Interrupt and
// IsComplete, and the methods of [Completer] and [Inspector], by any, also
// while a cell runs; Close also during an Execute that has not ended after an
// interrupt.
type Session interface {
	// Execute runs a cell, calls emit for what it prints and shows, and
	// returns nil or why it failed.
	Execute(ctx context.Context, code string, emit func(event.Event)) *event.Failure
	// Count is the number of the cell that ran last, 0 at first.
	Count() int
	// Interrupt ends the running cell; Execute then returns a failure named
	// "interrupt".
	Interrupt()
	// IsComplete says whether code is a whole cell: "complete", "incomplete",
	// "invalid" or "unknown". indent is what the next line of an incomplete
	// one should begin with.
	IsComplete(code string) (status, indent string)
	// Close ends everything that the session started.
	Close() error
}

// Ask asks the user for a line of input on behalf of the running cell; secret
// input is not echoed. It fails if the client cannot ask or if the cell is
// interrupted.
type Ask func(prompt string, secret bool) (string, error)

// A Completer is a [Session] that completes code. Positions count code points.
type Completer interface {
	Complete(code string, cursor int) Completion
}

// A Completion says that what stands from Start to End may be replaced by the
// text of any item.
type Completion struct {
	Start, End int
	Items      []Item
}

// An Item is one way to complete code.
type Item struct {
	Text      string
	Kind      string // "function", "module", "keyword" ...: JupyterLab has icons for these
	Signature string // of a function, empty for what is none
}

// An Inspector is a [Session] that describes what stands at a position, in code
// points. detail is 0 or, for more, 1.
type Inspector interface {
	Inspect(code string, cursor, detail int) Inspection
}

// An Inspection is a description in several MIME types, if anything was found.
type Inspection struct {
	Found bool
	Data  map[string]any
}

// A Renderer is a [Session] that draws its failures, a line or more to a
// string, with terminal colours if color is set.
type Renderer interface {
	Render(f *event.Failure, color bool) []string
}

// A Versioned is a [Session] that knows which Go its cells are compiled by:
// "1.26.0", or "" as long as it does not know. Any goroutine may call it.
type Versioned interface {
	GoVersion() string
}

// A Quiet is a [Session] that can run code that is no cell: it takes no number.
type Quiet interface {
	ExecuteQuietly(ctx context.Context, code string, emit func(event.Event)) *event.Failure
}
