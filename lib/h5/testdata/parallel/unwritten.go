package main

import (
	"fmt"
	"slices"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// unwritten looks at what is where nothing was written, in space of the file that held
// something else before, and lets only the last rank write, and then none.
func unwritten(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	// Where there was nothing before, no zeros are written.
	d, err := f.CreateDataset("fresh", h5.Float64, h5.Shape{length})
	if err != nil {
		return err
	}
	if fill, _, err := d.Times(); err != nil || fill != h5.FillIfSet {
		return fmt.Errorf("new space is filled %s: %v", fill, err)
	}
	if err := leaveSpace(f, true); err != nil {
		return err
	}
	if err := fewWrite(comm, f, "middle", h5.Float64, nil, nothings[0]); err != nil {
		return fmt.Errorf("middle: %w", err)
	}
	if err := leaveSpace(f, false); err != nil {
		return err
	}
	for i, c := range []struct {
		name    string
		t       h5.AnyType
		options []h5.DatasetOption
	}{
		{"contiguous", h5.Float64, nil}, {"chunks", h5.Float64, []h5.DatasetOption{h5.Chunks{1000}}}, {"gzip", h5.Float64, []h5.DatasetOption{h5.Chunks{1000}, h5.Gzip(1)}},
		// Collective writes convert, and to what is compressed there are no others.
		{"gzip big-endian", h5.BigEndian(h5.Int16), []h5.DatasetOption{h5.Chunks{1000}, h5.Gzip(1)}},
	} {
		if err := fewWrite(comm, f, c.name, c.t, c.options, nothings[i%len(nothings)]); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return f.Close()
}

const length = 4000

// nothings are ways to select nothing.
var nothings = []any{"0:0", "[]", slices.Repeat([]bool{false}, length)}

// leaveSpace deletes a dataset that has been written, at the end of the file or before
// another.
func leaveSpace(f *h5.File, keep bool) error {
	d, err := f.CreateDataset("old", h5.Float64, h5.Shape{length}, h5.FillNever)
	if err != nil {
		return err
	}
	if keep {
		if _, err := f.CreateDatasetFrom("keep", make([]float64, length)); err != nil {
			return err
		}
	}
	old := nd.New(h5.Float64, length)
	old.Fill(7)
	if err := d.Write(old, h5.Collective); err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	return f.Delete("old")
}

// fewWrite makes a dataset into which one rank writes one number.
func fewWrite(comm *mpi.Comm, f *h5.File, name string, t h5.AnyType, options []h5.DatasetOption, nothing any) error {
	d, err := f.CreateDataset(name, t, append(options, h5.Shape{length})...)
	if err != nil {
		return err
	}
	place, last := comm.Size()-1, comm.Rank() == comm.Size()-1
	selection := nothing
	if last {
		selection = place
	}
	if err := d.Write(3, selection, h5.Collective); err != nil {
		return err
	}
	if err := d.Write(4, nothing, h5.Collective); err != nil {
		return fmt.Errorf("all ranks write nothing: %w", err)
	}
	if a, err := d.Read(nothing, h5.Collective); err != nil || a.Len() != 0 {
		return fmt.Errorf("all ranks read nothing: %v: %v", a, err)
	}
	if err := f.Flush(); err != nil {
		return err
	}
	if err := comm.Barrier(); err != nil {
		return err
	}
	a, err := d.Read(h5.Collective)
	if err != nil {
		return err
	}
	if a.Sum().Item() != 3 || a.At(place) != 3 {
		return fmt.Errorf("the elements add up to %v, and %v is at %d", a.Sum().Item(), a.At(place), place)
	}
	return d.Close()
}
