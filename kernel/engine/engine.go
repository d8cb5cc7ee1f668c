// Package engine is the process in which cells run.
//
// The front starts it as a child, sends it one [Command] after the other as
// lines of JSON through the file descriptor named by [FDVariable], and hears
// from it through the event channel. Each command is answered by an event of
// kind Done with the command's ID, except for an interrupt and its kin, which
// concern the cell that runs.
//
// The engine loads compiled cells and never unloads them; the variables live
// in it. It may crash with the user's code: the front goes on.
package engine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/comm"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/internal/interrupt"
	"github.com/galago-hpc/galago/kernel/engine/eval"
	"github.com/galago-hpc/galago/lib/rt"
	"github.com/galago-hpc/galago/lib/rt/run"
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
	Types     Operation = "types"     // whether loaded code mentions all the types in Payload, a list of [eval.Type]; the answer has a payload if so
	Deliver   Operation = "deliver"   // the [event.Message] in Payload to the comm that it is for; what listens to it runs as a cell does
	Encode    Operation = "encode"    // the variable Name of Unit; the answer has the payload
	Decode    Operation = "decode"    // Payload into the variable Name of Unit
	Chdir     Operation = "chdir"     // make Path the working directory
	Setenv    Operation = "setenv"    // give the environment variable Name the value Payload
	Unsetenv  Operation = "unsetenv"  // remove the environment variable Name
	Measure   Operation = "measure"   // the sizes of the variables that Payload lists, []Place, as []footprint.Size; the answer has them in its payload
	Peek      Operation = "peek"      // the answer has a line about the variable Name of Unit in its payload; nothing while cells run
	Entries   Operation = "entries"   // the answer has what the HDF5 group Path in the variable Name of Unit holds, as []Entry; nothing while cells run
	Keys      Operation = "keys"      // the answer has the strings that are keys of the map in the variable Name of Unit, as []string; nothing while cells run
	Drop      Operation = "drop"      // set the variable Name of Unit to zero, or, without a name, all variables of all units
	Interrupt Operation = "interrupt" // end the cell that runs; not answered
	Abandon   Operation = "abandon"   // leave the cell that runs behind, with Failure as its answer; not answered itself
	Quell     Operation = "quell"     // end the goroutines that the last cell has left; not answered
	Dump      Operation = "dump"      // the answer has the stacks of all goroutines, nothing if there are too many
	Limit     Operation = "limit"     // keep to so many Bytes of memory, 0: as many as there are
	Trim      Operation = "trim"      // give unused memory back to the system
	Interpret Operation = "interpret" // of an engine that interprets cells: the change of its world in Payload
)

// A Command is sent by the front.
type Command struct {
	ID        string    `json:"id"`
	Operation Operation `json:"operation"`
	Unit      int       `json:"unit,omitempty"`
	Path      string    `json:"path,omitempty"`
	Name      string    `json:"name,omitempty"`
	Payload   []byte    `json:"payload,omitempty"`
	Bytes     int64     `json:"bytes,omitempty"`

	Failure *event.Failure `json:"failure,omitempty"`
}

// patience is how long an interrupted cell may take to come to a loop or to
// return. After that it is left behind: a goroutine that waits cannot be ended
// from outside.
const patience = time.Second

type server struct {
	open    func(path string) error
	more    map[Operation]func(Command) (*event.Failure, []byte)
	sink    *event.Sink
	streams []*stream
	reserve reserve
	own     int // the number of goroutines as long as no cell has run

	mu      sync.Mutex
	running string // the ID of the Run command at hand
}

// Serve obeys commands until the front closes its end. open loads a shared
// object.
func Serve(open func(path string) error) error { return ServeMore(open, nil) }

