package main

import (
	"errors"
	"runtime"

	"github.com/galago-hpc/galago/lib/mpi"
)

// requests checks non-blocking messages around the ring, with the collector at
// work and the buffers known to nobody but MPI.
func requests(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()
	next, previous := (rank+1)%size, (rank+size-1)%size
	if size == 1 && comm.Flavour() == mpi.None {
		_, err := mpi.Isend(comm, []int{1}, 0, 0)
		check("Isend to oneself", err != nil, "succeeds without a library")
		return
	}
	const messages, length = 20, 5000
	var all []*mpi.Request
	buffers := make([][]int, messages)
	for m := range messages {
		buffers[m] = make([]int, length)
		r, err := mpi.Irecv(comm, buffers[m], previous, m)
		ok("Irecv", err)
		all = append(all, r)
	}
	for m := range messages {
		send := make([]int, length)
		for i := range send {
			send[i] = rank + m*i
		}
		r, err := mpi.Isend(comm, send, next, m)
		ok("Isend", err)
		all = append(all, r)
		if m%8 == 0 {
			runtime.GC()
		}
	}
	ok("Waitall", mpi.Waitall(append(all, nil)...))
	for m := range messages {
		status, err := all[m].Wait()
		ok("Wait again", err)
		check("Wait again", status == mpi.Status{Source: previous, Tag: m, Count: length}, "%+v", status)
		for i, got := range buffers[m] {
			if got != previous+m*i {
				check("Irecv", false, "element %d of message %d is %d", i, m, got)
				break
			}
		}
	}

	room := make([]int, 4)
	short := room[:1]
	r, err := mpi.Irecv(comm, short, previous, 77)
	ok("Irecv", err)
	done, _, err := r.Test()
	check("Test", !done && err == nil, "%v, %v before anything was sent", done, err)
	ok("Barrier", comm.Barrier())
	s, err := mpi.Isend(comm, []int{rank}, next, 77)
	ok("Isend", err)
	for !done {
		runtime.Gosched()
		done, _, err = r.Test()
		ok("Test", err)
	}
	check("Test", short[0] == previous, "%d", short[0])
	_, err = s.Wait()
	ok("Wait", err)

	r, err = mpi.Irecv(comm, short, previous, 78)
	ok("Irecv", err)
	s, err = mpi.Isend(comm, []int{1, 2, 3}, next, 78)
	ok("Isend", err)
	_, err = r.Wait()
	if size > 1 { // Open MPI 4.1 does not tell a rank that it sent itself too much
		check("Wait", errors.Is(err, mpi.ErrTruncate), "a message too long gives %v", err)
	}
	check("Wait", room[1] == 0 && room[2] == 0, "a message too long writes %v", room)
	_, _ = s.Wait()
	var none *mpi.Request
	_, err = none.Wait()
	check("Wait", errors.Is(err, mpi.ErrRequest), "a nil request gives %v", err)
}
