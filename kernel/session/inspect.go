package session

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/assist"
	"github.com/galago-hpc/galago/kernel/engine"
)

// An Inspection describes something in the forms that a front end can show:
// text/plain, text/html and text/markdown.
type Inspection = assist.Inspection

// Inspect describes what stands at the cursor, which counts code points, and
// the call around it: signature, documentation, place, and the value of a
// variable as long as no cell runs. A detail above 0 adds the source. Any
// goroutine may call it, also while a cell runs.
func (s *Session) Inspect(code string, cursor, detail int) Inspection {
	a := s.assistant()
	if a == nil {
		return Inspection{}
	}
	return a.Inspect(code, byteOffset(code, cursor), detail)
}

// inspectName obeys %inspect [-s] NAME, for which NAME? and NAME?? are short.
func (s *Session) inspectName(_ context.Context, argument string, emit func(event.Event)) error {
	name, detail := argument, 0
	if rest, ok := strings.CutPrefix(argument, "-s "); ok {
		name, detail = strings.TrimSpace(rest), 1
	}
	if name == "" || strings.ContainsAny(name, " \t") {
		return usageError("%inspect", "it takes one name")
	}
	found := Inspection{}
	if a := s.assistant(); a != nil {
		found = a.Ask(name, detail)
	}
	if !found.Found {
		return &event.Failure{Name: "error", Message: fmt.Sprintf("%s means nothing here", name), Hint: "%who lists the session's names, %help the directives"}
	}
	emit(event.Event{Kind: event.Display, Data: event.Bundle(found.Data)})
	return nil
}

// queryPatience is how long an answer of the engine may take on which a user
// waits who types.
const queryPatience = 300 * time.Millisecond

// query asks the engine something that is not worth waiting for. It returns
// nil if there is no answer.
func (p *engineProcess) query(c engine.Command) []byte {
	if p.busy() {
		return nil
	}
	answer := p.expect(&c)
	defer func() {
		p.mu.Lock()
		delete(p.answers, c.ID)
		p.mu.Unlock()
	}()
	if err := p.send(c); err != nil {
		return nil
	}
	select {
	case e := <-answer:
		return e.Payload
	case <-p.gone:
	case <-time.After(queryPatience):
	}
	return nil
}
