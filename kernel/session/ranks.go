package session

import (
	"context"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/cell"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
	"github.com/galago-hpc/galago/launcher"
	"github.com/galago-hpc/galago/lib/rt/rank"
)

// ranks runs a cell on ranks.
func (s *Session) ranks(ctx context.Context, segment cell.Segment, emit func(event.Event)) error {
	b, err := s.parseBlock(segment)
	if err != nil {
		return err
	}
	fragments, err := s.fragments(ctx, segment.Body, segment.Line+1)
	if err != nil {
		return err
	}
	if err := s.needToolchain("programs that run on ranks"); err != nil {
		return err
	}
	unit, err := s.world.Program(fragments, s.current, s.nextUnit())
	if err != nil {
		return err
	}
	program, err := s.builder.Program(ctx, s.world, unit)
	if err != nil {
		return err
	}
	backend, err := launcher.ChooseIn(b.launcher, s.options.Env)
	if err != nil {
		return err
	}
	dir, err := launcher.NewRunDir(s.options.Dir)
	if err != nil {
		return err
	}
	if program, err = keepProgram(program, dir); err != nil {
		return err
	}
	variables := filepath.Join(dir, "variables")
	if err := s.carry(unit, variables); err != nil {
		return err
	}
	run, err := launcher.Start(ctx, backend, launcher.Request{
		Program: program,
		Ranks:   b.ranks,
		Dir:     s.options.Dir,
		RunDir:  dir,
		Options: b.options,
		Env:     append(append([]string(nil), s.options.Env...), rank.VariablesDirectory+"="+variables),
		Guard:   s.options.Guard,
	})
	if err != nil {
		return err
	}
	if b.show {
		emit(event.Event{Kind: event.Note, Text: run.Command() + "\n"})
	}
	s.onInterrupt(run.Interrupt)
	out := &rankOutput{emit: emit, label: b.label, ranks: b.ranks, returned: map[string]returned{}}
	err = run.Wait(out.handle)
	out.flush()
	if err != nil {
		return err
	}
	return s.takeReturned(unit, out.returned)
}

// keepProgram puts the program into the run's folder: ranks on other nodes see
// that one, and the run can be repeated when the cache is gone.
func keepProgram(program, dir string) (string, error) {
	kept := filepath.Join(dir, "program")
	if os.Link(program, kept) == nil {
		return kept, nil
	}
	data, err := os.ReadFile(program)
	if err == nil {
		err = os.WriteFile(kept, data, 0o700)
	}
	if err != nil {
		return "", fmt.Errorf("keep the rank program in the run's folder: %w", err)
	}
	return kept, nil
}

// carry writes the session's variables that a program reads.
func (s *Session) carry(unit *check.Unit, dir string) error {
	for _, v := range unit.Vars {
		if !v.Carried {
			continue
		}
		symbol, ok := s.world.Symbol(v.Name)
		if !ok {
			return fmt.Errorf("carry %s to the ranks: the session does not know it", v.Name)
		}
		answer, err := s.engine.command(engine.Command{Operation: engine.Encode, Unit: symbol.Unit.Number, Name: v.Name})
		if err != nil {
			return fmt.Errorf("carry the variable %s to the ranks: %w", v.Name, s.crashed(err))
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("carry the variable %s to the ranks: %w", v.Name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, v.Name), answer.Payload, 0o600); err != nil {
			return fmt.Errorf("carry the variable %s to the ranks: %w", v.Name, err)
		}
	}
	return nil
}

// A returned is a value that a rank gave back.
type returned struct {
	rank    int
	payload []byte
}

// takeReturned defines the variables that ranks returned.
func (s *Session) takeReturned(program *check.Unit, values map[string]returned) error {
	if len(values) == 0 {
		return nil
	}
	types := map[string]types.Type{}
	for name, t := range program.Returned() {
		if _, ok := values[name]; ok {
			types[name] = t
		}
	}
	for name := range values {
		if types[name] == nil {
			return fmt.Errorf("notebook.Return(%q, ...): the name must be a constant in the rank cell, so that the session knows the variable's type", name)
		}
	}
	unit, err := s.world.Declare(types, s.current, s.nextUnit())
	if err != nil {
		return fmt.Errorf("define what the ranks returned: the type must be one that the session knows: %w", err)
	}
	if err := s.install(context.Background(), unit); err != nil {
		return fmt.Errorf("define what the ranks returned: %w", err)
	}
	// Interfaces in the values may hold any of the session's types.
	if err := s.loadPending(context.Background()); err != nil {
		return fmt.Errorf("define what the ranks returned: %w", err)
	}
	for name, value := range values {
		symbol, _ := s.world.Symbol(name)
		_, err := s.engine.command(engine.Command{Operation: engine.Decode, Unit: symbol.Unit.Number, Name: name, Payload: value.payload})
		if err != nil {
			return fmt.Errorf("define %s, which rank %d returned: %w", name, value.rank, s.crashed(err))
		}
	}
	return nil
}

// rankOutput turns the events of ranks into those of a cell.
type rankOutput struct {
	emit     func(event.Event)
	label    bool
	ranks    int
	hidden   int // figures of ranks other than 0
	returned map[string]returned
}

func (o *rankOutput) handle(e launcher.RankEvent) {
	switch e.Kind {
	case event.Stdout, event.Stderr:
		o.text(e)
	case event.Display, event.Update, event.Clear, event.Value:
		// One figure for one run: rank 0 draws.
		if e.Rank == 0 {
			o.emit(e.Event)
		} else if e.Kind == event.Display {
			o.hidden++
		}
	case event.Return:
		if old, ok := o.returned[e.Name]; !ok || e.Rank <= old.rank {
			o.returned[e.Name] = returned{e.Rank, e.Payload}
		}
	case event.Note:
		o.emit(e.Event)
	}
}

// text passes on what a rank has printed, with its label if that was asked for.
func (o *rankOutput) text(e launcher.RankEvent) {
	if !o.label {
		o.emit(e.Event)
		return
	}
	width := len(fmt.Sprint(o.ranks - 1))
	var b strings.Builder
	for line := range strings.Lines(e.Text) {
		fmt.Fprintf(&b, "[%*d] %s", width, e.Rank, line)
		if !strings.HasSuffix(line, "\n") {
			b.WriteString("\n")
		}
	}
	o.emit(event.Event{Kind: e.Kind, Text: b.String()})
}

// flush says what was left out.
func (o *rankOutput) flush() {
	switch o.hidden {
	case 0:
	case 1:
		o.emit(event.Event{Kind: event.Note, Text: "1 figure of a rank other than 0 is not shown\n"})
	default:
		o.emit(event.Event{Kind: event.Note, Text: fmt.Sprintf("%d figures of ranks other than 0 are not shown\n", o.hidden)})
	}
}
