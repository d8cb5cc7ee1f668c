package launcher

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/guard"
)

// demand checks an error's words and its hint.
func demand(t *testing.T, err error, message, hint string) {
	t.Helper()
	var f *event.Failure
	if !errors.As(err, &f) {
		t.Errorf("the error is %T %v, want a failure", err, err)
		return
	}
	if !strings.Contains(f.Message, message) || !strings.Contains(f.Hint, hint) {
		t.Errorf("the failure is %q with the hint %q; want %q, %q", f.Message, f.Hint, message, hint)
	}
}

func TestRefusals(t *testing.T) {
	b, _ := Choose("direct")
	start := func(change func(*Request)) error {
		req := request(t, os.Environ(), 1, "hello")
		change(&req)
		r, err := Start(context.Background(), b, req)
		if err == nil {
			err = r.Wait(func(RankEvent) {})
		}
		return err
	}
	demand(t, start(func(r *Request) { r.Program = "/nowhere/program" }), "run /nowhere/program: no such file or directory", "")
	demand(t, start(func(r *Request) { r.Program = "/etc/passwd" }), "run /etc/passwd: permission denied", "")
	demand(t, start(func(r *Request) { r.Dir = "/nowhere" }), "run in /nowhere: it is no folder", "")
	demand(t, start(func(r *Request) { r.RunDir = "/dev/null/run" }), "make the run's folder /dev/null/run: not a directory", "that you can write to")
	demand(t, start(func(r *Request) { r.RunDir = "/sys/run" }), "make the run's folder /sys/run: ", "that you can write to")
	demand(t, start(func(r *Request) { r.Ranks = 0 }), "run on 0 ranks", "")
	demand(t, start(func(r *Request) { r.Ranks = 2 }), "run on 2 ranks: there is no MPI launcher here", "apt-get install mpich")
	demand(t, start(func(r *Request) { r.Guard = []string{"/nowhere/galago"} }), "start /nowhere/galago: no such file or directory", "")
	used := t.TempDir()
	if err := os.WriteFile(filepath.Join(used, "run.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	demand(t, start(func(r *Request) { r.RunDir = used }), "the folder holds another run", "another folder")
}

func TestChoose(t *testing.T) {
	empty := []string{"PATH=" + t.TempDir()}
	_, err := ChooseIn("mpiexec", empty)
	demand(t, err, "find mpiexec: there is no MPI launcher on PATH", "apt-get install mpich")
	_, err = ChooseIn("srun", empty)
	demand(t, err, "find srun: it is not on PATH", "%%mpiexec")
	_, err = ChooseIn("lamboot", empty)
	demand(t, err, `there is none called "lamboot"`, "use auto, mpiexec, srun or direct")
	_, err = ChooseIn("auto", append(empty, "GALAGO_MPIEXEC=/nowhere/mpiexec"))
	demand(t, err, "use the launcher of GALAGO_MPIEXEC", "unset it")
	_, err = ChooseIn("mpiexec", append(empty, "GALAGO_MPI=mpich"))
	demand(t, err, "find the mpiexec of GALAGO_MPI=mpich", "install MPICH")

	all := environments(t)
	for name, want := range map[string]string{"mpich": "mpiexec", "openmpi": "mpiexec", "srun": "srun"} {
		env := append(all[name], "SLURM_TIMELIMIT=5")
		b, err := ChooseIn("auto", env)
		if err != nil || b.Name() != want {
			t.Errorf("auto in the environment for %s is %v, %v", name, b, err)
		}
	}
	// An installation that has only the other MPI's launcher.
	path := t.TempDir()
	mpiexec, err := exec.LookPath("mpiexec.openmpi")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(mpiexec, filepath.Join(path, "mpiexec")); err != nil {
		t.Fatal(err)
	}
	_, err = ChooseIn("mpiexec", []string{"PATH=" + path, "GALAGO_MPI=mpich"})
	demand(t, err, path+"/mpiexec is Open MPI's", "GALAGO_MPIEXEC")
	b, err := ChooseIn("mpiexec", []string{"PATH=/nowhere", "GALAGO_MPIEXEC=" + path + "/mpiexec"})
	if err != nil || !strings.Contains(b.String(), "(Open MPI 4.") {
		t.Errorf("GALAGO_MPIEXEC gives %v, %v", b, err)
	}
}

// The launcher's own words reach the user when it cannot start anything.
func TestLauncherComplains(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		req := request(t, env, 2, "hello")
		req.Options = []string{"--no-such-option"}
		o := run(t, b, req, nil)
		if o.failure == nil {
			t.Fatal("the run succeeded")
		}
		demand(t, o.failure, b.Name()+" could not start the ranks: ", "--help")
		demand(t, o.failure, "no-such-option", "")
	})
}

