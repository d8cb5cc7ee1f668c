package h5

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// BenchmarkSmallParts reads a row of 3 numbers at random places of a contiguous
// dataset: past HDF5, through it, and as memory.
func BenchmarkSmallParts(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.h5")
	f, err := Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if _, err = f.CreateDatasetFrom("x", nd.New(Float64, 1000, 1000, 3)); err != nil {
		b.Fatal(err)
	}
	_ = f.Close()
	for name, options := range map[string][]Option{"past": nil, "through": {ReadWrite}, "through 4096": {ReadWrite, SieveBufSize(4096)}} {
		f, err := Open(path, options...)
		if err != nil {
			b.Fatal(err)
		}
		d, err := f.Dataset("x")
		if err != nil {
			b.Fatal(err)
		}
		var point [3]float64
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := d.ReadInto(&point, rand.IntN(1000), rand.IntN(1000)); err != nil {
					b.Fatal(err)
				}
			}
		})
		if name == "past" {
			points := As[[3]float64](d)
			b.Run("view", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if point, err = points.At(rand.IntN(1000), rand.IntN(1000)); err != nil {
						b.Fatal(err)
					}
				}
			})
			values, err := Map[float64](d)
			if err != nil {
				b.Fatal(err)
			}
			total := 0.0
			b.Run("map", func(b *testing.B) {
				for b.Loop() {
					total += values[rand.IntN(len(values))]
				}
			})
		}
		_ = f.Close()
	}
}
