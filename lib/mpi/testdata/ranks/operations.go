package main

import (
	"errors"
	"slices"

	"github.com/galago-hpc/galago/lib/mpi"
)

// operations checks reductions beyond what types does: bools, working in
// place, prefixes, refusals.
func operations(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()
	for _, c := range []struct {
		op         mpi.Op
		mine, want bool
	}{
		{mpi.LAnd, rank != 0, false},
		{mpi.LAnd, true, true},
		{mpi.LOr, rank == size-1, true},
		{mpi.LOr, false, false},
		{mpi.LXor, true, size%2 == 1},
	} {
		got := []bool{!c.want}
		ok("bools", mpi.Allreduce(comm, []bool{c.mine}, got, c.op))
		check("bools", got[0] == c.want, "%v gives %v", c.op, got[0])
	}

	total := size * (size - 1) / 2
	buf := []float64{float64(rank), 1}
	ok("Allreduce in place", mpi.Allreduce(comm, buf, buf, mpi.Sum))
	check("Allreduce in place", slices.Equal(buf, []float64{float64(total), float64(size)}), "%v", buf)

	buf = []float64{float64(rank), 1}
	ok("Reduce in place", mpi.Reduce(comm, buf, buf, mpi.Sum, 0))
	want := []float64{float64(rank), 1}
	if rank == 0 {
		want = []float64{float64(total), float64(size)}
	}
	check("Reduce in place", slices.Equal(buf, want), "%v, want %v", buf, want)

	one := make([]int32, 1)
	ok("Scan", mpi.Scan(comm, []int32{int32(rank + 1)}, one, mpi.Sum))
	check("Scan", one[0] == int32((rank+1)*(rank+2)/2), "%d", one[0])
	one[0] = -1
	ok("Exscan", mpi.Exscan(comm, []int32{int32(rank + 1)}, one, mpi.Sum))
	expected := int32(rank * (rank + 1) / 2)
	if rank == 0 {
		expected = -1
	}
	check("Exscan", one[0] == expected, "%d", one[0])

	// What the standard does not define is refused, on all ranks alike.
	refused := func(what string, err error) {
		check("refusals", errors.Is(err, mpi.ErrOp), "%s gives %v", what, err)
	}
	refused("the sum of bools", mpi.Allreduce(comm, []bool{true}, []bool{true}, mpi.Sum))
	refused("the maximum of bools", mpi.Reduce(comm, []bool{true}, []bool{true}, mpi.Max, 0))
	refused("the and of floats", mpi.Allreduce(comm, []float64{1}, []float64{1}, mpi.LAnd))
	refused("the bits of floats", mpi.Scan(comm, []float32{1}, []float32{1}, mpi.BXor))
	refused("the bits of bools", mpi.Allreduce(comm, []bool{true}, []bool{true}, mpi.BOr))
	refused("the minimum of complex numbers", mpi.Exscan(comm, []complex128{1}, []complex128{1}, mpi.Min))
	refused("an unknown operation", mpi.Allreduce(comm, []int{1}, []int{1}, mpi.Op(99)))
}
