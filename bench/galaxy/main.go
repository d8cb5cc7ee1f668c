// Galaxy measures the main job of this project against the way of the tutorial
// that it follows: 1,000 stars of a galaxy that falls into a bigger one,
// integrated and written to one HDF5 file by 2 MPI ranks.
//
//	go run ./bench/galaxy
//
// The Go program (model.go, simulate.go) and the Python one (tutorial.py) take
// turns, so that a busy machine is as unfair to the one as to the other. Both run
// under the same mpiexec of Open MPI, with the same libhdf5; both time themselves
// from a barrier before the first star to one after the file is closed. Start-up
// is not in these times; the times of the whole commands are printed beside them.
// Python does 1/20 of the stars, and its time is multiplied by 20.
//
// The tutorial's way is scipy's odeint on NumPy numbers, and six strided writes a
// star. It is not the best that Python can do: a right-hand side that unpacks the
// array to plain floats is about four times as fast, and a single write a star
// costs next to nothing. The Go program runs twice: with odeint's default tolerance,
// 1.49e-8, which is the comparison, and with the notebook's, 3e-10, at which single
// stars are right to a few centimetres.
//
// It needs Debian's openmpi-bin, libhdf5-openmpi-103-1, python3-h5py-mpi,
// python3-mpi4py and python3-scipy.
//
// The rank program alone, on any number of ranks and of either MPI:
//
//	go build -o galaxy ./bench/galaxy && mpiexec -n 8 ./galaxy simulate galaxy.hdf5 1000
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/galago-hpc/galago/internal/exit"
)

type arguments struct {
	Compare  compare       `cmd:"" default:"withargs" help:"Run the Python and the Go program in turn and print the ratios."`
	Simulate simulateStars `cmd:"" help:"Be a rank of the simulation; start it with mpiexec."`
}

type simulateStars struct {
	File  string `arg:"" help:"HDF5 file to write."`
	Stars int    `arg:"" default:"1000" help:"Number of stars."`

	Tolerance float64 `default:"3e-10" help:"Relative and absolute tolerance of the integration; odeint's default is 1.49e-8."`
}

func (s simulateStars) Run() error {
	if s.Stars < 1 {
		return fmt.Errorf("simulate %s stars: at least one is needed", strconv.Itoa(s.Stars))
	}
	return simulate(s.File, s.Stars, s.Tolerance)
}

func main() {
	var a arguments
	command := kong.Parse(&a, kong.Name("galaxy"), kong.Description("The galaxy collision, in Go and the tutorial's way."))
	status := 0
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "galaxy:", err)
		status = 1
	}
	exit.Run(status)
	os.Exit(status)
}
