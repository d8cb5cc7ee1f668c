// Kernel measures what a front end waits for: a kernel to be ready, the answers
// to its requests, output, an interrupt, the end.
//
//	go run ./bench/kernel
//	go run ./bench/kernel --rounds 3 --requests 50
//
// Galago, ipykernel and GoNB are driven over ZeroMQ by the same client, and take
// turns at every single request, so that a busy machine is as unfair to the one
// as to the other. In each round all of them are started anew. The times are in
// milliseconds and medians: of requests until the reply, of output until the
// kernel is idle, of an interrupt until the reply of the cell, of the end until
// the process is gone. Memory is what the kernel's process and all that it has
// started hold, seconds after a first cell.
//
// A fresh Galago builds its engine first, which takes up to a minute: this is
// done before anything is timed.
//
// ipykernel is that of .venv (make test makes it), or of the Python that --python
// names. GoNB (github.com/janpfeifer/gonb, with gopls and goimports) is looked for on
// PATH; without it the medians that were measured for version 0.11.3 on a machine
// of two cores are printed instead, which say little about any other machine.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/alecthomas/kong"
)

type arguments struct {
	Rounds   int    `default:"5" help:"How often every kernel is started."`
	Requests int    `default:"30" help:"How often each request is made in a round."`
	Galago   string `help:"The galago program; built from this module without this."`
	Python   string `default:".venv/bin/python" help:"A Python with ipykernel."`
	GoNB     string `name:"gonb" default:"gonb" help:"The gonb program."`

	folder string // for everything that the benchmark writes
}

func main() {
	var a arguments
	kong.Parse(&a, kong.Name("kernel"), kong.Description("Time what a front end waits for."))
	if err := a.run(); err != nil {
		fmt.Fprintln(os.Stderr, "kernel:", err)
		os.Exit(1)
	}
}

func (a *arguments) run() (err error) {
	if a.Rounds < 1 || a.Requests < 1 {
		return fmt.Errorf("measure %d rounds of %d requests: at least 1 of 1 is needed", a.Rounds, a.Requests)
	}
	if a.folder, err = os.MkdirTemp("", "kernel"); err != nil {
		return err
	}
	defer os.RemoveAll(a.folder)
	peers, err := a.peers()
	if err != nil {
		return err
	}
	for round := range a.Rounds {
		if err := a.round(peers, round); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, a.Rounds)
	}
	report(peers)
	return nil
}

// peers are the kernels that there are, Galago first and ipykernel second.
func (a *arguments) peers() ([]*peer, error) {
	if a.Galago == "" {
		a.Galago = filepath.Join(a.folder, "galago")
		build := exec.Command("go", "build", "-trimpath", "-o", a.Galago, "github.com/galago-hpc/galago/cmd/galago")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build galago: %w\n%s", err, out)
		}
	}
	python, err := filepath.Abs(a.Python)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(python); err != nil {
		return nil, fmt.Errorf("find a Python with ipykernel: %w; make test makes one, or name it with --python", err)
	}
	galago, ipykernel, gonb := newGalago(a.Galago, filepath.Join(a.folder, "cache")), newIPykernel(python), newGoNB(a.GoNB)
	if err := a.prepare(galago); err != nil {
		return nil, err
	}
	peers := []*peer{galago, ipykernel}
	if path, err := exec.LookPath(a.GoNB); err == nil {
		gonb.argv[0], gonb.samples, gonb.absent = path, map[string][]float64{}, false
		return append(peers, gonb), nil
	}
	fmt.Printf("There is no %s: its column is version 0.11.3 on another day.\n", a.GoNB)
	return append(peers, gonb), nil
}

// prepare has a kernel fill its caches.
func (a *arguments) prepare(p *peer) error {
	k, err := p.start(a.folder)
	if err != nil {
		return err
	}
	_, err = k.Execute(p.value)
	return errors.Join(err, k.Close())
}
