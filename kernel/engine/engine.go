// Package engine is the process in which cells run.
//
// The front starts it as a child, sends it one [Command] after the other as
// lines of JSON through the file descriptor named by [FDVariable], and hears
// from it through the event channel. Each command is answered by an event of
// kind Done with the command's ID. While a cell runs, the only command that is
// looked at is an interrupt.
//
// The engine loads compiled cells and never unloads them; the variables live
// in it. It may crash with the user's code: the front goes on.
package engine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/kernel/engine/eval"
	"github.com/galago-hpc/galago/lib/rt"
)

// FDVariable names the environment variable that holds the number of the file
// descriptor for commands.
const FDVariable = "GALAGO_COMMAND_FD"

// An Operation is what a [Command] asks for.
type Operation string

// The operations.
const (
	Load      Operation = "load"      // the shared object Path, which holds Unit
	Run       Operation = "run"       // the statements of Unit
	Evaluate  Operation = "evaluate"  // the quick cell in Payload, an [eval.Program], as Unit
	Encode    Operation = "encode"    // the variable Name of Unit; the answer has the payload
	Decode    Operation = "decode"    // Payload into the variable Name of Unit
	Chdir     Operation = "chdir"     // make Path the working directory
	Interrupt Operation = "interrupt" // end the cell that runs; not answered
)

// A Command is sent by the front.
type Command struct {
	ID        string    `json:"id"`
	Operation Operation `json:"operation"`
	Unit      int       `json:"unit,omitempty"`
	Path      string    `json:"path,omitempty"`
	Name      string    `json:"name,omitempty"`
	Payload   []byte    `json:"payload,omitempty"`
}

// patience is how long an interrupted cell may take to come to a loop or to
// return. After that it is left behind: a goroutine that waits cannot be ended
// from outside.
const patience = time.Second

type server struct {
	open func(path string) error
	sink *event.Sink

	mu      sync.Mutex
	running string // the ID of the Run command at hand
}

// Serve obeys commands until the front closes its end. open loads a shared
// object.
func Serve(open func(path string) error) error {
	sink := event.Default()
	fd, err := strconv.Atoi(os.Getenv(FDVariable))
	if sink == nil || err != nil {
		return fmt.Errorf("the engine is started by a Galago session, not by hand")
	}
	os.Unsetenv(FDVariable)
	s := &server{open: open, sink: sink}
	scanner := bufio.NewReader(os.NewFile(uintptr(fd), "commands"))
	for {
		line, err := scanner.ReadBytes('\n')
		if err != nil {
			exit.Run(0)
			return nil
		}
		var c Command
		if err := json.Unmarshal(line, &c); err != nil {
			return fmt.Errorf("read a command: %w", err)
		}
		s.obey(c)
	}
}

func (s *server) obey(c Command) {
	switch c.Operation {
	case Load:
		err := s.open(c.Path)
		if rt.Registered(c.Unit) {
			// plugin.Open looks for symbols of other units, too, and complains
			// that it does not find them, after it has loaded this one.
			err = nil
		} else if err == nil {
			err = fmt.Errorf("%s does not hold unit %d", c.Path, c.Unit)
		}
		s.done(c, failure(err), nil)
	case Run:
		s.start(c, func() *event.Failure { return rt.Run(c.Unit) })
	case Evaluate:
		s.start(c, func() *event.Failure { return evaluate(c) })
	case Encode:
		pointer, ok := rt.Lookup(c.Unit, c.Name)
		if !ok {
			s.done(c, failure(fmt.Errorf("the variable %s is not in the engine", c.Name)), nil)
			return
		}
		payload, err := carry.Encode(pointer)
		s.done(c, failure(err), payload)
	case Decode:
		pointer, ok := rt.Lookup(c.Unit, c.Name)
		if !ok {
			s.done(c, failure(fmt.Errorf("the variable %s is not in the engine", c.Name)), nil)
			return
		}
		s.done(c, failure(carry.Decode(c.Payload, pointer)), nil)
	case Chdir:
		s.done(c, failure(os.Chdir(c.Path)), nil)
	case Interrupt:
		s.interrupt()
	}
}

// start executes a cell in a goroutine of its own.
func (s *server) start(c Command, run func() *event.Failure) {
	rt.Prepare()
	s.mu.Lock()
	s.running = c.ID
	s.mu.Unlock()
	go func() { s.finish(c, run()) }()
}

// evaluate executes a quick cell. A failure in the cell itself leaves no frame
// on the stack; where it was is added.
func evaluate(c Command) *event.Failure {
	var p eval.Program
	if err := json.Unmarshal(c.Payload, &p); err != nil {
		return failure(fmt.Errorf("read a quick cell: %w", err))
	}
	m := &eval.Machine{}
	f := rt.Do(func() { m.Run(c.Unit, &p) })
	if f != nil {
		f.Stack = append(f.Stack, event.Frame{File: fmt.Sprintf("cell %d", p.Cell), Line: m.Line()})
	}
	return f
}

// interrupt ends the running cell, or gives it up.
func (s *server) interrupt() {
	s.mu.Lock()
	id := s.running
	s.mu.Unlock()
	if id == "" {
		return
	}
	rt.Interrupt()
	time.AfterFunc(patience, func() {
		s.finish(Command{ID: id}, &event.Failure{
			Name:    "interrupt",
			Message: "interrupted while it waited: the cell's goroutine is left behind and may go on when what it waits for happens",
		})
	})
}

// finish answers a Run command, unless that was done already.
func (s *server) finish(c Command, f *event.Failure) {
	s.mu.Lock()
	first := s.running == c.ID
	if first {
		s.running = ""
	}
	s.mu.Unlock()
	if first {
		s.done(c, f, nil)
	}
}

func (s *server) done(c Command, f *event.Failure, payload []byte) {
	// An error means that the front is gone, and the engine is about to end.
	_, _ = s.sink.Send(event.Event{Kind: event.Done, ID: c.ID, Error: f, Payload: payload})
}

func failure(err error) *event.Failure {
	if err == nil {
		return nil
	}
	return &event.Failure{Name: "error", Message: err.Error()}
}
