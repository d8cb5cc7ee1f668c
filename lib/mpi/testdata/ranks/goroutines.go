package main

import (
	"runtime"
	"sync"

	"github.com/galago-hpc/galago/lib/mpi"
)

// goroutines sends from several goroutines at once, on whatever threads they
// run, while the main one receives.
func goroutines(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()
	if size == 1 {
		return
	}
	next, previous := (rank+1)%size, (rank+size-1)%size
	const senders, messages = 3, 20
	var wait sync.WaitGroup
	for g := range senders {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for m := range messages {
				ok("Send from a goroutine", mpi.Send(comm, []int{rank, g, m}, next, g))
				if m%10 == 0 {
					runtime.GC()
				}
			}
		}()
	}
	for m := range messages {
		for g := range senders {
			var got [3]int
			_, err := mpi.Recv(comm, got[:], previous, g)
			ok("Recv among goroutines", err)
			check("Recv among goroutines", got == [3]int{previous, g, m}, "%v", got)
		}
	}
	wait.Wait()
}

// signals checks that a fault is still a Go panic after MPI has been
// initialised.
func signals(*mpi.Comm) {
	caught := func() (v any) {
		defer func() { v = recover() }()
		var nothing *mpi.Status
		nothing.Tag = 1
		return nil
	}()
	_, isRuntime := caught.(runtime.Error)
	check("signals", isRuntime, "a nil pointer gives %v", caught)
	zero := 0
	caught = func() (v any) {
		defer func() { v = recover() }()
		zero = 1 / zero
		return nil
	}()
	_, isRuntime = caught.(runtime.Error)
	check("signals", isRuntime, "a division by zero gives %v", caught)
}
