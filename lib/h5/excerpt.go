package h5

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/lib/nd"
)

// What is read of a dataset to show it. Chunks are read whole, however few of their
// elements are wanted, and the system reads pages from the disk.
const (
	pictureRows    = 64
	pictureColumns = 96
	linePoints     = 512
	fewPoints      = 32       // an axis has at least so many points, if it is that long, before less than all of it is shown
	blocksRead     = 1024     // chunks, or pages of a contiguous dataset
	bytesRead      = 32 << 20 // in these
	bytesInBlock   = 256 << 20
	pageBytes      = 32 << 10

	worthDrawing = 16  // so few elements are seen at a glance
	longAxis     = 8   // axes shorter than this are not drawn if others are longer
	fewValues    = 100 // so many elements are shown without a gap
	firstRows    = 10  // elements of what is no number
)

// An excerpt is a part of a dataset of numbers that is small enough to be looked at.
type excerpt struct {
	selection nd.Selection
	array     *nd.Array // of one axis or two
}

// A blocks is the shape of the pieces in which a dataset is read, and their size.
type blocks struct {
	shape []int
	bytes int
}

// blocks returns the chunks, or what comes near to pages of the disk. The shape has
// at least one axis.
func (d *Dataset) blocks() blocks {
	size := max(d.elementSize(), 1)
	if d.chunks != nil {
		return blocks{d.chunks, size * product(d.chunks)}
	}
	extent := d.extent()
	shape := slices.Repeat([]int{1}, len(extent))
	room := max(pageBytes/size, 1)
	for axis := len(shape) - 1; axis >= 0 && room > 1; axis-- {
		shape[axis] = max(min(extent[axis], room), 1)
		if shape[axis] < extent[axis] {
			break
		}
		room /= shape[axis]
	}
	return blocks{shape, size * product(shape)}
}

// drawable returns the axes that a picture shows: the last two that are long, or
// one.
func (d *Dataset) drawable() []int {
	var long, any []int
	for axis, n := range d.extent() {
		if n >= longAxis {
			long = append(long, axis)
		}
		if n > 1 {
			any = append(any, axis)
		}
	}
	if len(long) > 0 {
		return long[max(0, len(long)-2):]
	}
	return any[max(0, len(any)-2):]
}

// excerpt reads what a picture of the dataset needs: a grid of elements over two
// axes or one, at place 0 of the others, as far apart as the picture is coarse. Of
// datasets whose grid would touch too much of the file it is the beginning. It
// is nil for what has no picture.
func (d *Dataset) excerpt() (*excerpt, error) {
	t := d.Type()
	if d.dtype == nd.Invalid || d.null || d.Len() < worthDrawing || t == nil || t.IsComplex() || t.Class() == ClassEnum && !t.IsBool() {
		return nil, nil
	}
	axes := d.drawable()
	b := d.blocks()
	if b.bytes > bytesInBlock {
		return nil, fmt.Errorf("not drawn: a chunk has %s", bytesText(b.bytes))
	}
	most := []int{linePoints}
	if len(axes) == 2 {
		most = []int{pictureRows, pictureColumns}
	}
	if d.Layout() == Virtual {
		// Each source is a file to open.
		if sources, err := d.VirtualSources(); err != nil || len(sources) > fewPoints {
			return nil, err
		}
	}
	s := &excerpt{selection: make(nd.Selection, len(d.extent()))}
	for axis := range d.extent() {
		s.selection[axis] = nd.I(0)
	}
	for i, span := range grid(d.extent(), axes, most, b) {
		s.selection[axes[i]] = span
	}
	var err error
	if s.array, err = d.Read(s.selection, Independent); err != nil {
		return nil, err
	}
	return s, nil
}

// grid chooses the elements on each of the axes.
func grid(shape, axes, most []int, b blocks) []nd.Index {
	extent, points := make([]int, len(axes)), make([]int, len(axes))
	for i, axis := range axes {
		extent[i], points[i] = shape[axis], min(shape[axis], most[i])
	}
	step := func(i int) int { return (extent[i] + points[i] - 1) / points[i] }
	touched := func(i int) int {
		if step(i) >= b.shape[axes[i]] {
			return points[i]
		}
		return (extent[i] + b.shape[axes[i]] - 1) / b.shape[axes[i]]
	}
	for {
		n, worst := 1, 0
		for i := range axes {
			n *= touched(i)
			if touched(i) > touched(worst) {
				worst = i
			}
		}
		if n == 1 || n <= blocksRead && n*b.bytes <= bytesRead {
			break
		}
		if points[worst] > fewPoints {
			points[worst] = max(points[worst]/2, fewPoints)
			continue
		}
		extent[worst] = (extent[worst] + 1) / 2
		for i := range axes {
			points[i] = min(extent[i], most[i])
		}
	}
	index := make([]nd.Index, len(axes))
	for i, axis := range axes {
		switch {
		case extent[i] < shape[axis]:
			index[i] = nd.RS(0, extent[i], step(i))
		default:
			index[i] = nd.Step(step(i))
		}
	}
	return index
}

// values returns the elements as text: all if they are few, and otherwise the
// edges, as NumPy prints them; of what is no number the first ones. The selection is
// what they are of, "" for all. Only what is in the text is read.
func (d *Dataset) values() (text, selection string, err error) {
	t := d.Type()
	switch {
	case t == nil:
		return "", "", errors.New("HDF5 cannot tell the type")
	case d.null:
		return "", "", nil
	case d.Len() == 0:
		return "[]", "", nil
	}
	if b := d.blocks(); b.bytes > bytesInBlock {
		return "", "", fmt.Errorf("not read: a chunk has %s", bytesText(b.bytes))
	}
	if t.DType() == nd.Invalid && !t.IsComplex() || t.Class() == ClassEnum && !t.IsBool() {
		return d.firstValues(t)
	}
	return d.edges()
}

