package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/session"
	"github.com/galago-hpc/galago/notebooks"
)

type runCommand struct {
	Notebook string `arg:"" help:"The notebook to execute (.ipynb)."`
	Output   string `short:"o" placeholder:"FILE" help:"Save in FILE and leave NOTEBOOK as it is. Default: save in NOTEBOOK."`
	Launcher string `enum:"auto,mpiexec,srun" default:"auto" help:"What starts ranks: mpiexec or srun, whatever the cells name, or auto, which leaves it to them."`
	Options  string `name:"launcher-options" placeholder:"WORDS" help:"More options for the launcher, such as --launcher-options='-N 2 -t 0:10:00'."`
	Dir      string `placeholder:"FOLDER" help:"Execute in FOLDER. Default: the notebook's own, as Jupyter does."`
	Quiet    bool   `short:"q" help:"Do not show what the cells show; a failure is still told."`
}

// Help is what `galago help run` adds.
func (runCommand) Help() string {
	return `Executes the code cells in order, in a fresh session, shows what they show as it comes, and stops at the first cell that fails: the exit status is then 1, and the last line on standard error names the cell.

The notebook is saved after each cell, failed or not, so that nothing is lost of a run that is cut short. Without --output it is NOTEBOOK itself that is saved, with its cells as they were and their new outputs, as after "Run All Cells" in JupyterLab; the file is always replaced in one step, never half written. A file that is not a notebook is never written to.

A cell tagged raises-exception may fail; one tagged skip-execution is not executed. An interrupt (Ctrl-C, SIGTERM) ends the cell that is running, saves what it has shown, and executes no further one; a second one ends at once.`
}

func (c *runCommand) Run(s *streams) error {
	nb, err := notebooks.Read(c.Notebook)
	if err != nil {
		return unusable(err)
	}
	if language := nb.Language(); language != "" && language != "go" {
		return unusable(fmt.Errorf("%s is a notebook in %s, not in Go", c.Notebook, language))
	}
	output := c.Output
	if output == "" {
		output = c.Notebook
	}
	dir := c.Dir
	if dir == "" {
		dir = filepath.Dir(c.Notebook)
	}
	if dir, err = folder(dir); err != nil {
		return unusable(err)
	}
	view := newView(s.out, s.err, terminal(s.out))
	if c.Quiet {
		view = newView(io.Discard, io.Discard, false)
	}
	saver, err := newSaver(output, func(text string) { view.own(s.err, text) })
	if err != nil {
		return unusable(err)
	}
	session, err := session.New(session.Options{Dir: dir, Launcher: c.Launcher, LauncherOptions: strings.Fields(c.Options), Input: ask(s)})
	if err != nil {
		return err
	}
	defer session.Close()
	defer announce(view.err, func() bool { return session.GoVersion() != "" })()
	ctx, interrupted := interruptible(session)
	started := time.Now()
	executed := 0
	err = notebooks.Run(ctx, nb, session, notebooks.Options{
		Before: func(cell *notebooks.Cell, number, total int) {
			view.begin(cell, number, total)
			executed = number
		},
		Event: view.show,
		Save: func(nb *notebooks.Notebook) error {
			view.end()
			return saver.save(nb)
		},
		Traceback: func(f *event.Failure) []string { return render(f, true) },
	})
	return c.end(s, err, interrupted(), func() {
		view.own(view.out, fmt.Sprintf("%d cells, %.1f s, saved in %s", executed, time.Since(started).Seconds(), saver.path))
	})
}

// end tells how a run ended.
func (c *runCommand) end(s *streams, err error, by syscall.Signal, done func()) error {
	var failed *notebooks.CellError
	if errors.As(err, &failed) {
		for _, line := range render(failed.Failure, terminal(s.err)) {
			fmt.Fprintln(s.err, line)
		}
	}
	switch {
	case by != 0 && err != nil:
		return &status{code: 128 + int(by), err: err}
	case errors.Is(err, notebooks.ErrNoCode):
		return unusable(fmt.Errorf("%s: %w", c.Notebook, err))
	case err == nil:
		done()
	}
	return err
}

func render(f *event.Failure, colour bool) []string { return session.Render(f, colour) }

// folder returns the absolute path of a folder that exists.
func folder(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("folder to execute in: %w", err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("folder to execute in: %s is not a folder", path)
	}
	return filepath.Abs(path)
}

// interruptible cancels the context, and so interrupts the cell that is running,
// at the first signal that asks the process to end. The second one ends the
// process. The function returned tells the signal, 0 if there was none.
func interruptible(s *session.Session) (context.Context, func() syscall.Signal) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 4)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // under nohup, a hang-up stays without effect
			signal.Notify(signals, sig)
		}
	}
	var first atomic.Int32
	go func() {
		sig := (<-signals).(syscall.Signal)
		first.Store(int32(sig))
		cancel(errors.New(strings.ToLower(sig.String())))
		sig = (<-signals).(syscall.Signal)
		s.Close()
		os.Exit(128 + int(sig))
	}()
	return ctx, func() syscall.Signal { return syscall.Signal(first.Load()) }
}

// terminal reports whether w is a terminal that shows colours.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	_, err := unix.IoctlGetTermios(int(file.Fd()), unix.TCGETS)
	return err == nil
}
