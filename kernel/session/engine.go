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
	options  Options
	gone     chan struct{} // closed once the process has ended and all it said was read

	mu      sync.Mutex
	next    int
	answers map[string]chan event.Event // of the commands that are being obeyed, by ID
	emit    func(event.Event)
	input   func(prompt string, secret bool) (string, error)
	stderr  stderrText
	status  error
	running bool           // a cell runs
	asked   int            // questions that the user has not answered
	over    time.Time      // since when it uses more memory than it may
	excess  *event.Failure // why the cell that runs was stopped
	killed  *event.Failure // why the front has ended it
}

// errGone is returned when the engine has ended by itself.
var errGone = errors.New("the engine has ended")

func startEngine(path string, options Options, arguments ...string) (*engineProcess, error) {
	cmd := exec.Command(path, arguments...)
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
	p := &engineProcess{cmd: cmd, commands: write, options: options, gone: make(chan struct{}), answers: map[string]chan event.Event{}}
	ended := make(chan struct{})
	go func() {
		err := cmd.Wait()
		// What cells have started would stay behind.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		p.mu.Lock()
		p.status = err
		p.mu.Unlock()
		close(ended)
		pump.Finish(time.Second / 4)
	}()
	go func() {
		defer close(p.gone)
		pump.Strict = true
		err := pump.Run(p.handle)
		select {
		case <-ended:
		case <-time.After(time.Second):
			p.kill(deaf(err))
			<-ended
		}
	}()
	go p.watch()
	if limit := options.memory.Load(); limit.bytes > 0 {
		go func() { _ = p.setLimit(limit.bytes) }()
	}
	return p, nil
}

// handle receives what the engine prints and reports.
func (p *engineProcess) handle(e event.Event) event.Reply {
	p.mu.Lock()
	emit, input := p.emit, p.input
	held := ""
	switch e.Kind {
	case event.Stderr:
		e.Text = p.stderr.put(e.Text)
	case event.Done:
		held = p.stderr.release()
	}
	answer := p.answers[e.ID]
	if e.Kind == event.Done {
		delete(p.answers, e.ID)
	}
	p.mu.Unlock()
	if emit == nil {
		emit = p.options.late.put
	}
	if held != "" {
		emit(event.Event{Kind: event.Stderr, Text: held})
	}
	switch e.Kind {
	case event.Stderr:
		if e.Text != "" {
			emit(e)
		}
	case event.Done:
		if answer != nil {
			answer <- e
		}
	case event.Input:
		return p.ask(input, e)
	case event.Comm:
		if !p.options.Comms {
			return event.Reply{Error: "this front end draws no widgets"}
		}
		emit(e)
	case event.Error: // of a goroutine
		emit(event.Event{Kind: event.Note, Text: p.options.report(e.Error) + "\n"})
	default:
		emit(e)
	}
	return event.Reply{}
}

// ask lets the user answer.
func (p *engineProcess) ask(input func(prompt string, secret bool) (string, error), e event.Event) event.Reply {
	if input == nil {
		return event.Reply{Error: "there is nobody to answer: this front end does not take input"}
	}
	p.mu.Lock()
	p.asked++
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.asked--
		p.mu.Unlock()
	}()
	text, err := input(e.Text, e.Secret)
	if err != nil {
		return event.Reply{Error: err.Error()}
	}
	return event.Reply{Text: text}
}

// command sends a command and waits for the answer.
func (p *engineProcess) command(c engine.Command) (event.Event, error) {
	return p.interruptible(context.Background(), c)
}

// interruptible is command with a context that interrupts the engine when it
// ends.
func (p *engineProcess) interruptible(ctx context.Context, c engine.Command) (event.Event, error) {
	answer := p.expect(&c)
	if err := p.send(c); err != nil {
		<-p.gone
		return event.Event{}, errGone
	}
	answered := make(chan struct{})
	defer close(answered)
	// Only now: an interrupt that comes before the command it is for is lost.
	stop := context.AfterFunc(ctx, func() {
		_ = p.send(engine.Command{Operation: engine.Interrupt})
		select {
		case <-answered:
		case <-time.After(obeyPatience):
			p.kill(&event.Failure{Name: "interrupt", Message: fmt.Sprintf("interrupted: the engine did not answer for %v and was ended", obeyPatience)})
		}
	})
	defer stop()
	select {
	case e := <-answer:
		if e.Error != nil {
			return e, e.Error
		}
		return e, nil
	case <-p.gone:
		return event.Event{}, errGone
	}
}

// expect gives a command its ID and returns where the answer will come.
func (p *engineProcess) expect(c *engine.Command) <-chan event.Event {
	answer := make(chan event.Event, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	c.ID = strconv.Itoa(p.next)
	p.answers[c.ID] = answer
	return answer
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
	p.emit, p.input, p.stderr, p.running, p.excess = emit, input, stderrText{}, true, nil
	p.mu.Unlock()
	_, err := p.interruptible(ctx, c)
	p.mu.Lock()
	excess := p.excess
	p.input, p.running, p.excess = nil, false, nil
	if !p.options.Late {
		p.emit = nil
	}
	p.mu.Unlock()
	if f := (*event.Failure)(nil); excess != nil && errors.As(err, &f) && f.Name == "interrupt" {
		return p.settle(excess, f)
	}
	return err
}

func (p *engineProcess) pid() int { return p.cmd.Process.Pid }

// busy reports whether a cell runs.
func (p *engineProcess) busy() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

// asking reports whether the cell waits for the user.
func (p *engineProcess) asking() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked > 0
}

// setLimit tells the engine how much memory it may use, 0 for all.
func (p *engineProcess) setLimit(bytes int64) error {
	_, err := p.command(engine.Command{Operation: engine.Limit, Bytes: bytes})
	return err
}

// resume wakes an engine that was stopped: a cell would wait for ever.
func (p *engineProcess) resume() { _ = p.cmd.Process.Signal(syscall.SIGCONT) }

// kill ends the engine; why says what the user is told.
func (p *engineProcess) kill(why *event.Failure) {
	p.mu.Lock()
	if p.killed == nil {
		p.killed = why
	}
	p.mu.Unlock()
	_ = p.cmd.Process.Kill()
}

// deaf says why an engine was ended that could not be heard any more.
func deaf(err error) *event.Failure {
	message := "the engine has closed the channel to the session and was ended"
	if err != nil {
		message = fmt.Sprintf("what came through the channel from the engine was no event, and the engine was ended: %v", err)
	}
	return &event.Failure{Name: "crash", Message: message, Hint: "a cell has closed or written to a file descriptor that is not its own"}
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
	report, status, killed := p.stderr.crash(), p.status, p.killed
	p.mu.Unlock()
	if killed != nil {
		return killed
	}
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
