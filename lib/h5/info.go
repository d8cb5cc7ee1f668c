package h5

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/lib/mpi"
)

// LibraryInfo describes a libhdf5.
type LibraryInfo struct {
	Path     string      // of the shared library
	Version  string      // such as "1.10.8"; "" if it cannot be told
	Parallel bool        // it was built with MPI, and h5.MPIO works with it
	MPI      mpi.Flavour // the MPI it was built for; "" if it is serial, or if that cannot be told
	Origin   string      // how it was found: an environment variable's name, or "system"
	Filters  []Filter    // what it compresses with; nil if it is not loaded
	Drivers  []string    // how it reaches files, by h5py's names; nil if it is not loaded
}

// String describes the library in one line.
func (i LibraryInfo) String() string {
	kind := "serial"
	if i.Parallel {
		kind = "parallel"
		if i.MPI != "" {
			kind += " for " + flavourName(i.MPI)
		}
	}
	return "HDF5 " + i.Version + ", " + kind + ", " + i.Path + " (" + i.Origin + ")"
}

func flavourName(f mpi.Flavour) string {
	switch f {
	case mpi.MPICH:
		return "MPICH"
	case mpi.OpenMPI:
		return "Open MPI"
	}
	return string(f)
}

// inspect reads from the file what kind of libhdf5 it is. Loading a library just
// to ask would drag an MPI with it, perhaps the wrong one.
func inspect(path, origin string) (LibraryInfo, bool) {
	file, err := elf.Open(path)
	if err != nil {
		return LibraryInfo{}, false
	}
	defer file.Close()
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return LibraryInfo{}, false
	}
	info := LibraryInfo{Path: path, Origin: origin}
	found := false
	for _, s := range symbols {
		if s.Section == elf.SHN_UNDEF {
			continue
		}
		switch s.Name {
		case "H5open":
			found = true
		case "H5Pset_fapl_mpio":
			info.Parallel = true
		case "H5_lib_vers_info_g":
			info.Version = versionAt(file, s)
		}
	}
	if info.Parallel {
		needed, _ := file.ImportedLibraries()
		info.MPI = flavourOf(needed)
	}
	return info, found
}

var versionPattern = regexp.MustCompile(`\d+\.\d+\.\d+(-\w+)?`)

// versionAt reads the text of H5_lib_vers_info_g, "HDF5 library version 1.10.8".
func versionAt(file *elf.File, s elf.Symbol) string {
	for _, p := range file.Progs {
		if p.Type != elf.PT_LOAD || s.Value < p.Vaddr || s.Value+s.Size > p.Vaddr+p.Filesz {
			continue
		}
		text := make([]byte, min(s.Size, 128))
		if _, err := p.ReadAt(text, int64(s.Value-p.Vaddr)); err != nil {
			return ""
		}
		text, _, _ = bytes.Cut(text, []byte{0})
		return string(versionPattern.Find(text))
	}
	return ""
}

// flavourOf tells the MPI from the libraries that a library needs. Open MPI's
// libmpi has numbers from 20 on except that of the common ABI of MPICH, Intel,
// Cray and MVAPICH, which is 12.
func flavourOf(needed []string) mpi.Flavour {
	for _, name := range needed {
		switch {
		case strings.HasPrefix(name, "libmpich"):
			return mpi.MPICH
		case strings.HasPrefix(name, "libmpi") && strings.HasSuffix(name, ".so.12"):
			return mpi.MPICH
		case strings.HasPrefix(name, "libmpi.so"), strings.HasPrefix(name, "libopen-"):
			return mpi.OpenMPI
		}
	}
	return ""
}

// Find returns every libhdf5 on this machine, in the order in which they would
// be tried for a file that is not parallel, without loading one. If the
// environment variable GALAGO_HDF5 names a library or the folder of one, only
// that counts.
func Find() []LibraryInfo {
	var found []LibraryInfo
	seen := map[string]bool{}
	for _, place := range places() {
		var here []LibraryInfo
		for _, path := range candidates(place.path) {
			real, err := filepath.EvalSymlinks(path)
			if err != nil || seen[real] {
				continue
			}
			seen[real] = true
			if info, ok := inspect(path, place.origin); ok {
				here = append(here, info)
			}
		}
		found = append(found, here...)
	}
	// What was asked for comes first; among the system's own, serial ones.
	slices.SortStableFunc(found, func(a, b LibraryInfo) int { return rank(a) - rank(b) })
	return found
}

func rank(i LibraryInfo) int {
	switch {
	case i.Origin != system:
		return 0
	case !i.Parallel:
		return 1
	}
	return 2
}

// candidates returns the files in a folder that may be a libhdf5, newest first;
// a file stands for itself.
func candidates(path string) []string {
	stat, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if !stat.IsDir() {
		return []string{path}
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil
	}
	type candidate struct {
		path   string
		number int
	}
	var all []candidate
	for _, e := range entries {
		if m := libraryName.FindStringSubmatch(e.Name()); m != nil {
			number, _ := strconv.Atoi(m[2])
			all = append(all, candidate{filepath.Join(path, e.Name()), number})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.number - a.number })
	paths := make([]string, len(all))
	for i, c := range all {
		paths[i] = c.path
	}
	return paths
}

// libraryName matches libhdf5.so.103, libhdf5_mpich.so.103, libhdf5_parallel_gnu.so
// and leaves out libhdf5_hl, _cpp, _fortran and _tools.
var libraryName = regexp.MustCompile(`^libhdf5(_serial|_mpich|_openmpi|_parallel\w*|_gnu\w*|_cray\w*)?\.so(?:\.(\d+))?$`)
