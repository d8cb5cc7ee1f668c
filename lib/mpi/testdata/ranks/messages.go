package main

import (
	"errors"
	"strings"

	"github.com/galago-hpc/galago/lib/mpi"
)

// messages checks what only messages between two ranks show.
func messages(comm *mpi.Comm) {
	rank, size := comm.Rank(), comm.Size()

	status, err := mpi.Recv(comm, make([]int, 1), mpi.ProcNull, 0)
	ok("Recv from nobody", err)
	check("Recv from nobody", status.Source == mpi.ProcNull && status.Count == 0, "%+v", status)
	ok("Send to nobody", mpi.Send(comm, []int{1}, mpi.ProcNull, 0))
	if size == 1 {
		return
	}

	// All send to rank 0, each as many elements as its rank, under any tag.
	if rank != 0 {
		ok("Send to 0", mpi.Send(comm, make([]float32, rank), 0, 10*rank))
	} else {
		seen := make(map[int]bool)
		for range size - 1 {
			status, err := mpi.Probe[float32](comm, mpi.AnySource, mpi.AnyTag)
			ok("Probe", err)
			buf := make([]float32, status.Count)
			got, err := mpi.Recv(comm, buf, status.Source, status.Tag)
			ok("Recv", err)
			check("Probe", got == status && got.Tag == 10*got.Source && got.Count == got.Source, "%+v, then %+v", status, got)
			seen[got.Source] = true
		}
		check("Recv from any", len(seen) == size-1, "%v", seen)
		found, _, err := mpi.Iprobe[float32](comm, mpi.AnySource, mpi.AnyTag)
		check("Iprobe", err == nil && !found, "finds %v, %v", found, err)
	}
	ok("Barrier", comm.Barrier())

	switch rank {
	case 0:
		ok("Send", mpi.Send(comm, make([]float64, 10), 1, 5))
		ok("Send", mpi.Send(comm, []int16{1, 2, 3}, 1, 6))
		ok("Send", mpi.Send(comm, []int(nil), 1, 7))
	case 1:
		_, err := mpi.Recv(comm, make([]float64, 4), 0, 5)
		var located *mpi.Error
		check("truncation", errors.Is(err, mpi.ErrTruncate) && errors.As(err, &located), "gives %v", err)
		if located != nil {
			check("truncation", located.Call == "MPI_Recv" && located.Rank == 1 && located.Comm == "world" && located.Code != 0 &&
				strings.Contains(err.Error(), "4 float64 from rank 0 with tag 5 on rank 1 of") && !strings.Contains(err.Error(), "\n"), "%v", err)
		}
		_, err = mpi.Recv(comm, make([]int32, 4), 0, 6)
		check("another type", errors.Is(err, mpi.ErrType), "gives %v", err)
		status, err := mpi.Recv(comm, make([]int, 4), 0, 7)
		ok("an empty message", err)
		check("an empty message", status.Count == 0 && status.Tag == 7, "%+v", status)
	}

	// Large enough not to fit into any buffer of the library.
	const large = 1 << 20
	buf := make([]float64, large)
	switch rank {
	case 0:
		for i := range buf {
			buf[i] = float64(i)
		}
		ok("Send of 8 MiB", mpi.Send(comm, buf, size-1, 1))
	case size - 1:
		_, err := mpi.Recv(comm, buf, 0, 1)
		ok("Recv of 8 MiB", err)
		check("Recv of 8 MiB", buf[0] == 0 && buf[large-1] == large-1, "%v ... %v", buf[0], buf[large-1])
	}
}
