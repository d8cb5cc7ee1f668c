package mpi

import (
	"fmt"
	"os"
	"strconv"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/exit"
)

// Special ranks and tags.
const (
	AnySource = -1 // MPI_ANY_SOURCE: receive from whichever rank sends
	AnyTag    = -1 // MPI_ANY_TAG: receive whatever tag it has
	ProcNull  = -2 // MPI_PROC_NULL: a partner that is none; the call does nothing
	Undefined = -1 // MPI_UNDEFINED: the colour of a rank that takes no part in Split
)

// A Comm is a communicator: a group of ranks that exchange messages which no
// other communicator sees. Its methods and the functions that take it may be
// called by several goroutines, but collective calls on one communicator must
// come in the same order on all its ranks, so at most one goroutine a rank
// should make them.
type Comm struct {
	handle uintptr
	rank   int
	size   int
	name   string
	lone   bool // a world of one without a library
	freed  bool
	group  *group // its ranks, once there was a meeting
}

// Rank is the number of this process in the communicator, from 0 to Size-1.
// MPI_Comm_rank, MPI-4.0, section 7.4.1.
func (c *Comm) Rank() int { return c.rank }

// Size is the number of processes in the communicator. MPI_Comm_size, MPI-4.0,
// section 7.4.1.
func (c *Comm) Size() int { return c.size }

// String names the communicator and this process's place in it.
func (c *Comm) String() string { return fmt.Sprintf("rank %d of %d (%s)", c.rank, c.size, c.name) }

// Handle is the C handle, for packages that hand the communicator to another C
// library: the integer of MPICH and its kin, the pointer of Open MPI, 0 with
// flavour [None].
func (c *Comm) Handle() uintptr { return c.handle }

// Flavour tells which kind of handle [Comm.Handle] is.
func (c *Comm) Flavour() Flavour {
	if c.lone {
		return None
	}
	return active.info.Flavour
}

// InfoNull is the C handle MPI_INFO_NULL, 0 with flavour [None].
func InfoNull() uintptr {
	if active == nil {
		return 0
	}
	return active.infoNull
}

// Exclusive runs f, which calls MPI by way of another C library (parallel HDF5
// does), so that it does not overlap with calls of this package where the MPI
// library cannot stand that. f must not call this package.
func Exclusive(f func()) {
	if active != nil && active.serial {
		active.mu.Lock()
		defer active.mu.Unlock()
	}
	f()
}

// adopt asks rank and size of a new communicator and makes its errors be
// returned.
func (c *Comm) adopt() error {
	var rank, size int32
	// int MPI_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler)
	if code := active.call(active.c.errhandler, dl.Word(c.handle), dl.Word(active.errorsReturn)); code != 0 {
		return c.failed("MPI_Comm_set_errhandler", "", code)
	}
	// int MPI_Comm_rank(MPI_Comm comm, int *rank)
	if code := active.call(active.c.commRank, dl.Word(c.handle), dl.Ptr(&rank)); code != 0 {
		return c.failed("MPI_Comm_rank", "", code)
	}
	// int MPI_Comm_size(MPI_Comm comm, int *size)
	if code := active.call(active.c.commSize, dl.Word(c.handle), dl.Ptr(&size)); code != 0 {
		return c.failed("MPI_Comm_size", "", code)
	}
	c.rank, c.size = int(rank), int(size)
	return nil
}

// ready refuses calls that would end in a crash: on no communicator, after the
// end, or from the wrong thread.
func (c *Comm) ready(call string) error {
	switch {
	case c == nil:
		return c.refuse(call, ErrComm, "the communicator is nil")
	case c.freed:
		return c.refuse(call, ErrComm, "the communicator has been freed")
	case life.Load() != running:
		return c.refuse(call, ErrOther, "MPI has been finalised")
	case level < threadSerialized && !c.lone && threadID() != thread:
		return c.refuse(call, ErrOther, "this library serves only the goroutine that initialised MPI")
	}
	return nil
}

// Barrier waits until all ranks have called it. MPI_Barrier, MPI-4.0, section
// 6.3.
func (c *Comm) Barrier() error {
	if err := c.ready("MPI_Barrier"); err != nil || c.lone {
		return err
	}
	// int MPI_Barrier(MPI_Comm comm)
	if code := active.call(active.c.barrier, dl.Word(c.handle)); code != 0 {
		return c.failed("MPI_Barrier", "", code)
	}
	return nil
}

// Abort ends the processes of all ranks at once with an exit status, which the
// launcher reports. It does not return. Files that are open for writing are not
// closed. MPI_Abort, MPI-4.0, section 9.7.
func (c *Comm) Abort(status int) {
	if c.shared() {
		// Launchers kill whatever watches the ranks together with them.
		exit.Because("called MPI_Abort with status " + strconv.Itoa(status))
	}
	c.abort(status)
}

func (c *Comm) abort(status int) {
	if c.shared() {
		active.c.abort.Call(dl.Word(c.handle), dl.Int(status)) // int MPI_Abort(MPI_Comm comm, int errorcode)
	}
	os.Exit(status)
}

// shared says whether the communicator is MPI's and can still be used.
func (c *Comm) shared() bool { return c != nil && !c.lone && life.Load() == running }
