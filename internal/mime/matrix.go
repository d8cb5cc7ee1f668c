package mime

import (
	"strconv"
	"strings"
)

// A matrix is one of gonum's, which is recognised by its shape, so that nobody has
// to link gonum.
type matrix interface {
	Dims() (rows, columns int)
	At(row, column int) float64
}

// How much of a matrix is shown: of more than mostElements the edges only, with so
// many digits as floats of 32 bits have.
const (
	mostElements = 1000
	matrixEdge   = 3
	matrixDigits = 8
)

// matrixText writes a matrix as package nd writes arrays.
func matrixText(m matrix) string {
	rows, columns := m.Dims()
	if rows <= 0 || columns <= 0 {
		return "[]"
	}
	edges := rows*columns > mostElements
	var lines [][]string
	width := 0
	for _, i := range shownPlaces(rows, edges) {
		var line []string
		for _, j := range shownPlaces(columns, edges) {
			text := "..."
			if i >= 0 && j >= 0 {
				text = strconv.FormatFloat(m.At(i, j), 'g', matrixDigits, 64)
				if short := strconv.FormatFloat(m.At(i, j), 'g', -1, 64); len(short) < len(text) {
					text = short
				}
				width = max(width, len(text))
			}
			line = append(line, text)
		}
		lines = append(lines, line)
	}
	var b strings.Builder
	for n, line := range lines {
		b.WriteString(map[bool]string{true: "[[", false: " ["}[n == 0])
		for k, text := range line {
			if k > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strings.Repeat(" ", max(width-len(text), 0)) + text)
		}
		b.WriteByte(']')
		if n < len(lines)-1 {
			b.WriteByte('\n')
		}
	}
	if b.WriteByte(']'); edges {
		b.WriteString(" (" + strconv.Itoa(rows) + " x " + strconv.Itoa(columns) + ")")
	}
	return b.String()
}

// shownPlaces are the rows or columns that are shown; -1 stands for those left out.
func shownPlaces(n int, edges bool) []int {
	var places []int
	for i := range n {
		switch {
		case !edges || n <= 2*matrixEdge || i < matrixEdge || i >= n-matrixEdge:
			places = append(places, i)
		case i == matrixEdge:
			places = append(places, -1)
		}
	}
	return places
}
