// Command parallel is the rank program of this package's tests: it is built once
// and run by every MPI that is installed.
//
//	parallel ranks FILE          every rank writes its number, as in the tutorial
//	parallel rows FILE N         N rows shared out with a remainder, each way of transfer
//	parallel bad FILE            wrong calls on one rank do not hang the others
//	parallel refuse FILE         creating the file fails, on all ranks
//	parallel open FILE           leaves the file open when it ends
//	parallel fail FILE           rank 0 fails while the others close the file
//	parallel serial FILE         an ordinary file of each rank beside the parallel one
//	parallel files FILE          options, groups and links of parallel files
//	parallel elements FILE       structs, strings and attributes of all types
//	parallel grow FILE           compressed datasets become larger
//	parallel unwritten FILE      zeros where nothing was written, and ranks that write nothing
//	parallel selections FILE N   N random selections on each rank, read and written
//	parallel speed FILE MIB      collective rows, timed
//	parallel mismatch FILE CASE  ranks that make different collective calls
//	parallel patient FILE        ranks that come late, or with nothing
//	parallel meets               whether ranks compare their calls
//	parallel cost FILE           what a meeting costs
//	parallel mpio FILE           hints, stripes, atomic mode, collective metadata
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
	"github.com/galago-hpc/galago/lib/nd"
)

func main() {
	comm := mpi.World()
	modes := map[string]func(*mpi.Comm, []string) error{
		"mismatch": mismatch, "trouble": trouble, "patient": patient, "cost": cost, "meets": meets, "mpio": mpio,
		"ranks": ranks, "rows": rows, "bad": bad, "refuse": refuse, "open": leaveOpen, "speed": speed, "serial": serialFirst, "fail": fail, "files": files, "elements": elements, "grow": grow, "selections": selections, "unwritten": unwritten,
	}
	if err := limit(); err != nil {
		panic(err)
	}
	if err := modes[os.Args[1]](comm, os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "rank %d: %v\n", comm.Rank(), err)
		comm.Abort(1)
	}
	exit.Run(0)
}

// limit bounds the size of the files that the program writes, if it is told to.
// MPI has its own files by then.
func limit() error {
	value := os.Getenv("FILE_LIMIT")
	if value == "" {
		return nil
	}
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}

func ranks(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	d, err := f.CreateDataset("test", h5.Int32, h5.Shape{comm.Size()})
	if err != nil {
		return err
	}
	if err := d.Write(int32(comm.Rank()), comm.Rank()); err != nil {
		return err
	}
	return f.Close()
}

// share returns the rows of this rank; with more ranks than rows some have none.
func share(comm *mpi.Comm, n int) (first, last int) {
	each, rest := n/comm.Size(), n%comm.Size()
	first = comm.Rank()*each + min(comm.Rank(), rest)
	last = first + each
	if comm.Rank() < rest {
		last++
	}
	return first, last
}

func rows(comm *mpi.Comm, args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	const columns = 5
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	g, err := f.CreateGroup("run/1")
	if err != nil {
		return err
	}
	if err := g.Attrs().Set("ranks", comm.Size()); err != nil {
		return err
	}
	first, last := share(comm, n)
	values := make([][columns]float64, last-first)
	for i := range values {
		for j := range values[i] {
			values[i][j] = float64((first+i)*columns + j)
		}
	}
	for _, layout := range []struct {
		name     string
		transfer h5.Transfer
		options  []h5.DatasetOption
	}{
		{"independent", h5.Independent, nil},
		{"collective", h5.Collective, nil},
		{"chunked", h5.Collective, []h5.DatasetOption{h5.Chunks{1, columns}}},
		{"compressed", h5.Collective, []h5.DatasetOption{h5.Chunks{2, columns}, h5.Shuffle, h5.Gzip(4)}},
	} {
		options := append([]h5.DatasetOption{h5.Shape{n, columns}}, layout.options...)
		d, err := g.CreateDataset(layout.name, h5.Float64, options...)
		if err != nil {
			return err
		}
		if err := d.Write(values, nd.R(first, last), layout.transfer); err != nil {
			return err
		}
		if err := f.Flush(); err != nil {
			return err
		}
		if err := comm.Barrier(); err != nil {
			return err
		}
		// Each rank reads what its neighbour wrote.
		other := (comm.Rank() + 1) % comm.Size()
		each, rest := n/comm.Size(), n%comm.Size()
		from := other*each + min(other, rest)
		to := from + each
		if other < rest {
			to++
		}
		a, err := d.Read(nd.R(from, to), layout.transfer)
		if err != nil {
			return err
		}
		for i := range to - from {
			for j := range columns {
				if got, want := a.At(i, j), float64((from+i)*columns+j); got != want {
					return fmt.Errorf("%s[%d, %d] is %v, want %v", layout.name, from+i, j, got, want)
				}
			}
		}
	}
	if _, err := f.CreateDatasetFrom("from", []int16{1, 2, 3}); err != nil {
		return err
	}
	return f.Close()
}

