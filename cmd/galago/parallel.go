package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/galago-hpc/galago/launcher"
	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// probeCommand tells which MPI library a process in this environment loads. It
// is a process of its own, because no process can load two, and because a
// library that is broken may take the process with it.
type probeCommand struct{}

func (probeCommand) Run(s *streams) error {
	info, err := mpi.Library()
	if err != nil {
		return err
	}
	return json.NewEncoder(s.out).Encode(info)
}

// probe asks a new process for the MPI library that it loads under the setting
// of GALAGO_MPI.
func probe(setting string) (info mpi.Info, err error) {
	self, err := os.Executable()
	if err != nil {
		return info, err
	}
	cmd := exec.Command(self, "probe")
	cmd.Env = os.Environ()
	if setting != "" {
		cmd.Env = append(cmd.Env, mpi.Variable+"="+setting)
	}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		text := strings.TrimPrefix(strings.TrimSpace(complaint.String()), "galago: ")
		return info, fmt.Errorf("%s", firstLine(text+"\n"+err.Error()))
	}
	return info, json.Unmarshal(out, &info)
}

// flavours are the families of MPI that rank programs can load.
var flavours = []mpi.Flavour{mpi.MPICH, mpi.OpenMPI}

// lookAtParallel looks at what starts ranks, at the MPI library that fits it,
// and at HDF5, of which each build fits one MPI.
func lookAtParallel(m *machine) []finding {
	starter, flavour := lookAtLauncher(m)
	library := finding{Topic: "MPI library", State: ok}
	chosen, err := probe(string(flavour))
	if err != nil {
		library.State, library.Why = missing, "cells run on one rank only"
		library.Found = []string{err.Error()}
		library.Fix = installMPI(flavour).commands(m)
		if m.env(mpi.Variable) != "" {
			library.State = unwell
			library.Fix = []string{"unset " + mpi.Variable}
		}
	} else {
		library.Found = []string{fmt.Sprintf("%s, %s", chosen, chosen.Path)}
		for _, other := range flavours {
			if info, err := probe(string(other)); err == nil && info.Path != chosen.Path {
				library.Found = append(library.Found, fmt.Sprintf("also %s, %s (%s=%s picks it)", info, info.Path, mpi.Variable, other))
			}
		}
	}
	return []finding{starter, library, lookAtHDF5(m, chosen.Flavour)}
}

// lookAtLauncher tells what starts the ranks of a cell, and of which MPI it is;
// the flavour is "" if a setting names a library, or if it cannot be told.
func lookAtLauncher(m *machine) (finding, mpi.Flavour) {
	f := finding{Topic: "MPI launcher", State: ok}
	chosen, err := launcher.Choose("auto")
	if err != nil || chosen.Name() == "direct" {
		f.State, f.Why = missing, "cells run on one rank only"
		if err != nil {
			f.Why = err.Error()
		}
		f.Fix = installMPI("").commands(m)
		if name := m.env("GALAGO_MPIEXEC"); name != "" {
			f.Fix = []string{"unset GALAGO_MPIEXEC"}
		}
		return f, ""
	}
	f.Found = []string{chosen.String()}
	seen := map[string]bool{chosen.String(): true}
	for _, flavour := range flavours {
		other, err := launcher.ChooseIn("mpiexec", append(os.Environ(), mpi.Variable+"="+string(flavour)))
		if err == nil && flavourOf(other) != flavourOf(chosen) && !seen[other.String()] {
			seen[other.String()] = true
			f.Found = append(f.Found, fmt.Sprintf("also %s (%s=%s picks it)", other, mpi.Variable, flavour))
		}
	}
	if m.env(mpi.Variable) != "" {
		return f, ""
	}
	return f, flavourOf(chosen)
}

// flavourOf reads off a launcher's description whose it is.
func flavourOf(b launcher.Backend) mpi.Flavour {
	for _, flavour := range flavours {
		if strings.Contains(b.String(), mpiName(flavour)) {
			return flavour
		}
	}
	return ""
}

func installMPI(flavour mpi.Flavour) remedy {
	if flavour == mpi.OpenMPI {
		return remedy{debian: "openmpi-bin libopenmpi3", conda: "openmpi", module: "openmpi"}
	}
	return remedy{debian: "mpich libmpich12", conda: "mpich", module: "cray-mpich"}
}

// lookAtHDF5 looks for libraries that open files, and for one that opens them
// in parallel under the MPI that rank programs load.
func lookAtHDF5(m *machine, flavour mpi.Flavour) finding {
	f := finding{Topic: "HDF5 library", State: ok}
	parallel := false
	seen := map[string]bool{}
	for _, info := range h5.Find() {
		if line := info.String(); !seen[line] {
			seen[line] = true
			f.Found = append(f.Found, line)
		}
		parallel = parallel || info.Parallel && (info.MPI == flavour || info.MPI == "")
	}
	debian := "libhdf5-mpich-103-1"
	if flavour == mpi.OpenMPI {
		debian = "libhdf5-openmpi-103-1"
	}
	fix := remedy{debian: debian, conda: "'hdf5=*=mpi_" + string(flavour) + "_*'", module: "cray-hdf5-parallel"}
	switch {
	case len(f.Found) == 0:
		f.State, f.Why = missing, "no HDF5 file can be opened"
		if flavour == "" {
			fix = remedy{debian: "libhdf5-103-1 hdf5-tools", conda: "hdf5", module: "hdf5"}
		}
		f.Fix = fix.commands(m)
	case flavour != "" && !parallel:
		f.State, f.Why = unwell, "none of these was built for "+mpiName(flavour)+", so ranks cannot write one file together (h5.MPIO)"
		f.Fix = fix.commands(m)
	}
	if setting := m.env(h5.Setting); setting != "" && f.State != ok {
		f.State = unwell
		f.Found = append(f.Found, h5.Setting+"="+setting)
		f.Fix = []string{"unset " + h5.Setting}
	}
	return f
}

func mpiName(flavour mpi.Flavour) string {
	if flavour == mpi.OpenMPI {
		return "Open MPI"
	}
	return "MPICH"
}
