package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/nd"
)

// A row is one kind of work. Each peer has its own code for it, by the row's name, that
// prints the seconds one unit takes.
type row struct {
	name, what string
	unit       string  // GB/s, ms, us or ns
	bytes      float64 // of a unit of work measured in GB/s
	goal       float64 // the most of C's time that Galago may take; 0 is none
	most       float64 // the most seconds that it may take; 0 is none
	ranks      int     // of MPI that do it together; 0 is a process without MPI
	run        func(folder string) (time.Duration, error)
}

const (
	big    = 256 << 20 // bytes of the contiguous file
	packed = 32 << 20  // bytes, before compression, of the compressed one
)

// rows are all there is; a new one goes here and into peer.c and peer.py.
var rows = []row{
	{name: "write", what: "write 256 MB, contiguous", unit: "GB/s", bytes: big, goal: 1 / 0.97, run: writeBig},
	{name: "read", what: "read 256 MB, contiguous", unit: "GB/s", bytes: big, goal: 1 / 0.97, run: func(folder string) (time.Duration, error) { return readAll(folder, "big.h5", big/8) }},
	{name: "gzip-write", what: "write 32 MB, gzip 4", unit: "GB/s", bytes: packed, goal: 1 / 0.97, run: writePacked},
	{name: "gzip-read", what: "read 32 MB, gzip 4", unit: "GB/s", bytes: packed, goal: 1 / 0.97, run: func(folder string) (time.Duration, error) { return readAll(folder, "packed.h5", packed/8) }},
	{name: "open", what: "open 10,000 datasets", unit: "ms", goal: 1.2, run: openObjects},
	{name: "visit", what: "visit 10,000 objects", unit: "ms", goal: 1.2, run: visitObjects},
	{name: "small", what: "3 numbers, through HDF5", unit: "us", goal: 1.2, run: func(folder string) (time.Duration, error) { return small(folder, h5.ReadWrite) }},
	{name: "direct", what: "3 numbers, past HDF5", unit: "us", most: 1.5e-6, run: func(folder string) (time.Duration, error) { return small(folder) }},
	{name: "map", what: "1 number, mapped", unit: "ns", most: 100e-9, run: mapped},
	{name: "strided", what: "[:, ::10, 0] of (1000, 1000, 3)", unit: "ms", goal: 1.1, run: func(folder string) (time.Duration, error) { return strided(folder) }},
	{name: "strided-h5", what: "the same, through HDF5", unit: "ms", goal: 1.1, run: func(folder string) (time.Duration, error) { return strided(folder, h5.ReadWrite) }},
	{name: "list", what: "[:, 100 places, :] of it", unit: "ms", goal: 1.1, run: func(folder string) (time.Duration, error) { return listed(folder) }},
	{name: "list-h5", what: "the same, through HDF5", unit: "ms", goal: 1.1, run: func(folder string) (time.Duration, error) { return listed(folder, h5.ReadWrite) }},
	{name: "points", what: "10,000 points of it", unit: "ms", goal: 1.1, run: func(folder string) (time.Duration, error) { return scattered(folder) }},
	{name: "points-h5", what: "the same, through HDF5", unit: "ms", goal: 1.1, run: func(folder string) (time.Duration, error) { return scattered(folder, h5.ReadWrite) }},
	{name: "structs-write", what: "write 500,000 structs", unit: "ms", run: func(folder string) (time.Duration, error) { return writeElements(folder, stars()) }},
	{name: "structs-read", what: "read them", unit: "ms", run: func(folder string) (time.Duration, error) { return readElements(folder, "stars.h5", &[]star{}) }},
	{name: "packed-write", what: "write them; peers' are packed", unit: "ms", run: func(folder string) (time.Duration, error) { return writeElements(folder, stars()) }},
	{name: "packed-read", what: "read them; peers' are packed", unit: "ms", run: func(folder string) (time.Duration, error) { return readElements(folder, "stars.h5", &[]star{}) }},
	{name: "text-write", what: "write 500,000 strings, 9 bytes", unit: "ms", run: func(folder string) (time.Duration, error) {
		return writeElements(folder, texts(), h5.Elements(h5.FixedText(9)))
	}},
	{name: "text-read", what: "read them", unit: "ms", run: func(folder string) (time.Duration, error) { return readElements(folder, "text.h5", &[]string{}) }},
	{name: "vtext-write", what: "write 500,000 strings, any length", unit: "ms", run: func(folder string) (time.Duration, error) { return writeElements(folder, texts()) }},
	{name: "vtext-read", what: "read them", unit: "ms", run: func(folder string) (time.Duration, error) { return readElements(folder, "vtext.h5", &[]string{}) }},
	{name: "packed-rows", what: "200 rows of 4096, gzip 4", unit: "ms", goal: 1.1, run: packedRows},
	{name: "mpi2-write", what: "2 ranks write 128 MB together", unit: "GB/s", bytes: shared, goal: 1 / 0.95, ranks: 2, run: writeTogether},
	{name: "mpi2-read", what: "2 ranks read 256 MB together", unit: "GB/s", bytes: big, goal: 1 / 0.95, ranks: 2, run: readTogether},
	{name: "mpi8-write", what: "8 ranks write 128 MB together", unit: "GB/s", bytes: shared, goal: 1 / 0.95, ranks: 8, run: writeTogether},
	{name: "mpi8-read", what: "8 ranks read 256 MB together", unit: "GB/s", bytes: big, goal: 1 / 0.95, ranks: 8, run: readTogether},
}

