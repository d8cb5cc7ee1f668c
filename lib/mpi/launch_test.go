package mpi

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Jupyter within a step of Slurm inherits variables, but no connection.
func TestLostConnectionToLauncher(t *testing.T) {
	alone := []string{"PMI_FD=999", "PMI_RANK=0", "PMI_SIZE=1", "SLURM_STEP_NUM_TASKS=1", "SLURM_PROCID=0", "SLURM_JOB_ID=3", "SLURM_STEPID=0"}
	for _, flavour := range []Flavour{MPICH, OpenMPI} {
		output, status := launcher{}.start(t, 0, append(alone, Variable+"="+string(flavour)), ranks, "hello")
		if status != 0 || !strings.Contains(output, "rank 0 of 1,") {
			t.Errorf("%s: exit status %d\n%s", flavour, status, output)
		}
	}
	output, status := launcher{}.start(t, 0, []string{"PMI_FD=999", "PMI_RANK=1", "PMI_SIZE=2"}, ranks, "hello")
	if status != 2 {
		t.Errorf("exit status %d", status)
	}
	contains(t, output, "rank 1 of 2 (PMI_SIZE=2)", "not open (PMI_FD=999)")
}

// environment makes a lookup function of "NAME=value" words.
func environment(words string) func(string) string {
	return func(name string) string {
		for word := range strings.FieldsSeq(words) {
			if key, value, _ := strings.Cut(word, "="); key == name {
				return value
			}
		}
		return ""
	}
}

func TestDetectLauncher(t *testing.T) {
	for _, c := range []struct {
		environment string
		by          string
		flavour     Flavour
		size, local int
	}{
		{"", "", "", 0, 0},
		{"PMI_RANK=1 PMI_SIZE=4 MPI_LOCALNRANKS=2", "MPICH's mpiexec", MPICH, 4, 2},
		{"OMPI_COMM_WORLD_SIZE=8 OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_LOCAL_SIZE=4 PMIX_RANK=3", "Open MPI's mpiexec", OpenMPI, 8, 4},
		{"SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=3 SLURM_NODEID=1 SLURM_STEP_TASKS_PER_NODE=3,1 PMI_SIZE=4 PMI_RANK=3 SLURM_MPI_TYPE=pmi2", "srun --mpi=pmi2", MPICH, 4, 1},
		{"SLURM_STEP_NUM_TASKS=10 SLURM_PROCID=9 SLURM_NODEID=3 SLURM_STEP_TASKS_PER_NODE=3(x2),2(x2) PMIX_RANK=9 SLURM_MPI_TYPE=pmix", "srun --mpi=pmix", OpenMPI, 10, 2},
		{"SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0", "srun", "", 4, 0},
		{"SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 SLURM_MPI_TYPE=cray_shasta", "srun --mpi=cray_shasta", MPICH, 4, 0},
		// A batch script is not a rank.
		{"SLURM_JOB_ID=7 SLURM_NTASKS=4 SLURM_PROCID=0", "", "", 0, 0},
		// mpiexec within a step of one task, such as Jupyter's.
		{"SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0 PMI_SIZE=1 PMI_RANK=0 SLURM_MPI_TYPE=pmi2 OMPI_COMM_WORLD_SIZE=2", "Open MPI's mpiexec", OpenMPI, 2, 0},
		// Hydra starts its proxies with srun, one task a node.
		{"SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1 PMI_SIZE=8 PMI_RANK=5 MPI_LOCALNRANKS=4", "MPICH's mpiexec", MPICH, 8, 4},
		{"PALS_RANKID=5 PALS_LOCAL_SIZE=4", "HPE's mpiexec", MPICH, 0, 4},
		{"PMI_SIZE=many", "", "", 0, 0},
	} {
		l := detect(environment(c.environment))
		if l.by != c.by || l.flavour != c.flavour || l.size != c.size || l.local != c.local {
			t.Errorf("%s:\ngot %+v\nwant %+v", c.environment, l, c)
		}
	}
}

func TestCandidates(t *testing.T) {
	cray, conda := t.TempDir(), t.TempDir()
	for _, path := range []string{
		cray + "/lib/libmpi_gnu_123.so.12", cray + "/lib/libmpi_gnu_123.so.12.0.0", cray + "/lib/libmpifort_gnu_123.so.12",
		conda + "/lib/libmpi.so.40", conda + "/lib/libmpi.so.40.30.4", conda + "/lib/libmpi_mpifh.so.40",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	modules := environment("CRAY_MPICH_DIR=" + cray + " CONDA_PREFIX=" + conda)
	crayFile, condaFile := cray+"/lib/libmpi_gnu_123.so.12", conda+"/lib/libmpi.so.40"
	order := func(get func(string) string, started launch) []string {
		list, err := candidates(get, started)
		if err != nil {
			t.Fatal(err)
		}
		var files []string
		for _, c := range list {
			files = append(files, c.name)
		}
		return files
	}
	files := order(modules, launch{})
	if files[0] != crayFile || files[1] != condaFile || files[2] != "libmpich.so.12" {
		t.Errorf("order is %v", files)
	}
	files = order(modules, launch{by: "Open MPI's mpiexec", flavour: OpenMPI})
	if files[0] != condaFile || files[1] != crayFile || files[2] != "libmpi.so.40" {
		t.Errorf("under Open MPI the order is %v", files)
	}
	openOnly := environment(Variable + "=openmpi CRAY_MPICH_DIR=" + cray + " CONDA_PREFIX=" + conda)
	if files = order(openOnly, launch{}); files[0] != condaFile || slices.Contains(files, "libmpich.so.12") {
		t.Errorf("with GALAGO_MPI=openmpi the order is %v", files)
	}
	if files = order(environment(Variable+"="+conda), launch{}); !slices.Equal(files, []string{condaFile}) {
		t.Errorf("with a folder the candidates are %v", files)
	}
}

func TestRecogniseLibraries(t *testing.T) {
	for full, want := range map[string]string{
		"MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr  7 12:34:45 CDT 2022":                         "MPICH 4.0.2",
		"MPI VERSION    : CRAY MPICH version 8.1.23.11 (ANL base 3.4a2)\nMPI BUILD INFO : Mon Nov 14 2022": "Cray MPICH 8.1.23.11",
		"Intel(R) MPI Library 2021.9 for Linux* OS\n":                                                      "Intel MPI 2021.9",
		"MVAPICH2 Version      :\t2.3.7":                                                                   "MVAPICH 2.3.7",
		"Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4":                                           "Open MPI 4.1.4",
	} {
		if name, version := recognise(full); name+" "+version != want {
			t.Errorf("%q is %q %q, want %s", full, name, version, want)
		}
	}
}

func TestCondenseErrorTexts(t *testing.T) {
	stack := "Message truncated, error stack:\ninternal_Recv(127)...........: MPI_Recv(buf=0xc0, count=4) failed\n" +
		"MPIDI_POSIX_recv(122)........: Message from rank 0 and tag 5 truncated; 80 bytes received but buffer size is 32"
	for text, want := range map[string]string{
		stack:                                 "Message truncated: Message from rank 0 and tag 5 truncated; 80 bytes received but buffer size is 32",
		"MPI_ERR_TRUNCATE: message truncated": "message truncated",
	} {
		if got := condense(text, ErrTruncate); got != want {
			t.Errorf("got %q", got)
		}
	}
}
