package nd

import (
	"slices"
	"strings"
)

// A PrintOptions says how arrays are written. [NumPyStyle] is what String and Repr
// use.
type PrintOptions struct {
	Precision int  // the most digits after the point
	Threshold int  // with more elements than this, only the edges of each axis are shown
	EdgeItems int  // how many elements an edge has
	LineWidth int  // the most characters of a line
	Suppress  bool // small numbers are written as 0 rather than all with exponents
	Separator string
}

// NumPyStyle is how NumPy writes arrays unless told otherwise.
var NumPyStyle = PrintOptions{Precision: 8, Threshold: 1000, EdgeItems: 3, LineWidth: 75, Separator: " "}

// String returns the array as NumPy's str does: brackets around each axis, columns
// aligned, large arrays cut to their edges. An array without axes is its number.
func (a *Array) String() string {
	switch {
	case a == nil || a.buf == nil:
		return "[]"
	case len(a.shape) == 0:
		return a.buf.text(a.offset)
	}
	return a.Text(NumPyStyle)
}

// Repr returns the array as NumPy's repr does, with its type where that is not
// the usual one:
//
//	array([1, 2, 3], dtype=int32)
func (a *Array) Repr() string {
	if a == nil || a.buf == nil {
		return "array([])"
	}
	const prefix = "array("
	options := NumPyStyle
	options.Separator = ", "
	options.LineWidth -= len(")")
	text := prefix + a.text(options, len(prefix))
	var extras []string
	if n := a.Len(); n == 0 && !slices.Equal(a.shape, []int{0}) || n > options.Threshold {
		extras = append(extras, "shape="+pythonTuple(a.shape))
	}
	usual := a.dtype == Bool || a.dtype == Int64 || a.dtype == Float64 || a.dtype == Complex128
	if !usual || a.Len() == 0 {
		extras = append(extras, "dtype="+a.dtype.String())
	}
	if extras == nil {
		return text + ")"
	}
	text += ","
	extra := strings.Join(extras, ", ") + ")"
	if len(text)-strings.LastIndexByte(text, '\n')-1+len(extra)+1 > NumPyStyle.LineWidth {
		return text + "\n" + strings.Repeat(" ", len(prefix)) + extra
	}
	return text + " " + extra
}

// pythonTuple writes a shape with the comma that Python wants after a single one.
func pythonTuple(shape []int) string {
	text := Shape(shape).String()
	if len(shape) == 1 {
		return strings.TrimSuffix(text, ")") + ",)"
	}
	return text
}

// Text returns the array in a style of one's own. NumPy's array2string.
func (a *Array) Text(options PrintOptions) string { return a.text(options, 0) }

func (a *Array) text(options PrintOptions, indent int) string {
	if a.Len() == 0 {
		return "[]"
	}
	p := printer{array: a, options: options, edges: a.Len() > options.Threshold}
	p.word = a.formatter(p.shown(), options)
	if len(a.shape) == 0 {
		return p.word(a.offset)
	}
	return p.print(0, a.offset, strings.Repeat(" ", indent+1), options.LineWidth)
}

// A printer writes an array axis by axis.
type printer struct {
	array   *Array
	options PrintOptions
	edges   bool // only the edges are shown
	word    func(i int) string
}

// places returns what is shown of an axis; -1 stands for the gap.
func (p *printer) places(axis int) []int {
	n, edge := p.array.shape[axis], p.options.EdgeItems
	var places []int
	for i := range n {
		if p.edges && n > 2*edge && i >= edge && i < n-edge {
			if i == edge {
				places = append(places, -1)
			}
			continue
		}
		places = append(places, i)
	}
	return places
}

// shown returns the positions of all elements that are shown.
func (p *printer) shown() []int {
	positions := []int{p.array.offset}
	for axis, stride := range p.array.strides {
		places := p.places(axis)
		next := make([]int, 0, len(positions)*len(places))
		for _, i := range places {
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

// print writes one axis and those below it. Each bracket that is still to close
// takes a character off the width.
func (p *printer) print(axis, at int, indent string, width int) string {
	a := p.array
	last := len(a.shape) - 1
	if axis == last {
		return "[" + p.row(at, indent, width) + "]"
	}
	var b strings.Builder
	b.WriteByte('[')
	for k, i := range p.places(axis) {
		if k > 0 {
			b.WriteString(strings.TrimRight(p.options.Separator, " ") + strings.Repeat("\n", last-axis) + indent)
		}
		if i < 0 {
			b.WriteString("...")
			continue
		}
		b.WriteString(p.print(axis+1, at+i*a.strides[axis], indent+" ", width-1))
	}
	b.WriteByte(']')
	return b.String()
}

// row writes the elements of the last axis, broken into lines.
func (p *printer) row(at int, indent string, width int) string {
	axis := len(p.array.shape) - 1
	separator := p.options.Separator
	width -= max(len(strings.TrimRight(separator, " ")), len("]"))
	var b strings.Builder
	line := indent
	for k, i := range p.places(axis) {
		word := "..."
		if i >= 0 {
			word = p.word(at + i*p.array.strides[axis])
		}
		if k > 0 {
			line += separator
		}
		if len(line)+len(word) > width && len(line) > len(indent) {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word
	}
	b.WriteString(line)
	return b.String()[len(indent):]
}

// formatter returns the function that writes elements, all equally wide.
func (a *Array) formatter(positions []int, options PrintOptions) func(i int) string {
	switch {
	case a.dtype == Bool && len(a.shape) > 0:
		return func(i int) string { return padLeft(a.buf.text(i), len("False")) }
	case a.dtype.Float():
		bits := a.dtype.Size() * 8
		f := newFloatFormat(len(positions), func(k int) float64 { return a.buf.at(positions[k]) }, bits, false, options)
		return func(i int) string { return f.text(a.buf.at(i)) }
	case a.dtype.Complex():
		bits := a.dtype.Size() * 4
		re := newFloatFormat(len(positions), func(k int) float64 { return real(a.buf.atComplex(positions[k])) }, bits, false, options)
		im := newFloatFormat(len(positions), func(k int) float64 { return imag(a.buf.atComplex(positions[k])) }, bits, true, options)
		return func(i int) string {
			v := a.buf.atComplex(i)
			text := im.text(imag(v))
			digits := strings.TrimRight(text, " ")
			return re.text(real(v)) + digits + "j" + text[len(digits):]
		}
	}
	width := 0
	for _, i := range positions {
		width = max(width, len(a.buf.text(i)))
	}
	return func(i int) string { return padLeft(a.buf.text(i), width) }
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-len(s))) + s
}
