package h5

import "github.com/galago-hpc/galago/lib/mpi"

// An Option says how a file is opened or created.
type Option func(*settings)

type settings struct {
	readWrite bool
	exclusive bool
	comm      *mpi.Comm
	parallel  bool // MPIO was asked for, if only with a nil communicator
}

// ReadWrite opens a file for reading and writing. Without it, [Open] opens for
// reading only; [Create] always writes.
func ReadWrite(s *settings) { s.readWrite = true }

// Exclusive makes [Create] fail if the file exists, in place of replacing it.
func Exclusive(s *settings) { s.exclusive = true }

// MPIO opens or creates the file in parallel: every rank of the communicator
// calls Open or Create with the same arguments, and so with every call that
// changes the structure of the file or closes it. H5Pset_fapl_mpio.
//
// It needs a libhdf5 that was built for the MPI in use. In a world of one rank
// without any MPI library the file is an ordinary one.
func MPIO(comm *mpi.Comm) Option {
	return func(s *settings) { s.comm, s.parallel = comm, true }
}

// Transfer is how the ranks of a parallel file read or write a dataset. It goes
// among the arguments of Read, ReadInto and Write.
type Transfer int

const (
	// Independent lets each rank read or write when it likes. It is the
	// default.
	Independent Transfer = iota
	// Collective lets MPI-IO merge what all ranks read or write at the same
	// time, which is faster for many small or interleaved pieces. All ranks must
	// make the call, those without data with an empty selection such as "0:0".
	// In a file that is not parallel it makes no difference.
	Collective
)

// String returns the name in lower case.
func (t Transfer) String() string {
	if t == Collective {
		return "collective"
	}
	return "independent"
}
