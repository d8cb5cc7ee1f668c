package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Reduce combines the send of all ranks, element by element, into recv of
// root. All have the same length; on other ranks recv is not used and may be nil.
// At root, recv may be send itself. Collective. MPI_Reduce, MPI-4.0, section
// 6.9.1.
func Reduce[T Element](comm *Comm, send, recv []T, op Op, root int) error {
	return comm.reduce(bufferOf(send), bufferOf(recv), op, root)
}

func (c *Comm) reduce(send, recv buffer, op Op, root int) error {
	const call = "MPI_Reduce"
	if err := c.reducible(call, send.kind, op); err != nil {
		return err
	}
	if err := c.root(call, root); err != nil {
		return err
	}
	atRoot := c.rank == root
	if atRoot {
		if err := c.alike(call, send, recv); err != nil {
			return err
		}
	}
	if c.lone {
		copyInto(recv, send)
		truths(recv, op)
		return nil
	}
	err := inPieces(send.n, func(first, n int) error {
		from, into := send.part(first, n).data, dl.Null
		if atRoot {
			into = recv.part(first, n).data
			if same(send, recv) {
				from = dl.Word(active.inPlace)
			}
		}
		// int MPI_Reduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm)
		code := active.call(active.c.reduce, from, into, dl.Int(n), dl.Word(active.types[send.kind]), dl.Word(active.ops[op]), dl.Int(root), dl.Word(c.handle))
		if code != 0 {
			return c.failed(call, fmt.Sprintf("of %d %v by %v to rank %d", send.n, send.kind, op, root), code)
		}
		return nil
	})
	if err == nil && atRoot {
		truths(recv, op)
	}
	return err
}

// Allreduce combines the send of all ranks, element by element, into recv of
// all ranks. All have the same length. On all ranks alike, recv may be send
// itself. Collective.
//
//	must0(mpi.Allreduce(comm, local, total, mpi.Sum))
//
// MPI_Allreduce, MPI-4.0, section 6.9.6.
func Allreduce[T Element](comm *Comm, send, recv []T, op Op) error {
	return comm.combine("MPI_Allreduce", bufferOf(send), bufferOf(recv), op)
}

// Scan gives rank r the combination of the send of ranks 0 to r, its own
// included. All have the same length. On all ranks alike, recv may be send
// itself. Collective. MPI_Scan, MPI-4.0, section 6.11.1.
func Scan[T Element](comm *Comm, send, recv []T, op Op) error {
	return comm.combine("MPI_Scan", bufferOf(send), bufferOf(recv), op)
}

// Exscan gives rank r the combination of the send of ranks 0 to r-1. On rank
// 0, recv is left as it is. Otherwise like [Scan]. MPI_Exscan, MPI-4.0, section
// 6.11.2.
func Exscan[T Element](comm *Comm, send, recv []T, op Op) error {
	return comm.combine("MPI_Exscan", bufferOf(send), bufferOf(recv), op)
}

// combine makes the reductions that give every rank a result; they have one
// prototype.
func (c *Comm) combine(call string, send, recv buffer, op Op) error {
	if err := c.reducible(call, send.kind, op); err != nil {
		return err
	}
	if err := c.alike(call, send, recv); err != nil {
		return err
	}
	if c.lone {
		if call != "MPI_Exscan" {
			copyInto(recv, send)
			truths(recv, op)
		}
		return nil
	}
	function := active.c.allreduce
	switch call {
	case "MPI_Scan":
		function = active.c.scan
	case "MPI_Exscan":
		function = active.c.exscan
	}
	err := inPieces(send.n, func(first, n int) error {
		from := send.part(first, n).data
		if same(send, recv) {
			from = dl.Word(active.inPlace)
		}
		// int MPI_Allreduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm)
		code := active.call(function, from, recv.part(first, n).data, dl.Int(n), dl.Word(active.types[send.kind]), dl.Word(active.ops[op]), dl.Word(c.handle))
		if code != 0 {
			return c.failed(call, fmt.Sprintf("of %d %v by %v", send.n, send.kind, op), code)
		}
		return nil
	})
	if err == nil && !(call == "MPI_Exscan" && c.rank == 0) {
		truths(recv, op)
	}
	return err
}

// reducible refuses operations that the standard does not define for the
// elements: libraries may well compute something.
func (c *Comm) reducible(call string, k kind, op Op) error {
	if err := c.ready(call); err != nil {
		return err
	}
	if op >= ops {
		return c.refuse(call, ErrOp, "there is no operation %d", int(op))
	}
	if !op.accepts(k) {
		return c.refuse(call, ErrOp, "MPI defines no %v of %v elements", op, k)
	}
	return nil
}

// alike checks two buffers of a reduction.
func (c *Comm) alike(call string, send, recv buffer) error {
	if send.n != recv.n {
		return c.refuse(call, ErrCount, "send has %d elements and recv %d: both want the same number", send.n, recv.n)
	}
	if overlaps(send, recv) && !same(send, recv) {
		return c.refuse(call, ErrBuffer, "send and recv overlap: they must be apart, or the same slice")
	}
	return nil
}
