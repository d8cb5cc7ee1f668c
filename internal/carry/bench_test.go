package carry

import "testing"

func BenchmarkFloats(b *testing.B) {
	v := make([]float64, 8<<20)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(8 * len(v)))
		for b.Loop() {
			if _, err := Encode(v); err != nil {
				b.Fatal(err)
			}
		}
	})
	data, err := Encode(v)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(8 * len(v)))
		for b.Loop() {
			var back []float64
			if err := Decode(data, &back); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRecords(b *testing.B) {
	type record struct {
		name string
		mass float64
		next *record
		pos  [3]float64
	}
	v := make([]record, 200_000)
	for i := range v {
		v[i] = record{name: "star", next: &v[i/2]}
	}
	data, err := Encode(v)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := Encode(v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var back []record
			if err := Decode(data, &back); err != nil {
				b.Fatal(err)
			}
		}
	})
}
