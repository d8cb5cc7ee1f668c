package notebooks

import "github.com/galago-hpc/galago/internal/event"

// An OutputType says what kind of output a cell has shown.
type OutputType string

// The types of outputs.
const (
	Stream        OutputType = "stream"         // Name is "stdout" or "stderr", Text what was printed
	DisplayData   OutputType = "display_data"   // Data was shown
	ExecuteResult OutputType = "execute_result" // Data is the value of the last expression
	ErrorOutput   OutputType = "error"          // the cell failed
)

// An Output is something that a code cell has shown. Type says which of the
// other fields have a meaning.
type Output struct {
	Type           OutputType
	Name           string         // Stream: "stdout" or "stderr"
	Text           string         // Stream
	Data           event.Bundle   // DisplayData, ExecuteResult
	Metadata       map[string]any // DisplayData, ExecuteResult
	ExecutionCount int            // ExecuteResult
	ErrorName      string         // ErrorOutput: what kind of error
	ErrorValue     string         // ErrorOutput: its message
	Traceback      []string       // ErrorOutput: lines, with terminal colours

	id    string // DisplayData: the name under which it can be updated; it is not written
	extra map[string]any
}