// prepare writes the files that are read.
func prepare(folder string) error {
	if err := create(filepath.Join(folder, "big.h5"), numbers(big/8), h5.Shape{big / 8}); err != nil {
		return err
	}
	if err := create(filepath.Join(folder, "packed.h5"), numbers(packed/8), h5.Shape{4096, 1024}, h5.Chunks{128, 1024}, h5.Gzip(4)); err != nil {
		return err
	}
	if err := create(filepath.Join(folder, "points.h5"), numbers(3000000), h5.Shape{1000, 1000, 3}); err != nil {
		return err
	}
	if err := createFrom(filepath.Join(folder, "stars.h5"), stars()); err != nil {
		return err
	}
	if err := createFrom(filepath.Join(folder, "text.h5"), texts(), h5.Elements(h5.FixedText(9))); err != nil {
		return err
	}
	if err := createFrom(filepath.Join(folder, "vtext.h5"), texts()); err != nil {
		return err
	}
	f, err := h5.Create(filepath.Join(folder, "objects.h5"))
	if err != nil {
		return err
	}
	for i := range 10000 {
		d, err := f.CreateDatasetFrom(fmt.Sprintf("d%05d", i), []int32{int32(i), 1, 2})
		if err != nil {
			return err
		}
		_ = d.Close()
	}
	return f.Close()
}

func numbers(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i % 1000)
	}
	return values
}

func create(path string, values []float64, options ...h5.DatasetOption) error {
	f, err := h5.Create(path)
	if err != nil {
		return err
	}
	d, err := f.CreateDataset("x", h5.Float64, options...)
	if err != nil {
		return err
	}
	a, err := nd.Of(values, d.Shape()...)
	if err != nil {
		return err
	}
	if err := d.Write(a); err != nil {
		return err
	}
	return f.Close()
}

// best returns the shortest of n times: what the machine does meanwhile only adds.
func best(n int, do func() error) (time.Duration, error) {
	shortest := time.Duration(1<<63 - 1)
	for range n {
		begun := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		shortest = min(shortest, time.Since(begun))
	}
	return shortest, nil
}

// fresh is best of three for what creates a file, without the time that it takes to
// give up the one before.
func fresh(path string, do func() error) (time.Duration, error) {
	shortest := time.Duration(1<<63 - 1)
	for range 3 {
		t, err := best(1, do)
		if err != nil {
			return 0, err
		}
		shortest = min(shortest, t)
		if err := os.Remove(path); err != nil {
			return 0, err
		}
	}
	return shortest, nil
}

func writeBig(folder string) (time.Duration, error) {
	values := numbers(big / 8)
	path := filepath.Join(folder, "galago.h5")
	return fresh(path, func() error { return create(path, values, h5.Shape{len(values)}) })
}

func writePacked(folder string) (time.Duration, error) {
	values := numbers(packed / 8)
	path := filepath.Join(folder, "galago.h5")
	return fresh(path, func() error {
		return create(path, values, h5.Shape{4096, 1024}, h5.Chunks{128, 1024}, h5.Gzip(4))
	})
}

// reading opens the dataset x of a file.
func reading(folder, name string, do func(d *h5.Dataset) (time.Duration, error), options ...h5.Option) (time.Duration, error) {
	f, err := h5.Open(filepath.Join(folder, name), options...)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	d, err := f.Dataset("x")
	if err != nil {
		return 0, err
	}
	return do(d)
}

