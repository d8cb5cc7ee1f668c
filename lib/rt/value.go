package rt

// Value shows the value of a cell's last expression.
func Value(values ...any) { process.Show(values) }

// Display shows a value at once, as gophernotes' function of this name does, in
// the middle of a cell. The error says that nobody is there to show it.
func Display(v any) error { return process.Display(v) }

// Results shows the results of a call whose last one is an error: a nil error
// is not shown, any other ends the cell.
func Results(values ...any) {
	last := len(values) - 1
	if err, ok := values[last].(error); ok && err != nil {
		panic(Unmet{err})
	}
	if last > 0 {
		Value(values[:last]...)
	}
}
