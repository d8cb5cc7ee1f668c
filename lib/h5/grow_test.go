package h5

import (
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/lib/mpi"
)

// Datasets grow and are compressed on ranks, with the filter that is written in Go
// too.
func TestParallelGrowth(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		for _, n := range []int{1, 3} {
			path := filepath.Join(t.TempDir(), "grow.h5")
			if out, err := ranks(t, flavour, n, nil, "grow", path); err != nil || out != "" {
				t.Fatalf("%d ranks: %v %s", n, err, out)
			}
			var right bool
			h5py(t, &right, `
f = h5py.File(path)
n = int(sys.argv[2])
want = np.concatenate([[[-1, -2, -3, -4]], np.repeat(np.arange(n), 40).reshape(-1, 4)])
print(json.dumps(all((f[name][...] == want).all() for name in ['plain', 'lzf', 'gzip']) and f['lzf'].compression == 'lzf'))`, path, string(rune('0'+n)))
			if !right {
				t.Errorf("%d ranks: h5py reads other values", n)
			}
		}
	})
}
