package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Gather collects the send of every rank into recv of root, in the order of
// ranks. All send have the same length; at root recv has Size times as many
// elements, elsewhere it is not used and may be nil. At root, send may be its
// own part of recv. Collective. MPI_Gather, MPI-4.0, section 6.5.
func Gather[T Element](comm *Comm, send, recv []T, root int) error {
	return comm.gather(bufferOf(send), bufferOf(recv), root)
}

func (c *Comm) gather(send, recv buffer, root int) error {
	const call = "MPI_Gather"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.root(call, root); err != nil {
		return err
	}
	if err := c.fits(call, send.n); err != nil {
		return err
	}
	from := send.data
	if c.rank == root {
		if err := c.roomForAll(call, send, recv); err != nil {
			return err
		}
		var err error
		if from, err = c.inPlace(call, "recv", recv, send, c.rank*send.n); err != nil {
			return err
		}
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Gather(const void *sendbuf, int sendcount, MPI_Datatype sendtype,
	//                void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm)
	code := active.call(active.c.gather, from, dl.Int(send.n), dl.Word(active.types[send.kind]),
		recv.data, dl.Int(send.n), dl.Word(active.types[recv.kind]), dl.Int(root), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v from each rank to rank %d", send.n, send.kind, root), code)
	}
	return nil
}

// roomForAll checks a buffer that takes the same number of elements from each
// rank.
func (c *Comm) roomForAll(call string, send, recv buffer) error {
	if recv.n != send.n*c.size {
		return c.refuse(call, ErrCount, "recv has %d elements, want %d: %d (the length of send) from each of %d ranks", recv.n, send.n*c.size, send.n, c.size)
	}
	return nil
}

// Gatherv collects parts of different lengths: root receives counts[r]
// elements from rank r, which follow those of rank r-1 in recv. At root, the
// counts add up to the length of recv; elsewhere recv and counts may be nil.
// On every rank r, send has counts[r] elements. Collective. MPI_Gatherv,
// MPI-4.0, section 6.5.
func Gatherv[T Element](comm *Comm, send, recv []T, counts []int, root int) error {
	return comm.gatherv(bufferOf(send), bufferOf(recv), counts, root)
}

func (c *Comm) gatherv(send, recv buffer, counts []int, root int) error {
	const call = "MPI_Gatherv"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.root(call, root); err != nil {
		return err
	}
	if err := c.fits(call, send.n); err != nil {
		return err
	}
	var layout layout
	from := send.data
	if c.rank == root || counts != nil {
		var err error
		if layout, err = c.lay(call, "send", counts, send.n); err != nil {
			return err
		}
	}
	if c.rank == root {
		var err error
		if from, err = c.intoLayout(call, send, recv, layout); err != nil {
			return err
		}
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Gatherv(const void *sendbuf, int sendcount, MPI_Datatype sendtype,
	//                 void *recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm)
	code := active.call(active.c.gatherv, from, dl.Int(send.n), dl.Word(active.types[send.kind]),
		recv.data, dl.Slice(layout.count), dl.Slice(layout.first), dl.Word(active.types[recv.kind]), dl.Int(root), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v from this rank to rank %d", send.n, send.kind, root), code)
	}
	return nil
}

// intoLayout checks a buffer that takes the parts of a layout, and returns
// what to pass for send.
func (c *Comm) intoLayout(call string, send, recv buffer, l layout) (dl.Arg, error) {
	if recv.n != l.total {
		return dl.Null, c.refuse(call, ErrCount, "recv has %d elements, but counts add up to %d", recv.n, l.total)
	}
	return c.inPlace(call, "recv", recv, send, int(l.first[c.rank]))
}
