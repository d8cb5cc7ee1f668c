// H5 measures package h5 against the same work in C and in h5py, on files of its own.
//
//	go run ./bench/h5                                  # all rows, in some minutes
//	go run ./bench/h5 --rounds 9 small strided         # two of them, more exactly
//	go run ./bench/h5 --mpi mpich mpi2-write mpi2-read # parallel rows with MPICH
//	go run ./bench/h5 unit open FOLDER                 # one measurement of Galago alone
//
// Run it in the repository's folder. For each row the three take turns, each in a
// process of its own, so that a busy machine is as unfair to the one as to the other;
// what is printed are medians over the rounds, and the ratios of times to C's: 0.97
// of C's speed is 1.03 of C's time. Each has its own code for a row: rows.go,
// elements.go and parallel.go here, peer.c, parallel.c, peer.py and parallel.py in
// testdata. C and Galago use the same libhdf5, h5py the one that it brings along. Times
// are of files that the system has in memory.
//
// It needs gcc and the headers of the serial HDF5 (libhdf5-dev), and a python with
// h5py: that of .venv, $GALAGO_PYTHON, or python3. Parallel rows need the compiler of the
// MPI (libopenmpi-dev, libmpich-dev), its mpiexec and a libhdf5 for it; h5py takes part
// in them if python3 has h5py for MPI and mpi4py. Ranks that are more than there are
// cores wait for each other busily with MPICH: take more rounds.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/h5"
)

type arguments struct {
	Compare compare `cmd:"" default:"withargs" help:"Run C, h5py and Galago in turn and print the ratios."`
	Unit    unit    `cmd:"" hidden:"" help:"Print the seconds that one unit of a row takes here."`
}

type compare struct {
	Rows   []string `arg:"" optional:"" help:"Rows to measure; all without any."`
	Rounds int      `default:"5" help:"How often each takes its turn."`
	Folder string   `help:"Folder for the files, which should be in memory or on a quiet disk; a temporary one by itself."`
	MPI    string   `default:"openmpi" enum:"openmpi,mpich" help:"MPI of the parallel rows. Debian's h5py takes part with openmpi only."`
}

type unit struct {
	Row    string `arg:""`
	Folder string `arg:""`
}

func (u unit) Run() error {
	for _, r := range rows {
		if r.name == u.Row {
			t, err := r.run(u.Folder)
			if err == nil && t > 0 { // of several ranks, one reports
				fmt.Println(t.Seconds())
			}
			return err
		}
	}
	return fmt.Errorf("there is no row %s", u.Row)
}

func (c compare) Run() error {
	folder, err := os.MkdirTemp(c.Folder, "bench-h5-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	source, err := sources()
	if err != nil {
		return err
	}
	serial, err := makePeers(folder, source)
	if err != nil {
		return err
	}
	parallel := makeParallelPeers(folder, source, c.MPI)
	if err := prepare(folder); err != nil {
		return err
	}
	info, err := h5.Info()
	if err != nil {
		return err
	}
	fmt.Printf("C and Galago with %s, %d rounds, load %s\n\n", info, c.Rounds, load())
	fmt.Printf("%-34s %10s %10s %10s   %9s %9s   %s\n", "", "C", "h5py", "Galago", "Galago/C", "h5py/C", "goal")
	for _, r := range rows {
		if len(c.Rows) > 0 && !slices.Contains(c.Rows, r.name) {
			continue
		}
		peers := serial
		if r.ranks > 0 {
			if peers, err = parallel(r.ranks); err != nil {
				return err
			}
		}
		times := make([][]float64, len(peers))
		for range c.Rounds {
			for i, p := range peers {
				t, err := p.run(r.name, folder)
				if err != nil {
					return err
				}
				times[i] = append(times[i], t)
			}
		}
		r.print(measure.Median(times[0]), measure.Median(times[1]), measure.Median(times[2]))
	}
	fmt.Printf("\nload %s\n", load())
	return nil
}

// print writes a line of the table: times as the unit has it, ratios of times.
func (r row) print(c, python, galago float64) {
	goal, met := "", true
	if r.goal > 0 {
		goal, met = fmt.Sprintf("at most %.2f of C", r.goal), galago <= r.goal*c
	}
	if r.most > 0 {
		goal, met = "at most "+r.in(r.most), galago <= r.most
	}
	if !met {
		goal += ": missed"
	}
	if python > 0 && galago >= python {
		goal = strings.TrimPrefix(goal+"; behind h5py", "; ")
	}
	theirs, ratio := "-", "-"
	if python > 0 {
		theirs, ratio = r.in(python), fmt.Sprintf("%.2f", python/c)
	}
	fmt.Printf("%-34s %10s %10s %10s   %9.2f %9s   %s\n", r.what, r.in(c), theirs, r.in(galago), galago/c, ratio, goal)
}

// in gives a time in the row's unit.
func (r row) in(seconds float64) string {
	switch r.unit {
	case "GB/s":
		return fmt.Sprintf("%.3g GB/s", r.bytes/seconds/1e9)
	case "ms":
		return fmt.Sprintf("%.3g ms", seconds*1e3)
	case "us":
		return fmt.Sprintf("%.3g us", seconds*1e6)
	}
	return fmt.Sprintf("%.3g ns", seconds*1e9)
}

// load is the system's own word on how busy it is.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

func main() {
	var a arguments
	command := kong.Parse(&a, kong.Name("h5"), kong.Description("Package h5 beside C and h5py."))
	status := 0
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "h5:", err)
		status = 1
	}
	exit.Run(status)
	os.Exit(status)
}
