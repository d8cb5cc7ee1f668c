package slurmtest

import (
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// A step spans both nodes, and nothing of the cluster is left after Close, not
// even the step daemons and tasks, which outlive slurmd.
func TestCluster(t *testing.T) {
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("srun", args...)
		cmd.Env = c.Env(os.Environ())
		var said strings.Builder // such as that the job waits for resources
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("srun %q: %v\n%s", args, err, &said)
		}
		return string(out)
	}
	nodes := strings.Fields(run("-N2", "-n3", "sh", "-c", "echo $SLURMD_NODENAME"))
	sort.Strings(nodes)
	if got := strings.Join(nodes, " "); got != "node1 node1 node2" && got != "node1 node2 node2" {
		t.Errorf("three tasks ran on %q, want both nodes", got)
	}
	folders := strings.Fields(run("-N2", "-n2", "sh", "-c", "ls -d $OMPI_MCA_btl_vader_backing_directory"))
	if len(folders) != 2 || folders[0] == folders[1] {
		t.Errorf("Open MPI's files are in %q, want a folder for each node", folders)
	}
	if got := run("-n1", "--mpi=pmix", "sh", "-c", "echo $PMIX_RANK"); got != "0\n" {
		t.Errorf("PMIX_RANK under pmix is %q, want 0", got)
	}

	cmd := exec.Command("srun", "-n2", "sleep", "1000")
	cmd.Env = c.Env(os.Environ())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	// munged, slurmctld and its helper, two slurmd, two srun, a step daemon, two tasks
	if err := c.await("the tasks", func() bool { return len(members(c.Dir())) >= 10 }); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-ended
	if left := members(c.Dir()); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	if _, err := os.Stat(c.Dir()); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
}

// A cluster that nobody closed is cleaned up by the next one.
func TestSweep(t *testing.T) {
	c, err := New(Options{Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	gone := cmd.ProcessState.Pid()
	if err := os.WriteFile(c.path("owner"), []byte(strconv.Itoa(gone)), 0o644); err != nil {
		t.Fatal(err)
	}
	sweep()
	if left := members(c.Dir()); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	if _, err := os.Stat(c.Dir()); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
	c.Close()
}
