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

	// The nucleus goes its way whatever the stars do: rank 0 keeps it.
	nucleusPos, nucleusVel := make([]Orbit, 1), make([]Orbit, 1)
	part := nd.R(0, 0)
	if rank == 0 {
		part = nd.R(0, 1)
		err := follow(solver, newStar(0), times, func(j int, y []float64) {
			nucleusPos[0][j], nucleusVel[0][j] = [3]float64(y[6:9]), [3]float64(y[9:12])
		})
		if err != nil {
			return fmt.Errorf("nucleus: %w", err)
		}
	} else {
		nucleusPos, nucleusVel = nil, nil
	}

	f, err := h5.Create(path, h5.MPIO(comm))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, d := range []struct {
		name   string
		rows   int
		values []Orbit
		part   nd.Index
	}{
		{"pos_pt", stars, pos, nd.R(first, last)},
		{"vel_pt", stars, vel, nd.R(first, last)},
		{"pos_nuc", 1, nucleusPos, part},
		{"vel_nuc", 1, nucleusVel, part},
	} {
		set, err := f.CreateDataset(d.name, h5.Float64, h5.Shape{d.rows, rows, 3})
		if err != nil {
			return err
		}
		// This rank's rows are one block of the file: one write.
		if err := set.Write(d.values, d.part, h5.Collective); err != nil {
			return err
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
