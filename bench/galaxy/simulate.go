package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// simulate is the rank program: it follows this rank's share of the stars and
// writes them to the file, together with the other ranks.
func simulate(path string, stars int, tolerance float64) (err error) {
	comm := mpi.World()
	rank, size := comm.Rank(), comm.Size()
	// libhdf5 is loaded before the clock starts, as Python loads it with h5py.
	if _, err := h5.Info(); err != nil {
		return err
	}
	if err := comm.Barrier(); err != nil {
		return err
	}
	began := mpi.Wtime()

	f, err := h5.Create(path, h5.MPIO(comm))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// All ranks create the datasets. What a rank writes of them afterwards is its own
	// affair: a star is one block of the file, and there is nothing to merge with the
	// blocks of others.
	create := func(name string, bodies int) (set *h5.Dataset) {
		if err == nil {
			set, err = f.CreateDataset(name, h5.Float64, h5.Shape{bodies, rows, 3})
		}
		return set
	}
	posStars, velStars := create("pos_pt", stars), create("vel_pt", stars)
	posNucleus, velNucleus := create("pos_nuc", 1), create("vel_nuc", 1)
	if err != nil {
		return err
	}

	// The shares differ by one star at most, and no star is left out.
	first, last := stars*rank/size, stars*(rank+1)/size
	solver, times := newSolver(tolerance), outputTimes()
	var pos, vel Orbit // of the star at hand
	start := time.Now()
	for i := first; i < last; i++ {
		err := follow(solver, newStar(i), times, func(j int, y []float64) {
			pos[j], vel[j] = [3]float64(y[0:3]), [3]float64(y[3:6])
		})
		if err != nil {
			return fmt.Errorf("star %d: %w", i, err)
		}
		if err := errors.Join(posStars.Write(pos[:], i), velStars.Write(vel[:], i)); err != nil {
			return fmt.Errorf("star %d: %w", i, err)
		}
	}
	fmt.Printf("MPI Rank %d : Simulating my particles took %v s\n", rank, time.Since(start).Seconds())

	// The nucleus goes its way whatever the stars do: rank 0 keeps it.
	if rank == 0 {
		err := follow(solver, newStar(0), times, func(j int, y []float64) {
			pos[j], vel[j] = [3]float64(y[6:9]), [3]float64(y[9:12])
		})
		if err := errors.Join(err, posNucleus.Write(pos[:], 0), velNucleus.Write(vel[:], 0)); err != nil {
			return fmt.Errorf("nucleus: %w", err)
		}
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := comm.Barrier(); err != nil {
		return err
	}
	if rank == 0 {
		fmt.Println("Success!")
		fmt.Printf("integration and writing: %.6f s\n", mpi.Wtime()-began)
	}
	return nil
}
