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
	payload, err := json.Marshal(plan.Program)
	if err != nil {
		return true, fmt.Errorf("hand the cell to the engine: %w", err)
	}
	unit.Quick = true
	s.world.Commit(unit)
	s.quick++
	return true, s.engineRun(ctx, engine.Command{Operation: engine.Evaluate, Unit: unit.Number, Payload: payload}, emit)
}

// engineError returns an error only if it ended the engine: whatever else keeps
// a cell from being quick does not keep it from being compiled.
func (s *Session) engineError(err error) error {
	if s.engine.alive() {
		return nil
	}
	return err
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
	go func() {
		// What goes wrong is said when a cell needs the package.
		_, _ = s.builder.Object(context.Background(), s.common)
	}()
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
