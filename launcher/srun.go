package launcher

import (
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// srun starts ranks through Slurm: as a step beside the one in which the
// caller runs, if that is inside a job, else in an allocation of its own.
type srun struct {
	path    string
	job     string   // the job to run in; "" for a new allocation
	flavour flavour  // of the MPI that the ranks will load, "" if unknown
	plugins []string // what srun --mpi knows
	cray    bool
}

func newSrun(env environment) (Backend, error) {
	path, err := env.lookPath("srun")
	if err != nil {
		return nil, fail("find srun: it is not on PATH: Slurm is not installed here", "use %%mpiexec, or run on a machine with Slurm")
	}
	s := &srun{path: path, job: env.get("SLURM_JOB_ID")}
	if s.job == "" {
		s.job = env.get("SLURM_JOBID")
	}
	s.cray = env.get("CRAY_MPICH_DIR") != "" || env.get("CRAY_MPICH_VERSION") != ""
	switch {
	case env.get("GALAGO_MPI") != "":
		s.flavour = flavourOf(env.get("GALAGO_MPI"))
	case s.cray:
		s.flavour = mpich
	default:
		// The MPI whose mpiexec comes first is the one whose module is loaded.
		if b, err := newMpiexec(env); err == nil {
			s.flavour = b.(*mpiexec).flavour
		}
	}
	// Best effort: without the list, Slurm's own default is as good as any.
	if list, err := output(env.clean(nil), 10*time.Second, path, "--mpi=list"); err == nil {
		s.plugins = pluginName.FindAllString(list, -1)
	}
	return s, nil
}

var pluginName = regexp.MustCompile(`\b(?:pmi2|pmix(?:_v\d+)?|cray_shasta|openmpi|none)\b`)

func (s *srun) Name() string { return "srun" }

func (s *srun) String() string {
	where := "a new allocation"
	if s.job != "" {
		where = "in job " + s.job
	}
	if s.flavour == "" {
		return s.path + " (" + where + ")"
	}
	return s.path + " (" + s.flavour.title() + ", " + where + ")"
}

// plugin is the process manager interface that the ranks' MPI speaks. With the
// wrong one, N ranks become N worlds of size 1.
func (s *srun) plugin() string {
	var wanted []string
	switch s.flavour {
	case mpich:
		if s.cray {
			wanted = append(wanted, "cray_shasta")
		}
		wanted = append(wanted, "pmi2", "pmix")
	case openMPI:
		wanted = []string{"pmix", "pmix_v5", "pmix_v4", "pmix_v3", "openmpi"}
	}
	for _, name := range wanted {
		if slices.Contains(s.plugins, name) {
			return name
		}
	}
	return ""
}

// settings are the variables that are a user's defaults for srun when they are
// set outside of a job.
func settings(key string) bool { return key != "SLURM_EXPORT_ENV" && !strings.HasPrefix(key, "PMI") }

// pmixFence chooses how Slurm's PMIx plugin lets nodes wait for each other.
const pmixFence = "SLURM_PMIX_FENCE"

func (s *srun) command(req Request, guard []string) (*command, error) {
	c := &command{args: []string{s.path}}
	if s.job == "" {
		c.env = environment(req.Env).clean(func(key string) bool { return strings.HasPrefix(key, "SLURM_") && settings(key) })
	} else {
		c.env = environment(req.Env).clean(func(key string) bool { return key == pmixFence })
		if !hasOption(req.Options, "jobid") {
			c.args = append(c.args, "--jobid="+s.job)
		}
		// Beside the step of the notebook itself, which holds all there is.
		if !hasOption(req.Options, "overlap", "exclusive") {
			c.args = append(c.args, "--overlap", "--exact")
		}
	}
	if plugin := s.plugin(); plugin != "" && !hasOption(req.Options, "mpi") && environment(c.env).get("SLURM_MPI_TYPE") == "" {
		c.args = append(c.args, "--mpi="+plugin)
	}
	if s.flavour == openMPI {
		// Of the two ways in which Slurm's PMIx plugin lets nodes wait for each other,
		// the tree does not wait for the first node. Open MPI sends messages to ranks
		// that are still in MPI_Init then, which crash.
		c.set(pmixFence, "ring")
	}
	if !hasOption(req.Options, "kill-on-bad-exit", "K") {
		c.args = append(c.args, "--kill-on-bad-exit=1")
	}
	c.args = append(c.args, req.Options...)
	c.args = append(c.args, "-n", strconv.Itoa(req.Ranks))
	c.args = append(c.args, guard...)
	return c, nil
}

func (s *srun) signal(p process, sig syscall.Signal) {
	switch sig {
	case syscall.SIGUSR1, syscall.SIGUSR2:
		// srun passes these on.
		_ = syscall.Kill(p.pid, sig)
	case syscall.SIGTERM:
		_ = syscall.Kill(p.pid, sig)
		s.scancel(p)
	default:
		s.scancel(p, "--signal=KILL")
		p.group(sig)
	}
}

// scancel ends the run's steps even if srun is out of reach.
func (s *srun) scancel(p process, options ...string) {
	scancel, err := environment(p.env).lookPath("scancel")
	if err != nil {
		return
	}
	for _, step := range p.steps {
		cmd := exec.Command(scancel, append(options, step)...)
		cmd.Env = p.env
		if cmd.Start() == nil {
			go func() { _ = cmd.Wait() }()
		}
	}
}
