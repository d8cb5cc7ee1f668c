package h5_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

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

// A struct is a compound in the file.
func ExampleGroup_CreateDatasetFrom() {
	folder := must(os.MkdirTemp("", "h5"))
	defer os.RemoveAll(folder)
	f := must(h5.Create(filepath.Join(folder, "stars.h5")))
	defer f.Close()

	type Star struct {
		Name string     `h5:"name"`
		Mass float64    `h5:"mass"`
		Pos  [3]float32 `h5:"pos"`
	}
	d := must(f.CreateDatasetFrom("stars", []Star{{"Sun", 1, [3]float32{}}, {"Sirius A", 2.06, [3]float32{-1.8, 0.6, 8.1}}}))
	must0(d.Field("mass").Write(2.063, 1))
	fmt.Println(d.Type())
	fmt.Println(must(d.Value()))
	type Name struct {
		Name string `h5:"name"`
	}
	fmt.Println(must(h5.ReadAs[[]Name](d, "::-1")))
	// Output:
	// struct{name string; mass float64; pos [3]float32}
	//          name   mass             pos
	// 0       "Sun"      1         [0 0 0]
	// 1  "Sirius A"  2.063  [-1.8 0.6 8.1]
	// [{Sirius A} {Sun}]
}

func ExampleEnumOf() {
	type Phase int8
	const (
		Solid Phase = iota
		Liquid
	)
	folder := must(os.MkdirTemp("", "h5"))
	defer os.RemoveAll(folder)
	f := must(h5.Create(filepath.Join(folder, "phases.h5")))
	defer f.Close()
	phases := must(h5.EnumOf(map[string]Phase{"SOLID": Solid, "LIQUID": Liquid}))
	d := must(f.CreateDatasetFrom("phase", []Phase{Solid, Liquid, Liquid}, phases))
	fmt.Println(d.Type(), must(h5.ReadAs[[]Phase](d)))
	fmt.Println(d.Write(Phase(2), 0).(*h5.Error).Reason)
	// Output:
	// enum int8 {SOLID=0, LIQUID=1} [0 1 1]
	// 2 is no value of enum int8 {SOLID=0, LIQUID=1}
}

func ExampleAttr() {
	folder := must(os.MkdirTemp("", "h5"))
	defer os.RemoveAll(folder)
	f := must(h5.Create(filepath.Join(folder, "attributes.h5")))
	defer f.Close()
	must0(f.Attrs().Set("created", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	must0(f.Attrs().Set("origin", [3]float64{1, 2, 3}))
	must0(f.Attrs().Create("code", "kg", h5.FixedText(8)))
	for name, value := range f.Attrs().All() {
		fmt.Println(name, value)
	}
	fmt.Println(must(h5.Attr[[3]float32](f, "origin")), must(f.Attrs().Time("created")).Year(), must(f.Attrs().Type("code")))
	// Output:
	// code kg
	// created 2026-03-01T12:00:00Z
	// origin [1 2 3]
	// [1 2 3] 2026 string of 8
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
