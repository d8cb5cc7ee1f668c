package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/engine"
	"github.com/galago-hpc/galago/launcher/goroutines"
)

// An engineProcess is the child process in which cells run.
type engineProcess struct {
	cmd      *exec.Cmd
	commands *os.File
	gone     chan struct{} // closed once the process has ended and all it said was read

	mu      sync.Mutex
	next    int
	waiting string // ID of the command that is being obeyed
	answer  chan event.Event
	emit    func(event.Event)
	input   func(prompt string, secret bool) (string, error)
	last    []byte // the end of standard error
	status  error
}

// errGone is returned when the engine has ended by itself.
var errGone = errors.New("the engine has ended")

// crashTail is how much of standard error is kept to explain a crash.
const crashTail = 64 << 10

func startEngine(path string, options Options) (*engineProcess, error) {
	cmd := exec.Command(path)
	cmd.Dir = options.Dir
	cmd.Env = append([]string(nil), options.Env...)
	pump, err := event.Attach(cmd)
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		pump.Close()
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, read)
	cmd.Env = append(cmd.Env, engine.FDVariable+"="+strconv.Itoa(2+len(cmd.ExtraFiles)))
	// A group of its own keeps the terminal's interrupts away; the engine must
	// not outlive the front.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := startPinned(cmd); err != nil {
		pump.Close()
		read.Close()
		write.Close()
		return nil, fmt.Errorf("start the engine %s: %w", path, err)
	}
	pump.Started()
	read.Close()
	p := &engineProcess{cmd: cmd, commands: write, gone: make(chan struct{}), answer: make(chan event.Event, 1)}
	go func() {
		err := cmd.Wait()
		p.mu.Lock()
		p.status = err
		p.mu.Unlock()
		pump.Finish(time.Second / 4)
	}()
	go func() {
		defer close(p.gone)
		_ = pump.Run(p.handle)
	}()
	return p, nil
}

// handle receives what the engine prints and reports.
func (p *engineProcess) handle(e event.Event) event.Reply {
	p.mu.Lock()
	emit, input := p.emit, p.input
	if e.Kind == event.Stderr {
		p.last = append(p.last, e.Text...)
		if extra := len(p.last) - crashTail; extra > 0 {
			p.last = append(p.last[:0], p.last[extra:]...)
		}
	}
	mine := e.Kind == event.Done && e.ID == p.waiting
	if mine {
		p.waiting = ""
	}
	p.mu.Unlock()
	switch {
	case mine:
		p.answer <- e
	case e.Kind == event.Done:
	case e.Kind == event.Input:
		if input == nil {
			return event.Reply{Error: "there is nobody to answer: this front end does not take input"}
		}
		text, err := input(e.Text, e.Secret)
		if err != nil {
			return event.Reply{Error: err.Error()}
		}
		return event.Reply{Text: text}
	case emit != nil:
		emit(e)
	}
	return event.Reply{}
}

// command sends a command and waits for the answer.
func (p *engineProcess) command(c engine.Command) (event.Event, error) {
	return p.interruptible(context.Background(), c)
}

// interruptible is command with a context that interrupts the engine when it
// ends.
func (p *engineProcess) interruptible(ctx context.Context, c engine.Command) (event.Event, error) {
	p.mu.Lock()
	p.next++
	c.ID = strconv.Itoa(p.next)
	p.waiting = c.ID
	p.mu.Unlock()
	if err := p.send(c); err != nil {
		<-p.gone
		return event.Event{}, errGone
	}
	// Only now: an interrupt that comes before the command it is for is lost.
	stop := context.AfterFunc(ctx, func() { _ = p.send(engine.Command{Operation: engine.Interrupt}) })
	defer stop()
	select {
	case e := <-p.answer:
		if e.Error != nil {
			return e, e.Error
		}
		return e, nil
	case <-p.gone:
		return event.Event{}, errGone
	}
}

func (p *engineProcess) send(c engine.Command) error {
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = p.commands.Write(append(line, '\n'))
	return err
}

func (p *engineProcess) load(unit int, object string) error {
	_, err := p.command(engine.Command{Operation: engine.Load, Unit: unit, Path: object})
	return err
}

// run has the engine execute something; emit gets what it prints and shows.
func (p *engineProcess) run(ctx context.Context, c engine.Command, emit func(event.Event), input func(string, bool) (string, error)) error {
	p.mu.Lock()
	p.emit, p.input, p.last = emit, input, nil
	p.mu.Unlock()
	_, err := p.interruptible(ctx, c)
	p.mu.Lock()
	p.emit, p.input = nil, nil
	p.mu.Unlock()
	return err
}

// alive reports whether the engine still runs.
func (p *engineProcess) alive() bool {
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// crash says why the engine has ended.
func (p *engineProcess) crash() *event.Failure {
	p.mu.Lock()
	report, status := string(p.last), p.status
	p.mu.Unlock()
	if f := goroutines.Crash(report); f != nil {
		return f
	}
	f := &event.Failure{Name: "crash", Message: "the engine has ended"}
	var exit *exec.ExitError
	if errors.As(status, &exit) {
		f.Message = "the engine has ended: " + exit.Error()
		if exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
			f.Hint = "a process that uses too much memory is killed: look at dmesg, or use less"
		}
	}
	if text := strings.TrimSpace(report); text != "" {
		f.Message += "\n" + text
	}
	return f
}

// close asks the engine to end, and makes it end.
func (p *engineProcess) close() error {
	err := p.commands.Close()
	select {
	case <-p.gone:
	case <-time.After(2 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.gone
	}
	return err
}
