package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/galago-hpc/galago/internal/accord"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/mpi"
)

func init() { accord.Want() }

// meetings agree, disagree and go on.
func meetings(comm *mpi.Comm) error {
	if !mpi.Meets() {
		return errors.New("ranks do not meet")
	}
	half, err := comm.Split(comm.Rank()%2, 0)
	if err != nil {
		return err
	}
	copied, err := comm.Dup()
	if err != nil {
		return err
	}
	for i := range 300 {
		for _, c := range []*mpi.Comm{comm, half, copied} {
			if err := c.Meet(uint64(i), func() string { return "never said" }); err != nil {
				return fmt.Errorf("meeting %d of %v: %w", i, c, err)
			}
		}
	}
	for i := range 5 {
		// Rank i has something else in mind, the others agree.
		odd := i % comm.Size()
		key := uint64(0)
		if comm.Rank() == odd {
			key = 1
		}
		err := comm.Meet(key, func() string { return fmt.Sprintf("matter %d", key) })
		if comm.Size() == 1 {
			if err != nil {
				return err
			}
			continue
		}
		if !errors.Is(err, mpi.ErrDisagree) || !strings.Contains(err.Error(), fmt.Sprintf("rank %d: matter 1 at meet.go:", odd)) || !strings.Contains(err.Error(), ": matter 0 at meet.go:") {
			return fmt.Errorf("round %d: %v", i, err)
		}
		if err := comm.Meet(7, func() string { return "" }); err != nil {
			return fmt.Errorf("after a disagreement: %w", err)
		}
	}
	// All say much, and something else.
	err = comm.Meet(uint64(comm.Rank()), func() string { return fmt.Sprint(comm.Rank(), strings.Repeat(" word", 3000)) })
	if comm.Size() > 1 && (!errors.Is(err, mpi.ErrDisagree) || len(err.Error()) > 10000) {
		return fmt.Errorf("much to say: %.100v", err)
	}
	var none *mpi.Comm
	if err := none.Meet(1, nil); err == nil {
		return errors.New("no communicator met")
	}
	return half.Free()
}

// stuck has rank 0 wait in a call that the others do not make.
func stuck(comm *mpi.Comm, in string) error {
	last := comm.Size() - 1
	word := make([]int, 1)
	big := make([]int, 1<<20)
	calls := map[string]func() error{
		"MPI_Barrier":   comm.Barrier,
		"MPI_Allreduce": func() error { return mpi.Allreduce(comm, word, make([]int, 1), mpi.Sum) },
		"MPI_Allgather": func() error { return mpi.Allgather(comm, word, make([]int, comm.Size())) },
		"MPI_Alltoall":  func() error { return mpi.Alltoall(comm, make([]int, comm.Size()), make([]int, comm.Size())) },
		"MPI_Bcast":     func() error { return mpi.Bcast(comm, word, last) },
		"MPI_Scatter":   func() error { return mpi.Scatter(comm, nil, word, last) },
		"MPI_Send":      func() error { return mpi.Send(comm, big, last, 3) },
		"MPI_Recv":      func() error { _, err := mpi.Recv(comm, word, last, 3); return err },
		"MPI_Wait": func() error {
			request, err := mpi.Irecv(comm, word, last, 3)
			if err != nil {
				return err
			}
			_, err = request.Wait()
			return err
		},
		"MPI_Comm_split": func() error { _, err := comm.Split(0, 0); return err },
	}
	if comm.Rank() == 0 {
		return calls[in]()
	}
	err := comm.Meet(1, func() string { return "wait here" })
	if !errors.Is(err, mpi.ErrDeadlock) {
		return fmt.Errorf("no deadlock: %v", err)
	}
	fmt.Printf("rank %d: %v\n", comm.Rank(), err)
	time.Sleep(300 * time.Millisecond) // mpiexec loses what is printed right before an abort
	exit.Run(9)
	os.Exit(9)
	return nil
}

// noted has rank 0 wait for a message from any rank for so long that the rank after
// it says that it waits.
func noted(comm *mpi.Comm) error {
	switch comm.Rank() {
	case 0:
		if _, err := mpi.Recv(comm, make([]int, 1), mpi.AnySource, 1); err != nil {
			return err
		}
	case comm.Size() - 1:
		time.Sleep(7 * time.Second)
		if err := mpi.Send(comm, []int{1}, 0, 1); err != nil {
			return err
		}
	}
	return comm.Meet(1, func() string { return "create dataset /x" })
}

// unprovable has ranks wait for each other in ways that end well.
func unprovable(comm *mpi.Comm) error {
	last := comm.Size() - 1
	switch comm.Rank() {
	case 0: // computes, and sends what the last rank waits for
		time.Sleep(2500 * time.Millisecond)
		if err := mpi.Send(comm, []int{1}, last, 1); err != nil {
			return err
		}
	case last:
		if _, err := mpi.Recv(comm, make([]int, 1), mpi.AnySource, 1); err != nil {
			return err
		}
	case 1: // what it has begun to send arrives while it is in the meeting
		request, err := mpi.Isend(comm, make([]int, 4<<20), 2, 2)
		if err != nil {
			return err
		}
		if err := comm.Meet(1, func() string { return "" }); err != nil {
			return err
		}
		_, err = request.Wait()
		return err
	case 2:
		time.Sleep(1500 * time.Millisecond)
		if _, err := mpi.Recv(comm, make([]int, 4<<20), 1, 2); err != nil {
			return err
		}
	}
	return comm.Meet(1, func() string { return "" })
}
