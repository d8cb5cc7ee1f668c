// Command gonum writes a file with gonum.org/v1/hdf5, for the tests of package h5
// to read. It is a module of its own because it needs cgo and the headers of HDF5.
package main

import (
	"fmt"
	"os"

	"gonum.org/v1/hdf5"
)

type record struct {
	A int32
	B float32
	C float64
	D [3]int32
}

func must[T any](v T, err error) T {
	must0(err)
	return v
}

func must0(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	f := must(hdf5.CreateFile(os.Args[1], hdf5.F_ACC_TRUNC))
	put(f, "float64", hdf5.T_NATIVE_DOUBLE, []uint{2, 3}, &[]float64{1, 2.5, 3, -4, 5, 6e300})
	put(f, "float32", hdf5.T_NATIVE_FLOAT, []uint{3}, &[]float32{1, 2.5, 3})
	put(f, "int8", hdf5.T_NATIVE_INT8, []uint{3}, &[]int8{-128, 0, 127})
	put(f, "uint64", hdf5.T_NATIVE_UINT64, []uint{2}, &[]uint64{0, 1<<64 - 1})
	records := make([]record, 4)
	for i := range records {
		records[i] = record{int32(i), float32(i * i), 1 / (float64(i) + 1), [3]int32{int32(i), int32(2 * i), int32(3 * i)}}
	}
	put(f, "records", must(hdf5.NewDatatypeFromValue(records[0])), []uint{4}, &records)
	g := must(f.CreateGroup("group"))
	scalar := must(hdf5.CreateDataspace(hdf5.S_SCALAR))
	text := "an attribute"
	a := must(g.CreateAttribute("text", hdf5.T_GO_STRING, scalar))
	must0(a.Write(&text, hdf5.T_GO_STRING))
	must0(a.Close())
	number := 42.5
	b := must(g.CreateAttribute("number", hdf5.T_NATIVE_DOUBLE, scalar))
	must0(b.Write(&number, hdf5.T_NATIVE_DOUBLE))
	must0(b.Close())
	must0(g.Close())
	table := must(f.CreateTableFrom("table", record2{}, 10, -1))
	for i := range 3 {
		must0(table.Append(&record2{int64(i), float64(i) / 2}))
	}
	must0(table.Close())
	must0(f.Close())
}

type record2 struct {
	ID   int64
	Half float64
}

func put(f *hdf5.File, name string, t *hdf5.Datatype, dims []uint, data any) {
	space := must(hdf5.CreateSimpleDataspace(dims, nil))
	d := must(f.CreateDataset(name, t, space))
	must0(d.Write(data))
	must0(d.Close())
}
