package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Scatter deals root's send out in equal parts, part r into recv of rank r.
// At root, send has Size times as many elements as recv; elsewhere it is not
// used and may be nil. All ranks' recv have the same length. At root, recv may
// be the part of send that it would receive. Collective. MPI_Scatter, MPI-4.0,
// section 6.6.
func Scatter[T Element](comm *Comm, send, recv []T, root int) error {
	return comm.scatter(bufferOf(send), bufferOf(recv), root)
}

func (c *Comm) scatter(send, recv buffer, root int) error {
	const call = "MPI_Scatter"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.root(call, root); err != nil {
		return err
	}
	if err := c.fits(call, recv.n); err != nil {
		return err
	}
	into := recv.data
	if c.rank == root {
		if send.n != recv.n*c.size {
			return c.refuse(call, ErrCount, "send has %d elements, want %d: %d (the length of recv) for each of %d ranks", send.n, recv.n*c.size, recv.n, c.size)
		}
		var err error
		if into, err = c.inPlace(call, "send", send, recv, c.rank*recv.n); err != nil {
			return err
		}
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Scatter(const void *sendbuf, int sendcount, MPI_Datatype sendtype,
	//                 void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm)
	code := active.call(active.c.scatter, send.data, dl.Int(recv.n), dl.Word(active.types[send.kind]),
		into, dl.Int(recv.n), dl.Word(active.types[recv.kind]), dl.Int(root), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v to each rank from rank %d", recv.n, recv.kind, root), code)
	}
	return nil
}

// inPlace compares the buffer that a rank contributes or receives, own, with
// the place of the same data in the buffer of all ranks, whole: MPI must be
// told if they are the same memory, and must not get them if they overlap
// otherwise. It returns what to pass for own.
func (c *Comm) inPlace(call, wholeName string, whole, own buffer, first int) (dl.Arg, error) {
	switch {
	case !overlaps(whole, own):
		return own.data, nil
	case whole.part(first, own.n).at == own.at && !c.lone:
		return dl.Word(active.inPlace), nil
	case whole.part(first, own.n).at == own.at:
		return own.data, nil
	}
	return dl.Null, c.refuse(call, ErrBuffer, "send and recv overlap: they must be apart, or one exactly this rank's part of %s", wholeName)
}

// Scatterv deals root's send out in parts of different lengths: rank r
// receives counts[r] elements, which follow those of rank r-1 in send. At root,
// the counts add up to the length of send; elsewhere send and counts may be
// nil. On every rank r, recv has counts[r] elements. Collective.
// [Counts] gives counts that are as equal as can be. MPI_Scatterv, MPI-4.0,
// section 6.6.
func Scatterv[T Element](comm *Comm, send []T, counts []int, recv []T, root int) error {
	return comm.scatterv(bufferOf(send), counts, bufferOf(recv), root)
}

func (c *Comm) scatterv(send buffer, counts []int, recv buffer, root int) error {
	const call = "MPI_Scatterv"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.root(call, root); err != nil {
		return err
	}
	if err := c.fits(call, recv.n); err != nil {
		return err
	}
	var layout layout
	into := recv.data
	if c.rank == root || counts != nil {
		var err error
		if layout, err = c.lay(call, "recv", counts, recv.n); err != nil {
			return err
		}
	}
	if c.rank == root {
		if send.n != layout.total {
			return c.refuse(call, ErrCount, "send has %d elements, but counts add up to %d", send.n, layout.total)
		}
		var err error
		if into, err = c.inPlace(call, "send", send, recv, int(layout.first[c.rank])); err != nil {
			return err
		}
	}
	if c.lone {
		copyInto(recv, send)
		return nil
	}
	// int MPI_Scatterv(const void *sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype,
	//                  void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm)
	code := active.call(active.c.scatterv, send.data, dl.Slice(layout.count), dl.Slice(layout.first), dl.Word(active.types[send.kind]),
		into, dl.Int(recv.n), dl.Word(active.types[recv.kind]), dl.Int(root), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, fmt.Sprintf("of %d %v to this rank from rank %d", recv.n, recv.kind, root), code)
	}
	return nil
}

// A layout is where each rank's part lies in a buffer for all.
type layout struct {
	count, first []int32 // elements, and index of the first one
	total        int
}

// lay checks counts against the communicator and against the length of this
// rank's own buffer, and lays the parts out one after the other.
func (c *Comm) lay(call, ownName string, counts []int, own int) (layout, error) {
	if len(counts) != c.size {
		return layout{}, c.refuse(call, ErrCount, "counts has %d entries, want one for each of %d ranks", len(counts), c.size)
	}
	l := layout{count: make([]int32, c.size), first: make([]int32, c.size)}
	for rank, n := range counts {
		if n < 0 {
			return layout{}, c.refuse(call, ErrCount, "counts[%d] is %d", rank, n)
		}
		if n > maxCount || l.total > maxCount {
			return layout{}, c.refuse(call, ErrCount, "counts reach beyond the %d elements that MPI moves in one call: make several calls", maxCount)
		}
		l.count[rank], l.first[rank] = int32(n), int32(l.total)
		l.total += n
	}
	if own != counts[c.rank] {
		return layout{}, c.refuse(call, ErrCount, "%s has %d elements, but counts[%d] is %d", ownName, own, c.rank, counts[c.rank])
	}
	return l, nil
}
