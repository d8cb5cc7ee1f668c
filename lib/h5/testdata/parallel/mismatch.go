package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

// mismatches are programs whose ranks do not make the same collective calls. Each
// rank prints its error. The lines that the test looks for carry a mark.
var mismatches = map[string]func(comm *mpi.Comm, f *h5.File) error{
	"only rank 0 creates": func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() == 0 {
			_, err := f.CreateDataset("a", h5.Float64, h5.Shape{10}, h5.Chunks{5}) // mark: creates
			return err
		}
		return f.Close() // mark: closes
	},
	"another order": func(comm *mpi.Comm, f *h5.File) error {
		names := []string{"first", "second"}
		if comm.Rank() == comm.Size()-1 {
			names = []string{"second", "first"}
		}
		for _, name := range names {
			if _, err := f.CreateGroup(name); err != nil {
				return err
			}
		}
		return nil
	},
	"another shape": func(comm *mpi.Comm, f *h5.File) error {
		_, err := f.CreateDataset("x", h5.Int32, h5.Shape{5 + comm.Rank()/2})
		return err
	},
	"another type": func(comm *mpi.Comm, f *h5.File) error {
		types := []h5.DType{h5.Int32, h5.Uint8}
		_, err := f.CreateDataset("x", types[min(comm.Rank(), 1)], h5.Shape{5})
		return err
	},
	"another chunk": func(comm *mpi.Comm, f *h5.File) error {
		_, err := f.CreateDataset("x", h5.Int32, h5.Shape{5}, h5.Chunks{1 + min(comm.Rank(), 1)})
		return err
	},
	"another fill": func(comm *mpi.Comm, f *h5.File) error {
		_, err := f.CreateDataset("x", h5.Int32, h5.Shape{5}, h5.Fill(min(comm.Rank(), 1)))
		return err
	},
	"another value": func(comm *mpi.Comm, f *h5.File) error {
		return f.Attrs().Set("rank", 100+min(comm.Rank(), 1))
	},
	"another text": func(comm *mpi.Comm, f *h5.File) error {
		return f.Attrs().Set("name", fmt.Sprintf("rank %d", comm.Rank()))
	},
	"only rank 0 deletes": func(comm *mpi.Comm, f *h5.File) error {
		if _, err := f.CreateGroup("a"); err != nil {
			return err
		}
		if comm.Rank() == 0 {
			return f.Delete("a")
		}
		return f.Move("a", "b")
	},
	"another file": func(comm *mpi.Comm, f *h5.File) error {
		g, err := h5.Create(f.Path()+".other", h5.MPIO(comm))
		if err != nil {
			return err
		}
		if comm.Rank() == 0 {
			_, err = f.CreateGroup("a")
		} else {
			_, err = g.CreateGroup("a")
		}
		return errors.Join(err, g.Close())
	},
	"another path": func(comm *mpi.Comm, f *h5.File) error {
		_, err := h5.Create(fmt.Sprintf("%s.%d", f.Path(), comm.Rank()), h5.MPIO(comm))
		return err
	},
	"another mode": func(comm *mpi.Comm, f *h5.File) error {
		var err error
		if comm.Rank() == 0 {
			_, err = h5.Open(f.Path()+".2", h5.MPIO(comm), h5.ReadWrite)
		} else {
			_, err = h5.Open(f.Path()+".2", h5.MPIO(comm))
		}
		return err
	},
	// h5py#965: ranks with nothing to write leave the collective write out.
	"elided write": func(comm *mpi.Comm, f *h5.File) error {
		d, err := f.CreateDataset("x", h5.Int32, h5.Shape{4}, h5.Chunks{2}, h5.Gzip(1))
		if err != nil {
			return err
		}
		if comm.Rank() == 0 {
			return d.Write([]int32{1, 2}, "0:2", h5.Collective) // mark: writes
		}
		return f.Close() // mark: closes instead
	},
	// h5py#1108: a different number of collective writes.
	"more writes": func(comm *mpi.Comm, f *h5.File) error {
		d, err := f.CreateDataset("x", h5.Int32, h5.Shape{4, comm.Size()})
		if err != nil {
			return err
		}
		for i := range 2 + min(comm.Rank(), 1) {
			if err := d.Write(int32(i), i, comm.Rank(), h5.Collective); err != nil {
				return err
			}
		}
		return f.Close()
	},
	// h5py#1564: one rank writes compressed data by itself, and fails.
	"independent and compressed": func(comm *mpi.Comm, f *h5.File) error {
		d, err := f.CreateDataset("x", h5.Int32, h5.Shape{4 * comm.Size()}, h5.Chunks{2}, h5.Gzip(1))
		if err != nil {
			return err
		}
		if comm.Rank() == 0 {
			return d.Write(int32(1), 0)
		}
		return d.Write(int32(1), comm.Rank(), h5.Collective)
	},

	// Ranks that do not come at all.
	"ended": func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() == 0 {
			return errEnd
		}
		_, err := f.CreateGroup("a") // mark: waits for an end
		return err
	},
	"ended early": func(comm *mpi.Comm, f *h5.File) error {
		// The file is closed together.
		if err := f.Close(); err != nil || comm.Rank() == 0 {
			return errors.Join(err, errEnd)
		}
		g, err := h5.Open(f.Path(), h5.MPIO(comm), h5.ReadWrite) // mark: opens again
		if err != nil {
			return err
		}
		_, err = g.CreateGroup("a")
		return err
	},
	"barrier": func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() == 0 {
			return comm.Barrier() // mark: barrier
		}
		_, err := f.CreateGroup("a") // mark: waits for a barrier
		return err
	},
	"receive": func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() == 0 {
			_, err := mpi.Recv(comm, make([]float64, 1), comm.Size()-1, 5) // mark: receive
			return err
		}
		_, err := f.CreateGroup("a")
		return err
	},
	"broadcast": func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() > 0 {
			return mpi.Bcast(comm, make([]int, 1), 0) // mark: broadcast
		}
		_, err := f.CreateGroup("a")
		return err
	},
	// The others wait for the last rank, which waits for the one before it in
	// another file.
	"overlap": func(comm *mpi.Comm, f *h5.File) error {
		last := comm.Size() - 1
		colour := mpi.Undefined
		if comm.Rank() >= last-1 {
			colour = 0
		}
		part, err := comm.Split(colour, 0)
		if err != nil {
			return err
		}
		if part == nil {
			_, err := f.CreateGroup("a") // mark: all
			return err
		}
		g, err := h5.Create(f.Path()+".part", h5.MPIO(part))
		if err != nil {
			return err
		}
		if comm.Rank() == last {
			_, err = g.CreateGroup("b") // mark: part
		} else {
			_, err = f.CreateGroup("a")
		}
		return err
	},
	"only rank 0 opens": func(comm *mpi.Comm, f *h5.File) error {
		if comm.Rank() > 0 {
			return errEnd
		}
		_, err := h5.Create(f.Path()+".mine", h5.MPIO(comm)) // mark: opens
		return err
	},
}

