package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/engine"
)

// environment lists, shows, sets or unsets environment variables.
func (s *Session) environment(_ context.Context, argument string, emit func(event.Event)) error {
	if argument == "" {
		emit(event.Event{Kind: event.Stdout, Text: s.listEnvironment()})
		return nil
	}
	if rest, ok := strings.CutPrefix(argument, "-u"); ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
		name := strings.TrimSpace(rest)
		if name == "" || strings.ContainsAny(name, " \t=") {
			return usageError("%env", "-u takes the name of one variable")
		}
		return s.setEnvironment(engine.Command{Operation: engine.Unsetenv, Name: name})
	}
	name, value := argument, ""
	at := strings.IndexAny(argument, "= \t")
	if at >= 0 {
		name, value = argument[:at], strings.TrimSpace(argument[at+1:])
		if argument[at] != '=' {
			value = strings.TrimSpace(strings.TrimPrefix(value, "=")) // NAME = VALUE
		}
	}
	switch {
	case name == "":
		return usageError("%env", "a variable needs a name")
	case strings.HasPrefix(name, "-"):
		return usageError("%env", "it does not know the option "+name)
	case at >= 0:
		return s.setEnvironment(engine.Command{Operation: engine.Setenv, Name: name, Payload: []byte(value)})
	}
	for _, entry := range slices.Backward(s.options.Env) {
		if k, v, _ := strings.Cut(entry, "="); k == name {
			emit(event.Event{Kind: event.Stdout, Text: v + "\n"})
			return nil
		}
	}
	return fmt.Errorf("%%env: the variable %s is not set", name)
}

// setEnvironment changes a variable in the engine and for all processes that
// the session will start.
func (s *Session) setEnvironment(c engine.Command) error {
	if _, err := s.engine.command(c); err != nil {
		return fmt.Errorf("change the environment variable %s: %w", c.Name, s.crashed(err))
	}
	// The slice may be the caller's.
	s.options.Env = slices.DeleteFunc(slices.Clone(s.options.Env), func(entry string) bool { return strings.HasPrefix(entry, c.Name+"=") })
	if c.Operation == engine.Setenv {
		s.options.Env = append(s.options.Env, c.Name+"="+string(c.Payload))
	}
	return nil
}

// listEnvironment lists the variables. What should not end up in a notebook
// that is given away is hidden.
func (s *Session) listEnvironment() string {
	last := map[string]string{}
	for _, entry := range s.options.Env {
		if name, value, ok := strings.Cut(entry, "="); ok {
			last[name] = value
		}
	}
	var lines []string
	for name, value := range last {
		upper := strings.ToUpper(name)
		if slices.ContainsFunc([]string{"KEY", "TOKEN", "SECRET", "PASSW", "CREDENTIAL"}, func(word string) bool { return strings.Contains(upper, word) }) {
			value = "<hidden>"
		}
		lines = append(lines, name+"="+value+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
