package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Pump is the watching side of an event channel: it reads what a child
// process prints and reports, in order, and answers it.
//
//	cmd := exec.Command(program)
//	pump, err := event.Attach(cmd)
//	...
//	if err := cmd.Start(); err != nil {
//		pump.Close()
//		return err
//	}
//	pump.Started()
//	go func() {
//		state = cmd.Wait()
//		pump.Finish(time.Second / 4)
//	}()
//	err = pump.Run(func(e event.Event) event.Reply { ...; return event.Reply{} })
type Pump struct {
	// Strict ends Run with an error when the event channel is of no use any
	// more: it carries something that is not an event, or the child has closed
	// it and goes on. It is set before Run.
	Strict bool

	child  []*os.File // the child's ends, until Started
	out    *text
	err    *text
	events *lines
	wakeR  int
	wakeW  int

	mu       sync.Mutex
	closed   bool
	deadline time.Time // zero until Finish
}

// readSize is the most that is read at once.
const readSize = 512 << 10

// closing is how long a child may live that has closed its event channel.
const closing = time.Second

// Attach prepares cmd, which must not have been started yet: it sets Stdout
// and Stderr, adds one file to ExtraFiles and [FDVariable] to Env. Call
// [Pump.Started] once cmd has started, or [Pump.Close] if it could not.
func Attach(cmd *exec.Cmd) (_ *Pump, err error) {
	p := &Pump{wakeR: -1, wakeW: -1}
	defer func() {
		if err != nil {
			p.Close()
			err = fmt.Errorf("prepare the event channel of %s: %w", cmd.Path, err)
		}
	}()
	outR, outW, err := pipe()
	if err != nil {
		return nil, err
	}
	widen(outR)
	p.out = &text{fd: outR, kind: Stdout}
	p.child = append(p.child, os.NewFile(uintptr(outW), "stdout"))

	errR, errW, err := pipe()
	if err != nil {
		return nil, err
	}
	widen(errR)
	p.err = &text{fd: errR, kind: Stderr}
	p.child = append(p.child, os.NewFile(uintptr(errW), "stderr"))

	mine, theirs, err := socketpair()
	if err != nil {
		return nil, err
	}
	p.events = &lines{fd: mine}
	p.child = append(p.child, os.NewFile(uintptr(theirs), "events"))

	if p.wakeR, p.wakeW, err = pipe(); err != nil {
		return nil, err
	}
	for _, fd := range []int{outR, errR, mine, p.wakeR, p.wakeW} {
		if err := unix.SetNonblock(fd, true); err != nil {
			return nil, err
		}
	}

	cmd.Stdout, cmd.Stderr = p.child[0], p.child[1]
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], fmt.Sprintf("%s=%d", FDVariable, 3+len(cmd.ExtraFiles)))
	cmd.ExtraFiles = append(cmd.ExtraFiles[:len(cmd.ExtraFiles):len(cmd.ExtraFiles)], p.child[2])
	return p, nil
}

// Started closes this process's copies of the child's ends; without it the end
// of the child would not be seen.
func (p *Pump) Started() {
	for _, f := range p.child {
		f.Close()
	}
	p.child = nil
}

