package h5

import (
	"path/filepath"
	"slices"
	"testing"
)

// Large transfers of structs go in pieces: what is selected, and where it goes, is what
// it is for small ones.
func TestLargeTransfersOfStructs(t *testing.T) {
	type star struct {
		ID   int32
		X    float64
		Kind int16
	}
	const rows, columns = 310, 700
	value := func(i, j int) star { return star{int32(i*columns + j), float64(i) / float64(j+1), int16(j)} }
	all := make([]star, 0, rows*columns)
	for i := range rows {
		for j := range columns {
			all = append(all, value(i, j))
		}
	}
	f := must[*File](t)(Create(filepath.Join(t.TempDir(), "stars.h5")))
	defer f.Close()
	typ := must[*Type](t)(TypeFor[star]())
	if n := rows * columns * typ.Size(); n < 4*pieceBytes {
		t.Fatalf("%d bytes are too few to go in pieces", n)
	}
	for name, options := range map[string][]DatasetOption{"contiguous": nil, "chunked": {Chunks{50, 100}}} {
		t.Run(name, func(t *testing.T) {
			d := must[*Dataset](t)(f.CreateDataset(name, typ, append(options, Shape{rows, columns})...))
			nested := make([][columns]star, rows)
			for i := range nested {
				copy(nested[i][:], all[i*columns:])
			}
			check(t, d.Write(nested))
			var got [][]star
			check(t, d.ReadInto(&got))
			if !slices.Equal(slices.Concat(got...), all) {
				t.Error("what is written as a whole and read into slices of slices is something else")
			}
			var flat [][columns]star
			check(t, d.ReadInto(&flat))
			if !slices.Equal(flat, nested) {
				t.Error("what is written as a whole and read as a whole is something else")
			}
			// Every second row but some, and not all columns.
			const from, step, n = 3, 2, 150
			var part [n][columns - 1]star
			check(t, d.ReadInto(&part, "3:303:2, 1:"))
			for i := range part {
				for j, s := range part[i] {
					if s != value(from+step*i, j+1) {
						t.Fatalf("[%d, %d] is read as %v", from+step*i, j+1, s)
					}
					part[i][j].ID = -s.ID
				}
			}
			check(t, d.Write(part, "3:303:2, 1:"))
			check(t, d.ReadInto(&flat))
			for i := range flat {
				for j, s := range flat[i] {
					want := value(i, j)
					if i >= from && i < from+step*n && (i-from)%step == 0 && j > 0 {
						want.ID = -want.ID
					}
					if s != want {
						t.Fatalf("[%d, %d] is %v after writing a part, want %v", i, j, s, want)
					}
				}
			}
			// A column, of which a piece has many.
			var column []star
			check(t, d.ReadInto(&column, ":, 5"))
			for i, s := range column {
				if s != flat[i][5] {
					t.Fatalf("[%d, 5] is read as %v", i, s)
				}
			}
		})
	}
}

// What is between the fields of a compound in a file is written as zeros, whatever the
// memory was used for before.
func TestGapsAreWrittenAsZeros(t *testing.T) {
	type small struct {
		A int8
		B int64
	}
	gaps := &Type{class: ClassCompound, size: 48, fields: []Field{{"A", numbers[Int8], 0}, {"B", numbers[Int64], 32}}}
	f := must[*File](t)(InMemory(nil))
	defer f.Close()
	ones := make([]uint8, 4*pieceBytes)
	for i := range ones {
		ones[i] = 0xff
	}
	buffer, give := usedMemory(len(ones))
	copy(buffer, ones)
	give()
	values := make([]small, 100000)
	d := must[*Dataset](t)(f.CreateDatasetFrom("x", values, Elements(gaps)))
	if n := d.NBytes(); n < 4*pieceBytes {
		t.Fatalf("%d bytes are too few to go in pieces", n)
	}
	image := must[[]byte](t)(f.Bytes())
	at, ok := d.Offset()
	if !ok {
		t.Fatal("the dataset has no place in the file")
	}
	if slices.ContainsFunc(image[at:int(at)+d.NBytes()], func(b byte) bool { return b != 0 }) {
		t.Error("something else than zeros is in the file")
	}
}
