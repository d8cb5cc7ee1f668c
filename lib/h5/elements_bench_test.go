package h5

import "testing"

// What elements that are not plain numbers cost, 500,000 at a time.
func BenchmarkElements(b *testing.B) {
	type star struct {
		ID   int32
		X, Y float64
		Kind int16
	}
	f, err := InMemory(nil)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	stars, texts := make([]star, 500000), make([]string, 500000)
	for i := range stars {
		stars[i] = star{int32(i), float64(i), 0.5, int16(i)}
		texts[i] = "abcdefgh"[:i%9]
	}
	for _, c := range []struct {
		name string
		data any
		typ  DatasetOption
		into any
	}{{"packed structs", stars, nil, new([]star)}, {"fixed texts", texts, Elements(FixedText(9)), new([]string)}} {
		var options []DatasetOption
		if c.typ != nil {
			options = append(options, c.typ)
		}
		d, err := f.CreateDatasetFrom(c.name, c.data, options...)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name+" read", func(b *testing.B) {
			for b.Loop() {
				if err := d.ReadInto(c.into); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+" write", func(b *testing.B) {
			for b.Loop() {
				if err := d.Write(c.data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
