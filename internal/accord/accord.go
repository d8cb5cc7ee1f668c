// Package accord says whether the ranks of a parallel program compare what they
// come to collective calls with, before they make them.
//
// A library that makes such calls (lib/h5) asks for it with [Want] while the
// program is initialised. Whoever sets up the ranks' communication (lib/mpi) looks
// at [On] when MPI starts. All ranks run one program, and so come to one answer.
package accord

import "os"

// Variable is the environment variable that switches the comparison on (1) or
// off (0). Without it, it is on in the rank cells of notebooks.
const Variable = "GALAGO_H5_CHECK"

// notebookVariable is set for the ranks that a notebook starts; see
// launcher/guard.
const notebookVariable = "GALAGO_RANKS"

var wanted bool

// Want asks for the comparison. It is for the initialisation of packages.
func Want() { wanted = true }

// On reports whether the ranks compare.
func On() bool {
	switch os.Getenv(Variable) {
	case "0", "false", "off":
		return false
	case "":
		return wanted && os.Getenv(notebookVariable) != ""
	}
	return wanted
}
