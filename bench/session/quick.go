package main

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/galago-hpc/galago/bench/measure"
	"github.com/galago-hpc/galago/bench/measure/client"
)

// quickCells are cells that a session executes without compiling, and what
// Python says for them.
var quickCells = []struct{ ours, theirs string }{
	{"x + 1", "x + 1"},
	{"fmt.Sprint(x)", "str(x)"},
	{"len(s)", "len(s)"},
	{"a[3] = 2", "a[3] = 2"},
}

// quick times cells that need no compiling, in a session and in ipykernel.
func (a *arguments) quick() (err error) {
	ours, err := a.galago()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ours.Close()) }()
	theirs, err := a.ipykernel()
	if err != nil {
		return err
	}
	if theirs != nil {
		defer func() { err = errors.Join(err, theirs.Close()) }()
		if _, err := theirs.Execute("x = 41\ns = ['a', 'b']\na = [0] * 10"); err != nil {
			return err
		}
	}
	if _, err := ours.Execute("x := 41\ns := []string{\"a\", \"b\"}\na := make([]int, 10)"); err != nil {
		return err
	}
	fmt.Printf("quick: ms from request to idle, medians of %d; goals: 3 ms and a ratio of 0.5\n\n%-18s%10s%12s%10s\n", a.Quick, "", "galago", "ipykernel", "ratio")
	for _, cell := range quickCells {
		var own, other []float64
		for round := range a.Quick {
			for turn := range 2 {
				k, code, times := ours, cell.ours, &own
				if (turn+round)%2 == 1 {
					k, code, times = theirs, cell.theirs, &other
				}
				if k == nil {
					continue
				}
				o, err := k.Execute(code)
				if err != nil {
					return err
				}
				*times = append(*times, o.Seconds*1e3)
			}
		}
		if theirs == nil {
			fmt.Printf("%-18s%10.2f%22s\n", cell.ours, measure.Median(own), "(not installed)")
			continue
		}
		fmt.Printf("%-18s%10.2f%12.2f%10.2f\n", cell.ours, measure.Median(own), measure.Median(other), measure.Median(own)/measure.Median(other))
		fmt.Printf("%-18s%10.2f%12.2f\n", "  95 of 100 below", percentile(own, 95), percentile(other, 95))
	}
	return nil
}

// ipykernel starts Python's kernel. It returns nil if there is none.
func (a *arguments) ipykernel() (*client.Kernel, error) {
	python, err := filepath.Abs(a.Python)
	if err != nil {
		return nil, err
	}
	if exec.Command(python, "-c", "import ipykernel").Run() != nil {
		return nil, nil
	}
	return a.start("ipykernel", []string{"IPYTHONDIR=" + a.folder, "PYTHONDONTWRITEBYTECODE=1"}, python, "-m", "ipykernel_launcher", "-f")
}

// percentile returns the value below which p of 100 values are.
func percentile(values []float64, p int) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}
