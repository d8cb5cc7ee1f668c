package h5

import (
	"fmt"
	"html"
	"iter"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/galago-hpc/galago/lib/nd"
)

// A Record is one compound that was read without a Go struct to read it into.
type Record struct {
	names  []string
	values []any
}

// Names returns the names of the fields, in their order.
func (r Record) Names() []string { return slices.Clone(r.names) }

// Get returns the value of a field, nil if there is no such field.
func (r Record) Get(name string) any {
	if i := slices.Index(r.names, name); i >= 0 {
		return r.values[i]
	}
	return nil
}

// Map returns the fields as a map.
func (r Record) Map() map[string]any {
	m := make(map[string]any, len(r.names))
	for i, name := range r.names {
		m[name] = r.values[i]
	}
	return m
}

// String returns the fields as {name: value, ...}.
func (r Record) String() string {
	parts := make([]string, len(r.names))
	for i, name := range r.names {
		parts[i] = name + ": " + shortText(r.values[i])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Records are compounds that were read without a Go struct to read them into: a
// table with a column for each field. In a notebook it is shown as one.
type Records struct {
	typ     *Type
	shape   []int
	columns []reflect.Value // slices, one element a compound
}

// Type returns the type of the compounds.
func (r *Records) Type() *Type { return r.typ }

// Shape returns the shape of the selection that was read.
func (r *Records) Shape() Shape { return slices.Clone(r.shape) }

// Len returns the number of compounds.
func (r *Records) Len() int { return product(r.shape) }

// Names returns the names of the fields, in their order.
func (r *Records) Names() []string {
	names := make([]string, len(r.typ.fields))
	for i, f := range r.typ.fields {
		names[i] = f.Name
	}
	return names
}

// Column returns the values of a field: an *nd.Array of numbers, which shares the
// memory of the table, or slices for other types; nil if there is no such field.
func (r *Records) Column(name string) any {
	i := slices.Index(r.Names(), name)
	if i < 0 {
		return nil
	}
	c := r.columns[i]
	if dtype, dims := r.typ.fields[i].Type.numbersOf(); dtype != nd.Invalid {
		if a, err := nd.From(c.Interface()); err == nil {
			if a, err = a.Reshape(slices.Concat(r.shape, dims)...); err == nil {
				return a
			}
		}
	}
	return nested(c, r.shape).Interface()
}

// At returns a compound, counted in row-major order. A wrong index panics.
func (r *Records) At(i int) Record {
	one := Record{names: r.Names(), values: make([]any, len(r.columns))}
	for k, c := range r.columns {
		one.values[k] = c.Index(i).Interface()
	}
	return one
}

// All goes over the compounds in row-major order.
func (r *Records) All() iter.Seq2[int, Record] {
	return func(yield func(int, Record) bool) {
		for i := range r.Len() {
			if !yield(i, r.At(i)) {
				return
			}
		}
	}
}

func (r *Records) list() []Record {
	all := make([]Record, r.Len())
	for i := range all {
		all[i] = r.At(i)
	}
	return all
}

// readRecords reads compounds field by field into columns.
func (s *stream) readRecords() (*Records, error) {
	if s.file.class != ClassCompound || s.file.IsComplex() {
		return nil, mismatch(goRecord, s.file)
	}
	n := s.len()
	if err := mayTake(n, s.file.size); err != nil {
		return nil, err
	}
	r := &Records{typ: s.file, shape: slices.Clone(s.shape)}
	var parts []part
	for _, f := range s.file.fields {
		natural, err := naturalType(f.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		c, err := codecFor(natural, f.Type, reading)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		parts = append(parts, part{codec: c, goSize: natural.Size(), name: f.Name})
		r.columns = append(r.columns, reflect.MakeSlice(reflect.SliceOf(natural), n, n))
	}
	c := bufferedParts(parts)
	id, err := s.memory(c)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return r, s.move(id, nil)
	}
	buffer, give, err := s.fill(c, id)
	defer give()
	if err != nil {
		return nil, err
	}
	for k, p := range parts {
		from, to := unsafe.Pointer(unsafe.SliceData(buffer)), r.columns[k].UnsafePointer()
		for i := range n {
			if err := p.codec.loadRun(unsafe.Add(from, i*c.memory.size+p.at), unsafe.Add(to, uintptr(i)*p.goSize), 1, p.goSize); err != nil {
				return nil, fmt.Errorf("field %s: %w", p.name, err)
			}
		}
	}
	return r, nil
}

// recordsShown is how many rows of a table are printed.
const recordsShown = 20

// cells returns the table as text: the names, and the rows that are shown.
func (r *Records) cells() (rows [][]string, left int) {
	rows = append(rows, append([]string{""}, r.Names()...))
	for i := range min(r.Len(), recordsShown) {
		row := []string{indexText(i, r.shape)}
		for _, c := range r.columns {
			row = append(row, shortText(c.Index(i).Interface()))
		}
		rows = append(rows, row)
	}
	return rows, r.Len() - min(r.Len(), recordsShown)
}

func indexText(i int, shape []int) string {
	text := ""
	for axis := len(shape) - 1; axis >= 0; axis-- {
		text = fmt.Sprint(i%shape[axis]) + text
		if axis > 0 {
			text = ", " + text
		}
		i /= shape[axis]
	}
	return text
}

// String returns the first rows as a table.
func (r *Records) String() string {
	rows, left := r.cells()
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for k, row := range rows {
		line := ""
		for i, cell := range row {
			if i > 0 {
				line += "  "
			}
			line += strings.Repeat(" ", widths[i]-len([]rune(cell))) + cell
		}
		if k > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimRight(line, " "))
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n... %d more of %v", left, Shape(r.shape))
	}
	return b.String()
}

// HTML returns the first rows as a table, for notebooks.
func (r *Records) HTML() string {
	rows, left := r.cells()
	var b strings.Builder
	b.WriteString(`<table>`)
	for k, row := range rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			tag := "td"
			if k == 0 || i == 0 {
				tag = "th"
			}
			b.WriteString("<" + tag + ">" + html.EscapeString(cell) + "</" + tag + ">")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table>")
	if left > 0 {
		fmt.Fprintf(&b, "<div>%d more of %v</div>", left, Shape(r.shape))
	}
	return b.String()
}

// shortText is a value in a table or a tree.
func shortText(v any) string { return shorten(longText(v)) }

// longText is a value in a line, however long.
func longText(v any) string {
	text := ""
	switch v := v.(type) {
	case string:
		text = fmt.Sprintf("%q", v)
	case []string:
		text = fmt.Sprintf("%q", v)
	case *nd.Array:
		text = fmt.Sprintf("%v %v", v.DType(), Shape(v.Shape()))
	case *Records:
		text = fmt.Sprintf("%v %v", v.typ, Shape(v.shape))
	case []byte:
		text = fmt.Sprintf("%x", v)
	default:
		text = fmt.Sprint(v)
	}
	return text
}
