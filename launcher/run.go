package launcher

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/launcher/guard"
)

// A Run is a program running on ranks.
type Run struct {
	backend Backend
	request Request
	command *command
	record  Record
	ctx     context.Context

	cmd    *exec.Cmd
	leash  *os.File      // open as long as the run is wanted
	ended  chan struct{} // closed when the launcher has ended
	words  *words
	ranks  []rank
	buffer []byte

	asked       atomic.Int32  // how often Interrupt was called
	wake        chan struct{} // wakes Wait
	notes       []note
	deaf        bool  // the launcher's words are about the end only
	guardBroken bool  // a guard could not do its work
	warning     error // what went wrong with following the run
}

// Start starts a run. A ctx that ends interrupts it, see [Run.Interrupt].
// The caller has to call [Run.Wait].
func Start(ctx context.Context, b Backend, req Request) (*Run, error) {
	if err := req.complete(); err != nil {
		return nil, err
	}
	var fresh bool
	if req.RunDir == "" {
		dir, err := NewRunDir(req.Dir)
		if err != nil {
			return nil, err
		}
		req.RunDir, fresh = dir, true
	}
	r, err := start(ctx, b, req)
	if err != nil && fresh {
		os.RemoveAll(req.RunDir)
	}
	return r, err
}

// complete fills in what the request leaves out, and checks it.
func (req *Request) complete() error {
	if req.Ranks < 1 {
		return fail(fmt.Sprintf("run on %d ranks: at least one is needed", req.Ranks), "")
	}
	if req.Env == nil {
		req.Env = os.Environ()
	}
	var err error
	if req.Dir, err = filepath.Abs(req.Dir); err != nil {
		return fmt.Errorf("find the working directory: %w", err)
	}
	if status, err := os.Stat(req.Dir); err != nil || !status.IsDir() {
		return fail(fmt.Sprintf("run in %s: it is no folder", req.Dir), "")
	}
	if !filepath.IsAbs(req.Program) {
		req.Program = filepath.Join(req.Dir, req.Program)
	}
	if _, err := exec.LookPath(req.Program); err != nil {
		var e *exec.Error
		if errors.As(err, &e) {
			err = reason(e.Err)
		}
		return fail(fmt.Sprintf("run %s: %v", req.Program, err), "")
	}
	if req.RunDir != "" {
		if req.RunDir, err = filepath.Abs(req.RunDir); err != nil {
			return fmt.Errorf("find the run's folder: %w", err)
		}
	}
	if len(req.Guard) == 0 {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find the guard: %w", err)
		}
		req.Guard = []string{self, "rank"}
	}
	return nil
}

// guardCommand is what the launcher is told to start.
func (req *Request) guardCommand(b Backend) []string {
	args := append(slices.Clone(req.Guard), "-dir", req.RunDir, "-chdir", req.Dir, "-ranks", strconv.Itoa(req.Ranks))
	if b.Name() == "direct" {
		args = append(args, "-alone")
		if !req.Detach {
			args = append(args, "-leash")
		}
	}
	return append(append(args, "--", req.Program), req.Args...)
}

func start(ctx context.Context, b Backend, req Request) (*Run, error) {
	command, err := b.command(req, req.guardCommand(b))
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	r := &Run{
		backend: b, request: req, command: command, ctx: ctx,
		record: Record{
			State: Running, Command: command.String(), Backend: b.Name(), Program: req.Program, Args: req.Args,
			Ranks: req.Ranks, Dir: req.Dir, Host: host, Started: time.Now(),
		},
		ended: make(chan struct{}), wake: make(chan struct{}, 1), buffer: make([]byte, turn),
	}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	if err := r.launch(); err != nil {
		return nil, err
	}
	r.record.PID = r.cmd.Process.Pid
	if err := r.record.write(req.RunDir); err != nil {
		r.backend.signal(r.process(), syscall.SIGKILL)
		<-r.ended
		return nil, unwritable(req.RunDir, err)
	}
	return r, nil
}

// prepare makes the run's folder and its files.
func (r *Run) prepare() error {
	dir := r.request.RunDir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritable(dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, recordFile)); err == nil {
		return fail(fmt.Sprintf("start a run in %s: the folder holds another run", dir), "use another folder")
	}
	if err := environment(r.command.env).record(filepath.Join(dir, "environment")); err != nil {
		return unwritable(dir, err)
	}
	// A network file system remembers for a while that a file is not there;
	// so the logs are there from the start.
	r.ranks = make([]rank, r.request.Ranks)
	for i := range r.ranks {
		path := guard.LogFile(dir, i)
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return unwritable(dir, err)
		}
		file.Close()
		r.ranks[i].log.path = path
	}
	return nil
}

// launch starts the launcher.
func (r *Run) launch() error {
	var stdin *os.File
	if !r.request.Detach {
		in, out, err := os.Pipe()
		if err != nil {
			return fmt.Errorf("start %s: %w", r.command.args[0], err)
		}
		defer in.Close()
		stdin, r.leash = in, out
	}
	said, out, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", r.command.args[0], err)
	}
	defer out.Close()
	args := r.command.args
	if !r.request.Detach && r.backend.Name() != "direct" {
		args = append(append(slices.Clone(r.request.Guard), guard.HoldFlag, "--"), args...)
	}
	r.cmd = exec.Command(args[0], args[1:]...)
	r.cmd.Env = r.command.env
	r.cmd.Dir = r.request.Dir
	if stdin != nil {
		r.cmd.Stdin = stdin
	}
	r.cmd.Stdout, r.cmd.Stderr = out, out
	// A session of its own: it does not get the terminal's signals, and can
	// be ended as a whole.
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := r.cmd.Start(); err != nil {
		said.Close()
		if r.leash != nil {
			r.leash.Close()
		}
		return fail(fmt.Sprintf("start %s: %v", args[0], reason(err)), hintFor([]string{err.Error()}))
	}
	log, err := os.OpenFile(filepath.Join(r.request.RunDir, "launcher.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		log = nil // it is a convenience only
	}
	r.words = listen(said, log)
	go func() {
		_ = r.cmd.Wait() // ProcessState says it all
		close(r.ended)
	}()
	return nil
}

// Command returns the command that was run, quoted for a shell, with the
// environment variables that were added in front.
func (r *Run) Command() string { return r.record.Command }

// Dir returns the run's folder.
func (r *Run) Dir() string { return r.request.RunDir }

// Backend returns what runs it.
func (r *Run) Backend() Backend { return r.backend }

// Interrupt ends the run: Wait will return a failure named "interrupt" that
// says where the ranks were. A second call ends it at once. It may be called
// from any goroutine, also when the run has ended.
func (r *Run) Interrupt() {
	r.asked.Add(1)
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Run) process() process {
	p := process{pid: r.cmd.Process.Pid, env: r.command.env}
	for i := range r.ranks {
		if step := r.ranks[i].step; step != "" && !slices.Contains(p.steps, step) {
			p.steps = append(p.steps, step)
		}
	}
	return p
}

func (r *Run) hasEnded() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}
