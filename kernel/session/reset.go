package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/check"
	"github.com/galago-hpc/galago/kernel/engine"
)

// reset forgets all names.
func (s *Session) reset(_ context.Context, argument string, _ func(event.Event)) error {
	if argument != "" && argument != "-f" {
		return usageError("%reset", "it forgets everything; use %rm to forget single names")
	}
	if _, err := s.engine.command(engine.Command{Operation: engine.Drop}); err != nil {
		return fmt.Errorf("free the variables: %w", s.crashed(err))
	}
	s.world.Reset()
	s.pending = nil
	clear(s.texts)
	return nil
}

// remove forgets single names.
func (s *Session) remove(_ context.Context, argument string, _ func(event.Event)) error {
	names := strings.Fields(strings.ReplaceAll(argument, ",", " "))
	if len(names) == 0 {
		return usageError("%rm", "it takes the names to forget")
	}
	variables, err := s.world.Remove(names)
	if inUse := (*check.InUseError)(nil); errors.As(err, &inUse) {
		return &event.Failure{
			Name:    "error",
			Message: fmt.Sprintf("forget %s: %v", strings.Join(names, ", "), err),
			Hint:    fmt.Sprintf("%%rm %s forgets them together; a variable gives its memory back when it is set to its zero value", strings.Join(inUse.All, " ")),
		}
	}
	if err != nil {
		return &event.Failure{Name: "error", Message: fmt.Sprintf("forget %s: %v", strings.Join(names, ", "), err), Hint: "%who lists the names"}
	}
	for _, v := range variables {
		if _, err := s.engine.command(engine.Command{Operation: engine.Drop, Unit: v.Unit.Number, Name: v.Name}); err != nil {
			return fmt.Errorf("free the variable %s: %w", v.Name, s.crashed(err))
		}
	}
	return nil
}
