package session

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/build"
	"github.com/galago-hpc/galago/kernel/check"
)

// A declared unit has nothing to execute: its cell was answered as soon as it
// was checked.
type declared struct {
	unit *check.Unit
	*build.Package
}

// idle is how long the session waits for the next cell before it prepares what
// was declared for being loaded. Cells that come one after the other, as in a
// notebook that is run from the top, are linked together.
const idle = 200 * time.Millisecond

// install compiles a unit and takes its names into the session. A unit that
// does something is loaded at once, others when they are first used.
func (s *Session) install(ctx context.Context, unit *check.Unit) error {
	if unit.Empty() {
		s.world.Commit(unit)
		return nil
	}
	p, err := s.builder.Compile(s.world, unit)
	if err != nil {
		return err
	}
	if unit.Runs() || len(unit.Vars) > 0 {
		if err := s.load(ctx, p); err != nil {
			return err
		}
	} else {
		s.pending = append(s.pending, declared{unit, p})
	}
	s.packages[unit.Number] = p
	s.world.Commit(unit)
	return nil
}

// load brings a package into the engine, with all that it imports.
func (s *Session) load(ctx context.Context, p *build.Package) error {
	object, err := s.builder.Object(ctx, p)
	if err != nil {
		return err
	}
	if err := s.engine.load(p.Number, object); err != nil {
		return s.crashed(err)
	}
	for _, held := range p.All() {
		s.loaded[held.Number] = true
	}
	s.pending = slices.DeleteFunc(s.pending, func(d declared) bool { return s.loaded[d.Number] })
	return nil
}

// need loads a unit that the engine does not hold: it was only declared, or
// the engine is another one by now.
func (s *Session) need(ctx context.Context, number int) error {
	if s.loaded[number] {
		return nil
	}
	if g := s.gathered.get(); g != nil && g.Holds(s.packages[number]) {
		return s.load(ctx, g)
	}
	return s.load(ctx, s.packages[number])
}

// loadPending loads everything that was declared.
func (s *Session) loadPending(ctx context.Context) error {
	for len(s.pending) > 0 {
		p := s.gathered.get()
		if p == nil || !p.Holds(s.pending[0].Package) {
			var err error
			if p, err = s.gather(s.nextUnit(), s.pending); err != nil {
				return err
			}
		}
		if err := s.load(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// gather makes one package of several.
func (s *Session) gather(number int, units []declared) (*build.Package, error) {
	var packages []*build.Package
	for _, d := range units {
		packages = append(packages, d.Package)
	}
	return s.builder.Gather(number, packages)
}

// A gathering is the package that holds what was pending when the session was
// idle last. It is made in the background.
type gathering struct {
	mu    sync.Mutex
	whole *build.Package
}

func (g *gathering) get() *build.Package {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.whole
}

func (g *gathering) set(p *build.Package) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.whole = p
}

// prelink links what is pending in the background, if no cell comes for a
// while. Call the result when the next one does.
func (s *Session) prelink() (stop func()) {
	if len(s.pending) == 0 {
		return func() {}
	}
	if g := s.gathered.get(); g != nil && g.Holds(s.pending[len(s.pending)-1].Package) {
		return func() {}
	}
	number, units := s.nextUnit(), slices.Clone(s.pending)
	timer := time.AfterFunc(idle, func() {
		// What goes wrong is said when a cell needs the package.
		if p, err := s.gather(number, units); err == nil {
			s.gathered.set(p)
			s.builder.LinkAhead(p)
		}
	})
	return func() { timer.Stop() }
}

// withdraw removes declarations that the compiler has refused after their cell
// was answered. The checker finds nearly everything before that.
func (s *Session) withdraw(emit func(event.Event)) {
	s.pending = slices.DeleteFunc(s.pending, func(d declared) bool {
		err := d.Failed()
		if err == nil {
			return false
		}
		s.world.Withdraw(d.unit)
		emit(event.Event{Kind: event.Note, Text: fmt.Sprintf("what cell %d declares is withdrawn: %s\n", d.unit.Fresh().Cell, s.describe(err).Message)})
		return true
	})
}
