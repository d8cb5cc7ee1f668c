package main

import (
	"errors"
	"strings"

	"github.com/galago-hpc/galago/lib/mpi"
)

// mistakes checks that what would read or write beyond a buffer is refused
// before it reaches C. Every rank makes the same mistakes, so none waits.
func mistakes(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()
	wrong := func(what string, err error, class mpi.Class, text string) {
		check("mistakes", errors.Is(err, class) && strings.Contains(err.Error(), text), "%s gives %v", what, err)
	}
	buf := make([]float64, 2*size)
	one := make([]float64, 1)
	counts := mpi.Counts(2*size, size)

	for _, root := range []int{-1, size, mpi.AnySource, mpi.ProcNull} {
		wrong("Bcast", mpi.Bcast(comm, buf, root), mpi.ErrRoot, "ranks are 0 to")
		wrong("Scatter", mpi.Scatter(comm, buf, buf[:2], root), mpi.ErrRoot, "ranks are 0 to")
		wrong("Reduce", mpi.Reduce(comm, one, one, mpi.Sum, root), mpi.ErrRoot, "ranks are 0 to")
		wrong("Gatherv", mpi.Gatherv(comm, one, buf, counts, root), mpi.ErrRoot, "ranks are 0 to")
	}
	wrong("Send", mpi.Send(comm, one, size, 0), mpi.ErrRank, "to send to")
	wrong("Send", mpi.Send(comm, one, mpi.AnySource, 0), mpi.ErrRank, "to send to")
	wrong("Send", mpi.Send(comm, one, 0, -1), mpi.ErrTag, "tag -1")
	wrong("Send", mpi.Send(comm, one, 0, 1<<40), mpi.ErrTag, "out of range")
	_, err := mpi.Recv(comm, one, size, 0)
	wrong("Recv", err, mpi.ErrRank, "to receive from")
	_, err = mpi.Recv(comm, one, 0, -7)
	wrong("Recv", err, mpi.ErrTag, "tag -7")
	_, err = mpi.Irecv(comm, one, -5, 0)
	wrong("Irecv", err, mpi.ErrRank, "to receive from")
	_, err = mpi.Sendrecv(comm, buf[:2], 0, 0, buf[1:2], 0, 0)
	wrong("Sendrecv", err, mpi.ErrBuffer, "overlap")

	// The checks at root are made by each rank for itself.
	wrong("Scatter", mpi.Scatter(comm, make([]float64, size+1), one, rank), mpi.ErrCount, "send has")
	wrong("Scatter", mpi.Scatter(comm, nil, one, rank), mpi.ErrCount, "send has 0")
	wrong("Gather", mpi.Gather(comm, one, buf, rank), mpi.ErrCount, "recv has")
	wrong("Gather", mpi.Gather(comm, one, nil, rank), mpi.ErrCount, "recv has 0")
	wrong("Allgather", mpi.Allgather(comm, one, buf), mpi.ErrCount, "recv has")
	wrong("Scatterv", mpi.Scatterv(comm, buf, counts[1:], one, rank), mpi.ErrCount, "counts has")
	wrong("Scatterv", mpi.Scatterv(comm, buf, counts, one, rank), mpi.ErrCount, "recv has 1")
	wrong("Scatterv", mpi.Scatterv(comm, buf[1:], counts, make([]float64, 2), rank), mpi.ErrCount, "add up to")
	wrong("Gatherv", mpi.Gatherv(comm, one, buf, counts, rank), mpi.ErrCount, "send has 1")
	wrong("Allgatherv", mpi.Allgatherv(comm, make([]float64, 2), buf[1:], counts), mpi.ErrCount, "add up to")
	negative := mpi.Counts(2*size, size)
	negative[rank] = -1
	wrong("Gatherv", mpi.Gatherv(comm, one, buf, negative, rank), mpi.ErrCount, "is -1")
	wrong("Alltoall", mpi.Alltoall(comm, buf, buf), mpi.ErrBuffer, "overlap")
	wrong("Alltoall", mpi.Alltoall(comm, buf, one), mpi.ErrCount, "same multiple")
	wrong("Allreduce", mpi.Allreduce(comm, buf, one, mpi.Sum), mpi.ErrCount, "same number")
	many := make([]float64, 10)
	wrong("Allreduce", mpi.Allreduce(comm, many[:6], many[4:], mpi.Sum), mpi.ErrBuffer, "overlap")
	wrong("Reduce", mpi.Reduce(comm, one, nil, mpi.Sum, rank), mpi.ErrCount, "recv 0")

	wrong("Barrier", (*mpi.Comm)(nil).Barrier(), mpi.ErrComm, "nil")
	wrong("Bcast", mpi.Bcast(nil, one, 0), mpi.ErrComm, "nil")
	if size > 1 {
		wrong("Allgather", mpi.Allgather(comm, buf[1:3], buf), mpi.ErrBuffer, "this rank's part of recv")
	}
}
