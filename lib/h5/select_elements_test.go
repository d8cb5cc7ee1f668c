package h5

import (
	"reflect"
	"slices"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// Lists select elements of all types; what HDF5 allocates for a place that is
// repeated goes back once.
func TestListsOfElements(t *testing.T) {
	_, f := temporary(t)
	type reading struct {
		Name string
		X    []int16
		At   [2]float64
	}
	texts := make([]string, 40)
	fixed := make([]string, 40)
	readings := make([]reading, 40)
	for i := range texts {
		texts[i] = string(rune('a'+i%26)) + "bcdefghijklmnopqrstuvwxyz"[:i%20]
		fixed[i] = texts[i][:min(len(texts[i]), 5)]
		readings[i] = reading{texts[i], []int16{int16(i), -1}[:1+i%2], [2]float64{float64(i), 0.5}}
	}
	list := []int{7, 3, 3, -1, 0, 3, 7}
	for name, c := range map[string]struct {
		data any
		typ  AnyType
	}{"texts": {texts, Text}, "fixed": {fixed, FixedText(5)}, "readings": {readings, nil}} {
		for _, chunks := range []Chunks{nil, {7}} {
			options := []DatasetOption{}
			if chunks != nil {
				name += " in chunks"
				options = append(options, chunks)
			}
			if c.typ != nil {
				options = append(options, Elements(c.typ))
			}
			d := must[*Dataset](t)(f.CreateDatasetFrom(name, c.data, options...))
			all := reflect.ValueOf(c.data)
			for _, selection := range [][]any{{list}, {"[7, 3, 3, -1, 0, 3, 7]"}, {"::-3"}, {nd.Mask(maskOf(40, list...))}, {"[[1, 1], [0, 39]]"}} {
				places, err := nd.Select(selection...)
				check(t, err)
				index := nd.Arange(0, 40, 1)
				want, err := index.Slice(places...)
				check(t, err)
				got := reflect.New(all.Type())
				if want.NDim() == 2 {
					got = reflect.New(reflect.SliceOf(all.Type()))
				}
				for range 3 {
					check(t, d.ReadInto(got.Interface(), selection...))
				}
				flat := got.Elem()
				if want.NDim() == 2 {
					joined := reflect.MakeSlice(all.Type(), 0, 0)
					for i := range flat.Len() {
						joined = reflect.AppendSlice(joined, flat.Index(i))
					}
					flat = joined
				}
				for i, k := range want.Float64s() {
					if !reflect.DeepEqual(flat.Index(i).Interface(), all.Index(int(k)).Interface()) {
						t.Fatalf("%s %v: element %d is %v", name, selection, i, flat.Index(i))
					}
				}
			}
			// The last of the values for place 3 stays, and one value goes everywhere.
			values := reflect.MakeSlice(all.Type(), 0, 7)
			for i := range 7 {
				values = reflect.Append(values, all.Index(20+i))
			}
			check(t, d.Write(values.Interface(), list))
			check(t, d.Write(all.Index(30).Interface(), "[[10, 12], [11, 10]]"))
			got := reflect.New(all.Type())
			check(t, d.ReadInto(got.Interface()))
			for i := range 40 {
				from := i
				switch i {
				case 3:
					from = 25
				case 7:
					from = 26
				case 39:
					from = 23
				case 0:
					from = 24
				case 10, 11, 12:
					from = 30
				}
				if !reflect.DeepEqual(got.Elem().Index(i).Interface(), all.Index(from).Interface()) {
					t.Errorf("%s: after writing, element %d is %v", name, i, got.Elem().Index(i))
				}
			}
		}
	}
}

func maskOf(n int, places ...int) *nd.Array {
	mask := make([]bool, n)
	for _, i := range places {
		mask[(i+n)%n] = true
	}
	a, _ := nd.Of(mask)
	return a
}

// Of values for a place that is repeated the last one stays, in numbers too; lists
// that are outer are h5py's.
func TestRepeatedAndOuter(t *testing.T) {
	_, f := temporary(t)
	for name, options := range map[string][]DatasetOption{"rows": nil, "chunks": {Chunks{3, 2}}} {
		d := must[*Dataset](t)(f.CreateDataset(name, Int32, append(options, Shape{6, 5})...))
		for _, way := range []cutWay{cutAny, cutUnion, cutCalls, cutPoints} {
			preferred = way
			check(t, d.Write(0))
			check(t, d.Write([][]int32{{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}, {11, 12, 13, 14, 15}}, "[4, 1, 4], ::-1"))
			check(t, d.Write([]int32{20, 21, 22}, "[0, 2, 0], [3, 3, 3]"))
			check(t, d.Write([][]int32{{31, 32}, {33, 34}}, "[5, 3], [0, 4]", Outer))
			preferred = cutAny
			want := must[*nd.Array](t)(nd.From([][]int32{{0, 0, 0, 22, 0}, {10, 9, 8, 7, 6}, {0, 0, 0, 21, 0}, {33, 0, 0, 0, 34}, {15, 14, 13, 12, 11}, {31, 0, 0, 0, 32}}))
			if got := must[*nd.Array](t)(d.Read()); !got.Equal(want) {
				t.Errorf("%s, way %d:\n%v", name, way, got)
			}
			var outer [2][2]int32
			check(t, d.ReadInto(&outer, "[5, 3], [0, 4]", Outer))
			if outer != [2][2]int32{{31, 32}, {33, 34}} {
				t.Errorf("%s: outer %v", name, outer)
			}
		}
	}
	preferred = cutAny
}

func TestWrongSelections(t *testing.T) {
	_, f := temporary(t)
	d := must[*Dataset](t)(f.CreateDatasetFrom("d", [][]int32{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}}))
	before := must[*nd.Array](t)(d.Read())
	for _, c := range []struct {
		says      string
		selection []any
	}{
		{"index 4 is outside axis 1 of length 4", []any{"[0, 1], [0, 4]"}},
		{"index -4 is outside axis 0 of length 3", []any{nd.List(0, -4)}},
		{"a mask of shape (2) for axis 0 of shape (3)", []any{[]bool{true, false}}},
		{"a mask of shape (3, 3) for axes 0 to 1 of shape (3, 4)", []any{nd.Mask(nd.New(nd.Bool, 3, 3))}},
		{"3 indices for 2 axes", []any{"[0], 1, 2"}},
		{"cannot be broadcast", []any{"[0, 1], [0, 1, 2]"}},
		{"only one ...", []any{"..., ..., 1"}},
		{"a []float64 does not select anything", []any{[]float64{1}}},
		{"does not select", []any{2.5}},
		{"point 1 has 1 indices", []any{nd.Points([]int{1, 2}, []int{1})}},
	} {
		_, err := d.Read(c.selection...)
		wantError(t, "read", err, "read /d in", c.says)
		wantError(t, "read into", d.ReadInto(new([]float64), c.selection...), "read /d in", c.says)
		wantError(t, "write", d.Write(0, c.selection...), "write /d in", c.says)
		if c.says == "cannot be broadcast" {
			continue
		}
		_, err = d.Read(append(slices.Clone(c.selection), Outer)...)
		wantError(t, "outer", err, "read /d in", c.says)
	}
	wantError(t, "broadcast", d.Write([]int32{1, 2, 3}, "[0, 2]"), "the values have shape (3) and the selection has (2, 4)")
	wantError(t, "fit", d.ReadInto(new([3]int32), "[0, 2], 1"), "the selection has shape (2)")
	wantError(t, "chunks", func() error { _, err := d.ChunksIn("[0, 2]"); return err }(), "not chunked")
	if after := must[*nd.Array](t)(d.Read()); !after.Equal(before) {
		t.Errorf("wrong selections have changed the dataset: %v", after)
	}
}
