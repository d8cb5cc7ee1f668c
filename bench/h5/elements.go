package main

import (
	"path/filepath"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
)

// A star has padding in memory and none in the file. Python and C can have it packed in
// memory as well, and then copy bytes; Go has no such structs. There are rows for both.
type star struct {
	ID   int32
	X, Y float64
	Kind int16
}

const elements = 500000

func stars() []star {
	all := make([]star, elements)
	for i := range all {
		all[i] = star{int32(i), float64(i), 0.5, int16(i)}
	}
	return all
}

func texts() []string {
	all := make([]string, elements)
	for i := range all {
		all[i] = "abcdefgh"[:i%9]
	}
	return all
}

// createFrom writes a file with a dataset x.
func createFrom(path string, values any, options ...h5.DatasetOption) error {
	f, err := h5.Create(path)
	if err != nil {
		return err
	}
	if _, err := f.CreateDatasetFrom("x", values, options...); err != nil {
		return err
	}
	return f.Close()
}

// writeElements writes new files: to write strings of any length over others takes
// HDF5 ten times as long as all the rest.
func writeElements(folder string, values any, options ...h5.DatasetOption) (time.Duration, error) {
	path := filepath.Join(folder, "galago.h5")
	return fresh(path, func() error { return createFrom(path, values, options...) })
}

// readElements reads into memory that has been in use, as all rows do.
func readElements(folder, name string, dst any) (time.Duration, error) {
	return reading(folder, name, func(d *h5.Dataset) (time.Duration, error) {
		return best(5, func() error { return d.ReadInto(dst) })
	})
}
