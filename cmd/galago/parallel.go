package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

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

// lookAtParallel looks at MPI and at HDF5, of which each build fits one MPI.
func lookAtParallel(m *machine) []finding {
	library := finding{Topic: "MPI library", State: ok}
	chosen, err := probe("")
	if err != nil {
		library.State, library.Why = missing, "cells run on one rank only"
		library.Found = []string{err.Error()}
		library.Fix = remedy{debian: "mpich libmpich12", conda: "mpich", module: "cray-mpich"}.commands(m)
		if m.env(mpi.Variable) != "" {
			library.State = unwell
			library.Fix = []string{"unset " + mpi.Variable}
		}
	} else {
		library.Found = []string{fmt.Sprintf("%s, %s (%s)", chosen, chosen.Path, chosen.Why)}
		for _, flavour := range []mpi.Flavour{mpi.MPICH, mpi.OpenMPI} {
			if other, err := probe(string(flavour)); err == nil && other.Path != chosen.Path {
				library.Found = append(library.Found, fmt.Sprintf("also %s, %s (%s=%s picks it)", other, other.Path, mpi.Variable, flavour))
			}
		}
	}
	return []finding{library, lookAtHDF5(m, chosen.Flavour)}
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
