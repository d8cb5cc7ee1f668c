package launcher

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// An environment is a list of KEY=value; of two with the same key the later
// counts, as in exec.Cmd.
type environment []string

func (e environment) get(key string) string {
	for i := len(e) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(e[i], key+"="); ok {
			return value
		}
	}
	return ""
}

// lookPath finds a program on this environment's PATH.
func (e environment) lookPath(name string) (string, error) {
	if strings.Contains(name, "/") {
		return exec.LookPath(name)
	}
	for _, dir := range filepath.SplitList(e.get("PATH")) {
		if !filepath.IsAbs(dir) {
			continue // a program of the current folder is not meant
		}
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", &exec.Error{Name: name, Err: errors.New("not found on PATH")}
}

// jobPrefixes begin the variables that a launcher sets for its ranks, or Slurm
// for a job. Inherited by a run that is started inside a job, from Jupyter for
// example, they bend it: its size, binding, memory, even its launcher.
var jobPrefixes = []string{"SLURM_", "SLURMD_", "SBATCH_", "SALLOC_", "PMI_", "PMI2_", "PMIX_", "OMPI_", "MPI_LOCAL", "MPIR_", "HYDI_", "PALS_", "PRTE_"}

// clean returns the environment without the variables of a job or rank, but
// for those that say where Slurm is and those that keep accepts.
func (e environment) clean(keep func(key string) bool) environment {
	cleaned := make(environment, 0, len(e))
	inRank := e.get("OMPI_COMM_WORLD_SIZE") != ""
	for _, kv := range e {
		key, _, _ := strings.Cut(kv, "=")
		switch {
		case key == event.FDVariable:
		case key == "SLURM_CONF" || key == "SLURM_CLUSTERS":
			cleaned = append(cleaned, kv)
		case strings.HasPrefix(key, "OMPI_MCA_") && !inRank, strings.HasPrefix(key, "OMPI_ALLOW_"):
			cleaned = append(cleaned, kv) // the user's own settings
		case hasAnyPrefix(key, jobPrefixes) && (keep == nil || !keep(key)):
		default:
			cleaned = append(cleaned, kv)
		}
	}
	return cleaned
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// set adds a variable to a command unless the user has set it.
func (c *command) set(key, value string) {
	if environment(c.env).get(key) != "" {
		return
	}
	c.env = append(c.env, key+"="+value)
	c.added = append(c.added, key+"="+value)
}

// telling begin the names of the variables that are worth keeping with a run.
// All others stay out of the record: they may hold passwords and tokens.
var telling = []string{"PATH=", "LD_", "GALAGO_", "GO", "SLURM_", "PMI", "OMPI_", "MPICH_", "HYDRA_", "I_MPI_", "FI_", "UCX_", "HDF5_",
	"CRAY_", "PE_", "OLCF_", "CONDA_PREFIX=", "CONDA_DEFAULT_ENV=", "LOADEDMODULES=", "_LMFILES_=", "OMP_", "HOME=", "USER=", "LANG=", "LC_", "TMPDIR=", "ROMIO_"}

// record writes the telling variables of the environment to a file.
func (e environment) record(path string) error {
	var b strings.Builder
	for _, kv := range e {
		if hasAnyPrefix(kv, telling) && !strings.ContainsAny(kv, "\n\x00") {
			b.WriteString(kv + "\n")
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}

// quote writes arguments for a shell. Variables stand in front as they are.
func quote(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		if arg == "" || strings.IndexFunc(arg, special) >= 0 {
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

func special(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./=:,+@%", r)
}
