package h5

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// BenchmarkContiguous writes and reads float64 in one call each; the metric is
// MB/s. HDF5 from C is the yardstick: nothing is copied on the way.
func BenchmarkContiguous(b *testing.B) {
	for _, mib := range []int{1, 256} {
		values := make([]float64, mib<<20/8)
		f, err := Create(filepath.Join(b.TempDir(), "bench.h5"))
		if err != nil {
			b.Fatal(err)
		}
		d, err := f.CreateDatasetFrom("x", values)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("write/%dMiB", mib), func(b *testing.B) {
			b.SetBytes(int64(mib) << 20)
			for b.Loop() {
				if err := d.Write(values); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("read/%dMiB", mib), func(b *testing.B) {
			b.SetBytes(int64(mib) << 20)
			for b.Loop() {
				if err := d.ReadInto(&values); err != nil {
					b.Fatal(err)
				}
			}
		})
		_ = f.Close()
	}
}

// BenchmarkSmallReads reads 3 numbers at random places.
func BenchmarkSmallReads(b *testing.B) {
	f, err := Create(filepath.Join(b.TempDir(), "bench.h5"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	d, err := f.CreateDatasetFrom("x", nd.New(Float64, 1000, 1000, 3))
	if err != nil {
		b.Fatal(err)
	}
	var point [3]float64
	b.ReportAllocs()
	for b.Loop() {
		if err := d.ReadInto(&point, rand.IntN(1000), rand.IntN(1000)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens datasets by name.
func BenchmarkOpen(b *testing.B) {
	f, err := Create(filepath.Join(b.TempDir(), "bench.h5"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	const n = 1000
	for i := range n {
		if _, err := f.CreateDataset(fmt.Sprint("d", i), Float64, Shape{3}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d, err := f.Dataset(fmt.Sprint("d", i%n))
		if err != nil {
			b.Fatal(err)
		}
		_ = d.Close()
	}
}
