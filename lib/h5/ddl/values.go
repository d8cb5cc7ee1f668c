package ddl

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/nd"
)

const (
	slabBytes = 4 << 20 // of a dataset that are in memory at a time
	lineWidth = 77      // the most characters of a line of short elements
)

// values writes the elements of a dataset or an attribute.
type values struct {
	*dump
	typ   *h5.Type
	shape h5.Shape
	null  bool

	written int    // elements
	current string // the line that is being made
}

// values writes DATA with what do writes.
func (d *dump) values(do func(*values)) {
	if d.HeaderOnly {
		return
	}
	d.line("DATA {")
	v := &values{dump: d}
	do(v)
	v.end()
	d.line("}")
}

// dataset reads the elements piece by piece.
func (v *values) dataset(s *h5.Dataset) {
	if v.null {
		return
	}
	for slab := range s.Slabs(slabBytes) {
		value, err := s.Value(slab)
		if err != nil {
			v.end()
			v.fail(err)
			return
		}
		region, err := slab.Resolve(s.Shape())
		if err != nil {
			v.fail(err)
			return
		}
		v.write(value, region)
	}
}

func wholeOf(shape []int) []nd.Span {
	region := make([]nd.Span, len(shape))
	for i, n := range shape {
		region[i] = nd.Span{Step: 1, Count: n}
	}
	return region
}

// write writes the elements of a part.
func (v *values) write(value any, part []nd.Span) {
	if v.null {
		return
	}
	n := 1
	for _, s := range part {
		n *= s.Count
	}
	element, err := v.elements(value, len(part), n)
	if err != nil {
		v.end()
		v.fail(err)
		return
	}
	for i := range n {
		v.element(i, part, element(i))
	}
}

// elements returns the function that gives the i-th element as a Go value.
func (v *values) elements(value any, axes, n int) (func(i int) any, error) {
	switch x := value.(type) {
	case *h5.Records:
		return func(i int) any { return x.At(i) }, nil
	case *nd.Array:
		flat, err := x.Contiguous().Reshape(x.Len())
		if err != nil || n == 0 {
			return nil, err
		}
		numbers, err := flatNumbers(flat)
		if err != nil {
			return nil, err
		}
		width := x.Len() / n
		if v.typ.Class() != h5.ClassArray {
			return func(i int) any { return numbers.Index(i).Interface() }, nil
		}
		return func(i int) any { return numbers.Slice(i*width, (i+1)*width).Interface() }, nil
	}
	all := flatten(reflect.ValueOf(value), axes)
	return func(i int) any { return all[i].Interface() }, nil
}

func flatNumbers(a *nd.Array) (reflect.Value, error) {
	switch a.DType() {
	case nd.Bool:
		return copied[bool](a)
	case nd.Complex64:
		return copied[complex64](a)
	case nd.Complex128:
		return copied[complex128](a)
	case nd.Float32:
		return copied[float32](a)
	case nd.Float64:
		return copied[float64](a)
	}
	if a.DType().Signed() {
		return copied[int64](a)
	}
	return copied[uint64](a)
}

func copied[T any](a *nd.Array) (reflect.Value, error) {
	var s []T
	err := a.CopyTo(&s)
	return reflect.ValueOf(s), err
}

// flatten returns the elements of slices in slices, so many deep.
func flatten(v reflect.Value, depth int) []reflect.Value {
	if depth == 0 {
		return []reflect.Value{v}
	}
	var all []reflect.Value
	for i := range v.Len() {
		all = append(all, flatten(v.Index(i), depth-1)...)
	}
	return all
}

// element writes one element: short ones side by side, in lines that begin with the
// place of their first one; those of several lines below each other.
func (v *values) element(i int, part []nd.Span, value any) {
	words := make([]string, max(len(part), 1))
	words[0] = "0"
	row := true
	for axis := len(part) - 1; axis >= 0; axis-- {
		at := part[axis].Start + i%part[axis].Count
		words[axis] = strconv.Itoa(at)
		if axis == len(part)-1 {
			row = at == 0
		}
		i /= part[axis].Count
	}
	total := 1
	for _, n := range v.shape {
		total *= n
	}
	v.written++
	comma := ","
	if v.written == total {
		comma = ""
	}
	prefix := "(" + strings.Join(words, ",") + "): "
	if t := v.typ; t.Class() == h5.ClassCompound || t.Class() == h5.ClassComplex {
		v.end()
		lines := v.lines(t, value, 2)
		v.line("%s%s", prefix, lines[0])
		for k, l := range lines[1:] {
			if k == len(lines)-2 {
				l += comma
			}
			v.line("%s", l)
		}
		return
	}
	text := v.text(v.typ, value) + comma
	indent := 3 * v.depth
	switch {
	case v.current != "" && !row && indent+len(v.current)+1+len(text) <= lineWidth:
		v.current += " " + text
	default:
		v.end()
		v.current = prefix + text
	}
}

