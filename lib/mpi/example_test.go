package mpi_test

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/lib/mpi"
)

// Started by mpiexec or srun, the same program prints a line on each rank.
func Example() {
	comm := mpi.World()
	rank := []int{comm.Rank()}
	sum := make([]int, 1)
	if err := mpi.Allreduce(comm, rank, sum, mpi.Sum); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("rank %d of %d: the ranks add up to %d\n", comm.Rank(), comm.Size(), sum[0])
	// Output: rank 0 of 1: the ranks add up to 0
}

// Every rank works on its share of 10 things, and rank 0 collects the results.
func ExampleGatherv() {
	comm := mpi.World()
	const things = 10
	first, beyond := comm.Share(things)
	var squares []float64
	for i := first; i < beyond; i++ {
		squares = append(squares, float64(i*i))
	}
	var all []float64
	if comm.Rank() == 0 {
		all = make([]float64, things)
	}
	if err := mpi.Gatherv(comm, squares, all, mpi.Counts(things, comm.Size()), 0); err != nil {
		fmt.Println(err)
		return
	}
	if comm.Rank() == 0 {
		fmt.Println(all)
	}
	// Output: [0 1 4 9 16 25 36 49 64 81]
}

// What is wrong is said before C sees it.
func ExampleError() {
	comm := mpi.World()
	err := mpi.Allgather(comm, []int32{1, 2}, make([]int32, 3))
	fmt.Println(err)
	fmt.Println(errors.Is(err, mpi.ErrCount))
	// Output:
	// MPI_Allgather on rank 0 of 1 (world): recv has 3 elements, want 2: 2 (the length of send) from each of 1 ranks [MPI_ERR_COUNT]
	// true
}
