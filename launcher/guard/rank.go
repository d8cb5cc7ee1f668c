package guard

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// rankVariables are set for each rank by MPICH's Hydra and Slurm's pmi2, Open
// MPI's mpiexec, PMIx, and by srun whatever the MPI plugin.
var rankVariables = []string{"PMI_RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "SLURM_PROCID"}

// findRank reads this process's rank, which is less than ranks.
func findRank(getenv func(string) string, ranks int) (int, error) {
	for _, name := range rankVariables {
		value := getenv(name)
		if value == "" {
			continue
		}
		rank, err := strconv.Atoi(value)
		if err != nil || rank < 0 || rank >= ranks {
			return 0, fmt.Errorf("find this process's rank: %s=%s, want 0 to %d", name, value, ranks-1)
		}
		return rank, nil
	}
	return 0, fmt.Errorf("find this process's rank: none of %v is set: is this launcher an MPI launcher?", rankVariables)
}

// step returns this process's Slurm step as JOB.STEP, "" outside of Slurm.
func step() string {
	job, step := os.Getenv("SLURM_JOB_ID"), os.Getenv("SLURM_STEP_ID")
	if job == "" || step == "" || os.Getenv("SLURM_PROCID") == "" {
		return ""
	}
	return job + "." + step
}

// inheritedFiles returns the descriptors above standard error that were left
// open for this process, as a slice for exec.Cmd's ExtraFiles: entry i is
// descriptor 3+i, nil where there is none. In this way the child has them under
// the same numbers, and what is added behind them cannot take their place.
//
// It has to be called before the process opens files that are to be inherited.
func inheritedFiles() []*os.File {
	var files []*os.File
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		if entries, err = os.ReadDir("/dev/fd"); err != nil {
			return nil
		}
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(filepath.Base(entry.Name()))
		if err != nil || fd < 3 {
			continue
		}
		// Go opens everything close-on-exec; what is not was passed on.
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC != 0 {
			continue
		}
		for len(files) <= fd-3 {
			files = append(files, nil)
		}
		files[fd-3] = os.NewFile(uintptr(fd), entry.Name())
	}
	return files
}

// Runs says whether the process is a guard of the run with the folder dir, and
// not another that has got its number.
func Runs(pid int, dir string) bool {
	cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && pid > 0 && bytes.Contains(cmdline, []byte("\x00"+dir+"\x00"))
}
