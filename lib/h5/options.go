package h5

import (
	"fmt"

	"github.com/galago-hpc/galago/lib/mpi"
)

// An Option says how a file is opened or created. Each keyword argument of
// h5py.File has one counterpart among them; an option that is not given leaves
// HDF5's default.
type Option interface{ applyFile(*settings) }

// option makes an Option of a function.
type option func(*settings)

func (o option) applyFile(s *settings) { o(s) }

// settings is what the options of a file add up to.
type settings struct {
	readWrite             bool
	exclusive             bool
	either                bool // created if it does not exist
	swmr                  bool
	comm                  *mpi.Comm
	parallel              bool // MPIO was asked for, if only with a nil communicator
	driver                driver
	image                 []byte            // what a file in memory begins with
	hints                 map[string]string // for MPI-IO
	striped               bool
	collReads, collWrites bool   // of the structure
	askedParallel         string // the first option that was given and does nothing without MPIO
	access                access
	creation              creation
	err                   error // the first option that cannot be
}

// refuse remembers that an option has a value that cannot be.
func (s *settings) refuse(format string, values ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, values...)
	}
}

// gather adds up the options.
func gather(options []Option) settings {
	s := settings{driver: driver{name: "sec2"}}
	for _, o := range options {
		if o != nil {
			o.applyFile(&s)
		}
	}
	return s
}

// ReadWrite opens a file for reading and writing. Without it, [Open] opens for
// reading only; [Create] always writes.
var ReadWrite Option = option(func(s *settings) { s.readWrite = true })

// Exclusive makes [Create] fail if the file exists, in place of replacing it.
var Exclusive Option = option(func(s *settings) { s.exclusive = true })

// MPIO opens or creates the file in parallel: every rank of the communicator
// calls Open or Create with the same arguments, and so with every call that
// changes the structure of the file or closes it. H5Pset_fapl_mpio.
//
// It needs a libhdf5 that was built for the MPI in use. In a world of one rank
// without any MPI library the file is an ordinary one.
func MPIO(comm *mpi.Comm) Option {
	return option(func(s *settings) { s.comm, s.parallel = comm, true })
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