func bad(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	d, err := f.CreateDataset("x", h5.Int32, h5.Shape{comm.Size()})
	if err != nil {
		return err
	}
	values, where := any(int32(1)), comm.Rank()
	if comm.Rank() == comm.Size()-1 {
		where = comm.Size() // outside
	}
	err = d.Write(values, where, h5.Collective)
	if (err != nil) != (comm.Rank() == comm.Size()-1) {
		return fmt.Errorf("collective write outside: %v", err)
	}
	if comm.Rank() == 0 {
		values = 1.5
	}
	err = d.Write(values, comm.Rank(), h5.Collective)
	if (err != nil) != (comm.Rank() == 0) {
		return fmt.Errorf("collective write that does not fit: %v", err)
	}
	var text []string
	dst := any(new(int32))
	if comm.Rank() == 0 {
		dst = &text
	}
	err = d.ReadInto(dst, comm.Rank(), h5.Collective)
	if (err != nil) != (comm.Rank() == 0) {
		return fmt.Errorf("collective read into something else: %v", err)
	}
	z, err := f.CreateDataset("compressed", h5.Int32, h5.Shape{10 * comm.Size()}, h5.Chunks{7}, h5.Gzip(1))
	if err != nil {
		return err
	}
	err = z.Write(int32(1), comm.Rank())
	if err == nil || !strings.Contains(err.Error(), "can only be written collectively; pass h5.Collective") {
		return fmt.Errorf("independent write to a compressed dataset: %v", err)
	}
	return f.Close()
}

func refuse(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err == nil {
		_ = f.Close()
		return fmt.Errorf("%s was created", args[0])
	}
	fmt.Printf("%v\n", err)
	return nil
}

func leaveOpen(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	_, err = f.CreateDatasetFrom("x", []float64{1, 2, 3})
	return err
}

func fail(comm *mpi.Comm, args []string) error {
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	if comm.Rank() == 0 {
		exit.Run(3)
		os.Exit(3)
	}
	return f.Close()
}

func serialFirst(comm *mpi.Comm, args []string) error {
	own := fmt.Sprintf("%s.%d", args[0], comm.Rank())
	f, err := h5.Create(own)
	if err != nil {
		return err
	}
	if _, err := f.CreateDatasetFrom("x", comm.Rank()); err != nil {
		return err
	}
	if err := ranks(comm, args); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	f, err = h5.Open(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	d, err := f.Dataset("test")
	if err != nil {
		return err
	}
	a, err := d.Read(h5.Collective)
	if err != nil {
		return err
	}
	if n := comm.Size(); a.Sum().Item() != float64(n*(n-1)/2) {
		return fmt.Errorf("the ranks read %v", a)
	}
	return f.Close()
}

func speed(comm *mpi.Comm, args []string) error {
	mib, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	const columns = 1 << 14
	n := mib << 20 / 8 / columns
	f, err := h5.Create(args[0], h5.MPIO(comm))
	if err != nil {
		return err
	}
	d, err := f.CreateDataset("x", h5.Float64, h5.Shape{n, columns})
	if err != nil {
		return err
	}
	first, last := share(comm, n)
	values := nd.New(nd.Float64, last-first, columns)
	values.Fill(1)
	for range 3 {
		if err := comm.Barrier(); err != nil {
			return err
		}
		start := time.Now()
		if err := d.Write(values, nd.R(first, last), h5.Collective); err != nil {
			return err
		}
		if err := comm.Barrier(); err != nil {
			return err
		}
		middle := time.Now()
		if err := d.ReadInto(values, nd.R(first, last), h5.Collective); err != nil {
			return err
		}
		if err := comm.Barrier(); err != nil {
			return err
		}
		if comm.Rank() == 0 {
			size := float64(n) * columns * 8 / 1e9
			fmt.Printf("write %.2f GB/s, read %.2f GB/s\n", size/middle.Sub(start).Seconds(), size/time.Since(middle).Seconds())
		}
	}
	return f.Close()
}