// ServeMore is Serve with operations that only some engines know.
func ServeMore(open func(path string) error, more map[Operation]func(Command) (*event.Failure, []byte)) error {
	sink := event.Default()
	fd, err := strconv.Atoi(os.Getenv(FDVariable))
	if sink == nil || err != nil {
		return fmt.Errorf("the engine is started by a Galago session, not by hand")
	}
	os.Unsetenv(FDVariable)
	run.Serve(nil)
	s := &server{open: open, more: more, sink: sink, streams: standardStreams()}
	s.reserve.fill()
	s.own = runtime.NumGoroutine()
	scanner := bufio.NewReader(commands(fd))
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
		s.reserve.release()
		err := s.open(c.Path)
		s.reserve.fill()
		if rt.Registered(c.Unit) {
			// plugin.Open looks for symbols of other units, too, and complains
			// that it does not find them, after it has loaded this one.
			err = nil
		} else if err == nil {
			err = fmt.Errorf("%s does not hold unit %d", c.Path, c.Unit)
		}
		s.done(c, failure(err), nil)
	case Run:
		s.start(c, func(label *run.Label, done func(*event.Failure)) { run.Unit(c.Unit, label, done) })
	case Evaluate:
		var p eval.Program
		if err := json.Unmarshal(c.Payload, &p); err != nil {
			s.done(c, failure(fmt.Errorf("read a quick cell: %w", err)), nil)
			return
		}
		s.start(c, func(label *run.Label, done func(*event.Failure)) { evaluate(c.Unit, &p, label, done) })
	case Deliver:
		var m event.Message
		if err := json.Unmarshal(c.Payload, &m); err != nil {
			s.done(c, failure(fmt.Errorf("read a message of the front end: %w", err)), nil)
			return
		}
		s.start(c, func(label *run.Label, done func(*event.Failure)) { run.Do(func() { comm.Deliver(m) }, label, done) })
	case Types:
		var types []*eval.Type
		if err := json.Unmarshal(c.Payload, &types); err != nil {
			s.done(c, failure(fmt.Errorf("read the types of a quick cell: %w", err)), nil)
			return
		}
		var answer []byte
		if eval.Held(types) {
			answer = []byte("held")
		}
		s.done(c, nil, answer)
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
	case Setenv:
		s.done(c, failure(os.Setenv(c.Name, string(c.Payload))), nil)
	case Unsetenv:
		s.done(c, failure(os.Unsetenv(c.Name)), nil)
	case Measure:
		sizes, err := s.measure(c.Payload)
		s.done(c, failure(err), sizes)
	case Peek:
		s.done(c, nil, s.peek(c))
	case Keys:
		s.done(c, nil, s.keys(c))
	case Entries:
		list, err := s.entries(c)
		s.done(c, failure(err), list)
	case Drop:
		s.done(c, failure(drop(c)), nil)
	case Interrupt:
		s.interrupt()
	case Abandon:
		s.finish(Command{ID: s.current()}, c.Failure)
	case Quell:
		run.Interrupt()
	case Dump:
		_, _ = s.sink.Send(event.Event{Kind: event.Done, ID: c.ID, Payload: stacks(), Goroutine: run.Goroutine()})
	case Limit:
		limitMemory(c.Bytes)
		s.done(c, nil, nil)
	case Trim:
		debug.FreeOSMemory()
		s.done(c, nil, nil)
	default:
		if obey := s.more[c.Operation]; obey != nil {
			f, payload := obey(c)
			s.done(c, f, payload)
			return
		}
		s.done(c, failure(fmt.Errorf("this engine does not know the operation %q", c.Operation)), nil)
	}
}

// start executes a cell in a goroutine of its own.
func (s *server) start(c Command, execute func(label *run.Label, done func(*event.Failure))) {
	for _, stream := range s.streams {
		stream.restore()
	}
	label := run.Prepare()
	s.mu.Lock()
	s.running = c.ID
	s.mu.Unlock()
	go execute(label, func(f *event.Failure) { s.finish(c, f) })
}

// evaluate executes a quick cell. A failure in the cell itself leaves no frame
// on the stack; where it was is added.
func evaluate(unit int, p *eval.Program, label *run.Label, done func(*event.Failure)) {
	m := &eval.Machine{}
	run.Do(func() { m.Run(unit, p) }, label, func(f *event.Failure) {
		if f != nil {
			f.Stack = append(f.Stack, event.Frame{File: fmt.Sprintf("cell %d", p.Cell), Line: m.Line()})
		}
		done(f)
	})
}

// interrupt ends the running cell, or gives it up.
func (s *server) interrupt() {
	id := s.current()
	if id == "" {
		return
	}
	run.Interrupt()
	interrupt.Run()
	time.AfterFunc(patience, func() {
		s.finish(Command{ID: id}, &event.Failure{
			Name:    "interrupt",
			Message: "interrupted while it waited: the cell's goroutine is left behind and may go on when what it waits for happens",
		})
	})
}

// current returns the ID of the Run command at hand, "" if there is none.
func (s *server) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

// finish answers a Run command, unless that was done already.
func (s *server) finish(c Command, f *event.Failure) {
	s.mu.Lock()
	first := c.ID != "" && s.running == c.ID
	if first {
		s.running = ""
	}
	s.mu.Unlock()
	if first {
		comm.Flush()
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
