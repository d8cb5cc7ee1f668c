package h5

import (
	"debug/elf"
	"os"
	"slices"

	"github.com/galago-hpc/galago/lib/mpi"
)

// separate reports whether two libraries can live in one process: their symbols
// carry different versions (as Debian's serial and parallel builds do), so that
// neither calls into the other.
func separate(a, b string) bool {
	x, y := symbolVersions(a), symbolVersions(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	for _, name := range x {
		if slices.Contains(y, name) {
			return false
		}
	}
	return true
}

func symbolVersions(path string) []string {
	file, err := elf.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	versions, err := file.DynamicVersions()
	if err != nil {
		return nil
	}
	var names []string
	for _, v := range versions {
		// The base version is the name of the library itself.
		if v.Flags&elf.VER_FLG_BASE == 0 {
			names = append(names, v.Name)
		}
	}
	return names
}

// mpiInUse returns the flavour of the MPI of this process: the one that is
// initialised, or that will be because a launcher started the process as a rank.
// It is "" if there is none.
func mpiInUse() mpi.Flavour {
	if mpi.Initialized() {
		if flavour := mpi.World().Flavour(); flavour != mpi.None {
			return flavour
		}
		return ""
	}
	for _, name := range []string{"PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "PALS_RANKID"} {
		if os.Getenv(name) != "" {
			if info, err := mpi.Library(); err == nil {
				return info.Flavour
			}
		}
	}
	return ""
}
