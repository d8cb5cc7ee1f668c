// Package session runs the cells of one notebook: it takes them apart, checks
// them, compiles them, has them executed by the engine or on ranks, and knows
// the names that they define. The front ends (Jupyter, the terminal, galago
// run) are thin: they hand over text and get events back.
//
//	s, err := session.New(session.Options{})
//	...
//	defer s.Close()
//	failure := s.Execute(ctx, `x := 6; x * 7`, func(e event.Event) { ... })
//
// User code never runs in this process. When it takes the engine down, the
// session starts another one and declares everything again; only the values of
// variables are lost.
package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/assist"
	"github.com/galago-hpc/galago/kernel/build"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
)

// Options are the settings of a session.
type Options struct {
	Dir             string   // working directory of cells and ranks; the current one if empty
	Launcher        string   // what starts ranks, whatever a cell names: mpiexec or srun; auto or empty leaves the choice to the cell
	LauncherOptions []string // given to the launcher before those of a cell
	Env             []string // environment of cells and ranks, and of the go commands that compile them; the current one if nil
	Guard           []string // command of the rank guard; this program with "rank" if empty
	// Input asks the user for a line. Without it, asking is an error of the cell.
	Input func(prompt string, secret bool) (string, error)
	// Late says that a cell's emit may be called after Execute has returned:
	// what goroutines print and show between two cells then comes at once, and
	// else with the next cell.
	Late bool
	// Comms says that the front end takes and sends messages of comms, which
	// widgets are made of.
	Comms bool

	memory *atomic.Pointer[memoryLimit]
	late   *lateOutput
	report func(*event.Failure) string // draws what has ended a goroutine
}

// A Session is a notebook's state. Execute, IsComplete and Close are called by
// one goroutine at a time; Interrupt, Complete and Inspect by any.
type Session struct {
	options Options
	ready   chan struct{} // closed once builder and world are there
	failed  error         // why they are not

	builder     *build.Builder // nil without a toolchain
	interpreter interpreter
	world       *check.World
	engine      *engineProcess
	packages    map[int]*build.Package // the units, by number
	loaded      map[int]bool           // which of them the engine holds
	pending     []declared             // those that nothing has needed yet
	gathered    gathering
	prelinked   func() // stops preparing what is pending
	texts       map[string]compiledText
	count       int // of the cells so far
	current     int // the number of the cell that runs; 0 for code that is none
	compiledAs  int // the number that positions of the running code name, if it is not current
	units       int
	quick       int             // how many cells were not compiled
	types       map[string]bool // which types without a name the engine is known to hold
	common      *build.Package  // the symbols that quick cells need most
	line        int             // in the cell, of the directive that is obeyed
	loading     int             // files that are being loaded, one out of the other
	files       map[int]string  // names of loaded files, by the number under which they are known
	folders     bool            // the Go at hand imports a folder, which may change

	library   assist.Library // what packages there are, for a user who types
	asked     sync.Once      // whether the user has asked anything
	mu        sync.Mutex
	sources   map[int]string // text of the cells, by number
	interrupt func()         // ends what runs now
	closed    bool
}

// New begins a session. It returns at once: the toolchain is prepared and the
// engine started in the background, and the first cell waits for them.
func New(options Options) (*Session, error) {
	if options.Dir == "" {
		dir, err := os.Getwd()
		if err != nil {
			return nil, fmt.Errorf("find the working directory: %w", err)
		}
		options.Dir = dir
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("work in %s: no such folder", dir)
	}
	options.Dir = dir
	if options.Env == nil {
		options.Env = os.Environ()
	}
	limit := defaultMemoryLimit()
	options.memory, options.late = &atomic.Pointer[memoryLimit]{}, &lateOutput{}
	options.memory.Store(&limit)
	s := &Session{options: options, ready: make(chan struct{}), sources: map[int]string{}, files: map[int]string{}, packages: map[int]*build.Package{}, loaded: map[int]bool{}, texts: map[string]compiledText{}, types: map[string]bool{}, prelinked: func() {}}
	s.options.report = func(f *event.Failure) string { return strings.Join(Render(s.describe(f), false), "\n") }
	go s.prepare()
	return s, nil
}

func (s *Session) prepare() {
	defer close(s.ready)
	ctx := context.Background()
	if s.builder, s.failed = build.Open(ctx, s.options.Env); s.failed != nil {
		if errors.Is(s.failed, build.ErrNoToolchain) {
			s.failed = s.prepareInterpreter()
		}
		return
	}
	if s.world, s.failed = s.builder.World(); s.failed != nil {
		return
	}
	s.library = s.builder.Library()
	if s.failed = s.prepareSymbols(); s.failed != nil {
		return
	}
	s.engine, s.failed = startEngine(s.builder.Engine(), s.options)
}

// Count is the number of the cell that ran last, 0 at first.
func (s *Session) Count() int { return s.count }

