// Package comm keeps the cells' ends of comms: lines between code in a cell and
// what a front end draws for it.
//
//	c, err := comm.Open("jupyter.widget", id, data, metadata, func(data map[string]any) { ... })
//	...
//	err = c.Send(map[string]any{"method": "update", ...})
//
// What the front end sends comes through [Deliver], which the engine calls between
// cells, so that what listens to it runs while nothing else of the session does.
package comm

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/event"
)

// ErrNone is returned where nobody is at the other end: in a plain program, on a
// rank, in a front end without comms.
var ErrNone = errors.New("there is no front end that draws widgets")

// A Comm is one end of a line. It is safe for use by many goroutines.
type Comm struct {
	id      string
	receive func(data map[string]any)
	closed  atomic.Bool
}

var (
	mu      sync.Mutex
	open    = map[string]*Comm{}
	targets = map[string]func(c *Comm) (receive func(data map[string]any)){}

	delivering atomic.Bool
)

// Open begins a comm with the front end. Receive is called, by [Deliver], with
// what the front end sends. The error is [ErrNone], with what the watcher of this
// process has to say about it.
func Open(target, id string, data, metadata map[string]any, receive func(data map[string]any)) (*Comm, error) {
	c := &Comm{id: id, receive: receive}
	add(c)
	err := post(event.Message{Type: event.Open, ID: id, Target: target, Data: data, Metadata: metadata})
	if err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

// Accept says what becomes of comms that the front end begins with a target.
func Accept(target string, begin func(c *Comm) (receive func(data map[string]any))) {
	mu.Lock()
	defer mu.Unlock()
	targets[target] = begin
}

// Send sends data to the front end. Nothing is sent through a comm that either
// side has closed.
func (c *Comm) Send(data map[string]any) error { return c.send(data, "") }

// SendCapture is Send with the field of data["state"] in which the front end is
// to put its own name of what runs at present.
func (c *Comm) SendCapture(data map[string]any, field string) error { return c.send(data, field) }

func (c *Comm) send(data map[string]any, capture string) error {
	if c.closed.Load() {
		return nil
	}
	return post(event.Message{Type: event.Send, ID: c.id, Data: data, Capture: capture})
}

// Close ends the comm: the front end removes what it has drawn for it.
func (c *Comm) Close() error {
	if !c.end() {
		return nil
	}
	return post(event.Message{Type: event.Close, ID: c.id})
}

// Closed reports whether either side has closed the comm. A front end does so
// where it does not know the target.
func (c *Comm) Closed() bool { return c.closed.Load() }

func add(c *Comm) {
	mu.Lock()
	defer mu.Unlock()
	open[c.id] = c
}

// end forgets a comm and reports whether it was open.
func (c *Comm) end() bool {
	if !c.closed.CompareAndSwap(false, true) {
		return false
	}
	mu.Lock()
	defer mu.Unlock()
	delete(open, c.id)
	return true
}

// Delivering reports whether a message of the front end is being delivered: what
// runs is no cell, but what listens to a comm.
func Delivering() bool { return delivering.Load() }

// Deliver gives a message of the front end to the comm that it is for. A comm
// that is not known, because it belongs to an engine that has ended, is closed.
func Deliver(m event.Message) {
	delivering.Store(true)
	defer delivering.Store(false)
	mu.Lock()
	c, begin := open[m.ID], targets[m.Target]
	mu.Unlock()
	switch {
	case m.Type == event.Open && begin != nil:
		c := &Comm{id: m.ID}
		c.receive = begin(c)
		add(c)
	case m.Type == event.Close && c != nil:
		c.end()
	case m.Type == event.Send && c != nil:
		c.receive(m.Data)
	case m.Type != event.Close:
		_ = post(event.Message{Type: event.Close, ID: m.ID}) // fails only if nobody is there to care
	}
}

func post(m event.Message) error {
	sink := event.Default()
	if sink == nil {
		return ErrNone
	}
	reply, err := sink.Send(event.Event{Kind: event.Comm, Message: &m})
	if err != nil {
		return err
	}
	if err := reply.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrNone, err)
	}
	return nil
}
