package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Bcast copies root's buf into buf of all other ranks. All must have the same
// length. Collective. MPI_Bcast, MPI-4.0, section 6.4.
func Bcast[T Element](comm *Comm, buf []T, root int) error {
	return comm.bcast(bufferOf(buf), root)
}

func (c *Comm) bcast(b buffer, root int) error {
	const call = "MPI_Bcast"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.root(call, root); err != nil || c.lone {
		return err
	}
	return inPieces(b.n, func(first, n int) error {
		piece := b.part(first, n)
		// int MPI_Bcast(void *buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm)
		code := active.call(active.c.bcast, piece.data, dl.Int(n), dl.Word(active.types[b.kind]), dl.Int(root), dl.Word(c.handle))
		if code != 0 {
			return c.failed(call, fmt.Sprintf("of %d %v from rank %d", b.n, b.kind, root), code)
		}
		return nil
	})
}

// inPieces calls f for pieces of n elements that MPI can count, at least once.
// All ranks pass the same n and hence make the same calls.
func inPieces(n int, f func(first, n int) error) error {
	first := 0
	for {
		piece := min(n-first, maxCount)
		if err := f(first, piece); err != nil {
			return err
		}
		first += piece
		if first >= n {
			return nil
		}
	}
}
