// World is a rank program that uses MPI: it adds up the ranks, and then does
// what its argument says.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/mpi"
)

func main() {
	comm := mpi.World()
	sum := []int{0}
	if err := mpi.Allreduce(comm, []int{comm.Rank()}, sum, mpi.Sum); err != nil {
		panic(err)
	}
	fmt.Printf("rank %d of %d, sum %d, on %s\n", comm.Rank(), comm.Size(), sum[0], os.Getenv("SLURMD_NODENAME"))
	switch os.Args[1] {
	case "hang": // rank 1 does not come to the barrier
		time.AfterFunc(time.Second/2, func() { fmt.Println("ready") })
		if comm.Rank() == 1 {
			time.Sleep(time.Hour)
		}
		meet(comm)
	case "panic": // the others wait for rank 1
		if comm.Rank() == 1 {
			fail(make([]int, 3), 7)
		}
		meet(comm)
	case "error": // as a rank cell does it
		time.Sleep(time.Duration(comm.Rank()) * 50 * time.Millisecond)
		f := &event.Failure{Name: "error", Message: "no such file", Stack: []event.Frame{{File: "cell 3", Line: 1}}}
		if _, err := event.Default().Send(event.Event{Kind: event.Error, Error: f}); err != nil {
			panic(err)
		}
		exit.Run(1)
		os.Exit(1)
	case "abort":
		exit.Explain(func(reason string) {
			f := &event.Failure{Name: "abort", Message: reason}
			if _, err := event.Default().Send(event.Event{Kind: event.Error, Error: f}); err != nil {
				panic(err)
			}
		})
		if comm.Rank() == 1 {
			comm.Abort(9)
		}
		meet(comm)
	}
	// Not deferred: after a panic it would wait for the other ranks.
	exit.Run(0)
}

//line cell 4:6
func meet(comm *mpi.Comm) {
	if err := comm.Barrier(); err != nil {
		panic(err)
	}
}

//line cell 5:1
func fail(a []int, i int) int { return a[i] }