var errEnd = errors.New("this rank ends")

func mismatch(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	err = mismatches[args[1]](comm, f)
	if errors.Is(err, errEnd) {
		exit.Run(0)
		os.Exit(0)
	}
	if err == nil {
		return errors.New("no error")
	}
	fmt.Printf("%d: %v\n", comm.Rank(), err)
	if errors.Is(err, mpi.ErrDeadlock) {
		time.Sleep(300 * time.Millisecond) // mpiexec loses what is printed right before an abort
		exit.Run(3)
		os.Exit(3)
	}
	// After a disagreement all go on in step, and the file is as good as before.
	if _, err := f.CreateDatasetFrom("after", []int32{7}); err != nil {
		return fmt.Errorf("afterwards: %w", err)
	}
	return f.Close()
}

// meets says whether the ranks compare their calls.
func meets(*mpi.Comm, []string) error {
	fmt.Println(mpi.Meets())
	return nil
}

// patient has ranks that come late, and ranks with nothing to give.
func patient(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	if comm.Rank() == 0 {
		for start := time.Now(); time.Since(start) < 4*time.Second; { // computes
		}
	}
	d, err := f.CreateDataset("late", h5.Float64, h5.Shape{comm.Size(), 3})
	if err != nil {
		return err
	}
	if comm.Rank() == comm.Size()-1 {
		time.Sleep(2 * time.Second)
	}
	if comm.Rank() > 0 && comm.Rank() == comm.Size()-1 {
		// Sent long after the receiver has begun to wait.
		if err := mpi.Send(comm, make([]float64, 1<<20), 0, 1); err != nil {
			return err
		}
	} else if comm.Rank() == 0 && comm.Size() > 1 {
		if _, err := mpi.Recv(comm, make([]float64, 1<<20), comm.Size()-1, 1); err != nil {
			return err
		}
	}
	if err := d.Write(float64(comm.Rank()), comm.Rank(), h5.Collective); err != nil {
		return err
	}
	// Rank 0 alone has something to write; the others pass nothing.
	z, err := f.CreateDataset("first", h5.Int32, h5.Shape{6}, h5.Chunks{4}, h5.Gzip(1))
	if err != nil {
		return err
	}
	if comm.Rank() == 0 {
		err = z.Write([]int32{1, 2, 3, 4, 5, 6}, h5.Collective)
	} else {
		err = z.Write([]int32{}, "0:0", h5.Collective)
	}
	if err != nil {
		return err
	}
	// A number goes to parts of different shapes.
	n := comm.Size()
	b, err := f.CreateDataset("spread", h5.Int32, h5.Shape{n * (n + 1) / 2, 4}, h5.Chunks{1, 3}, h5.Gzip(1))
	if err != nil {
		return err
	}
	first := comm.Rank() * (comm.Rank() + 1) / 2
	if err := b.Write(int32(comm.Rank()), nd.R(first, first+comm.Rank()+1), h5.Collective); err != nil {
		return err
	}
	return f.Close()
}

// cost measures what a meeting costs: groups created, and attributes replaced.
func cost(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	const n = 500
	for range 3 {
		if err := comm.Barrier(); err != nil {
			return err
		}
		start := time.Now()
		for i := range n {
			if err := comm.Meet(uint64(i), func() string { return "" }); err != nil {
				return err
			}
		}
		meet := time.Since(start)
		start = time.Now()
		one := []int{1}
		const few = 50
		for range few {
			if err := mpi.Allreduce(comm, one, make([]int, 1), mpi.Sum); err != nil {
				return err
			}
		}
		reduce := time.Since(start)
		start = time.Now()
		for i := range n {
			g, err := f.CreateGroup(fmt.Sprintf("0 %d", i))
			if err != nil {
				return err
			}
			if err := g.Close(); err != nil {
				return err
			}
		}
		create := time.Since(start)
		for i := range n {
			if err := f.Delete(fmt.Sprintf("0 %d", i)); err != nil {
				return err
			}
		}
		if comm.Rank() == 0 {
			fmt.Printf("%d ranks: a meeting %.1f us, MPI_Allreduce %.1f us, create and close a group %.1f us\n", comm.Size(), float64(meet.Microseconds())/n, float64(reduce.Microseconds())/few, float64(create.Microseconds())/n)
		}
	}
	return f.Close()
}
