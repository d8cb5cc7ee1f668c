package mime

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// How much of a table is shown. A longer table is folded to its first and last
// rows, a wider one to its first and last columns.
const (
	mostRows    = 40
	edgeRows    = 10
	mostColumns = 24
	edgeColumns = 10
	cellLength  = 60      // bytes of a value in a table
	cellOpened  = 2 << 10 // bytes of it that can be unfolded in a page
	mostSorted  = 100_000 // entries of a map whose keys are sorted
)

// A table is a value in rows and columns. Its first column, which has no name,
// tells the rows apart: by their index in a slice, or by the key of a map.
type table struct {
	columns  []string
	rows     []row
	length   int    // rows of the value, of which rows may be the first and last
	width    int    // columns of the value
	entries  string // what the rows are called
	pointers bool   // as text, the value would show pointers
}

type row struct {
	name  string
	cells []cell
}

// A cell holds one value as text.
type cell struct {
	text   string // as long as it may be unfolded
	number bool   // it is aligned to the right
}

// tabulate returns the table that a value is: a slice, an array or a map of
// structs or of maps, or any map. It returns nil for others, and for an empty one.
func tabulate(v reflect.Value) *table {
	if v.Kind() == reflect.Pointer && opened(v) {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		return tabulateSlice(v)
	case reflect.Map:
		return tabulateMap(v)
	}
	return nil
}

func tabulateSlice(v reflect.Value) *table {
	t := &table{length: v.Len(), entries: "rows"}
	var records []reflect.Value
	for i := range places(v.Len()) {
		r, pointer := record(v.Index(i))
		if !r.IsValid() {
			return nil
		}
		t.pointers = t.pointers || pointer
		records = append(records, r)
		t.rows = append(t.rows, row{name: fmt.Sprint(i)})
	}
	if len(records) == 0 || !t.fill(records) {
		return nil
	}
	return t
}

func tabulateMap(v reflect.Value) *table {
	if v.Len() == 0 {
		return nil
	}
	t := &table{length: v.Len(), entries: "entries"}
	keys := sortedKeys(v)
	var values, records []reflect.Value
	plain := false
	for i := range places(len(keys)) {
		t.rows = append(t.rows, row{name: brief(keys[i], cellLength)})
		values = append(values, v.MapIndex(keys[i]))
		r, pointer := record(values[len(values)-1])
		plain = plain || !r.IsValid() || r.Kind() != reflect.Struct
		t.pointers = t.pointers || pointer
		records = append(records, r)
	}
	if !plain && t.fill(records) {
		return t
	}
	t.columns, t.width, t.pointers = []string{""}, 1, false
	for n, value := range values {
		t.rows[n].cells = []cell{cellOf(value)}
	}
	return t
}

// places yields the indices of the rows that are shown.
func places(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if n > mostRows && i == edgeRows {
				i = n - edgeRows
			}
			if !yield(i) {
				return
			}
		}
	}
}

// record returns what a row is made of, a struct or a map with text as keys, and
// whether it stands behind a pointer. What shows itself in its own way is none.
func record(v reflect.Value) (r reflect.Value, pointer bool) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.CanInterface() && speaks(v.Interface()) {
		return reflect.Value{}, false
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return reflect.Value{}, false
		}
		v, pointer = v.Elem(), true
		if v.CanInterface() && speaks(v.Interface()) {
			return reflect.Value{}, false
		}
	}
	switch {
	case v.Kind() == reflect.Struct && v.NumField() > 0:
		return v, pointer
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
		return v, pointer
	}
	return reflect.Value{}, false
}

// fill makes columns of structs that are all of one type, or of maps. It reports
// whether it could.
func (t *table) fill(records []reflect.Value) bool {
	first := records[0]
	var names []string
	if first.Kind() == reflect.Struct {
		for i := range first.NumField() {
			names = append(names, first.Type().Field(i).Name)
		}
	}
	seen := map[string]bool{}
	for _, r := range records {
		if r.Kind() != first.Kind() || r.Kind() == reflect.Struct && r.Type() != first.Type() {
			return false
		}
		if r.Kind() == reflect.Map {
			for key := range r.Seq() {
				seen[key.String()] = true
			}
		}
	}
	if first.Kind() == reflect.Map {
		names = slices.Sorted(maps.Keys(seen))
	}
	if len(names) == 0 {
		return false
	}
	t.width = len(names)
	shown := make([]int, 0, len(names))
	for i := range names {
		if len(names) <= mostColumns || i < edgeColumns || i >= len(names)-edgeColumns {
			shown = append(shown, i)
		}
	}
	for k, i := range shown {
		if k > 0 && shown[k-1] != i-1 {
			t.columns = append(t.columns, "...")
		}
		t.columns = append(t.columns, names[i])
	}
	for n, r := range records {
		for k, i := range shown {
			if k > 0 && shown[k-1] != i-1 {
				t.rows[n].cells = append(t.rows[n].cells, cell{text: "..."})
			}
			var value reflect.Value
			if r.Kind() == reflect.Struct {
				value = r.Field(i)
			} else {
				value = r.MapIndex(reflect.ValueOf(names[i]).Convert(r.Type().Key()))
			}
			t.rows[n].cells = append(t.rows[n].cells, cellOf(value))
		}
	}
	return true
}

func cellOf(v reflect.Value) cell {
	if !v.IsValid() {
		return cell{}
	}
	inner := v
	if inner.Kind() == reflect.Interface && !inner.IsNil() {
		inner = inner.Elem()
	}
	number := inner.Kind() >= reflect.Int && inner.Kind() <= reflect.Complex128
	return cell{text: brief(v, cellOpened), number: number}
}

// sortedKeys returns the keys of a map in the order in which fmt prints them, or,
// of a very large one, as they come.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	if len(keys) > mostSorted {
		return keys
	}
	slices.SortStableFunc(keys, compareKeys)
	return keys
}

func compareKeys(a, b reflect.Value) int {
	if a.Kind() == reflect.Interface && b.Kind() == reflect.Interface {
		a, b = a.Elem(), b.Elem()
	}
	switch {
	case !a.IsValid() || !b.IsValid() || a.Kind() != b.Kind():
		return cmp.Compare(a.Kind(), b.Kind())
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind() == reflect.String:
		return strings.Compare(a.String(), b.String())
	}
	return strings.Compare(brief(a, cellOpened), brief(b, cellOpened))
}
