package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// simulate is the rank program: it follows this rank's share of the stars and
// writes them to the file, together with the other ranks.
func simulate(path string, stars int) (err error) {
	comm := mpi.World()
	rank, size := comm.Rank(), comm.Size()
	// libhdf5 is loaded before the clock starts, as Python loads it with h5py.
	if _, err := h5.Library(); err != nil {
		return err
	}
	if err := comm.Barrier(); err != nil {
		return err
	}
	began := mpi.Wtime()

	// The shares differ by one star at most, and no star is left out.
	first, last := stars*rank/size, stars*(rank+1)/size
	pos, vel := make([]Orbit, last-first), make([]Orbit, last-first)
	solver, times := newSolver(), outputTimes()
	start := time.Now()
	for i := first; i < last; i++ {
		p, v := &pos[i-first], &vel[i-first]
		err := follow(solver, newStar(i), times, func(j int, y []float64) {
			p[j], v[j] = [3]float64(y[0:3]), [3]float64(y[3:6])
		})
		if err != nil {
			return fmt.Errorf("star %d: %w", i, err)
		}
	}
	fmt.Printf("MPI Rank %d : Simulating my particles took %v s\n", rank, time.Since(start).Seconds())

	f, err := h5.Create(path, h5.MPIO(comm))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// All ranks create the datasets. A rank's rows are one block of the file, which
	// it writes with one call, when it likes: there is nothing to merge with the
	// blocks of others, and so nothing to gain from a collective transfer.
	write := func(name string, bodies int, values []Orbit, part nd.Index) error {
		set, err := f.CreateDataset(name, h5.Float64, h5.Shape{bodies, rows, 3})
		if err != nil || len(values) == 0 {
			return err
		}
		return set.Write(values, part)
	}
	// The nucleus goes its way whatever the stars do: rank 0 keeps it.
	var nucleusPos, nucleusVel []Orbit
	if rank == 0 {
		nucleusPos, nucleusVel = make([]Orbit, 1), make([]Orbit, 1)
		err := follow(solver, newStar(0), times, func(j int, y []float64) {
			nucleusPos[0][j], nucleusVel[0][j] = [3]float64(y[6:9]), [3]float64(y[9:12])
		})
		if err != nil {
			return fmt.Errorf("nucleus: %w", err)
		}
	}
	err = errors.Join(
		write("pos_pt", stars, pos, nd.R(first, last)),
		write("vel_pt", stars, vel, nd.R(first, last)),
		write("pos_nuc", 1, nucleusPos, nd.R(0, 1)),
		write("vel_nuc", 1, nucleusVel, nd.R(0, 1)))
	if err != nil {
		return err
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
