package h5

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/galago-hpc/galago/lib/mpi"
)

// What is done with files, groups and links holds for parallel files as well.
func TestFilesOnRanks(t *testing.T) {
	eachMPI(t, func(t *testing.T, flavour mpi.Flavour) {
		path := filepath.Join(t.TempDir(), "files.h5")
		if out, err := ranks(t, flavour, 3, nil, "files", path); err != nil || out != "" {
			t.Fatalf("%v: %s", err, out)
		}
		h5py(t, nil, `
with h5py.File(path) as f:
    assert list(f) == ["z", "a", "copy", "moved"] and f["z/alias"] == f["z/data"] and f["copy/data"] != f["z/data"], list(f)
    for n in ["z/data", "a/soft", "copy/data", "copy/alias", "moved/y"]:
        assert f[n][:].tolist() == ([1, 2, 3]), n
    assert f.id.get_create_plist().get_file_space_strategy()[0] == 1 and list(f["a"]) == ["soft"]
for name in [path + ".lost"] + [path + ".lost.%d" % i for i in range(3)]:
    with h5py.File(name) as f: assert list(f) == []
`, path)
		for i := range 3 {
			check(t, must[*File](t)(Open(fmt.Sprintf("%s.lost.%d", path, i))).Close())
		}
	})
}
