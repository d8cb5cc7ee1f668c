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
	"time"
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

// sample is what one run took, in seconds.
type sample struct{ inside, whole float64 }

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
	fmt.Printf("%-8s%14s%14s%10s%16s%16s\n", "round", "Python, s", "Go, s", "ratio", "whole Python, s", "whole Go, s")

	var ratios, python, galago []float64
	for round := range c.Rounds {
		p, err := c.run(folder, c.Python, script, filepath.Join(folder, "python.hdf5"), strconv.Itoa(few))
		if err != nil {
			return err
		}
		p.inside *= scale
		g, err := c.run(folder, self, "simulate", filepath.Join(folder, "galago.hdf5"), strconv.Itoa(c.Stars))
		if err != nil {
			return err
		}
		ratio := p.inside / g.inside
		fmt.Printf("%-8d%14.2f%14.3f%10.0f%16.2f%16.2f\n", round+1, p.inside, g.inside, ratio, p.whole, g.whole)
		ratios, python, galago = append(ratios, ratio), append(python, p.inside), append(galago, g.inside)
	}
	fmt.Printf("%-8s%14.2f%14.3f%10.0f\n\n", "median", median(python), median(galago), median(ratios))
	fmt.Printf("the tutorial's way takes %.0f times as long (in the single rounds %.0f to %.0f times)\n",
		median(ratios), slices.Min(ratios), slices.Max(ratios))
	return nil
}

var reported = regexp.MustCompile(`integration and writing: ([0-9.]+) s`)

// run starts one program on all ranks and reads the time that it reports.
func (c compare) run(folder string, program ...string) (sample, error) {
	args := append([]string{"--oversubscribe", "--bind-to", "none", "-n", strconv.Itoa(c.Ranks)}, program...)
	command := exec.Command(c.Mpiexec, args...)
	command.Dir = folder
	// Open MPI asks for these where the user is root, as in a container.
	command.Env = append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	began := time.Now()
	out, err := command.Output()
	whole := time.Since(began).Seconds()
	if err != nil {
		return sample{}, fmt.Errorf("run %v: %w\n%s", command.Args, err, stderr.Bytes())
	}
	found := reported.FindSubmatch(out)
	if found == nil {
		return sample{}, errors.Join(fmt.Errorf("run %v: no time in its output", command.Args), errors.New(string(out)))
	}
	inside, err := strconv.ParseFloat(string(found[1]), 64)
	return sample{inside, whole}, err
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
