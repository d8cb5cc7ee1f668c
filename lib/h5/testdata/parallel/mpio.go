package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// mpio goes through what there is to say about MPI-IO.
func mpio(comm *mpi.Comm, args []string) error {
	path := args[0]
	wrong := map[string][]h5.Option{
		"h5.Hints does nothing without h5.MPIO":              {h5.Hints{"cb_nodes": "1"}},
		"h5.CollMetadataReads does nothing without h5.MPIO":  {h5.CollMetadataReads},
		"h5.CollMetadataWrites does nothing without h5.MPIO": {h5.CollMetadataWrites},
		"h5.Stripe does nothing without h5.MPIO":             {h5.Stripe(2, 1<<20)},
		"a multiple of 65536 bytes":                          {h5.MPIO(comm), h5.Stripe(2, 1000)},
		"over -2 targets":                                    {h5.MPIO(comm), h5.Stripe(-2, 0)},
		"neither can be empty":                               {h5.MPIO(comm), h5.Hints{"": "1"}},
	}
	for _, says := range slices.Sorted(maps.Keys(wrong)) { // the ranks in one order
		options := wrong[says]
		if _, err := h5.Create(path, options...); err == nil || !strings.Contains(err.Error(), says) {
			return fmt.Errorf("%q: %v", says, err)
		}
	}
	f, err := h5.Create(path, h5.MPIO(comm), h5.Hints{"cb_buffer_size": "8388608", "romio_cb_write": "enable", "unheard_of": "x"},
		h5.Stripe(4, 1<<20), h5.CollMetadataReads, h5.CollMetadataWrites)
	if err != nil {
		return err
	}
	hints, err := f.Hints()
	if err != nil {
		return err
	}
	if got := hints["cb_buffer_size"]; got != "8388608" {
		return fmt.Errorf("the hints are %v", hints)
	}
	for _, on := range []bool{true, false} {
		// Not every MPI has it on every file system.
		if err := f.SetAtomic(on); err != nil {
			if !strings.Contains(err.Error(), "set atomic mode of "+path) {
				return err
			}
			continue
		}
		if got, err := f.Atomic(); err != nil || got != on {
			return fmt.Errorf("atomic mode is %v, want %v: %v", got, on, err)
		}
	}
	if err := inFile(comm, f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if f, err = h5.Open(path, h5.MPIO(comm), h5.CollMetadataReads); err != nil {
		return err
	}
	d, err := f.Dataset("g/x")
	if err != nil {
		return err
	}
	if a, err := d.Read(h5.Collective); err != nil || a.Sum().Item() != float64(comm.Size()*(comm.Size()-1)/2) {
		return fmt.Errorf("read %v: %v", a, err)
	}
	if unit, err := d.Attrs().Get("unit"); err != nil || unit != "m" {
		return fmt.Errorf("the unit is %v: %v", unit, err)
	}
	if _, err := f.Group("none"); err == nil {
		return errors.New("a group that is not there was opened")
	}
	if err := f.Close(); err != nil {
		return err
	}
	own, err := h5.InMemory(nil)
	if err != nil {
		return err
	}
	for _, err := range []error{own.SetAtomic(true), errOf(own.Atomic()), errOf(own.Hints())} {
		if err == nil || !strings.Contains(err.Error(), "the file is not parallel; open it with h5.MPIO") {
			return fmt.Errorf("a file that is not parallel: %v", err)
		}
	}
	return own.Close()
}

func errOf[T any](_ T, err error) error { return err }

// inFile writes with all ways to say how.
func inFile(comm *mpi.Comm, f *h5.File) error {
	d, err := f.CreateDataset("g/x", h5.Int64, h5.Shape{comm.Size()})
	if err != nil {
		return err
	}
	if err := d.Attrs().Set("unit", "m"); err != nil {
		return err
	}
	z, err := f.CreateDataset("z", h5.Int64, h5.Shape{3 * comm.Size()}, h5.Chunks{2}, h5.Gzip(1))
	if err != nil {
		return err
	}
	if d.Transfer() != h5.Independent {
		return errors.New("transfers are not independent by default")
	}
	d.SetTransfer(h5.Collective)
	z.SetTransfer(h5.Collective)
	if d.Transfer() != h5.Collective {
		return errors.New("the mode of transfers is not kept")
	}
	if err := d.Write(comm.Rank(), comm.Rank()); err != nil {
		return err
	}
	// Only collective transfers reach compressed data.
	if err := z.Write([]int{1, 2, comm.Rank()}, fmt.Sprintf("%d:%d", 3*comm.Rank(), 3*comm.Rank()+3)); err != nil {
		return err
	}
	if err := z.Write(1, 3*comm.Rank(), h5.Independent); err == nil || !strings.Contains(err.Error(), "pass h5.Collective") {
		return fmt.Errorf("an independent write to a compressed dataset: %v", err)
	}
	if err := z.WriteChunk(make([]byte, 16), 1, 0); err == nil || !strings.Contains(err.Error(), "cannot be written by one rank; use Write with h5.Collective") {
		return fmt.Errorf("a chunk of a compressed dataset: %v", err)
	}
	return f.Flush()
}