// GoVersion is the version of the Go toolchain that compiles the cells, once it is
// known: that of this program, if they are interpreted.
func (s *Session) GoVersion() string {
	select {
	case <-s.ready:
		if s.builder != nil {
			return s.builder.Version()
		}
		if s.Interpreted() {
			return runtime.Version()
		}
	default:
	}
	return ""
}

// Execute runs a cell. It calls emit for what the cell prints and shows, and
// returns nil or why the cell failed. A cell that fails before it runs changes
// nothing.
func (s *Session) Execute(ctx context.Context, code string, emit func(event.Event)) *event.Failure {
	s.count++
	return s.execute(ctx, s.count, code, emit)
}

// ExecuteQuietly is Execute for code that is no cell of the notebook: it takes
// no number of its own.
func (s *Session) ExecuteQuietly(ctx context.Context, code string, emit func(event.Event)) *event.Failure {
	return s.execute(ctx, 0, code, emit)
}

func (s *Session) execute(ctx context.Context, number int, code string, emit func(event.Event)) *event.Failure {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.onInterrupt(cancel)
	defer s.onInterrupt(nil)
	s.mu.Lock()
	s.sources[number] = code
	s.mu.Unlock()
	s.stand(number, 0)
	outlet := newOutlet(emit)
	emit = outlet.put
	defer outlet.end()
	s.options.late.deliver(emit)
	select {
	case <-s.ready:
	case <-ctx.Done():
		return interruptedFailure()
	}
	if s.failed != nil {
		return s.describe(s.failed)
	}
	s.prelinked()
	defer func() { s.prelinked = s.prelink() }()
	if err := s.welcome(emit); err != nil {
		return s.describe(err)
	}
	s.withdraw(emit)
	s.interpreter.announce(s, emit)
	for _, segment := range cell.Split(code) {
		err := s.segment(ctx, segment, emit)
		if failure := (*event.Failure)(nil); ctx.Err() != nil && !errors.As(err, &failure) {
			return interruptedFailure() // while it was compiled, or between segments
		}
		if err != nil {
			return s.describe(err)
		}
	}
	return nil
}

func (s *Session) segment(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	switch segment.Kind {
	case cell.Shell:
		return s.shell(ctx, segment.Text, emit)
	case cell.Directive:
		return s.directive(ctx, segment, emit)
	case cell.Block:
		return s.block(ctx, segment, emit)
	default:
		return s.run(ctx, segment, emit)
	}
}

// run checks, compiles and executes Go.
func (s *Session) run(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	if done, err := s.again(ctx, segment, emit); done {
		return err
	}
	fragments, err := s.fragments(ctx, segment.Text, segment.Line)
	if err != nil {
		return err
	}
	s.stand(s.current, 0)
	unit, err := s.check(fragments, emit)
	if err != nil {
		return err
	}
	if done, err := s.quickly(ctx, unit, emit); done || err != nil {
		return err
	}
	if err := s.install(ctx, unit); err != nil {
		return err
	}
	if !unit.Runs() {
		return nil
	}
	s.remember(segment, unit)
	return s.engineRun(ctx, unit.Number, emit)
}

// check checks Go and passes on what is worth a note.
func (s *Session) check(fragments []cell.Fragment, emit func(event.Event)) (*check.Unit, error) {
	unit, err := s.world.Check(fragments, s.current, s.nextUnit())
	if err != nil {
		return nil, err
	}
	s.interpreter.checked(unit, fragments)
	for _, note := range unit.Notes {
		emit(event.Event{Kind: event.Note, Text: note + "\n"})
	}
	return unit, nil
}

// stand notes which cell runs, and the number by which its code was compiled.
func (s *Session) stand(current, compiledAs int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.compiledAs = current, compiledAs
}

func (s *Session) nextUnit() int {
	s.units++
	return s.units
}

// engineRun has the engine run a unit that it holds.
func (s *Session) engineRun(ctx context.Context, unit int, emit func(event.Event)) error {
	return s.engineExecute(ctx, engine.Command{Operation: engine.Run, Unit: unit}, emit)
}

func (s *Session) engineExecute(ctx context.Context, c engine.Command, emit func(event.Event)) error {
	if err := s.engine.run(ctx, c, emit, s.options.Input); err != nil {
		return s.crashed(err)
	}
	return nil
}

// IsComplete says whether code is a whole cell.
func (s *Session) IsComplete(code string) (status, indent string) {
	completeness, indent := cell.Complete(code)
	return string(completeness), indent
}

func (s *Session) onInterrupt(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupt = f
}

// Interrupt ends the running cell; Execute then returns a failure named
// "interrupt". Without a running cell it does nothing.
func (s *Session) Interrupt() {
	s.mu.Lock()
	f := s.interrupt
	s.mu.Unlock()
	if f != nil {
		f()
	}
}

// Close ends the engine and removes what was compiled. Files that cells left
// open are closed.
func (s *Session) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	s.Interrupt()
	<-s.ready
	s.prelinked()
	var err error
	if s.engine != nil {
		err = s.engine.close()
	}
	if s.builder != nil {
		err = errors.Join(err, s.builder.Close())
	}
	return err
}
