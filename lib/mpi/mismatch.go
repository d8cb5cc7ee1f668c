package mpi

import (
	"fmt"
	"path/filepath"

	"github.com/galago-hpc/galago/internal/dl"
)

// mismatch explains a world of size 1 where there should be more.
func (l launch) mismatch(info Info) error {
	return l.unfit(info, "sees a world of size 1")
}

// cannotStart tells of the one case where a wrong pair must be found out
// before MPI_Init: Open MPI under an srun without PMIx ends the process with 20
// lines of its own. Open MPI before version 5 can have been built for PMI 2 too.
func (l launch) cannotStart(info Info, handle *dl.Library) error {
	if info.Flavour != OpenMPI || !l.slurm || l.pmix || l.pmi && knowsPMI(info, handle) {
		return nil
	}
	return l.unfit(info, "needs PMIx, which this srun does not offer")
}

// knowsPMI looks for Open MPI's components for Slurm's PMI: within the library
// or as files beside it.
func knowsPMI(info Info, handle *dl.Library) bool {
	for _, name := range []string{"s1", "s2"} {
		if handle.Has("mca_pmix_" + name + "_component") {
			return true
		}
		folder := filepath.Dir(info.Path)
		for _, pattern := range []string{"openmpi*", "openmpi*/lib/openmpi*"} {
			if found, _ := filepath.Glob(filepath.Join(folder, pattern, "mca_pmix_"+name+".so")); len(found) > 0 {
				return true
			}
		}
	}
	return false
}

// unfit is the error of a launcher and a library of different families.
func (l launch) unfit(info Info, because string) error {
	start, other := "mpiexec.openmpi, or srun --mpi=pmix where Slurm has it", MPICH
	if info.Flavour == MPICH {
		start, other = "mpiexec of MPICH (Hydra), or srun --mpi=pmi2 (--mpi=cray_shasta for Cray MPICH)", OpenMPI
	}
	advice := "Start it with what belongs to this library: " + start
	if l.flavour != "" && l.flavour != info.Flavour {
		advice += fmt.Sprintf("; or use a library that belongs to the launcher: %s=%s, or a path there", Variable, other)
	}
	return libraryError(fmt.Sprintf(
		"%s started this process as rank %d of %d (%s), but %s at %s %s: launcher and library do not belong together",
		l.by, l.rank, l.size, l.sign, info, info.Path, because), advice)
}
