package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/lib/h5"
)

// A peer is one of those that are compared: a command that takes a row and a folder, or
// none if it has nothing to show.
type peer struct {
	name    string
	command []string
}

// run measures a row, in seconds; 0 if the peer does not take part.
func (p peer) run(row, folder string) (float64, error) {
	if len(p.command) == 0 {
		return 0, nil
	}
	cmd := exec.Command(p.command[0], append(slices.Clone(p.command[1:]), row, folder)...)
	cmd.Env = append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s of row %s: %w: %s", p.name, row, err, &errors)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

// makePeers compiles the C program and finds the others.
func makePeers(folder, source string) ([]peer, error) {
	program := filepath.Join(folder, "peer")
	gcc := exec.Command("gcc", "-O2", "-Wall", "-I/usr/include/hdf5/serial", filepath.Join(source, "peer.c"), "-o", program, "-L/usr/lib/x86_64-linux-gnu/hdf5/serial", "-lhdf5")
	if out, err := gcc.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile peer.c: %w: %s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	python, err := findPython(source)
	if err != nil {
		return nil, err
	}
	return []peer{{"C", []string{program}}, {"h5py", []string{python, filepath.Join(source, "peer.py")}}, {"Galago", []string{self, "unit"}}}, nil
}

// sources is the folder of the peers' code.
func sources() (string, error) {
	for _, folder := range []string{"bench/h5/testdata", "testdata"} {
		if _, err := os.Stat(filepath.Join(folder, "peer.c")); err == nil {
			return filepath.Abs(folder)
		}
	}
	return "", fmt.Errorf("peer.c is not here: run it in the repository")
}

func findPython(source string) (string, error) {
	for _, name := range []string{os.Getenv("GALAGO_PYTHON"), filepath.Join(source, "../../../.venv/bin/python"), "python3"} {
		if name != "" && exec.Command(name, "-c", "import h5py").Run() == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("no python has h5py: set GALAGO_PYTHON")
}

// launchers start ranks, however many cores there are.
var launchers = map[string][]string{
	"mpich":   {"mpiexec.mpich"},
	"openmpi": {"mpiexec.openmpi", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"},
}

// makeParallelPeers is makePeers for so many ranks; parallel.c is compiled when it is
// first needed.
func makeParallelPeers(folder, source, mpi string) func(ranks int) ([]peer, error) {
	program := filepath.Join(folder, "parallel")
	compiled := false
	return func(ranks int) ([]peer, error) {
		if !compiled {
			library := parallelLibrary(mpi)
			if library == "" {
				return nil, fmt.Errorf("no libhdf5 for %s was found; name the rows to measure, or another --mpi", mpi)
			}
			compiler := exec.Command("mpicc."+mpi, "-O2", "-Wall", "-I/usr/include/hdf5/serial", filepath.Join(source, "parallel.c"), "-o", program, library)
			if out, err := compiler.CombinedOutput(); err != nil {
				return nil, fmt.Errorf("compile parallel.c: %w: %s", err, out)
			}
			compiled = true
		}
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		launch := append(slices.Clone(launchers[mpi]), "-n", strconv.Itoa(ranks))
		all := []peer{{"C", slices.Concat(launch, []string{program})}, {name: "h5py"}, {"Galago", slices.Concat(launch, []string{self, "unit"})}}
		script := filepath.Join(source, "parallel.py")
		if mpi == "openmpi" && hasParallelPython(script) {
			all[1].command = slices.Concat(launch, []string{"/usr/bin/python3", script})
		}
		return all, nil
	}
}

// hasParallelPython reports whether the system's python can run the parallel peer.
// Debian's h5py is the one for MPI only where several processes are started, or where it
// is told to be.
func hasParallelPython(script string) bool {
	probe := exec.Command("/usr/bin/python3", script)
	probe.Env = append(os.Environ(), "H5PY_ALWAYS_USE_MPI=1")
	return probe.Run() == nil
}

// parallelLibrary is the libhdf5 for an MPI.
func parallelLibrary(mpi string) string {
	for _, info := range h5.Find() {
		if info.Parallel && string(info.MPI) == mpi {
			return info.Path
		}
	}
	return ""
}
