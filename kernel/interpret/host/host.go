// Package host is the engine of a session without a Go toolchain: the process
// in which cells are interpreted. It obeys the same commands as the engine that
// loads compiled cells, and one more, which changes its world.
package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
	"github.com/galago-hpc/galago/kernel/interpret"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
)

// Argument is the first argument of a program that is to be the engine.
const Argument = "engine"

// A Change is something new in the world of a session: a cell, or that names
// are forgotten. The engine checks the cell again, as the session has done, and
// comes to the same result.
type Change struct {
	Fragments []cell.Fragment `json:"fragments,omitempty"`
	Cell      int             `json:"cell,omitempty"`
	Unit      int             `json:"unit,omitempty"`
	Reset     bool            `json:"reset,omitempty"`  // all names
	Forget    bool            `json:"forget,omitempty"` // all variables
	Remove    []string        `json:"remove,omitempty"`
}

type host struct {
	world   *check.World
	machine *interpret.Machine
}

// Main is the engine. It returns the exit status.
func Main() int {
	// The front decides what an interrupt from the terminal means.
	signal.Ignore(syscall.SIGINT)
	importer := symbols.NewImporter()
	w, err := interpret.NewWorld(importer)
	if err == nil {
		h := &host{w, interpret.New(w.Fset, importer)}
		open := func(path string) error { return fmt.Errorf("%s: an engine that interprets loads nothing", path) }
		err = engine.ServeMore(open, map[engine.Operation]func(engine.Command) (*event.Failure, []byte){engine.Interpret: h.change})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "galago engine:", err)
		return 1
	}
	return 0
}

// change obeys a command. What is wrong with a cell is in the payload, as
// [check.Diagnostics].
func (h *host) change(c engine.Command) (*event.Failure, []byte) {
	var change Change
	if err := json.Unmarshal(c.Payload, &change); err != nil {
		return &event.Failure{Name: "error", Message: fmt.Sprintf("read a cell: %v", err)}, nil
	}
	err := h.make(change)
	if err == nil {
		return nil, nil
	}
	var diagnostics check.Diagnostics
	if errors.As(err, &diagnostics) {
		payload, _ := json.Marshal(diagnostics) // of numbers and text
		return &event.Failure{Name: "compile", Message: err.Error()}, payload
	}
	return &event.Failure{Name: "error", Message: err.Error()}, nil
}

func (h *host) make(change Change) error {
	switch {
	case change.Reset:
		h.world.Reset()
		return nil
	case change.Forget:
		h.world.Forget()
		return nil
	case change.Remove != nil:
		_, err := h.world.Remove(change.Remove)
		return err
	}
	unit, err := h.world.Check(change.Fragments, change.Cell, change.Unit)
	if err != nil {
		return err
	}
	if err := h.machine.Load(unit); err != nil {
		return err
	}
	h.world.Commit(unit)
	return nil
}
