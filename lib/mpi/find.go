package mpi

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Flavour is a family of MPI libraries with one binary interface.
type Flavour string

// The flavours.
const (
	MPICH   Flavour = "mpich"   // MPICH, Cray MPICH, Intel MPI, MVAPICH: handles are integers
	OpenMPI Flavour = "openmpi" // Open MPI and its derivatives: handles are pointers
	None    Flavour = "none"    // no library: a world of size 1
)

// Variable names the environment variable that picks the library: a path, a
// folder, a file name for the loader, or one of the flavours.
const Variable = "GALAGO_MPI"

// A candidate is a name to open and why it is tried.
type candidate struct {
	name, why string
}

// names are the file names under which the loader may know a library of a
// flavour. libmpi.so.12 was also Open MPI's, long ago; what has been loaded
// is asked for its true flavour.
var names = map[Flavour][]string{
	MPICH: {
		"libmpich.so.12", "libmpi.so.12",
		"libmpi_cray.so.12", "libmpi_gnu.so.12", "libmpi_gnu_123.so.12", "libmpi_gnu_112.so.12", "libmpi_gnu_91.so.12",
		"libmpi_amd.so.12", "libmpi_nvidia.so.12", "libmpi_intel.so.12",
		"libmpich.so.14", "libmpi_mpich.so.12",
	},
	OpenMPI: {"libmpi.so.40", "libmpi.so.20", "libmpi_ibm.so.3"},
}

// places are the variables by which modules, package managers and
// installations say where their MPI lives.
var places = []struct {
	variable string
	flavour  Flavour // "" if it can be either
}{
	{"CRAY_MPICH_DIR", MPICH}, {"MPICH_DIR", MPICH}, {"I_MPI_ROOT", MPICH}, {"MVAPICH_DIR", MPICH},
	{"EBROOTMPICH", MPICH}, {"EBROOTIMPI", MPICH}, {"OLCF_MPICH_ROOT", MPICH},
	{"OPAL_PREFIX", OpenMPI}, {"OLCF_OPENMPI_ROOT", OpenMPI}, {"OLCF_SPECTRUM_MPI_ROOT", OpenMPI},
	{"EBROOTOPENMPI", OpenMPI}, {"OMPI_DIR", OpenMPI}, {"OPENMPI_DIR", OpenMPI},
	{"MPI_ROOT", ""}, {"MPI_HOME", ""}, {"MPI_DIR", ""}, {"CONDA_PREFIX", ""},
}

// candidates lists what to open, best first. An error is a setting that cannot
// be meant.
func candidates(get func(string) string, started launch) ([]candidate, error) {
	order := []Flavour{MPICH, OpenMPI}
	reason := ""
	if started.flavour == OpenMPI {
		slices.Reverse(order)
	}
	if started.flavour != "" {
		reason = ", first choice under " + started.by
	}
	if setting := get(Variable); setting != "" {
		switch {
		case setting == string(MPICH) || setting == string(OpenMPI):
			order, reason = []Flavour{Flavour(setting)}, ", as "+Variable+"="+setting+" asks"
		case strings.Contains(setting, "/"):
			return fromPath(setting)
		case strings.Contains(setting, ".so"):
			return []candidate{{setting, "named by " + Variable}}, nil
		default:
			return nil, libraryError(
				fmt.Sprintf("%s=%s names no MPI library", Variable, setting),
				fmt.Sprintf("Set it to %s or %s, to a path such as /opt/mpich/lib/libmpi.so.12, or unset it", MPICH, OpenMPI))
		}
	}
	var list []candidate
	for _, flavour := range order {
		for _, place := range places {
			root := get(place.variable)
			if root == "" || place.flavour != "" && place.flavour != flavour {
				continue
			}
			for _, path := range libraries(root, flavour) {
				list = append(list, candidate{path, "named by " + place.variable + reason})
			}
		}
	}
	for _, flavour := range order {
		for _, name := range names[flavour] {
			list = append(list, candidate{name, "found by the loader" + reason})
		}
	}
	return list, nil
}

// fromPath reads GALAGO_MPI where it is a file or a folder.
func fromPath(setting string) ([]candidate, error) {
	why := "named by " + Variable
	status, err := os.Stat(setting)
	if err != nil {
		return nil, libraryError(
			fmt.Sprintf("%s=%s: %v", Variable, setting, err),
			fmt.Sprintf("Correct the path, or unset %s to let the library be found", Variable))
	}
	if !status.IsDir() {
		return []candidate{{setting, why}}, nil
	}
	var list []candidate
	for _, flavour := range []Flavour{MPICH, OpenMPI} {
		for _, path := range libraries(setting, flavour) {
			list = append(list, candidate{path, why})
		}
	}
	if list == nil {
		return nil, libraryError(
			fmt.Sprintf("%s=%s: the folder holds no MPI library", Variable, setting),
			"It should hold a libmpi.so.NN or libmpich.so.NN, itself or in lib or lib64")
	}
	return list, nil
}

// Cray has a library for each compiler and lists them in one folder.
var (
	mpichFile   = regexp.MustCompile(`^lib(mpich|mpi|mpi_(cray|gnu|amd|aocc|nvidia|intel)(_\d+)?)\.so\.(12|14)$`)
	openMPIFile = regexp.MustCompile(`^lib(mpi|mpi_ibm)\.so\.(40|20|3)$`)
)

// libraries lists the libraries of a flavour in an installation or its lib
// folder.
func libraries(root string, flavour Flavour) []string {
	pattern := mpichFile
	if flavour == OpenMPI {
		pattern = openMPIFile
	}
	var list []string
	for _, folder := range []string{"", "lib", "lib64", "lib/release"} {
		entries, err := os.ReadDir(filepath.Join(root, folder))
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if pattern.MatchString(entry.Name()) {
				list = append(list, filepath.Join(root, folder, entry.Name()))
			}
		}
	}
	return list
}

// install says how to get an MPI library.
const install = "Install an MPI library (Debian, Ubuntu: apt install mpich, or openmpi-bin; conda: mpich from conda-forge), " +
	"load the site's module (module load cray-mpich, mpich or openmpi), or set " + Variable + " to a libmpi.so or libmpich.so"
