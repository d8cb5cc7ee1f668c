// Package mpi is message passing between the ranks of a parallel program, as
// the MPI standard defines it, over the MPI library of the machine: MPICH and
// its kin (Cray MPICH, Intel MPI, MVAPICH) or Open MPI. The library is found
// and loaded when the program runs. Programs are built without a C compiler
// and headers, and one binary runs under either family.
//
//	package main
//
//	import (
//		"fmt"
//
//		"github.com/galago-hpc/galago/lib/mpi"
//	)
//
//	func main() {
//		comm := mpi.World()
//		defer mpi.Finalize()
//		rank := []int{comm.Rank()}
//		sum := make([]int, 1)
//		if err := mpi.Allreduce(comm, rank, sum, mpi.Sum); err != nil {
//			panic(err)
//		}
//		fmt.Printf("rank %d of %d: the ranks add up to %d\n", comm.Rank(), comm.Size(), sum[0])
//	}
//
// Run it with `mpiexec -n 4 ./program` or `srun -n 4 ./program`. In a rank cell
// of a notebook, MPI ends by itself and Finalize is not needed.
//
// # Messages
//
// A message is a slice of [Element]s, that is of numbers or bools. Lengths are
// in elements; [Flat] views arrays and structs of numbers as such. [Send] and [Recv] are between two ranks; [Bcast], [Scatter],
// [Gather], [Reduce], [Allreduce] and others are collective: all ranks of the
// communicator must call them, in the same order and with arguments that agree. A
// rank that does not leaves the others waiting. [Comm.Meet] is a collective call
// that finds out, and says which rank is where.
//
// What can be checked on one rank is checked before C sees it: lengths, ranks,
// tags, overlapping buffers, operations that the element type does not have. No
// mistake of that kind writes beyond a buffer. That two ranks disagree, one cannot
// see; MPI reports some such cases, such as [ErrTruncate].
//
// # Errors
//
// Every error is an [*Error] with the name of the C function, the
// communicator, the rank, and a [Class] for errors.Is. After an error in a
// collective call the ranks are out of step: end the program. [World] panics
// if there is no MPI to be had; see there why.
//
// # Which library
//
// The environment variable GALAGO_MPI names it: "mpich", "openmpi", a path to a
// library or its folder, a file name for the loader, or "none". Without it, the
// family that fits the launcher comes first (mpiexec and srun leave their mark in
// the environment), and within a family what modules and package managers set
// (CRAY_MPICH_DIR, MPICH_DIR, OPAL_PREFIX, CONDA_PREFIX and others) comes
// before the usual names on the loader's path. [Library] tells the outcome, without
// initialising MPI.
//
// A program started by the launcher of one family with the library of the
// other would be N worlds of size 1. That is noticed, and an error.
//
// # Threads and cores
//
// Goroutines may call this package concurrently if the library provides
// MPI_THREAD_MULTIPLE, which MPICH and Open MPI usually do; see [Init]. An MPI
// library waits by spinning on a core. So the number of threads that run Go
// code, GOMAXPROCS, is bounded when MPI starts to the node's cores divided by
// the ranks on it, unless the environment variable GOMAXPROCS is set.
//
// # Memory
//
// Buffers are ordinary Go slices. Those of [Isend] and [Irecv] are held until
// the [Request] is complete. On networks with remote memory access, registrations
// of buffers are not cached unless the kernel watches over them, because Go returns
// memory to the system behind the back of MPI; UCX_MEM_EVENTS and
// FI_MR_CACHE_MONITOR, if set, are respected. One call moves at most 2,147,483,647 elements;
// Bcast and the reductions divide longer buffers by themselves, others return
// an error of class [ErrCount].
package mpi
