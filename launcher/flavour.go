package launcher

import (
	"path/filepath"
	"strings"
	"time"
)

// A flavour is a family of MPI libraries that share an ABI and a launcher.
type flavour string

const (
	mpich   flavour = "mpich"   // and its kin: Intel MPI, MVAPICH, Cray MPICH
	openMPI flavour = "openmpi" // Open MPI 4 and 5
)

// title is the flavour's name for people.
func (f flavour) title() string {
	switch f {
	case mpich:
		return "MPICH"
	case openMPI:
		return "Open MPI"
	}
	return "an unknown MPI"
}

// flavourOf reads a setting such as GALAGO_MPI, which is a flavour's name or
// the name or path of a library or its folder.
func flavourOf(setting string) flavour {
	name := strings.ToLower(setting)
	switch {
	case strings.HasSuffix(name, ".so.12"), strings.HasSuffix(name, ".so.14"):
		return mpich
	case strings.HasSuffix(name, ".so.40"), strings.HasSuffix(name, ".so.20"):
		return openMPI
	case strings.Contains(name, "mpich"), strings.Contains(name, "mvapich"):
		return mpich
	case strings.Contains(name, "openmpi"), strings.Contains(name, "ompi"):
		return openMPI
	}
	return ""
}

// beside lists where the mpiexec of an installation may be, if the setting is
// the path of its library or of its folder.
func beside(setting string) []string {
	if !filepath.IsAbs(setting) {
		return nil
	}
	var paths []string
	for dir, n := filepath.Clean(setting), 0; n < 3 && dir != "/"; dir, n = filepath.Dir(dir), n+1 {
		paths = append(paths, filepath.Join(dir, "bin", "mpiexec"))
	}
	return paths
}

// version asks an mpiexec what it is.
func version(env environment, mpiexec string) (flavour, string) {
	out, err := output(env.clean(nil), 10*time.Second, mpiexec, "--version")
	if err != nil && out == "" {
		return "", ""
	}
	switch {
	case strings.Contains(out, "OpenRTE"), strings.Contains(out, "Open MPI"), strings.Contains(out, "PRRTE"):
		return openMPI, firstVersion(out)
	case strings.Contains(out, "HYDRA"), strings.Contains(out, "Intel(R) MPI"), strings.Contains(out, "MPICH"):
		return mpich, firstVersion(out)
	}
	return "", firstVersion(out)
}

// firstVersion finds the first word that looks like 4.1.4.
func firstVersion(text string) string {
	for _, word := range strings.Fields(text) {
		word = strings.Trim(word, "(),;")
		if word != "" && word[0] >= '0' && word[0] <= '9' && strings.Contains(word, ".") {
			return word
		}
	}
	return ""
}
