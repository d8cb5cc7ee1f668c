package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/h5"
)

// The test program is its own rank program: mpiexec starts it with this variable.
const rankVariable = "GALAXY_TEST_STARS"

func TestMain(m *testing.M) {
	stars, err := strconv.Atoi(os.Getenv(rankVariable))
	if err != nil {
		os.Exit(m.Run())
	}
	status := 0
	if err := simulate("galaxy.hdf5", stars, notebookTolerance); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	exit.Run(status)
	os.Exit(status)
}

// Whatever the numbers of stars and ranks, each star is in the file, in its row:
// also where the shares are unequal, and where ranks go without a star.
func TestAllStarsAreWritten(t *testing.T) {
	for _, c := range []struct {
		mpiexec      string
		ranks, stars int
	}{
		{"mpiexec.openmpi", 4, 11},
		{"mpiexec.openmpi", 3, 2},
		{"mpiexec.mpich", 3, 7},
	} {
		t.Run(fmt.Sprintf("%s/%d stars on %d ranks", c.mpiexec, c.stars, c.ranks), func(t *testing.T) {
			folder := t.TempDir()
			args := []string{"-n", strconv.Itoa(c.ranks), os.Args[0]}
			if c.mpiexec == "mpiexec.openmpi" {
				args = append([]string{"--oversubscribe", "--bind-to", "none"}, args...)
			}
			command := exec.Command(c.mpiexec, args...)
			command.Dir = folder
			command.Env = append(os.Environ(), rankVariable+"="+strconv.Itoa(c.stars), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
			out, err := command.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v\n%s", command.Args, err, out)
			}
			for rank := range c.ranks {
				if line := fmt.Sprintf("MPI Rank %d : Simulating my particles took ", rank); strings.Count(string(out), line) != 1 {
					t.Errorf("no line %q in\n%s", line, out)
				}
			}
			if strings.Count(string(out), "Success!") != 1 {
				t.Errorf("no Success! in\n%s", out)
			}
			checkFile(t, filepath.Join(folder, "galaxy.hdf5"), c.stars)
		})
	}
}

func checkFile(t *testing.T, path string, stars int) {
	f, err := h5.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	read := func(name string) (orbits []Orbit) {
		set, err := f.Dataset(name)
		if err == nil {
			err = set.ReadInto(&orbits)
		}
		if err != nil {
			t.Fatal(err)
		}
		return orbits
	}
	pos, vel, nucleusPos, nucleusVel := read("pos_pt"), read("vel_pt"), read("pos_nuc"), read("vel_nuc")
	if len(pos) != stars || len(vel) != stars || len(nucleusPos) != 1 || len(nucleusVel) != 1 {
		t.Fatalf("%d positions, %d velocities, %d and %d of the nucleus", len(pos), len(vel), len(nucleusPos), len(nucleusVel))
	}
	solver, times := newSolver(notebookTolerance), outputTimes()
	for i := range stars {
		err := follow(solver, newStar(i), times, func(j int, y []float64) {
			if pos[i][j] != [3]float64(y[0:3]) || vel[i][j] != [3]float64(y[3:6]) {
				t.Fatalf("star %d at output %d: %v, %v in the file, want %v", i, j, pos[i][j], vel[i][j], y[:6])
			}
			if i == 0 && (nucleusPos[0][j] != [3]float64(y[6:9]) || nucleusVel[0][j] != [3]float64(y[9:12])) {
				t.Fatalf("nucleus at output %d: %v, %v in the file, want %v", j, nucleusPos[0][j], nucleusVel[0][j], y[6:12])
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
