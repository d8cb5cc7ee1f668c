package mpi

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A launch is what the environment says about who started this process as one
// rank of how many.
type launch struct {
	by      string  // in a person's words; "" if no launcher did
	flavour Flavour // the family whose libraries this launcher can connect; "" if it does not tell
	rank    int
	size    int    // ranks in all
	local   int    // ranks on this node; 0 if unknown
	sign    string // the variable that says so, with its value
	slurm   bool   // srun did, so that its PMI is the only one there is
	pmi     bool   // there is a PMI 1 or 2 server
	pmix    bool   // there is a PMIx server
	lost    string // the variable that names a connection to PMI which is not there
}

// launchedBy reads the variables of one family of launchers.
type launchedBy func(get func(string) string) launch

var launchers = []launchedBy{openMPILaunch, hydraLaunch, palsLaunch, slurmLaunch}

// detect finds the launcher. One may have been started under another, mpiexec
// within a task of srun for one, and variables of both are then set: whoever
// started more than one rank was the last.
func detect(get func(string) string) launch {
	var found launch
	for _, read := range launchers {
		one := read(get)
		if one.by != "" && (found.by == "" || one.size > 1 && found.size <= 1) {
			found = one
		}
	}
	if found.local == 0 && found.by != "" {
		found.local = slurmLocal(get)
	}
	return found
}

// openMPILaunch knows mpiexec of Open MPI and of PRRTE, and jsrun.
func openMPILaunch(get func(string) string) launch {
	size := number(get("OMPI_COMM_WORLD_SIZE"))
	if size == 0 {
		return launch{}
	}
	return launch{
		by: "Open MPI's mpiexec", flavour: OpenMPI,
		rank: number(get("OMPI_COMM_WORLD_RANK")), size: size,
		local: number(get("OMPI_COMM_WORLD_LOCAL_SIZE")),
		sign:  "OMPI_COMM_WORLD_SIZE=" + get("OMPI_COMM_WORLD_SIZE"),
	}
}

// hydraLaunch knows what speaks PMI 1 or 2: mpiexec of MPICH, Intel MPI and
// MVAPICH, srun --mpi=pmi2, flux run.
func hydraLaunch(get func(string) string) launch {
	size := number(get("PMI_SIZE"))
	if size == 0 {
		return launch{}
	}
	found := launch{
		by: "MPICH's mpiexec", flavour: MPICH,
		rank: number(get("PMI_RANK")), size: size,
		local: number(get("MPI_LOCALNRANKS")),
		sign:  "PMI_SIZE=" + get("PMI_SIZE"),
		pmi:   true,
	}
	if fd := get("PMI_FD"); fd != "" && !connected(number(fd)) {
		found.lost = "PMI_FD=" + fd
	}
	if get("SLURM_STEP_NUM_TASKS") != "" && get("MPI_LOCALNRANKS") == "" {
		found.by, found.slurm = "srun --mpi="+or(get("SLURM_MPI_TYPE"), "pmi2"), true
	}
	return found
}

// palsLaunch knows mpiexec and aprun of HPE Cray.
func palsLaunch(get func(string) string) launch {
	if get("PALS_RANKID") == "" {
		return launch{}
	}
	return launch{
		by: "HPE's mpiexec", flavour: MPICH,
		rank: number(get("PALS_RANKID")), size: number(get("PALS_SIZE")),
		local: number(get("PALS_LOCAL_SIZE")),
		sign:  "PALS_RANKID=" + get("PALS_RANKID"),
	}
}

// slurmLaunch knows srun where it offers PMIx, Cray's PMI, or nothing. A batch
// script is no step of this kind: it has no SLURM_STEP_NUM_TASKS.
func slurmLaunch(get func(string) string) launch {
	size := number(get("SLURM_STEP_NUM_TASKS"))
	if size == 0 || get("SLURM_PROCID") == "" {
		return launch{}
	}
	found := launch{
		by:   "srun",
		rank: number(get("SLURM_PROCID")), size: size,
		sign:  "SLURM_STEP_NUM_TASKS=" + get("SLURM_STEP_NUM_TASKS"),
		slurm: true,
	}
	kind := get("SLURM_MPI_TYPE")
	if kind != "" {
		found.by += " --mpi=" + kind
	}
	switch {
	case get("PMIX_RANK") != "":
		found.flavour, found.pmix = OpenMPI, true
	case strings.HasPrefix(kind, "cray"), strings.HasPrefix(kind, "pmi2"):
		found.flavour = MPICH
	}
	return found
}

// slurmLocal is the number of tasks of this step on this node.
func slurmLocal(get func(string) string) int {
	layout, node := get("SLURM_STEP_TASKS_PER_NODE"), number(get("SLURM_NODEID"))
	if layout == "" {
		return 0
	}
	// "3,1", or "4(x2),1" where nodes are alike
	for part := range strings.SplitSeq(layout, ",") {
		tasks, times, repeated := strings.Cut(strings.TrimSuffix(part, ")"), "(x")
		nodes := 1
		if repeated {
			nodes = number(times)
		}
		if node < nodes {
			return number(tasks)
		}
		node -= nodes
	}
	return 0
}

// disconnect makes this process one that no launcher started. Jupyter within a
// step of Slurm is such a case: the kernel inherits the variables of PMI, but
// not the connection, and MPI_Init would end the process.
func (l *launch) disconnect() error {
	if l.size > 1 {
		return libraryError(
			fmt.Sprintf("%s started this process as rank %d of %d (%s), but its connection to the launcher is not open (%s)", l.by, l.rank, l.size, l.sign, l.lost),
			"Whatever stands between launcher and program must pass open file descriptors on")
	}
	for _, name := range []string{"PMI_FD", "PMI_RANK", "PMI_SIZE"} {
		os.Unsetenv(name)
	}
	*l = launch{slurm: l.slurm}
	return nil
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// started is who started this process, read before MPI has a chance to change
// the environment.
var started = detect(os.Getenv)
