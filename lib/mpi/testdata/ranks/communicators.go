package main

import (
	"strings"

	"github.com/galago-hpc/galago/lib/mpi"
)

func communicators(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()
	check("World", rank >= 0 && rank < size && comm == mpi.World(), "rank %d of %d", rank, size)
	check("World", comm.Free() != nil, "can be freed")
	ok("Barrier", comm.Barrier())
	check("Handle", (comm.Handle() == 0) == (comm.Flavour() == mpi.None), "handle %#x, flavour %s", comm.Handle(), comm.Flavour())
	check("InfoNull", (mpi.InfoNull() == 0) == (comm.Flavour() == mpi.None), "is %#x", mpi.InfoNull())
	before := mpi.Wtime()
	check("Wtime", mpi.Wtime() >= before, "ran backwards")

	twin, err := comm.Dup()
	ok("Dup", err)
	check("Dup", twin.Rank() == rank && twin.Size() == size, "%v", twin)
	ok("Barrier of Dup", twin.Barrier())
	ok("Free", twin.Free())
	err = twin.Barrier()
	check("Free", err != nil && strings.Contains(err.Error(), "freed"), "a freed communicator gives %v", err)

	// Even and odd ranks, in reverse order; rank 0 is by itself.
	half, err := comm.Split(rank%2, -rank)
	ok("Split", err)
	members := size/2 + size%2*(1-rank%2)
	check("Split", half.Size() == members && half.Rank() == members-1-rank/2, "%v", half)
	sum := []int{rank}
	ok("Allreduce in half", mpi.Allreduce(half, sum, sum, mpi.Sum))
	want := 0
	for r := rank % 2; r < size; r += 2 {
		want += r
	}
	check("Allreduce in half", sum[0] == want, "%d, want %d", sum[0], want)
	ok("Free half", half.Free())

	colour := 3
	if rank == 0 {
		colour = mpi.Undefined
	}
	rest, err := comm.Split(colour, 0)
	ok("Split without rank 0", err)
	check("Split without rank 0", (rest == nil) == (rank == 0), "%v", rest)
	check("Split without rank 0", rest == nil || rest.Size() == size-1 && rest.Rank() == rank-1, "%v", rest)

	node, err := comm.SplitNode()
	ok("SplitNode", err)
	check("SplitNode", node.Size() >= 1 && node.Size() <= size, "%v", node)
	_, err = comm.Split(-2, 0)
	check("Split", err != nil, "takes colour -2")

	first, beyond := comm.Share(1003)
	ends := make([]int, 2*size)
	ok("Allgather of Share", mpi.Allgather(comm, []int{first, beyond}, ends))
	counts := mpi.Counts(1003, size)
	at := 0
	for r := range size {
		check("Share", ends[2*r] == at && ends[2*r+1] == at+counts[r], "rank %d has %v, Counts are %v", r, ends[2*r:2*r+2], counts)
		at += counts[r]
	}
	check("Share", at == 1003, "%d of 1003 are shared out", at)
}
