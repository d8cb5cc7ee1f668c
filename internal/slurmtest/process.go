package slurmtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// prefix begins the name of a cluster's folder.
const prefix = "galago-slurm-"

// programs are the daemons and the command that starting a cluster takes.
var programs = []string{"munged", "slurmctld", "slurmd", "srun", "sinfo"}

func findPrograms() error {
	for _, name := range programs {
		if _, err := find(name); err != nil {
			return fmt.Errorf("start a Slurm cluster: %w; on Debian: apt-get install slurm-wlm munge libpmix-dev", err)
		}
	}
	return nil
}

// find looks a program up; daemons are often not on a user's PATH.
func find(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", err
}

// A daemon is one of the cluster's own processes.
type daemon struct {
	name  string
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // once ended is closed
}

// spawn starts a daemon in a session of its own, so that a Ctrl-C in the
// terminal does not reach it.
func (c *Cluster) spawn(name string, args ...string) error {
	path, err := find(name)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(c.path("daemons.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	d := &daemon{name: name, cmd: exec.Command(path, args...), ended: make(chan struct{})}
	d.cmd.Env = c.Env(os.Environ())
	d.cmd.Stdout, d.cmd.Stderr = out, out
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := d.cmd.Start(); err != nil {
		return err
	}
	c.daemons = append(c.daemons, d)
	go func() {
		d.err = d.cmd.Wait()
		close(d.ended)
	}()
	return nil
}

// Close ends the cluster and whatever ran on it, and removes its folder. It may
// be called more than once.
func (c *Cluster) Close() (err error) {
	c.close.Do(func() {
		// Daemons first, the last one first, so that no new step starts.
		slices.Reverse(c.daemons)
		for _, d := range c.daemons {
			_ = d.cmd.Process.Signal(syscall.SIGTERM)
		}
		deadline := time.After(2 * time.Second)
		for _, d := range c.daemons {
			select {
			case <-d.ended:
			case <-deadline:
				_ = d.cmd.Process.Kill()
				<-d.ended
			}
		}
		err = clean(c.dir)
	})
	return err
}

// sweep cleans up after clusters whose owner has ended without closing them.
func sweep() {
	owners, _ := filepath.Glob(filepath.Join("/tmp", prefix+"*", "owner"))
	for _, file := range owners {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		_ = clean(filepath.Dir(file))
	}
}

// clean ends all processes that have the cluster of the folder dir as their
// Slurm, and removes the folder.
func clean(dir string) error {
	for range 100 {
		left := members(dir)
		if len(left) == 0 {
			return os.RemoveAll(dir)
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("end the Slurm cluster %s: processes %v do not end", dir, members(dir))
}

// members finds the cluster's processes.
func members(dir string) []int {
	var pids []int
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err == nil && pid != os.Getpid() && belongs(filepath.Join("/proc", entry.Name()), dir) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// belongs says whether the process of the folder proc is part of the cluster.
// Clients and tasks have its configuration in their environment; so have the
// tests themselves, which are told apart by what they run and by the variables
// of a job. The daemons write their title over their environment: they are
// recognised by the files they hold open.
func belongs(proc, dir string) bool {
	exe, err := os.Readlink(filepath.Join(proc, "exe"))
	if err != nil { // another user's, a zombie, or gone
		return false
	}
	environ, _ := os.ReadFile(filepath.Join(proc, "environ"))
	variables := bytes.Split(environ, []byte{0})
	has := func(prefix string) bool {
		return slices.ContainsFunc(variables, func(kv []byte) bool { return bytes.HasPrefix(kv, []byte(prefix)) })
	}
	ours := has("SLURM_CONF=" + dir + "/")
	name := strings.TrimSuffix(filepath.Base(exe), "-wlm") // as Debian calls them
	switch name {
	case "munged", "srun", "salloc", "sbatch", "sattach":
		return ours
	case "slurmctld", "slurmd", "slurmstepd":
		return ours || holds(proc, dir)
	}
	return ours && has("SLURM_JOB_ID=")
}

// holds says whether the process has a file of the folder dir open.
func holds(proc, dir string) bool {
	fds, _ := os.ReadDir(filepath.Join(proc, "fd"))
	for _, fd := range fds {
		if file, err := os.Readlink(filepath.Join(proc, "fd", fd.Name())); err == nil && strings.HasPrefix(file, dir+"/") {
			return true
		}
	}
	return false
}
