package launcher

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A Backend is a way to start ranks: mpiexec, srun, or none for a single rank.
// [Choose] makes one.
type Backend interface {
	Name() string   // "mpiexec", "srun" or "direct"
	String() string // for the user: "mpiexec (Open MPI 4.1.4)"

	// command builds the command line that runs the guard on every rank.
	command(req Request, guard []string) (*command, error)

	// signal sends s to the ranks of a run: as the launcher passes USR1 and
	// USR2 on, and as it ends all for TERM and KILL.
	signal(p process, s syscall.Signal)
}

// A command is what starts a run.
type command struct {
	args  []string // the program and its arguments
	env   []string // the whole environment
	added []string // the variables of env that the caller's does not have
}

// String returns the command as it is typed into a shell.
func (c *command) String() string { return quote(append(append([]string(nil), c.added...), c.args...)) }

// A process is a running launcher.
type process struct {
	pid   int      // also its process group and session
	steps []string // Slurm's JOB.STEP, once a rank has told
	env   []string
}

// group sends a signal to the launcher and what it started on this machine.
func (p process) group(s syscall.Signal) { _ = syscall.Kill(-p.pid, s) }

// Choose returns a back end by its name. "auto" (or "") is srun inside a Slurm
// job or where Slurm has nodes, else mpiexec, else "direct", which runs a
// single rank without any launcher.
//
// mpiexec is the program that GALAGO_MPIEXEC names, or the one that belongs to
// the MPI that GALAGO_MPI names (mpich or openmpi), or the first on PATH.
func Choose(name string) (Backend, error) { return ChooseIn(name, os.Environ()) }

// ChooseIn is like [Choose] with the environment, KEY=value each, that decides.
func ChooseIn(name string, environ []string) (Backend, error) {
	env := environment(environ)
	switch name {
	case "", "auto":
		if env.get("SLURM_JOB_ID") != "" || env.get("SLURM_JOBID") != "" || hasNodes(env) {
			if b, err := newSrun(env); err == nil {
				return b, nil
			}
		}
		b, err := newMpiexec(env)
		if err == nil {
			return b, nil
		}
		if mpi := env.get("GALAGO_MPI"); env.get("GALAGO_MPIEXEC") != "" || mpi != "" && mpi != "none" {
			return nil, err // what was asked for is not there
		}
		return direct{}, nil
	case "mpiexec":
		return newMpiexec(env)
	case "srun":
		return newSrun(env)
	case "direct":
		return direct{}, nil
	}
	return nil, fail(fmt.Sprintf("choose a launcher: there is none called %q", name), "use auto, mpiexec, srun or direct")
}

// hasNodes says whether Slurm answers and has nodes.
func hasNodes(env environment) bool {
	sinfo, err := env.lookPath("sinfo")
	if err != nil {
		return false
	}
	out, err := output(env, 2*time.Second, sinfo, "--noheader", "--format=%D")
	n := strings.TrimSpace(out)
	return err == nil && n != "" && n != "0"
}

// output runs a command that only tells something.
func output(env environment, limit time.Duration, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = env
	cmd.WaitDelay = limit
	out, err := cmd.CombinedOutput()
	return string(out), err
}