// end writes the line that is being made.
func (v *values) end() {
	if v.current != "" {
		v.line("%s", v.current)
		v.current = ""
	}
}

// lines writes a compound, a field a line, at a depth below the line that it begins in.
func (v *values) lines(t *h5.Type, value any, depth int) []string {
	in := strings.Repeat("   ", depth)
	lines := []string{"{"}
	add := func(t *h5.Type, value any, comma string) {
		if t.Class() == h5.ClassCompound && !t.IsComplex() {
			inner := v.lines(t, value, depth+1)
			lines = append(lines, in+inner[0])
			lines = append(lines, inner[1:]...)
		} else if t.IsComplex() {
			inner := v.lines(t, value, depth+1)
			lines = append(lines, in+inner[0])
			lines = append(lines, inner[1:]...)
		} else {
			lines = append(lines, in+v.text(t, value))
		}
		lines[len(lines)-1] += comma
	}
	if t.IsComplex() {
		c := reflect.ValueOf(value).Complex()
		bits := 64
		if _, ok := value.(complex64); ok {
			bits = 32
		}
		lines = append(lines, in+v.float(real(c), bits)+",", in+v.float(imag(c), bits))
	} else if r, ok := value.(h5.Record); ok {
		fields := t.Fields()
		for i, f := range fields {
			comma := ","
			if i == len(fields)-1 {
				comma = ""
			}
			add(f.Type, r.Get(f.Name), comma)
		}
	}
	return append(lines, strings.Repeat("   ", depth-1)+"}")
}

// text writes an element in a line.
func (v *values) text(t *h5.Type, value any) string {
	x := reflect.ValueOf(value)
	switch t.Class() {
	case h5.ClassCompound, h5.ClassComplex:
		var words []string
		for _, l := range v.lines(t, value, 1) {
			words = append(words, strings.TrimSpace(l))
		}
		return strings.Join(words, " ")
	case h5.ClassEnum:
		return enumText(t, x)
	case h5.ClassBitfield:
		return bitText(t, x)
	case h5.ClassString:
		text, _ := value.(string)
		return fixed(t, text)
	case h5.ClassVlen, h5.ClassArray:
		return v.listText(t, x)
	}
	switch y := value.(type) {
	case h5.Ref:
		return v.reference(y)
	case h5.RegionRef:
		return v.region(y)
	case []byte:
		words := make([]string, len(y))
		for i, b := range y {
			words[i] = fmt.Sprintf("%02x", b)
		}
		return strings.Join(words, ":")
	case time.Time:
		return quoted(y.Format(time.RFC3339Nano))
	case float32:
		return v.float(float64(y), 32)
	case float64:
		return v.float(y, 64)
	}
	return fmt.Sprint(value)
}

