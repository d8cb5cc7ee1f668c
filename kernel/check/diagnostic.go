package check

import (
	"fmt"
	"sort"
	"strings"
)

// A Diagnostic is one error in a cell.
type Diagnostic struct {
	Cell, Line, Column int // Line and Column count from 1, Column in bytes
	Message            string
}

// Diagnostics are the errors of a cell, in the order of the text.
type Diagnostics []Diagnostic

// Error lists the errors, one a line, as the compiler does.
func (d Diagnostics) Error() string {
	lines := make([]string, len(d))
	for i, one := range d {
		lines[i] = fmt.Sprintf("cell %d:%d:%d: %s", one.Cell, one.Line, one.Column, one.Message)
	}
	return strings.Join(lines, "\n")
}

func (d Diagnostics) sorted() Diagnostics {
	sort.SliceStable(d, func(i, j int) bool {
		a, b := d[i], d[j]
		if a.Cell != b.Cell {
			return a.Cell > b.Cell // the cell at hand first
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	unique := d[:0]
	for i, one := range d {
		if i == 0 || one != d[i-1] {
			unique = append(unique, one)
		}
	}
	return unique
}
