package rt

import "reflect"

// A Process is what cells need of the process that runs them. Package rt does
// without its libraries: each compiled cell is linked with all that rt imports,
// which would take most of the time until a new cell runs.
type Process struct {
	Named   func(name string, t reflect.Type) // values of a cell's type may be held by interfaces
	Show    func(values []any)                // the value of a cell's last expression
	Display func(v any) error                 // shows a value in the middle of a cell
	Failed  func(recovered any)               // a goroutine that a cell started panics; its stack is still there
	Exit    func(code int)                    // what os.Exit does besides ending the cell; nil if nothing
}

var process Process

// Serve says what the process does for cells. It is called before the first
// of them runs.
func Serve(p Process) { process = p }
