package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/galago-hpc/galago/bench/measure/client"
)

// What is measured.
const (
	ready           = "ready"
	kernelInfo      = "kernel_info"
	firstCompletion = "first complete"
	completion      = "complete"
	inspection      = "inspect"
	isComplete      = "is_complete"
	tenThousand     = "10,000 lines"
	longLine        = "a line of 1 MiB"
	interrupt       = "interrupt"
	shutdown        = "shutdown"
	memory          = "memory, MB"
)

// restTime is how long after its first cell a kernel is idle before its memory
// is looked at.
const restTime = 5 * time.Second

// prints is how often the cells that print much are timed in a round.
const prints = 6

// running is a peer whose kernel runs.
type running struct {
	*peer
	*client.Kernel
}

// round starts all kernels, measures each thing with one after the other, the
// first of them another one each time, and ends them.
func (a *arguments) round(peers []*peer, round int) (err error) {
	var kernels []running
	defer func() {
		for _, k := range kernels {
			err = errors.Join(err, k.Close())
		}
	}()
	for i := range peers {
		p := peers[(i+round)%len(peers)]
		if p.absent {
			continue
		}
		k, err := p.start(a.folder)
		if err != nil {
			return err
		}
		kernels = append(kernels, running{p, k})
		p.note(ready, k.Ready*1e3)
	}
	for _, k := range kernels {
		if _, err := k.Execute(k.declare); err != nil {
			return err
		}
		if _, err := k.Execute(k.value); err != nil {
			return err
		}
	}
	time.Sleep(restTime)
	for _, k := range kernels {
		bytes, err := k.Memory()
		if err != nil {
			return err
		}
		k.note(memory, float64(bytes)/1e6)
	}
	for i := range a.Requests {
		for turn := range kernels {
			if err := kernels[(turn+i)%len(kernels)].ask(i == 0); err != nil {
				return err
			}
		}
	}
	for i := range 1 + prints {
		for turn := range kernels {
			if err := kernels[(turn+i)%len(kernels)].print(i == 0); err != nil {
				return err
			}
		}
	}
	for _, k := range kernels {
		seconds, err := k.Interrupt(k.endless, k.byMessage)
		if err != nil {
			return err
		}
		k.note(interrupt, seconds*1e3)
	}
	for _, k := range kernels {
		seconds, err := k.Shutdown()
		if err != nil {
			return err
		}
		k.note(shutdown, seconds*1e3)
	}
	return nil
}

// ask makes each request once.
func (k running) ask(first bool) error {
	for _, request := range []struct {
		what, kind string
		content    map[string]any
	}{
		{kernelInfo, "kernel_info_request", map[string]any{}},
		{completion, "complete_request", map[string]any{"code": k.complete, "cursor_pos": len(k.complete)}},
		{inspection, "inspect_request", map[string]any{"code": k.inspect, "cursor_pos": len(k.inspect), "detail_level": 0}},
		{isComplete, "is_complete_request", map[string]any{"code": k.whole}},
	} {
		if k.silent[request.what] {
			continue
		}
		o, err := k.Ask(request.kind, request.content)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", k.Name, request.kind, err)
		}
		what := request.what
		if first && what == completion {
			what = firstCompletion
		}
		k.note(what, o.Replied*1e3)
	}
	return nil
}

// print runs the cells that print much. The first time, when they may have to be
// compiled, is not counted.
func (k running) print(first bool) error {
	for _, cell := range []struct {
		what, code string
		lines      int
		bytes      int
	}{{tenThousand, k.lines, 10000, 0}, {longLine, k.long, 1, 1 << 20}} {
		o, err := k.Execute(cell.code)
		if err != nil {
			return err
		}
		if n := strings.Count(o.Printed, "\n"); n != cell.lines || len(o.Printed) < cell.bytes {
			return fmt.Errorf("%s: %s: %d lines of %d bytes have arrived", k.Name, cell.what, n, len(o.Printed))
		}
		if !first {
			k.note(cell.what, o.Seconds*1e3)
		}
	}
	return nil
}
