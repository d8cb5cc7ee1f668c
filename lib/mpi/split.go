package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Dup makes a communicator of the same ranks whose messages do not mix with
// those of c: what a library should use. Collective; free it with [Comm.Free].
// MPI_Comm_dup, MPI-4.0, section 7.4.2.
func (c *Comm) Dup() (*Comm, error) {
	return c.derive("MPI_Comm_dup", "copy of ", func(handle dl.Arg) int32 {
		// int MPI_Comm_dup(MPI_Comm comm, MPI_Comm *newcomm)
		return active.call(active.c.commDup, dl.Word(c.handle), handle)
	})
}

// Split makes one communicator for each colour of the ranks that passed that
// colour, ordered by key and, where keys are equal, by rank. A rank that passes
// [Undefined] gets nil. Collective. MPI_Comm_split, MPI-4.0, section 7.4.2.
func (c *Comm) Split(colour, key int) (*Comm, error) {
	const call = "MPI_Comm_split"
	if colour < 0 && colour != Undefined || colour > maxInt32 || key != int(int32(key)) {
		return nil, c.refuse(call, ErrArg, "colour %d or key %d is out of range: colours are 0 to %d, or mpi.Undefined", colour, key, maxInt32)
	}
	if c != nil && c.lone && colour == Undefined {
		return nil, c.ready(call)
	}
	return c.derive(call, fmt.Sprintf("part %d of ", colour), func(handle dl.Arg) int32 {
		if colour == Undefined {
			colour = active.undefined
		}
		// int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *newcomm)
		return active.call(active.c.commSplit, dl.Word(c.handle), dl.Int(colour), dl.Int(key), handle)
	})
}

// SplitNode makes a communicator of the ranks of c that share this one's
// memory, which is to say its node. Collective. MPI_Comm_split_type with
// MPI_COMM_TYPE_SHARED, MPI-4.0, section 7.4.2.
func (c *Comm) SplitNode() (*Comm, error) {
	return c.derive("MPI_Comm_split_type", "node of ", func(handle dl.Arg) int32 {
		// int MPI_Comm_split_type(MPI_Comm comm, int split_type, int key, MPI_Info info, MPI_Comm *newcomm)
		return active.call(active.c.splitType, dl.Word(c.handle), dl.Int(active.sharedType), dl.Int(0), dl.Word(active.infoNull), handle)
	})
}

// derive calls what makes a communicator out of c.
func (c *Comm) derive(call, name string, create func(handle dl.Arg) int32) (*Comm, error) {
	if err := c.ready(call); err != nil {
		return nil, err
	}
	made := &Comm{name: name + c.name, size: 1, lone: c.lone}
	if c.lone {
		return made, nil
	}
	if code := create(dl.Ptr(&made.handle)); code != 0 {
		return nil, c.failed(call, "", code)
	}
	// An integer handle fills the lower half only.
	made.handle &= active.handleMask
	if made.handle == active.commNull {
		return nil, nil
	}
	return made, made.adopt()
}

// Freed reports whether [Comm.Free] was called.
func (c *Comm) Freed() bool { return c.freed }

// Free releases a communicator that Dup or Split made. Collective. The world
// cannot be freed. MPI_Comm_free, MPI-4.0, section 7.4.3.
func (c *Comm) Free() error {
	const call = "MPI_Comm_free"
	if err := c.ready(call); err != nil {
		return err
	}
	if c == world {
		return c.refuse(call, ErrComm, "the world cannot be freed")
	}
	c.freed = true
	if c.lone {
		return nil
	}
	handle := c.handle
	if post != nil {
		post.rooted.forget(handle)
	}
	// int MPI_Comm_free(MPI_Comm *comm)
	if code := active.call(active.c.commFree, dl.Ptr(&handle)); code != 0 {
		return c.failed(call, "", code)
	}
	return nil
}