// float writes a number as C's %g does.
func (v *values) float(x float64, bits int) string {
	switch {
	case math.IsNaN(x) && math.Signbit(x):
		return "-nan"
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	case v.Exact:
		return strconv.FormatFloat(x, 'g', -1, bits)
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

func enumText(t *h5.Type, x reflect.Value) string {
	var number int64
	switch {
	case x.Kind() == reflect.Bool:
		if x.Bool() {
			number = 1
		}
	case x.CanInt():
		number = x.Int()
	case x.CanUint():
		number = int64(x.Uint())
	}
	for _, m := range t.Members() {
		if m.Value == number {
			return m.Name
		}
	}
	return strconv.FormatInt(number, 10)
}

func bitText(t *h5.Type, x reflect.Value) string {
	var bits uint64
	if x.CanUint() {
		bits = x.Uint()
	} else if x.CanInt() {
		bits = uint64(x.Int())
	}
	if t.Size() == 1 {
		return fmt.Sprintf("0x%02x", bits)
	}
	words := make([]string, t.Size())
	for i := range words {
		words[i] = fmt.Sprintf("%02x", uint8(bits>>(8*i)))
	}
	return strings.Join(words, ":")
}

// fixed writes a text, with what fills it up.
func fixed(t *h5.Type, text string) string {
	if t.Variable() {
		return quoted(text)
	}
	missing := max(t.Size()-len(text), 0)
	switch t.Padding() {
	case h5.NullPad:
		return strings.TrimSuffix(quoted(text), `"`) + strings.Repeat(`\000`, missing) + `"`
	case h5.SpacePad:
		return quoted(text + strings.Repeat(" ", missing))
	}
	return quoted(text)
}

// listText writes arrays in brackets and sequences in parentheses.
func (v *values) listText(t *h5.Type, x reflect.Value) string {
	open, shut, elements := "(", ")", []reflect.Value(nil)
	if t.Class() == h5.ClassArray {
		open, shut = "[ ", " ]"
		elements = arrayElements(t, x)
	} else {
		elements = flatten(x, 1)
	}
	var words []string
	for _, e := range elements {
		words = append(words, v.text(t.Base(), e.Interface()))
	}
	return open + strings.Join(words, ", ") + shut
}

// arrayElements returns the elements of a value of an array type, which may be one
// slice of them all, or have a level for each axis. Elements may be arrays, too, whose
// own elements are then in that slice.
func arrayElements(t *h5.Type, x reflect.Value) []reflect.Value {
	n, leaf := product(t.Dims()), t.Base()
	for leaf.Class() == h5.ClassArray {
		leaf = leaf.Base()
	}
	elements := []reflect.Value{x}
	if !isNumber(leaf) {
		for level := 1; level <= len(t.Dims()) && len(elements) != n || level == 1; level++ {
			elements = flatten(x, level)
		}
		return elements
	}
	for len(elements) > 0 && (elements[0].Kind() == reflect.Slice || elements[0].Kind() == reflect.Array) {
		var next []reflect.Value
		for _, e := range elements {
			next = append(next, flatten(e, 1)...)
		}
		elements = next
	}
	if t.Base().Class() != h5.ClassArray || n == 0 {
		return elements
	}
	each := len(elements) / n
	arrays := make([]reflect.Value, n)
	for i := range arrays {
		arrays[i] = reflect.MakeSlice(reflect.SliceOf(elements[0].Type()), 0, each)
		arrays[i] = reflect.Append(arrays[i], elements[i*each:(i+1)*each]...)
	}
	return arrays
}

func product(dims []int) int {
	n := 1
	for _, length := range dims {
		n *= length
	}
	return n
}

// isNumber reports whether a value of the type is one number in Go.
func isNumber(t *h5.Type) bool { return t.DType() != nd.Invalid }

// reference names the object that is referred to.
func (v *values) reference(r h5.Ref) string {
	if r.IsNull() {
		return "NULL"
	}
	node, err := v.file.Deref(r)
	if err != nil {
		return "UNKNOWN"
	}
	kind := "DATATYPE"
	switch n := node.(type) {
	case *h5.Group:
		kind = "GROUP"
		defer n.Close()
	case *h5.Dataset:
		kind = "DATASET"
		defer n.Close()
	}
	return kind + " " + quoted(node.ObjectPath())
}

// region names the dataset and the corners of each box, or the points.
func (v *values) region(r h5.RegionRef) string {
	if r.IsNull() {
		return "NULL"
	}
	region, err := v.file.DerefRegion(r)
	if err != nil {
		return "UNKNOWN"
	}
	defer region.Dataset.Close()
	var boxes []string
	for _, b := range region.Blocks {
		var from, to []string
		for _, s := range b {
			from = append(from, strconv.Itoa(s.Start))
			to = append(to, strconv.Itoa(s.Start+s.Count-1))
		}
		boxes = append(boxes, "("+strings.Join(from, ",")+")-("+strings.Join(to, ",")+")")
	}
	return "DATASET " + quoted(region.Dataset.ObjectPath()) + " {" + strings.Join(boxes, ", ") + "}"
}
