package launcher

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/slurmtest"
	"github.com/galago-hpc/galago/launcher/guard"
)

// The test binary is the guard and the ranks' program as well.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "rank":
			os.Exit(guard.Main(os.Args[2:]))
		case "front":
			front(os.Args[2:])
		case "program":
			program(os.Args[2:])
			os.Exit(0)
		}
	}
	status := m.Run()
	if c, err := cluster(); started && err == nil {
		if err := c.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	os.Exit(status)
}

// started is set once any test has used the cluster.
var started bool

var cluster = sync.OnceValues(func() (*slurmtest.Cluster, error) {
	started = true
	return slurmtest.New(slurmtest.Options{})
})

// environments are what makes Choose take one back end after another.
func environments(t *testing.T) map[string][]string {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	base := os.Environ()
	return map[string][]string{
		"mpich":   append(base[:len(base):len(base)], "GALAGO_MPI=mpich"),
		"openmpi": append(base[:len(base):len(base)], "GALAGO_MPI=openmpi"),
		"srun":    append(c.Env(base), "GALAGO_MPI=mpich"),

		"srun, Open MPI": append(c.Env(base), "GALAGO_MPI=openmpi"),
	}
}

func kind(name string) string {
	if name == "srun" {
		return "srun"
	}
	return "mpiexec"
}

// everywhere runs a test with MPICH's and Open MPI's mpiexec and with srun.
func everywhere(t *testing.T, test func(t *testing.T, b Backend, env []string)) {
	t.Helper()
	all := environments(t)
	for _, name := range []string{"mpich", "openmpi", "srun"} {
		t.Run(name, func(t *testing.T) {
			b, err := ChooseIn(kind(name), all[name])
			if err != nil {
				t.Fatal(err)
			}
			test(t, b, all[name])
		})
	}
}

// An outcome is what a run has left behind.
type outcome struct {
	*Run
	events  []RankEvent
	failure *event.Failure
	took    time.Duration
}

// text returns what one rank has printed to one stream.
func (o *outcome) text(rank int, kind event.Kind) string {
	var b strings.Builder
	for _, e := range o.events {
		if e.Rank == rank && e.Kind == kind {
			b.WriteString(e.Text)
		}
	}
	return b.String()
}

func (o *outcome) of(kind event.Kind) []RankEvent {
	var found []RankEvent
	for _, e := range o.events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// said returns what the launcher said, but for srun's words about a queue,
// which depend on how busy the machine is.
func (o *outcome) said() []string {
	var lines []string
	for _, e := range o.of(event.Note) {
		if !strings.Contains(e.Text, "queued and waiting for resources") && !strings.Contains(e.Text, "has been allocated resources") {
			lines = append(lines, e.Text)
		}
	}
	return lines
}

// request is for n ranks of the test program.
func request(t *testing.T, env []string, n int, args ...string) Request {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The marker finds processes that are left behind.
	dir := filepath.Join(t.TempDir(), "run")
	return Request{
		Program: self, Args: append([]string{"program"}, args...), Ranks: n, RunDir: dir,
		Env: append(env[:len(env):len(env)], marker+"="+dir), Guard: []string{self, "rank"},
	}
}

const marker = "GALAGO_TEST_RUN"

// run runs ranks to their end. during, if any, is called once with the run.
func run(t *testing.T, b Backend, req Request, during func(r *Run, seen func(func(RankEvent) bool))) *outcome {
	t.Helper()
	r, err := Start(context.Background(), b, req)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", r.Command())
	o := &outcome{Run: r}
	news := make(chan RankEvent, 1<<16)
	if during != nil {
		go during(r, func(wanted func(RankEvent) bool) {
			for e := range news {
				if wanted(e) {
					return
				}
			}
		})
	}
	begin := time.Now()
	err = r.Wait(func(e RankEvent) {
		o.events = append(o.events, e)
		select {
		case news <- e:
		default:
		}
	})
	close(news)
	o.took = time.Since(begin)
	if err != nil {
		f, ok := err.(*event.Failure)
		if !ok {
			t.Fatalf("Wait returned a %T: %v", err, err)
		}
		o.failure = f
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, e := range o.events {
				if len(e.Text) < 2000 && e.Kind != event.Display {
					t.Logf("rank %d %s %q %d %s %v", e.Rank, e.Kind, e.Text, e.Status, e.Signal, e.Error)
				}
			}
			t.Logf("failure: %+v; took %v", o.failure, o.took)
			said, _ := os.ReadFile(filepath.Join(req.RunDir, "launcher.log"))
			t.Logf("launcher.log: %s", said)
		}
	})
	nothingLeft(t, req.RunDir)
	return o
}

// nothingLeft looks for processes of the run. A process that was killed may
// take a moment to go.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if left = processes(dir); len(left) == 0 {
			return
		}
	}
	t.Errorf("processes are left behind: %v", left)
}

func processes(dir string) []string {
	var found []string
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		environ, _ := os.ReadFile("/proc/" + entry.Name() + "/environ")
		if strings.Contains("\x00"+string(environ), "\x00"+marker+"="+dir+"\x00") {
			cmdline, _ := os.ReadFile("/proc/" + entry.Name() + "/cmdline")
			found = append(found, fmt.Sprintf("%d %q", pid, strings.Split(string(cmdline), "\x00")))
		}
	}
	return found
}

// succeed demands that the run ended well.
func (o *outcome) succeed(t *testing.T) {
	t.Helper()
	if o.failure != nil {
		t.Errorf("the run failed: %v (%s)", o.failure, o.failure.Hint)
	}
	o.state(t, Succeeded)
}

func (o *outcome) state(t *testing.T, want State) {
	t.Helper()
	rec, err := ReadRecord(o.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if rec.State != want || rec.Ended == nil || rec.Command != o.Command() {
		t.Errorf("the record says %s, ended %v, command %q; want %s", rec.State, rec.Ended, rec.Command, want)
	}
}

// fail demands a failure with a message.
func (o *outcome) fail(t *testing.T, message string) {
	t.Helper()
	switch {
	case o.failure == nil:
		t.Errorf("the run succeeded, want the failure %q", message)
	case o.failure.Message != message:
		t.Errorf("the failure is %q, want %q", o.failure.Message, message)
	}
}
