package session

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
	"github.com/galago-hpc/galago/kernel/interpret"
	"github.com/galago-hpc/galago/kernel/interpret/forge"
	"github.com/galago-hpc/galago/kernel/interpret/host"
	"github.com/galago-hpc/galago/kernel/interpret/symbols"
)

// An interpreter is what a session without a Go toolchain knows: what its
// engine was told, so that another one can be told the same.
type interpreter struct {
	unit      *check.Unit // checked last
	fragments []cell.Fragment
	changes   []host.Change
	announced bool
}

// announce says once that cells are interpreted.
func (i *interpreter) announce(s *Session, emit func(event.Event)) {
	if s.builder != nil || i.announced {
		return
	}
	i.announced = true
	emit(event.Event{Kind: event.Note, Text: "no Go toolchain was found: cells are interpreted, and what the interpreter cannot do exactly is refused; " + interpret.Remedy + "\n"})
}

// checked notes what a unit was checked from.
func (i *interpreter) checked(unit *check.Unit, fragments []cell.Fragment) {
	i.unit, i.fragments = unit, fragments
}

// prepareInterpreter begins a session without a toolchain.
func (s *Session) prepareInterpreter() error {
	if err := forge.Available(); err != nil {
		return fmt.Errorf("no Go toolchain, and no interpreter in its place: %w: install Go, or load its module", err)
	}
	var err error
	if s.world, err = interpret.NewWorld(symbols.NewImporter()); err != nil {
		return err
	}
	s.engine, err = s.startInterpreter()
	return err
}

// Interpreted reports whether cells are interpreted, because there is no Go
// toolchain. It is known once a cell has run.
func (s *Session) Interpreted() bool {
	select {
	case <-s.ready:
		return s.failed == nil && s.builder == nil
	default:
		return false
	}
}

// startInterpreter starts this program as an engine that interprets.
func (s *Session) startInterpreter() (*engineProcess, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	return startEngine(path, s.options, host.Argument)
}

// interpret takes a unit into the session and its engine.
func (s *Session) interpret(unit *check.Unit) error {
	if s.interpreter.unit != unit {
		return fmt.Errorf("interpret a cell: its source is not at hand")
	}
	change := host.Change{Fragments: s.interpreter.fragments, Cell: unit.Fresh().Cell, Unit: unit.Number}
	if err := s.mirror(change); err != nil {
		return err
	}
	s.world.Commit(unit)
	return nil
}

// mirror makes a change in the world of an engine that interprets.
func (s *Session) mirror(change host.Change) error {
	if s.builder != nil {
		return nil
	}
	payload, err := json.Marshal(change)
	if err != nil {
		return fmt.Errorf("hand the cell to the engine: %w", err)
	}
	answer, err := s.engine.command(engine.Command{Operation: engine.Interpret, Payload: payload})
	if err != nil {
		var diagnostics check.Diagnostics
		if json.Unmarshal(answer.Payload, &diagnostics) == nil && len(diagnostics) > 0 {
			return diagnostics
		}
		return s.crashed(err)
	}
	s.interpreter.changes = append(s.interpreter.changes, change)
	return nil
}

// reviveInterpreter starts another engine and declares everything again.
func (s *Session) reviveInterpreter() error {
	engine, err := s.startInterpreter()
	if err != nil {
		return err
	}
	s.engine = engine
	changes := append(s.interpreter.changes, host.Change{Forget: true})
	s.interpreter.changes = nil
	for _, change := range changes {
		if err := s.mirror(change); err != nil {
			return fmt.Errorf("declare cell %d again: %w", change.Cell, err)
		}
	}
	return nil
}

// needToolchain returns an error if there is no toolchain.
func (s *Session) needToolchain(what string) error {
	if s.builder != nil {
		return nil
	}
	return &event.Failure{Name: "error", Message: what + " must be compiled, and there is no Go toolchain: without one Galago interprets cells", Hint: interpret.Remedy}
}

// interpretable returns an error if interpreted cells cannot import a package.
func (s *Session) interpretable(path string) error {
	if symbols.Has(path) {
		return nil
	}
	return fmt.Errorf("it is not among the packages that Galago brings along, and there is no Go toolchain to compile it: %s", interpret.Remedy)
}