// Close releases the descriptors of a pump that will not run, because the
// child could not be started. [Pump.Run] does it by itself.
func (p *Pump) Close() {
	p.Started()
	if p.out != nil {
		closeFD(&p.out.fd)
	}
	if p.err != nil {
		closeFD(&p.err.fd)
	}
	if p.events != nil {
		closeFD(&p.events.fd)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	closeFD(&p.wakeR)
	closeFD(&p.wakeW)
}

// Finish tells the pump that the child has ended. Run returns once all that
// was printed has been read: at once if nobody else holds the child's standard
// output, else (a process that the child left behind holds it) after grace.
// Finish does not wait for Run. It may be called before Run, and more than once.
func (p *Pump) Finish(grace time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !p.deadline.IsZero() {
		return
	}
	p.deadline = time.Now().Add(grace)
	// A full pipe wakes the reader as well, so the result does not matter.
	_, _ = unix.Write(p.wakeW, []byte{0})
}

// Run reads until the child has closed its standard output, its standard error
// and its event channel, or until [Pump.Finish]. It calls handle for all of it,
// from this goroutine: text as Stdout and Stderr events in the pieces in which
// it arrives, never cut inside a UTF-8 sequence; other events as they are sent.
// Before an event is handled, all text that was printed before it has been.
//
// While handle runs nothing is read: a child that prints a lot waits.
//
// The error says that the channel itself failed: an event that was not JSON, or
// was cut off in the middle by the end of the child. How the child ended is for
// cmd.Wait to say.
func (p *Pump) Run(handle func(Event) Reply) error {
	defer p.Close()
	var first error
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	buf := make([]byte, readSize)
	for p.out.fd >= 0 || p.err.fd >= 0 || p.events.fd >= 0 {
		ready, expired, err := p.wait()
		if err != nil {
			return err
		}
		if expired {
			for p.events.read(buf) > 0 {
			}
			note(p.answer(buf, handle))
			break
		}
		// Text is read first: it may have been printed before the event.
		if ready[0] {
			p.out.read(buf, len(buf), handle)
		}
		if ready[1] {
			p.err.read(buf, len(buf), handle)
		}
		if ready[2] {
			p.events.read(buf)
			note(p.answer(buf, handle))
			if p.Strict && first != nil {
				return first
			}
			if p.Strict && p.events.fd < 0 {
				p.Finish(closing) // else its text, for as long as it lives
			}
		}
	}
	p.drain(buf, handle)
	p.out.end(handle)
	p.err.end(handle)
	if n := len(p.events.pending); n > 0 {
		note(fmt.Errorf("read events: the last one is cut off after %d bytes, its sender has ended", n))
	}
	return first
}

// answer handles all complete events.
func (p *Pump) answer(buf []byte, handle func(Event) Reply) (first error) {
	for line := p.events.next(); line != nil; line = p.events.next() {
		var e Event
		var reply Reply
		err := json.Unmarshal(line, &e)
		if err == nil && e.Kind == "" {
			err = fmt.Errorf("%.40q is not an event", line)
		}
		if err != nil {
			err = fmt.Errorf("read events: %w", err)
			reply.Error = err.Error()
			if first == nil {
				first = err
			}
		} else {
			p.drain(buf, handle)
			if e.Kind == Done {
				p.out.end(handle)
				p.err.end(handle)
			}
			reply = handle(e)
		}
		answer, err := json.Marshal(reply)
		if err != nil {
			return fmt.Errorf("answer %s event: %w", e.Kind, err)
		}
		if err := p.write(append(answer, '\n')); err != nil {
			// The child has ended: the end of its channel is read next.
			return first
		}
	}
	return first
}

// drain reads the text that is there now. It reads no further, or a goroutine
// of the child that prints without end would hold up the events for ever.
func (p *Pump) drain(buf []byte, handle func(Event) Reply) {
	p.out.drain(buf, handle)
	p.err.drain(buf, handle)
}

// wait waits until something can be read and says what: standard output,
// standard error, events; or that the time set by Finish is over.
func (p *Pump) wait() (ready [3]bool, expired bool, err error) {
	fds := [4]unix.PollFd{
		{Fd: int32(p.out.fd), Events: unix.POLLIN}, // poll passes over negative descriptors
		{Fd: int32(p.err.fd), Events: unix.POLLIN},
		{Fd: int32(p.events.fd), Events: unix.POLLIN},
		{Fd: int32(p.wakeR), Events: unix.POLLIN},
	}
	for {
		timeout := -1
		p.mu.Lock()
		if !p.deadline.IsZero() {
			fds[3].Fd = -1
			left := time.Until(p.deadline)
			timeout = int((left + time.Millisecond - 1) / time.Millisecond)
			expired = left <= 0
		}
		p.mu.Unlock()
		if expired {
			return ready, true, nil
		}
		n, err := unix.Poll(fds[:], timeout)
		if errors.Is(err, unix.EINTR) || (err == nil && n == 0) {
			continue
		}
		if err != nil {
			return ready, false, fmt.Errorf("wait for events: %w", err)
		}
		any := false
		for i := range ready {
			ready[i] = fds[i].Revents != 0
			any = any || ready[i]
		}
		if any {
			return ready, false, nil
		}
	}
}

// write sends a reply.
func (p *Pump) write(b []byte) error {
	for len(b) > 0 {
		if p.events.fd < 0 {
			return unix.EPIPE
		}
		n, err := unix.Write(p.events.fd, b)
		switch {
		case err == nil:
			b = b[n:]
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			fds := []unix.PollFd{{Fd: int32(p.events.fd), Events: unix.POLLOUT}}
			if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) {
				return err
			}
		default:
			return err
		}
	}
	return nil
}

// pipe and socketpair hold the fork lock because not every system can create
// descriptors that are closed on exec from the start.
func pipe() (r, w int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	var fds [2]int
	if err := unix.Pipe(fds[:]); err != nil {
		return -1, -1, os.NewSyscallError("pipe", err)
	}
	unix.CloseOnExec(fds[0])
	unix.CloseOnExec(fds[1])
	return fds[0], fds[1], nil
}

func socketpair() (mine, theirs int, err error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, -1, os.NewSyscallError("socketpair", err)
	}
	unix.CloseOnExec(fds[0])
	unix.CloseOnExec(fds[1])
	return fds[0], fds[1], nil
}

func closeFD(fd *int) {
	if *fd >= 0 {
		unix.Close(*fd)
		*fd = -1
	}
}
