package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Allgather collects the send of every rank into recv of every rank, in the
// order of ranks. All send have the same length, and recv has Size times as
// many elements. On all ranks alike, send may be the rank's own part of recv.
// Collective. MPI_Allgather, MPI-4.0, section 6.7.
func Allgather[T Element](comm *Comm, send, recv []T) error {
	return comm.allgather(bufferOf(send), bufferOf(recv))
}

func (c *Comm) allgather(send, recv buffer) error {
	const call = "MPI_Allgather"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.fits(call, send.n); err != nil {
		return err
	}
	if err := c.roomForAll(call, send, recv); err != nil {
		return err
	}
	from, err := c.inPlace(call, "recv", recv, send, c.rank*send.n)
	if err != nil {
		return err
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Allgather(const void *sendbuf, int sendcount, MPI_Datatype sendtype,
	//                   void *recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm)
	code := active.call(active.c.allgather, from, dl.Int(send.n), dl.Word(active.types[send.kind]),
		recv.data, dl.Int(send.n), dl.Word(active.types[recv.kind]), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v from each rank", send.n, send.kind), code)
	}
	return nil
}

// Allgatherv collects parts of different lengths on every rank: counts[r]
// elements from rank r, which follow those of rank r-1 in recv. The counts are
// the same everywhere and add up to the length of recv; on rank r, send has
// counts[r] elements. Collective. MPI_Allgatherv, MPI-4.0, section 6.7.
func Allgatherv[T Element](comm *Comm, send, recv []T, counts []int) error {
	return comm.allgatherv(bufferOf(send), bufferOf(recv), counts)
}

func (c *Comm) allgatherv(send, recv buffer, counts []int) error {
	const call = "MPI_Allgatherv"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.fits(call, send.n); err != nil {
		return err
	}
	layout, err := c.lay(call, "send", counts, send.n)
	if err != nil {
		return err
	}
	from, err := c.intoLayout(call, send, recv, layout)
	if err != nil {
		return err
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Allgatherv(const void *sendbuf, int sendcount, MPI_Datatype sendtype,
	//                    void *recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm)
	code := active.call(active.c.allgatherv, from, dl.Int(send.n), dl.Word(active.types[send.kind]),
		recv.data, dl.Slice(layout.count), dl.Slice(layout.first), dl.Word(active.types[recv.kind]), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v from this rank", send.n, send.kind), code)
	}
	return nil
}

// Alltoall sends part r of send to rank r, and receives into part r of recv
// what rank r sent here. Both have the same length on all ranks, a multiple of
// Size, and do not overlap. Collective. MPI_Alltoall, MPI-4.0, section 6.8.
func Alltoall[T Element](comm *Comm, send, recv []T) error {
	return comm.alltoall(bufferOf(send), bufferOf(recv))
}

func (c *Comm) alltoall(send, recv buffer) error {
	const call = "MPI_Alltoall"
	if err := c.ready(call); err != nil {
		return err
	}
	if send.n%c.size != 0 || send.n != recv.n {
		return c.refuse(call, ErrCount, "send has %d elements and recv %d: both want the same multiple of %d ranks", send.n, recv.n, c.size)
	}
	n := send.n / c.size
	if err := c.fits(call, n); err != nil {
		return err
	}
	if overlaps(send, recv) {
		return c.refuse(call, ErrBuffer, "send and recv overlap")
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Alltoall(const void *sendbuf, int sendcount, MPI_Datatype sendtype,
	//                  void *recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm)
	code := active.call(active.c.alltoall, send.data, dl.Int(n), dl.Word(active.types[send.kind]),
		recv.data, dl.Int(n), dl.Word(active.types[recv.kind]), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v to each rank", n, send.kind), code)
	}
	return nil
}
