package nd

import (
	"math"
	"strconv"
	"strings"
)

// How much of an array is shown: with more than maxShown elements, the first
// and last edge places of each axis; lines of at most lineWidth characters;
// at most digits digits after the point.
const (
	maxShown  = 1000
	edge      = 3
	lineWidth = 75
	digits    = 8
)

// String returns the array as NumPy prints it: brackets around each axis, columns
// aligned, large arrays cut to their edges.
func (a *Array) String() string {
	if a == nil || a.buf == nil || a.Len() == 0 {
		return "[]"
	}
	if len(a.shape) == 0 {
		return a.buf.text(a.offset)
	}
	p := printer{array: a, edges: a.Len() > maxShown}
	p.word = a.formatter(p.shown())
	var b strings.Builder
	p.print(&b, 0, a.offset)
	return b.String()
}

// A printer writes an array axis by axis.
type printer struct {
	array *Array
	edges bool // only the edges are shown
	word  func(i int) string
}

// places returns what is shown of an axis; -1 stands for the gap.
func (p *printer) places(axis int) []int {
	n := p.array.shape[axis]
	if p.edges && n > 2*edge {
		places := make([]int, 0, 2*edge+1)
		for i := range edge {
			places = append(places, i)
		}
		places = append(places, -1)
		for i := n - edge; i < n; i++ {
			places = append(places, i)
		}
		return places
	}
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// shown returns the positions of all elements that are shown.
func (p *printer) shown() []int {
	positions := []int{p.array.offset}
	for axis, stride := range p.array.strides {
		var next []int
		for _, i := range p.places(axis) {
			if i < 0 {
				continue
			}
			for _, at := range positions {
				next = append(next, at+i*stride)
			}
		}
		positions = next
	}
	return positions
}

func (p *printer) print(b *strings.Builder, axis, at int) {
	a := p.array
	last := len(a.shape) - 1
	indent := strings.Repeat(" ", axis+1)
	b.WriteByte('[')
	if axis == last {
		p.row(b, at, indent)
		b.WriteByte(']')
		return
	}
	for k, i := range p.places(axis) {
		if k > 0 {
			b.WriteString(strings.Repeat("\n", last-axis))
			b.WriteString(indent)
		}
		if i < 0 {
			b.WriteString("...")
			continue
		}
		p.print(b, axis+1, at+i*a.strides[axis])
	}
	b.WriteByte(']')
}

// row writes the elements of the last axis, broken into lines. Room is left for
// the brackets that close the row.
func (p *printer) row(b *strings.Builder, at int, indent string) {
	axis := len(p.array.shape) - 1
	width := lineWidth - axis - 1
	line := ""
	for k, i := range p.places(axis) {
		word := "..."
		if i >= 0 {
			word = p.word(at + i*p.array.strides[axis])
		}
		switch {
		case k == 0:
			line = word
		case len(indent)+len(line)+1+len(word) > width:
			b.WriteString(strings.TrimRight(line, " ") + "\n" + indent)
			line = word
		default:
			line += " " + word
		}
	}
	b.WriteString(line)
}

// formatter returns the function that writes elements, all equally wide.
func (a *Array) formatter(positions []int) func(i int) string {
	if a.dtype.Float() {
		return a.floatFormatter(positions)
	}
	width := 0
	for _, i := range positions {
		width = max(width, len(a.buf.text(i)))
	}
	return func(i int) string { return padLeft(a.buf.text(i), width) }
}

func (a *Array) floatFormatter(positions []int) func(i int) string {
	bits := a.dtype.Size() * 8
	smallest, largest := math.Inf(1), 0.0
	for _, i := range positions {
		if v := math.Abs(a.buf.at(i)); v != 0 && !math.IsInf(v, 0) && v == v {
			smallest, largest = min(smallest, v), max(largest, v)
		}
	}
	scientific := largest > 0 && (largest >= 1e8 || smallest < 1e-4 || largest/smallest > 1000)

	// The digits needed before and after the point by any of the elements.
	var left, right, special int
	for _, i := range positions {
		v := a.buf.at(i)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			special = max(special, len(specialText(v)))
			continue
		}
		whole, fraction := floatParts(v, bits, scientific)
		left, right = max(left, len(whole)), max(right, len(fraction))
	}
	pad := func(s string) string { return padLeft(s, max(left+1+right, special)) }
	if scientific {
		return func(i int) string {
			v := a.buf.at(i)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return padLeft(specialText(v), max(left+1+right+len("e+00"), special))
			}
			s := strconv.FormatFloat(v, 'e', right, 64)
			if right == 0 {
				s = strings.Replace(s, "e", ".e", 1)
			}
			return padLeft(s, left+1+right+len("e+00"))
		}
	}
	return func(i int) string {
		v := a.buf.at(i)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return pad(specialText(v))
		}
		whole, fraction := floatParts(v, bits, false)
		return pad(padLeft(whole, left) + "." + fraction + strings.Repeat(" ", right-len(fraction)))
	}
}

// floatParts returns the shortest digits before and after the point that give v
// back, with at most the usual number of digits after it.
func floatParts(v float64, bits int, scientific bool) (whole, fraction string) {
	verb := byte('f')
	if scientific {
		verb = 'e'
	}
	split := func(precision int) {
		s := strconv.FormatFloat(v, verb, precision, bits)
		if k := strings.IndexByte(s, 'e'); k >= 0 {
			s = s[:k]
		}
		whole, fraction, _ = strings.Cut(s, ".")
	}
	if split(-1); len(fraction) > digits {
		split(digits)
		fraction = strings.TrimRight(fraction, "0")
	}
	return whole, fraction
}

func specialText(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	return "nan"
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-len(s))) + s
}
