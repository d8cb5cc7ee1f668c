package launcher

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// mpiexec starts ranks on this machine, or on the hosts that its options name.
type mpiexec struct {
	path    string
	flavour flavour
	version string
}

const installMPI = "install one: on Debian apt-get install mpich (or openmpi-bin), with conda: conda install -c conda-forge mpich, on a cluster: module load its MPI; or run with -n 1"

// names are the launchers of an MPI, the most specific first.
func (f flavour) names() []string {
	switch f {
	case mpich:
		return []string{"mpiexec.mpich", "mpiexec.hydra", "mpiexec", "mpirun.mpich", "mpirun"}
	case openMPI:
		return []string{"mpiexec.openmpi", "mpiexec", "mpirun.openmpi", "mpirun"}
	}
	return []string{"mpiexec", "mpirun", "mpiexec.mpich", "mpiexec.hydra", "mpiexec.openmpi"}
}

func newMpiexec(env environment) (Backend, error) {
	if name := env.get("GALAGO_MPIEXEC"); name != "" {
		path, err := env.lookPath(name)
		if err != nil {
			return nil, fail(fmt.Sprintf("use the launcher of GALAGO_MPIEXEC: %v", err), "set GALAGO_MPIEXEC to an mpiexec, or unset it")
		}
		f, v := version(env, path)
		return &mpiexec{path: path, flavour: f, version: v}, nil
	}
	setting := env.get("GALAGO_MPI")
	wanted := flavourOf(setting)
	var other *mpiexec
	for _, name := range append(beside(setting), wanted.names()...) {
		path, err := env.lookPath(name)
		if err != nil {
			continue
		}
		f, v := version(env, path)
		found := &mpiexec{path: path, flavour: f, version: v}
		if wanted == "" || f == wanted {
			return found, nil
		}
		other = found
	}
	if other != nil {
		return nil, fail(fmt.Sprintf("find the mpiexec of GALAGO_MPI=%s: %s is %s's", env.get("GALAGO_MPI"), other.path, other.flavour.title()),
			"install "+wanted.title()+", or set GALAGO_MPIEXEC to its mpiexec, or GALAGO_MPI to the other")
	}
	if wanted != "" {
		return nil, fail(fmt.Sprintf("find the mpiexec of GALAGO_MPI=%s: it is not on PATH", env.get("GALAGO_MPI")), "install "+wanted.title()+", or unset GALAGO_MPI")
	}
	return nil, fail("find mpiexec: there is no MPI launcher on PATH", installMPI)
}

func (m *mpiexec) Name() string { return "mpiexec" }

func (m *mpiexec) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s (%s %s)", m.path, m.flavour.title(), m.version))
}

func (m *mpiexec) command(req Request, guard []string) (*command, error) {
	c := &command{env: environment(req.Env).clean(nil), args: []string{m.path}}
	switch m.flavour {
	case mpich:
		// Without it Hydra looks for a job manager and for hosts.
		if !hasOption(req.Options, "launcher", "hosts", "host", "f", "hostfile", "machinefile", "rmk", "bootstrap") &&
			environment(c.env).get("HYDRA_LAUNCHER") == "" && environment(c.env).get("HYDRA_HOST_FILE") == "" {
			c.args = append(c.args, "-launcher", "fork")
		}
	case openMPI:
		if !hasOption(req.Options, "oversubscribe", "nooversubscribe", "map-by") {
			c.args = append(c.args, "--oversubscribe")
		}
		// Two ranks or less would be bound to one core each, with all
		// their goroutines.
		if !hasOption(req.Options, "bind-to", "bind-to-core", "cpu-set") {
			c.args = append(c.args, "--bind-to", "none")
		}
		if os.Geteuid() == 0 {
			c.set("OMPI_ALLOW_RUN_AS_ROOT", "1")
			c.set("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
		}
		if req.Ranks > runtime.NumCPU() {
			c.set("OMPI_MCA_mpi_yield_when_idle", "1")
		}
	}
	c.args = append(c.args, req.Options...)
	c.args = append(c.args, "-n", strconv.Itoa(req.Ranks))
	c.args = append(c.args, guard...)
	return c, nil
}

// hasOption says whether one of the options is given, with one dash or two,
// with or without "=value".
func hasOption(options []string, names ...string) bool {
	return slices.ContainsFunc(options, func(option string) bool {
		name, dashed := strings.CutPrefix(option, "-")
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
		return dashed && slices.Contains(names, name)
	})
}

func (m *mpiexec) signal(p process, s syscall.Signal) {
	switch s {
	case syscall.SIGKILL:
		p.group(s)
	default:
		// Both MPIs pass USR1 and USR2 on to all ranks. TERM ends the ranks.
		_ = syscall.Kill(p.pid, s)
	}
}
