package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// shared is how many bytes the ranks write together.
const shared = 128 << 20

// together is the shortest of three times that the slowest rank takes, for rank 0 to
// report; 0 for the others. Rank 0 prepares each time.
func together(comm *mpi.Comm, prepare, do func() error) (time.Duration, error) {
	shortest := time.Duration(1<<63 - 1)
	for range 3 {
		if comm.Rank() == 0 {
			if err := prepare(); err != nil {
				return 0, err
			}
		}
		if err := comm.Barrier(); err != nil {
			return 0, err
		}
		begun := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		own, slowest := []float64{time.Since(begun).Seconds()}, []float64{0}
		if err := mpi.Allreduce(comm, own, slowest, mpi.Max); err != nil {
			return 0, err
		}
		shortest = min(shortest, time.Duration(slowest[0]*float64(time.Second)))
	}
	if comm.Rank() != 0 {
		return 0, nil
	}
	return shortest, nil
}

// part is what a rank has of n numbers.
func part(comm *mpi.Comm, n int) nd.Index {
	each := n / comm.Size()
	return nd.R(comm.Rank()*each, (comm.Rank()+1)*each)
}

func writeTogether(folder string) (time.Duration, error) {
	comm := mpi.World()
	path := filepath.Join(folder, "galago-mpi.h5")
	values := numbers(shared / 8 / comm.Size())
	defer os.Remove(path)
	return together(comm, func() error { return os.RemoveAll(path) }, func() error {
		f, err := h5.Create(path, h5.MPIO(comm))
		if err != nil {
			return err
		}
		d, err := f.CreateDataset("x", h5.Float64, h5.Shape{shared / 8})
		if err != nil {
			return err
		}
		if err := d.Write(values, part(comm, shared/8), h5.Collective); err != nil {
			return err
		}
		return f.Close()
	})
}

func readTogether(folder string) (time.Duration, error) {
	comm := mpi.World()
	f, err := h5.Open(filepath.Join(folder, "big.h5"), h5.MPIO(comm))
	if err != nil {
		return 0, err
	}
	d, err := f.Dataset("x")
	if err != nil {
		return 0, err
	}
	values := numbers(big / 8 / comm.Size())
	t, err := together(comm, func() error { return nil }, func() error { return d.ReadInto(&values, part(comm, big/8), h5.Collective) })
	return t, errors.Join(err, f.Close())
}
