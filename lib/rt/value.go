package rt

// Value shows the value of a cell's last expression.
func Value(values ...any) { process.Show(values) }

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
