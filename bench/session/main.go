// Session measures what it is like to work in a session: how fast code in
// cells runs, and how long a cell takes from the front end and back to it.
//
//	go run ./bench/session
//	go run ./bench/session --part compute,quick --rounds 3
//
// Every part speaks to a real kernel over ZeroMQ, as Jupyter does, and times a
// cell from the request until the kernel is idle again. What is compared takes
// turns in one run, so that a busy machine is as unfair to the one as to the other.
//
//   - compute: the cells of testdata in a session, and the same text as a
//     program that go build makes. Both time themselves around the work, without
//     compiling. A name that ends in -top stands for loops directly in a cell.
//   - quick: cells that need no compiling, beside ipykernel's.
//   - declare: a type and a function, until the kernel is ready for the next cell.
//   - cell: new cells with a loop, with fmt only and with gonum/plot, beside
//     GoNB's.
//   - many: compiled cells in one session; the engine's memory and the latency
//     of the last ones beside that of early ones.
//
// Nothing comes from a cache that an earlier run has left: the kernel gets a
// cache folder of its own, and therefore builds the engine first, which takes up to a
// minute and is not timed.
//
// ipykernel is that of .venv (make test makes it), or of the Python that --python
// names. GoNB (github.com/janpfeifer/gonb, with gopls and goimports) is looked for on
// PATH; without it the median that was measured for version 0.11.3 on a machine
// of two cores is printed instead, which says little about any other machine.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"github.com/galago-hpc/galago/bench/measure/client"
)

type arguments struct {
	Part   []string `default:"compute,quick,declare,cell,many" enum:"compute,quick,declare,cell,many" help:"What is measured."`
	Rounds int      `default:"7" help:"How often each work of compute runs."`
	Quick  int      `default:"200" help:"How often each quick cell runs."`
	Cells  int      `default:"15" help:"New cells of each kind in declare and cell."`
	Many   int      `default:"300" help:"Compiled cells of many, 30 at least."`
	Work   []string `help:"Works of compute, all without this."`
	Galago string   `help:"The galago program; built from this module without this."`
	Python string   `default:".venv/bin/python" help:"A Python with ipykernel."`
	GoNB   string   `name:"gonb" default:"gonb" help:"The gonb program."`

	folder string // for everything that the benchmark writes
	seed   int64  // keeps the cells of this run apart from those of others
}

// galago starts the kernel that is measured.
func (a *arguments) galago() (*client.Kernel, error) {
	return a.start("galago", []string{"GALAGO_CACHE=" + filepath.Join(a.folder, "cache")}, a.Galago, "kernel", "-f")
}

func (a *arguments) start(name string, env []string, argv ...string) (*client.Kernel, error) {
	return client.Start(client.Options{Name: name, Folder: a.folder, Env: env, Argv: argv})
}

func main() {
	var a arguments
	kong.Parse(&a, kong.Name("session"), kong.Description("Time code in cells and the cells of a session."))
	if err := a.run(); err != nil {
		fmt.Fprintln(os.Stderr, "session:", err)
		os.Exit(1)
	}
}

func (a *arguments) run() (err error) {
	if a.Rounds < 1 || a.Quick < 1 || a.Cells < 1 || a.Many < 30 {
		return fmt.Errorf("measure %d rounds, %d quick cells, %d new and %d many: at least 1, 1, 1 and 30 are needed", a.Rounds, a.Quick, a.Cells, a.Many)
	}
	if a.folder, err = os.MkdirTemp("", "session"); err != nil {
		return err
	}
	defer os.RemoveAll(a.folder)
	a.seed = time.Now().UnixNano() % 1e9
	if a.Galago == "" {
		a.Galago = filepath.Join(a.folder, "galago")
		build := exec.Command("go", "build", "-trimpath", "-o", a.Galago, "github.com/galago-hpc/galago/cmd/galago")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build galago: %w\n%s", err, out)
		}
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{{"compute", a.compute}, {"quick", a.quick}, {"declare", a.declare}, {"cell", a.cell}, {"many", a.many}} {
		if !slices.Contains(a.Part, part.name) {
			continue
		}
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		fmt.Println()
	}
	return nil
}
