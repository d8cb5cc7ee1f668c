// Package slurmtest runs a real Slurm for tests: munged, slurmctld and two (or
// more) slurmd on this machine, listening on the loopback interface only, on
// free ports, with all their state in one temporary folder.
//
//	func TestSteps(t *testing.T) {
//		cluster := slurmtest.Start(t)
//		cmd := exec.Command("srun", "-N2", "-n", "4", "hostname")
//		cmd.Env = cluster.Env(os.Environ())
//		...
//	}
//
// A cluster takes about half a second to come up. [Cluster.Close], which Start
// leaves to the test's clean-up, ends every process that belongs to it: the
// daemons, the step daemons and tasks that outlive them, and clients that
// would wait for ever for a controller that is gone. A cluster whose owner was
// killed is cleaned up when the next one starts.
//
// The nodes are called node1, node2 and so on; a task reads its node's name in
// SLURMD_NODENAME, because the host name is the same for all. CPUs are
// invented (64 a node), so that 42 ranks fit on a laptop. Steps start with the
// MPI plugin pmi2 unless told otherwise; pmix is there as well.
//
// On Debian it needs the packages slurm-wlm, munge and, because Slurm's pmix
// plugin opens libpmix.so, libpmix-dev. The daemons run as the
// user who runs the tests; neither root nor systemd nor cgroups are needed.
package slurmtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Cluster is a running Slurm of one controller and some nodes.
type Cluster struct {
	dir     string
	nodes   int
	daemons []*daemon
	close   sync.Once
}

// Options say what the cluster looks like.
type Options struct {
	Nodes int // 2 if zero
	CPUs  int // that each node claims to have; 64 if zero
}

// Start brings up a cluster of two nodes and ends it when the test has ended.
func Start(t testing.TB) *Cluster {
	t.Helper()
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(c.Logs())
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// New brings up a cluster and returns once all its nodes are idle. The caller
// has to close it.
func New(o Options) (*Cluster, error) {
	if o.Nodes == 0 {
		o.Nodes = 2
	}
	if o.CPUs == 0 {
		o.CPUs = 64
	}
	if err := findPrograms(); err != nil {
		return nil, err
	}
	sweep()
	// Another process may take one of the ports between their choice and
	// their use, hence the second and third attempt.
	var err error
	for range 3 {
		var c *Cluster
		if c, err = start(o); err == nil {
			return c, nil
		}
	}
	return nil, err
}

func start(o Options) (_ *Cluster, err error) {
	// Not t.TempDir or $TMPDIR: the paths of sockets must be short.
	dir, err := os.MkdirTemp("/tmp", prefix)
	if err != nil {
		return nil, fmt.Errorf("start a Slurm cluster: %w", err)
	}
	c := &Cluster{dir: dir, nodes: o.Nodes}
	defer func() {
		if err != nil {
			err = fmt.Errorf("start a Slurm cluster: %w\n%s", err, c.Logs())
			c.Close()
		}
	}()
	ports, err := freePorts(1 + o.Nodes)
	if err != nil {
		return nil, err
	}
	if err := c.writeFiles(o, ports); err != nil {
		return nil, err
	}

	munge := c.path("munge.sock")
	if err := c.spawn("munged", "--foreground", "--force", "--num-threads=2",
		"--key-file="+c.path("munge.key"), "--socket="+munge, "--pid-file="+c.path("munged.pid"),
		"--log-file="+c.path("munged.log"), "--seed-file="+c.path("munged.seed")); err != nil {
		return nil, err
	}
	if err := c.await("munged's socket", func() bool { _, err := os.Stat(munge); return err == nil }); err != nil {
		return nil, err
	}
	if err := c.spawn("slurmctld", "-D", "-i", "-f", c.path("slurm.conf")); err != nil {
		return nil, err
	}
	// A slurmd that finds no controller tries again only after a second.
	if err := c.await("slurmctld's port", func() bool { return listens(ports[0]) }); err != nil {
		return nil, err
	}
	for i := range o.Nodes {
		if err := c.spawn("slurmd", "-D", "-N", nodeName(i), "-f", c.path("slurm.conf")); err != nil {
			return nil, err
		}
	}
	if err := c.await("the nodes", c.idle); err != nil {
		return nil, err
	}
	return c, nil
}

// await polls until ready, for at most 20 seconds.
func (c *Cluster) await(what string, ready func() bool) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ready() {
			return nil
		}
		for _, d := range c.daemons {
			select {
			case <-d.ended:
				return fmt.Errorf("wait for %s: %s has ended: %v", what, d.name, d.err)
			default:
			}
		}
	}
	return fmt.Errorf("wait for %s: not there after 20 s", what)
}

// idle asks the controller whether all nodes are ready.
func (c *Cluster) idle() bool {
	cmd := exec.Command("sinfo", "--noheader", "--Node", "--format=%T")
	cmd.Env = c.Env(os.Environ())
	out, err := cmd.Output()
	return err == nil && strings.Count(string(out), "idle\n") == c.nodes
}

// Dir returns the folder with the cluster's configuration, state and logs.
func (c *Cluster) Dir() string { return c.dir }

// Env returns environ, "KEY=value" each, changed so that Slurm's commands talk
// to this cluster. Variables of a job in which the caller itself may run are
// left out.
func (c *Cluster) Env(environ []string) []string {
	env := make([]string, 0, len(environ)+1)
	for _, kv := range environ {
		key, _, _ := strings.Cut(kv, "=")
		switch {
		case strings.HasPrefix(key, "SLURM"), strings.HasPrefix(key, "SBATCH_"), strings.HasPrefix(key, "PMI"):
		default:
			env = append(env, kv)
		}
	}
	return append(env, "SLURM_CONF="+c.path("slurm.conf"))
}

// Logs returns the ends of the daemons' logs, for the report of a failing test.
func (c *Cluster) Logs() string {
	var b strings.Builder
	names, _ := filepath.Glob(c.path("*.log"))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		const most = 4000
		if len(text) > most {
			text = text[len(text)-most:]
		}
		fmt.Fprintf(&b, "--- %s\n%s", filepath.Base(name), text)
	}
	return b.String()
}

func (c *Cluster) path(name string) string { return filepath.Join(c.dir, name) }

func nodeName(i int) string { return fmt.Sprintf("node%d", i+1) }
