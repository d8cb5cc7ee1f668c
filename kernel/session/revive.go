package session

import (
	"errors"
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// crashed turns the end of the engine into a failure that says what happened
// and what is lost. Other errors stay as they are.
func (s *Session) crashed(err error) error {
	if !errors.Is(err, errGone) {
		return err
	}
	return s.replaceEngine()
}

// replaceEngine starts another engine in place of one that has ended, and says why it
// has and what is lost.
func (s *Session) replaceEngine() *event.Failure {
	f := s.engine.crash()
	lost := s.world.Forget()
	hint := "the engine is started again with everything declared"
	if len(lost) > 0 {
		hint += fmt.Sprintf("; these variables are gone: %s", strings.Join(lost, ", "))
	}
	if f.Hint != "" {
		hint = f.Hint + "; " + hint
	}
	f.Hint = hint
	if err := s.revive(); err != nil {
		f.Hint = "starting it again failed: " + err.Error()
	}
	return f
}

// welcome starts another engine if the last one has ended since the last cell,
// and says so.
func (s *Session) welcome(emit func(event.Event)) error {
	if s.engine.alive() {
		return nil
	}
	f := s.replaceEngine()
	if !s.engine.alive() {
		return f
	}
	emit(event.Event{Kind: event.Note, Text: fmt.Sprintf("since the last cell: %s; %s\n", f.Message, f.Hint)})
	return nil
}

// revive starts another engine. It holds nothing yet: what was declared is
// loaded when it is used.
func (s *Session) revive() error {
	_ = s.engine.close()
	if s.builder == nil {
		return s.reviveInterpreter()
	}
	engine, err := startEngine(s.builder.Engine(), s.options)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.engine = engine
	s.mu.Unlock()
	clear(s.loaded)
	clear(s.types)
	return nil
}