// edges prints the corners of the last three axes.
func (d *Dataset) edges() (text, selection string, err error) {
	const axes = 3
	index := make(nd.Selection, max(0, len(d.extent())-axes))
	for i := range index {
		index[i] = nd.I(0)
	}
	shape := d.extent()[len(index):]
	edge := 3
	if len(shape) == axes {
		edge = 2
	}
	if len(index) > 0 {
		all := slices.Clone(index)
		for range shape {
			all = append(all, nd.All)
		}
		selection = all.String()
	}
	if product(shape) <= fewValues {
		a, err := d.readNumbers(append(index, nd.Ellipsis))
		if err != nil {
			return "", "", err
		}
		return a.Text(style(fewValues)), selection, nil
	}
	// An array with the corners in their places, and one more element on each axis,
	// which is where the dots are.
	small := make([]int, len(shape))
	cuts := [][]nd.Index{nil}
	places := [][]nd.Index{nil}
	for axis, n := range shape {
		parts, at := []nd.Index{nd.All}, []nd.Index{nd.All}
		small[axis] = n
		if n > 2*edge {
			small[axis] = 2*edge + 1
			parts = []nd.Index{nd.R(0, edge), nd.R(n-edge, n)}
			at = []nd.Index{nd.R(0, edge), nd.R(edge+1, 2*edge+1)}
		}
		cuts, places = spread(cuts, parts), spread(places, at)
	}
	if b := d.blocks(); d.chunks != nil && len(cuts)*b.bytes > bytesRead {
		return d.beginning(index, shape)
	}
	gaps := style(0)
	gaps.EdgeItems = edge
	var whole *nd.Array
	for i, cut := range cuts {
		part, err := d.readNumbers(append(slices.Clone(index), cut...))
		if err != nil {
			return "", "", err
		}
		if whole == nil {
			whole = nd.New(part.DType(), small...)
		}
		if err := whole.Put(part, nd.Selection(places[i])); err != nil {
			return "", "", err
		}
	}
	return whole.Text(gaps), selection, nil
}

// beginning prints the first elements, of datasets whose corners would take long.
func (d *Dataset) beginning(index nd.Selection, shape []int) (text, selection string, err error) {
	const first = 6
	for axis, n := range shape {
		if axis < len(shape)-2 {
			n = 1
		}
		index = append(index, nd.R(0, min(n, first)))
	}
	a, err := d.readNumbers(index)
	if err != nil {
		return "", "", err
	}
	return a.Text(style(fewValues)), index.String(), nil
}

// spread returns each of the lists continued by each of the parts.
func spread(lists [][]nd.Index, parts []nd.Index) [][]nd.Index {
	var all [][]nd.Index
	for _, list := range lists {
		for _, part := range parts {
			all = append(all, append(slices.Clone(list), part))
		}
	}
	return all
}

// style prints what has more elements than the threshold with gaps.
func style(threshold int) nd.PrintOptions {
	options := nd.NumPyStyle
	options.Threshold = threshold
	return options
}

// readNumbers reads numbers, bools and complex numbers alike, on the ranks that look.
func (d *Dataset) readNumbers(selection nd.Selection) (*nd.Array, error) {
	if t := d.Type(); !t.IsBool() && !t.IsComplex() {
		return d.Read(selection, Independent)
	}
	v, err := d.Value(selection, Independent)
	if err != nil {
		return nil, err
	}
	return nd.From(v)
}

// firstValues prints the first elements of what is no number: compounds as a table,
// others one a line.
func (d *Dataset) firstValues(t *Type) (text, selection string, err error) {
	index := nd.Selection{}
	n := 0
	for axis := range d.extent() {
		index = append(index, nd.I(0))
		if axis == len(d.extent())-1 {
			n = min(d.extent()[axis], firstRows)
			index[axis] = nd.R(0, n)
		}
	}
	if n < d.Len() && n > 0 {
		selection = index.String()
	}
	value, err := d.Value(index, Independent)
	if err != nil {
		return "", "", err
	}
	if table, ok := value.(*Records); ok {
		return table.String(), selection, nil
	}
	if t.Class() == ClassEnum {
		numbers, err := nd.From(value)
		if err != nil {
			return "", "", err
		}
		return enumNames(t, numbers), selection, nil
	}
	if a, ok := value.(*nd.Array); ok { // arrays of numbers
		return a.Text(style(fewValues)), selection, nil
	}
	v := reflect.ValueOf(value)
	if len(d.extent()) == 0 || v.Kind() != reflect.Slice {
		return longText(value), selection, nil
	}
	for i := range v.Len() {
		if i > 0 {
			text += "\n"
		}
		text += longText(v.Index(i).Interface())
	}
	return text, selection, nil
}

// enumNames writes the elements of an enumeration.
func enumNames(t *Type, numbers *nd.Array) string {
	var words []string
	for _, v := range numbers.Float64s() {
		word := t.nameOf(int64(v))
		if word == "" {
			word = strconv.FormatInt(int64(v), 10)
		}
		words = append(words, word)
	}
	if len(numbers.Shape()) == 0 {
		return words[0]
	}
	return "[" + strings.Join(words, " ") + "]"
}