// The program is there when the run begins, but not on the nodes.
func TestGuardComplains(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		req := request(t, env, 2)
		req.Program = filepath.Join(t.TempDir(), "script")
		if err := os.WriteFile(req.Program, []byte("#!/nowhere/interpreter\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		o := run(t, b, req, nil)
		host, _ := os.Hostname()
		o.fail(t, fmt.Sprintf("ranks 0, 1: start %s: no such file or directory (on %s)", req.Program, host))
	})
}

// A full disk ends the run with an error, even though no log can tell.
func TestFullDisk(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		req := request(t, env, 2, "fill")
		if err := os.Mkdir(req.RunDir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/dev/full", filepath.Join(req.RunDir, "rank-00001.jsonl")); err != nil {
			t.Fatal(err)
		}
		o := run(t, b, req, nil)
		if o.failure == nil {
			t.Fatal("the run succeeded")
		}
		demand(t, o.failure, "rank 1: write its log: ", "free space")
		demand(t, o.failure, "no space left on device", "")
	})
}

// allocate takes n processors of the cluster, as a job in which Jupyter runs,
// and returns the environment that a process has there.
func allocate(t *testing.T, env []string, n int) []string {
	t.Helper()
	out, err := output(env, 20*time.Second, "salloc", "--no-shell", "-N1", fmt.Sprint("-n", n))
	if err != nil {
		t.Fatalf("salloc: %v\n%s", err, out)
	}
	_, job, _ := strings.Cut(out, "Granted job allocation ")
	job, _, _ = strings.Cut(job, "\n")
	t.Cleanup(func() { _, _ = output(env, 20*time.Second, "scancel", job) })
	return append(env[:len(env):len(env)], "SLURM_JOB_ID="+job, "SLURM_JOBID="+job, "SLURM_NTASKS=1", "SLURM_NPROCS=1", "SLURM_CPUS_PER_TASK=4",
		"SLURM_NNODES=1", "SLURM_STEP_ID=0", "SLURM_PROCID=0", "SLURM_MEM_PER_NODE=1", "SLURM_CPU_BIND=verbose,mask_cpu:0x1", "SLURM_EXPORT_ENV=NONE",
		"SLURM_MPI_TYPE=none", "PMI_RANK=0", "PMI_SIZE=1", "PMI_FD=33", "SLURM_DISTRIBUTION=cyclic", "SLURM_OVERCOMMIT=1")
}

// Inside a job, the ranks run in that job, beside the step that holds all of
// it, whatever the job's variables say.
func TestInsideJob(t *testing.T) {
	env := allocate(t, environments(t)["srun"], 4)
	jupyter := exec.Command("srun", "--jobid="+environment(env).get("SLURM_JOB_ID"), "-n4", "sleep", "1000")
	jupyter.Env = environments(t)["srun"]
	if err := jupyter.Start(); err != nil {
		t.Fatal(err)
	}
	defer jupyter.Wait()
	defer jupyter.Process.Signal(syscall.SIGTERM)
	b, err := ChooseIn("auto", env)
	if err != nil || b.Name() != "srun" {
		t.Fatalf("inside a job, auto is %v, %v", b, err)
	}
	o := run(t, b, request(t, env, 4, "hello"), nil)
	o.succeed(t)
	for rank := range 4 {
		if out := o.text(rank, event.Stdout); !strings.HasPrefix(out, fmt.Sprintf("hello from rank %d of 4 on node", rank)) {
			t.Errorf("rank %d printed %q", rank, out)
		}
	}
	if want := "--jobid=" + environment(env).get("SLURM_JOB_ID"); !strings.Contains(o.Command(), want) {
		t.Errorf("the command is %s, want %s in it", o.Command(), want)
	}
	o = run(t, b, request(t, env, 5, "hello"), nil)
	if o.failure == nil {
		t.Fatal("five ranks ran in a job for four")
	}
	demand(t, o.failure, "srun could not start the ranks: srun: error: Unable to create step", "the allocation is smaller than that")
	demand(t, o.failure, "More processors requested than permitted", "")

	// mpiexec there is mpiexec on one machine, and nothing else.
	m, err := ChooseIn("mpiexec", env)
	if err != nil {
		t.Fatal(err)
	}
	o = run(t, m, request(t, env, 3, "hello"), nil)
	o.succeed(t)
	if out := o.text(2, event.Stdout); !strings.HasPrefix(out, "hello from rank 2 of 3 on \n") {
		t.Errorf("rank 2 printed %q", out)
	}
}

