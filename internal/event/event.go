// Package event is the vocabulary in which a process that runs user code tells
// the process that watches it what happens: the engine tells the session, a
// rank program tells its guard.
//
// Text that user code prints stays on file descriptors 1 and 2. Everything
// else (figures, returned values, errors) travels as one JSON object a line
// through a socket whose file descriptor the watcher names in the environment
// variable [FDVariable]. The watcher answers every event with a [Reply], after
// it has read what was printed before the event, so that text and figures
// keep their order.
package event

// FDVariable names the environment variable that holds the number of the file
// descriptor for events.
const FDVariable = "GALAGO_EVENT_FD"

// A Kind says what an [Event] reports.
type Kind string

// The kinds of events.
const (
	Stdout  Kind = "stdout"  // Text was printed to standard output
	Stderr  Kind = "stderr"  // Text was printed to standard error
	Display Kind = "display" // Data is to be shown
	Update  Kind = "update"  // Data replaces what was shown under ID
	Clear   Kind = "clear"   // what the cell has shown is to be removed; Wait: only once something new arrives
	Value   Kind = "value"   // Data is the value of the cell's last expression
	Return  Kind = "return"  // Payload is the value that the rank program gives to the session variable Name
	Input   Kind = "input"   // the user is asked to answer Text; Secret: unseen
	Error   Kind = "error"   // Error ended the cell or the rank
	Done    Kind = "done"    // the unit ID has ended
	Start   Kind = "start"   // a rank program was started: PID, Host
	Exit    Kind = "exit"    // a rank program ended: Status, Signal
	Note    Kind = "note"    // Text is Galago's own word to the user, not output of the program
	Comm    Kind = "comm"    // Message is for the front end's side of a comm
)

// An Event is something that happened in a process that runs user code. Kind
// says which of the other fields have a meaning.
type Event struct {
	Kind     Kind           `json:"kind"`
	Text     string         `json:"text,omitempty"`
	Data     Bundle         `json:"data,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
	ID       string         `json:"id,omitempty"`
	Wait     bool           `json:"wait,omitempty"`
	Secret   bool           `json:"secret,omitempty"`
	Name     string         `json:"name,omitempty"`
	Payload  []byte         `json:"payload,omitempty"`
	Error    *Failure       `json:"error,omitempty"`
	Message  *Message       `json:"message,omitempty"`
	PID      int            `json:"pid,omitempty"`
	Host     string         `json:"host,omitempty"`
	Status   int            `json:"status,omitempty"`
	Signal   string         `json:"signal,omitempty"`

	// Goroutine is the cell's own, in the answer to the engine's dump.
	Goroutine int `json:"goroutine,omitempty"`
}

// A Bundle is one value in several forms, keyed by MIME type as in Jupyter:
// text as it is, binary forms such as image/png in base64.
type Bundle map[string]any

// A Failure is an error that ended a cell or a rank.
type Failure struct {
	Name    string  `json:"name"`            // what kind of error: "panic", "error", "exit", "abort", "killed", "compile", "interrupt"
	Message string  `json:"message"`         // one line or more, without a stack
	Hint    string  `json:"hint,omitempty"`  // what the user can do about it
	Stack   []Frame `json:"stack,omitempty"` // user code only, innermost first
	Rank    *int    `json:"rank,omitempty"`  // nil outside of parallel runs
}

// Error returns the message, as the error interface demands.
func (f *Failure) Error() string { return f.Message }

// A Frame is a place in user code.
type Frame struct {
	Function string `json:"function,omitempty"`
	File     string `json:"file"` // "cell 3" for a cell, else a path
	Line     int    `json:"line"`
	Source   string `json:"source,omitempty"` // the text of the line, where it is known
}

// A Reply answers an event. Only Input uses its fields.
type Reply struct {
	Text  string `json:"text,omitempty"`
	Error string `json:"error,omitempty"`
}
