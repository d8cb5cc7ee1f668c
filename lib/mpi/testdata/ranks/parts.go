package main

import (
	"slices"

	"github.com/galago-hpc/galago/lib/mpi"
)

// parts checks collectives with parts of different lengths, empty ones among
// them, and buffers that are parts of each other.
func parts(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()
	counts := make([]int, size)
	total, first := 0, 0
	for r := range counts {
		counts[r] = r % 3 * 2 // rank 0 has nothing
		if r < rank {
			first += counts[r]
		}
		total += counts[r]
	}
	every := make([]float64, total)
	for i := range every {
		every[i] = float64(i) + 0.5
	}
	mine := every[first : first+counts[rank]]
	root := size - 1

	part := make([]float64, counts[rank])
	if rank == root {
		ok("Scatterv", mpi.Scatterv(comm, every, counts, part, root))
	} else {
		ok("Scatterv", mpi.Scatterv(comm, nil, nil, part, root))
	}
	check("Scatterv", slices.Equal(part, mine), "%v, want %v", part, mine)

	var gathered []float64
	var there []int
	if rank == root {
		gathered, there = make([]float64, total), counts
	}
	ok("Gatherv", mpi.Gatherv(comm, part, gathered, there, root))
	check("Gatherv", rank != root || slices.Equal(gathered, every), "%v", gathered)

	everywhere := make([]float64, total)
	ok("Allgatherv", mpi.Allgatherv(comm, part, everywhere, counts))
	check("Allgatherv", slices.Equal(everywhere, every), "%v", everywhere)

	// In place: each rank's part is where it belongs already.
	clear(everywhere)
	own := everywhere[first : first+counts[rank]]
	copy(own, part)
	ok("Allgatherv in place", mpi.Allgatherv(comm, own, everywhere, counts))
	check("Allgatherv in place", slices.Equal(everywhere, every), "%v", everywhere)

	pairs := make([]int16, 2*size)
	pairs[2*rank], pairs[2*rank+1] = int16(rank), int16(-rank)
	ok("Allgather in place", mpi.Allgather(comm, pairs[2*rank:2*rank+2], pairs))
	for r := range size {
		check("Allgather in place", pairs[2*r] == int16(r) && pairs[2*r+1] == int16(-r), "%v", pairs)
	}
	if rank == root {
		ok("Scatter in place", mpi.Scatter(comm, pairs, pairs[2*rank:2*rank+2], root))
		ok("Gather in place", mpi.Gather(comm, pairs[2*rank:2*rank+2], pairs, root))
		for r := range size - 1 { // root has not multiplied its own
			check("Gather in place", pairs[2*r+1] == int16(-10*r), "%v", pairs)
		}
	} else {
		two := make([]int16, 2)
		ok("Scatter in place", mpi.Scatter(comm, nil, two, root))
		check("Scatter in place", two[0] == int16(rank), "%v", two)
		two[1] *= 10
		ok("Gather in place", mpi.Gather(comm, two, nil, root))
	}

	send, recv := make([]int, 2*size), make([]int, 2*size)
	for r := range size {
		send[2*r], send[2*r+1] = 100*rank+r, rank
	}
	ok("Alltoall", mpi.Alltoall(comm, send, recv))
	for r := range size {
		check("Alltoall", recv[2*r] == 100*r+rank && recv[2*r+1] == r, "%v", recv)
	}

	// Nothing at all, nil or empty.
	var none []float64
	ok("Bcast of nothing", mpi.Bcast(comm, none, 0))
	ok("Scatter of nothing", mpi.Scatter(comm, none, none, 0))
	ok("Gather of nothing", mpi.Gather(comm, []float64{}, none, 0))
	ok("Allgather of nothing", mpi.Allgather(comm, none, []float64{}))
	ok("Allgatherv of nothing", mpi.Allgatherv(comm, none, none, make([]int, size)))
	ok("Alltoall of nothing", mpi.Alltoall(comm, none, none))
	ok("Reduce of nothing", mpi.Reduce(comm, none, none, mpi.Sum, 0))
	ok("Allreduce of nothing", mpi.Allreduce(comm, none, []float64{}, mpi.Sum))
	ok("Scan of nothing", mpi.Scan(comm, none, none, mpi.Max))
}
