package main

import (
	"fmt"
	"runtime"

	"github.com/galago-hpc/galago/lib/mpi"
)

// pingpong measures the time of a message between ranks 0 and 1.
func pingpong(comm *mpi.Comm) {
	if comm.Rank() > 1 {
		return
	}
	for _, length := range []int{1, 128, 16384, 1 << 20} {
		buf := make([]float64, length)
		rounds := 200_000 / (1 + length/64)
		best := 1e9
		var before, after runtime.MemStats
		for range 5 {
			runtime.ReadMemStats(&before)
			start := mpi.Wtime()
			for range rounds {
				if comm.Rank() == 0 {
					mpi.Send(comm, buf, 1, 0)
					mpi.Recv(comm, buf, 1, 0)
				} else {
					mpi.Recv(comm, buf, 0, 0)
					mpi.Send(comm, buf, 0, 0)
				}
			}
			best = min(best, (mpi.Wtime()-start)/float64(2*rounds))
			runtime.ReadMemStats(&after)
		}
		if comm.Rank() == 0 {
			fmt.Printf("%8d B  %8.2f us  %.2f allocations a round\n", 8*length, best*1e6, float64(after.Mallocs-before.Mallocs)/float64(rounds))
		}
	}
}
