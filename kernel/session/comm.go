package session

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/engine"
)

// Message delivers what a front end sends through a comm. What listens to it in
// the engine runs as a cell does: it can be interrupted, emit gets what it prints
// and shows, and the result says why it failed. Like Execute, Message is called
// while no cell runs.
func (s *Session) Message(ctx context.Context, m event.Message, emit func(event.Event)) *event.Failure {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.onInterrupt(cancel)
	defer s.onInterrupt(nil)
	select {
	case <-s.ready:
	case <-ctx.Done():
		return interruptedFailure()
	}
	if s.failed != nil {
		return s.describe(s.failed)
	}
	if !s.engine.alive() {
		// The comm has ended with the engine; the next cell says so.
		emit(event.Event{Kind: event.Comm, Message: &event.Message{Type: event.Close, ID: m.ID}})
		return nil
	}
	payload, err := json.Marshal(m)
	if err != nil {
		return s.describe(fmt.Errorf("deliver a message of the front end: %w", err))
	}
	s.stand(0, 0)
	outlet := newOutlet(emit)
	defer outlet.end()
	defer s.engine.listen(s.engine.listener())
	if err := s.engineExecute(ctx, engine.Command{Operation: engine.Deliver, Payload: payload}, outlet.put); err != nil {
		return s.describe(err)
	}
	return nil
}

// listener is who gets what the engine prints and shows between cells, and
// listen sets it: goroutines of a cell go on printing where that cell did.
func (p *engineProcess) listener() func(event.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.emit
}

func (p *engineProcess) listen(emit func(event.Event)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.emit = emit
}
