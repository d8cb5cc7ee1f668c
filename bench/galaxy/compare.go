package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/galago-hpc/galago/bench/measure"
)

//go:embed tutorial.py
var tutorial []byte

type compare struct {
	Stars    int    `default:"1000" help:"Stars in the Go program."`
	Fraction int    `default:"20" help:"Python does one star in this many."`
	Ranks    int    `default:"2" help:"MPI ranks."`
	Rounds   int    `default:"5" help:"How often each of the two runs."`
	Mpiexec  string `default:"mpiexec.openmpi" help:"Open MPI's mpiexec."`
	Python   string `default:"/usr/bin/python3" help:"A Python with h5py (mpio), mpi4py and scipy."`
}

func (c compare) Run() error {
	if _, err := exec.LookPath(c.Mpiexec); err != nil {
		return fmt.Errorf("compare with Python: %w; install openmpi-bin, or name it with --mpiexec", err)
	}
	folder, err := os.MkdirTemp("", "galaxy")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	script := filepath.Join(folder, "tutorial.py")
	if err := os.WriteFile(script, tutorial, 0o644); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	few := max(c.Stars/c.Fraction, c.Ranks)
	scale := float64(c.Stars) / float64(few)
	fmt.Printf("%d ranks, %d stars, %d output times; Python does %d stars, times %.4g\n\n", c.Ranks, c.Stars, rows, few, scale)
	fmt.Printf("%-8s%12s%26s%26s\n", "", "", "Go, tolerance 1.49e-8", "Go, tolerance 3e-10")
	fmt.Printf("%-8s%12s%12s%14s%12s%14s\n", "round", "Python, s", "s", "ratio", "s", "ratio")

	tolerances := []float64{odeintTolerance, notebookTolerance}
	var python []float64
	times, ratios := make([][]float64, len(tolerances)), make([][]float64, len(tolerances))
	for round := range c.Rounds {
		p, err := c.run(folder, c.Python, script, "python.hdf5", strconv.Itoa(few))
		if err != nil {
			return err
		}
		p *= scale
		python = append(python, p)
		fmt.Printf("%-8d%12.2f", round+1, p)
		for i, tolerance := range tolerances {
			g, err := c.run(folder, self, "simulate", "galago.hdf5", strconv.Itoa(c.Stars), fmt.Sprintf("--tolerance=%g", tolerance))
			if err != nil {
				return err
			}
			times[i], ratios[i] = append(times[i], g), append(ratios[i], p/g)
			fmt.Printf("%12.3f%14.0f", g, p/g)
		}
		fmt.Println()
	}
	fmt.Printf("%-8s%12.2f", "median", measure.Median(python))
	for i := range tolerances {
		fmt.Printf("%12.3f%14.0f", measure.Median(times[i]), measure.Median(ratios[i]))
	}
	fmt.Printf("\n\nat the same tolerance the tutorial's way takes %.0f times as long (in the single rounds %.0f to %.0f times)\n",
		measure.Median(ratios[0]), slices.Min(ratios[0]), slices.Max(ratios[0]))
	return nil
}

var reported = regexp.MustCompile(`integration and writing: ([0-9.]+) s`)

// run starts one program on all ranks and reads the time that it reports, in
// seconds. The file that it writes does not exist before: to truncate the last
// round's is no part of the work.
func (c compare) run(folder string, program ...string) (float64, error) {
	defer func() {
		for _, file := range []string{"python.hdf5", "galago.hdf5"} {
			_ = os.Remove(filepath.Join(folder, file))
		}
	}()
	args := append([]string{"--oversubscribe", "--bind-to", "none", "-n", strconv.Itoa(c.Ranks)}, program...)
	command := exec.Command(c.Mpiexec, args...)
	command.Dir = folder
	// Open MPI asks for these where the user is root, as in a container.
	command.Env = append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return 0, fmt.Errorf("run %v: %w\n%s", command.Args, err, stderr.Bytes())
	}
	found := reported.FindSubmatch(out)
	if found == nil {
		return 0, errors.Join(fmt.Errorf("run %v: no time in its output", command.Args), errors.New(string(out)))
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