func readAll(folder, name string, n int) (time.Duration, error) {
	return reading(folder, name, func(d *h5.Dataset) (time.Duration, error) {
		a, err := nd.Of(numbers(n), d.Shape()...)
		if err != nil {
			return 0, err
		}
		return best(3, func() error { return d.ReadInto(a) })
	})
}

func openObjects(folder string) (time.Duration, error) {
	f, err := h5.Open(filepath.Join(folder, "objects.h5"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return best(3, func() error {
		for i := range 10000 {
			d, err := f.Dataset(fmt.Sprintf("d%05d", i))
			if err != nil {
				return err
			}
			if d.Len() != 3 || d.DType() != h5.Int32 {
				return fmt.Errorf("%v is something else", d)
			}
			if err := d.Close(); err != nil {
				return err
			}
		}
		return nil
	})
}

func small(folder string, options ...h5.Option) (time.Duration, error) {
	return reading(folder, "points.h5", func(d *h5.Dataset) (time.Duration, error) {
		points := h5.As[[3]float64](d)
		const reads = 4000
		r := uint32(12345)
		t, err := best(5, func() error {
			for range reads {
				r = r*1664525 + 1013904223 // the places of peer.c
				if _, err := points.At(int(r>>8)%1000, int(r>>18)%1000); err != nil {
					return err
				}
			}
			return nil
		})
		return t / reads, err
	}, options...)
}

// total keeps the compiler from leaving out reads of memory.
var total float64

func mapped(folder string) (time.Duration, error) {
	return reading(folder, "points.h5", func(d *h5.Dataset) (time.Duration, error) {
		values, err := h5.Map[float64](d)
		if err != nil {
			return 0, err
		}
		for _, v := range values {
			total += v
		}
		const reads = 1 << 18
		random := rand.New(rand.NewPCG(1, 2))
		t, err := best(5, func() error {
			for range reads {
				total += values[random.IntN(len(values))]
			}
			return nil
		})
		return t / reads, err
	})
}

func strided(folder string, options ...h5.Option) (time.Duration, error) {
	return reading(folder, "points.h5", func(d *h5.Dataset) (time.Duration, error) {
		out := nd.New(h5.Float64, 1000, 100)
		out.Fill(1)
		return best(20, func() error { return d.ReadInto(out, nd.All, nd.Step(10), 0) })
	}, options...)
}

// places are the n places of peer.c, and of peer.py, below a number: sorted, each
// once.
func places(n, below int) []int {
	taken := map[int]bool{}
	r := uint32(12345)
	for len(taken) < n {
		r = r*1664525 + 1013904223
		taken[int(r>>8)%below] = true
	}
	return slices.Sorted(maps.Keys(taken))
}

func listed(folder string, options ...h5.Option) (time.Duration, error) {
	return reading(folder, "points.h5", func(d *h5.Dataset) (time.Duration, error) {
		out := nd.New(h5.Float64, 1000, 100, 3)
		out.Fill(1)
		list := places(100, 1000)
		return best(20, func() error { return d.ReadInto(out, nd.All, list) })
	}, options...)
}

func scattered(folder string, options ...h5.Option) (time.Duration, error) {
	return reading(folder, "points.h5", func(d *h5.Dataset) (time.Duration, error) {
		out := make([]float64, 10000)
		var points [3][]int
		for _, k := range places(len(out), 3000000) {
			points[0] = append(points[0], k/3000)
			points[1] = append(points[1], k/3%1000)
			points[2] = append(points[2], k%3)
		}
		return best(20, func() error { return d.ReadInto(&out, points[0], points[1], points[2]) })
	}, options...)
}

func packedRows(folder string) (time.Duration, error) {
	return reading(folder, "packed.h5", func(d *h5.Dataset) (time.Duration, error) {
		out := nd.New(h5.Float64, 200, 1024)
		out.Fill(1)
		list := places(200, 4096)
		return best(3, func() error { return d.ReadInto(out, list) })
	})
}

func visitObjects(folder string) (time.Duration, error) {
	f, err := h5.Open(filepath.Join(folder, "objects.h5"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n := 0
	t, err := best(3, func() error {
		n = 0
		for range f.Visit() {
			n++
		}
		return nil
	})
	if err == nil && n != 10000 {
		err = fmt.Errorf("%d objects were visited", n)
	}
	return t, err
}
