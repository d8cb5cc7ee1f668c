package h5_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/nd"
)

func must[T any](v T, err error) T {
	must0(err)
	return v
}

func must0(err error) {
	if err != nil {
		panic(err)
	}
}

func Example() {
	folder := must(os.MkdirTemp("", "h5"))
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "galaxy.hdf5")

	g := must(h5.Create(path))
	pos := must(g.CreateDataset("pos_pt", h5.Float64, h5.Shape{4, 6, 3}))
	star := make([][3]float64, 6)
	for step := range star {
		star[step] = [3]float64{float64(step), 0, 1}
	}
	must0(pos.Write(star, "2, :, :"))
	must0(pos.Attrs().Set("unit", "m"))
	must(g.CreateDatasetFrom("masses", []float32{1, 2, 3, 4}))
	must0(g.Close())

	f := must(h5.Open(path))
	defer f.Close()
	for name, node := range f.All() {
		if d, ok := node.(*h5.Dataset); ok {
			fmt.Println(name, d.DType(), d.Shape())
		}
	}
	pos = must(f.Dataset("pos_pt"))
	fmt.Println(must(pos.At("2, ::2, 0")), must(pos.Attrs().Get("unit")))
	fmt.Println(must(pos.Slice(nd.I(2), nd.Step(-3), nd.All)))
	all := must(pos.Read())
	fmt.Println(all.Mean(0).At(5, 0), all.At(2, -1, 2))
	var stars [][3]float64
	must0(pos.ReadInto(&stars, ":, 0, :"))
	fmt.Println(stars)
	_, err := pos.At(4)
	fmt.Println(filepath.Base(err.(*h5.Error).File), err.(*h5.Error).Reason)
	// Output:
	// masses float32 (4)
	// pos_pt float64 (4, 6, 3)
	// [0. 2. 4.] m
	// [[5. 0. 1.]
	//  [2. 0. 1.]]
	// 1.25 1
	// [[0 0 0] [0 0 0] [0 0 1] [0 0 0]]
	// galaxy.hdf5 index 4 is outside axis 0 of length 4 in shape (4, 6, 3)
}

func ExampleInMemory() {
	f := must(h5.InMemory(nil, h5.TrackOrder))
	must0(f.Set("run 3/pos", []float64{1, 2, 3}))
	must0(f.Set("latest", h5.SoftLink{Path: "/run 3"}))
	must0(f.Copy("run 3/pos", "run 3/first pos"))
	for path, node := range f.VisitItems() {
		fmt.Printf("%s: %T\n", path, node)
	}
	fmt.Println(f.Keys(), must(f.Link("latest")), f.Has("latest/pos"))

	image := must(f.Bytes()) // what a file on the disk would hold
	must0(f.Close())
	again := must(h5.InMemory(image))
	defer again.Close()
	fmt.Println(must(must(again.Dataset("latest/pos")).Read()))
	// Output:
	// run 3: *h5.Group
	// run 3/first pos: *h5.Dataset
	// run 3/pos: *h5.Dataset
	// [run 3 latest] soft link to /run 3 true
	// [1. 2. 3.]
}
