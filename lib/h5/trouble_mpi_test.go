package h5

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/lib/mpi"
)

// What one rank meets does not leave the others waiting, and a valid program is not
// taken for a wrong one.
func TestTrouble(t *testing.T) {
	for _, c := range []struct {
		name  string
		ranks int
	}{
		{"broadcast", 4}, {"scatter", 4}, {"background", 2}, {"given up", 2}, {"given up", 4}, {"freed communicator", 2}, {"refused value", 3},
		{"mode a and r", 3}, {"impossible option", 3}, {"exclusive", 3}, {"file of one node", 2}, {"folders of the nodes", 2},
		{"nothing to write", 3}, {"only rank 0 looks", 3}, {"append", 3}, {"converted lists", 2}, {"MPI or not", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
				path := filepath.Join(t.TempDir(), "trouble.h5")
				if out, err := ranks(t, flavour, c.ranks, checking, "trouble", path, c.name); err != nil || out != "" {
					t.Errorf("%v: %s", err, out)
				}
			})
		})
	}
	alone := exec.Command(must[string](t)(rankProgram()), "trouble", filepath.Join(t.TempDir(), "alone.h5"), "MPI or not")
	alone.Env = append(os.Environ(), "GALAGO_MPI=none")
	if out := output(t, alone); out != "" {
		t.Errorf("without MPI: %s", out)
	}
}
