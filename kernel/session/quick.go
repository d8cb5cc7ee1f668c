package session

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/build"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
	"github.com/galago-hpc/galago/kernel/engine/eval"
	"github.com/galago-hpc/galago/kernel/quick"
)

// quickly executes a unit without compiling it, and reports whether that is
// possible.
func (s *Session) quickly(ctx context.Context, unit *check.Unit, emit func(event.Event)) (bool, error) {
	plan, err := quick.New(s.world, unit)
	if err != nil {
		return false, nil
	}
	for _, path := range plan.Packages {
		if err := s.needSymbols(ctx, path); err != nil {
			return false, s.engineError(err)
		}
	}
	for _, number := range plan.Units {
		if err := s.need(ctx, number); err != nil {
			return true, err
		}
	}
	if held, err := s.needTypes(plan.Types); err != nil || !held {
		return false, err
	}
	payload, err := json.Marshal(plan.Program)
	if err != nil {
		return true, fmt.Errorf("hand the cell to the engine: %w", err)
	}
	unit.Quick = true
	s.world.Commit(unit)
	s.quick++
	return true, s.engineExecute(ctx, engine.Command{Operation: engine.Evaluate, Unit: unit.Number, Payload: payload}, emit)
}

// engineError returns an error only if it ended the engine: whatever else keeps
// a cell from being quick does not keep it from being compiled.
func (s *Session) engineError(err error) error {
	if s.engine.alive() {
		return nil
	}
	return err
}

// needTypes reports whether the engine holds the compiled form of types.
func (s *Session) needTypes(types []*eval.Type) (bool, error) {
	types = slices.DeleteFunc(types, func(t *eval.Type) bool { return s.types[t.String()] })
	if len(types) == 0 {
		return true, nil
	}
	payload, err := json.Marshal(types)
	if err != nil {
		return false, fmt.Errorf("ask the engine for types: %w", err)
	}
	answer, err := s.engine.command(engine.Command{Operation: engine.Types, Payload: payload})
	if err != nil {
		return false, s.crashed(err)
	}
	if len(answer.Payload) == 0 {
		return false, nil
	}
	for _, t := range types {
		s.types[t.String()] = true
	}
	return true, nil
}

// common are packages whose symbols most sessions need. They are prepared
// while the session begins.
var common = []string{"errors", "fmt", "math", "os", "sort", "strconv", "strings", "time"}

// prepareSymbols links the symbols of the common packages in the background.
func (s *Session) prepareSymbols() error {
	var packages []*build.Package
	for _, path := range common {
		p, err := s.builder.Symbols(path)
		if err != nil {
			return err
		}
		packages = append(packages, p)
	}
	var err error
	if s.common, err = s.builder.Gather(commonNumber, packages); err != nil {
		return err
	}
	s.builder.LinkAhead(s.common)
	return nil
}

// commonNumber is the number of the unit that holds the symbols of the common
// packages. Cells count from 1.
const commonNumber = 0

// needSymbols loads the symbols of a package.
func (s *Session) needSymbols(ctx context.Context, path string) error {
	p, err := s.builder.Symbols(path)
	if err != nil || s.loaded[p.Number] {
		return err
	}
	if slices.Contains(common, path) {
		p = s.common
	}
	return s.load(ctx, p)
}
