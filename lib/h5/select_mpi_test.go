package h5

import (
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/lib/mpi"
)

// Ranks read and write by lists, ranges and nothing at all, each what it likes,
// independently and collectively.
func TestParallelSelections(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, n := range []int{2, 3} {
			path := filepath.Join(t.TempDir(), "selections.h5")
			if out, err := ranks(t, flavour, n, nil, "selections", path, "150"); err != nil || out != "" {
				t.Fatalf("%d ranks: %v %s", n, err, out)
			}
		}
	})
}