// More than the whole cluster has.
func TestTooManyRanks(t *testing.T) {
	env := environments(t)["srun"]
	b, err := ChooseIn("srun", env)
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, b, request(t, env, 1000, "hello"), nil)
	if o.failure == nil {
		t.Fatal("the run succeeded")
	}
	demand(t, o.failure, "srun could not start the ranks: ", "use fewer ranks")
}

// front is a process that starts a run and follows it: DIR BACKEND PROGRAM.
func front(args []string) {
	self, _ := os.Executable()
	b, err := Choose(args[1])
	if err == nil {
		var r *Run
		if r, err = Start(context.Background(), b, Request{Program: self, Args: []string{"program", args[2]}, Ranks: 2, RunDir: args[0], Guard: []string{self, "rank"}, Detach: args[2] == "late"}); err == nil {
			err = r.Wait(func(e RankEvent) { fmt.Print(e.Text) })
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// killFront starts a front, and kills it when both ranks have printed.
func killFront(t *testing.T, b Backend, req Request, program string) {
	t.Helper()
	cmd := exec.Command(req.Program, "front", req.RunDir, b.Name(), program)
	cmd.Env = req.Env
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	for text := ""; strings.Count(text, "ready\n") < 2; {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatalf("the front printed %q: %v", text, err)
		}
		text += string(buf[:n])
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

// A run ends with the process that started it, even if that is killed.
func TestFrontKilled(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		req := request(t, env, 2)
		killFront(t, b, req, "hang")
		nothingLeft(t, req.RunDir)
	})
}

// A detached run goes on to its end.
func TestDetached(t *testing.T) {
	everywhere(t, func(t *testing.T, b Backend, env []string) {
		req := request(t, env, 2)
		killFront(t, b, req, "late")
		for deadline := time.Now().Add(20 * time.Second); len(processes(req.RunDir)) > 0 && time.Now().Before(deadline); {
			time.Sleep(50 * time.Millisecond)
		}
		nothingLeft(t, req.RunDir)
		for rank := range 2 {
			log, err := os.ReadFile(guard.LogFile(req.RunDir, rank))
			if err != nil || !strings.Contains(string(log), `"done\n"`) || !strings.Contains(string(log), `"kind":"exit"`) {
				t.Errorf("the log of rank %d is %s, %v", rank, log, err)
			}
		}
	})
}

// The program has what the guard has inherited, at the same numbers: MPI's
// process manager is behind one of them.
func TestDescriptors(t *testing.T) {
	req := request(t, os.Environ(), 1)
	if err := os.Mkdir(req.RunDir, 0o700); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(req.Program, "rank", "-dir", req.RunDir, "-alone", "--", req.Program, "program", "descriptor")
	cmd.Env, cmd.ExtraFiles, cmd.Stderr = req.Env, []*os.File{w}, os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	buf := make([]byte, 100)
	if n, _ := r.Read(buf); string(buf[:n]) != "through 3" {
		t.Errorf("%q came through descriptor 3", buf[:n])
	}
	log, err := os.ReadFile(filepath.Join(req.RunDir, "rank-00000.jsonl"))
	if err != nil || !strings.Contains(string(log), "through the channel") {
		t.Errorf("the log is %s, %v", log, err)
	}
}
