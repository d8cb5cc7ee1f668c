package event

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// A Sink is the reporting side of an event channel: the process that runs user
// code sends through it. It is safe for use by many goroutines.
type Sink struct {
	mu     sync.Mutex
	file   *os.File
	reader *bufio.Reader
	err    error // the first failure; the channel is of no use after it
}

// standard is opened while the program is initialised, before user code can
// start a process that would inherit the descriptor or the variable.
var standard = fromEnvironment()

// Default returns the sink that leads to the process that watches this one. It
// is nil if nobody does, as in a plain go run.
func Default() *Sink { return standard }

func fromEnvironment() *Sink {
	value, ok := os.LookupEnv(FDVariable)
	if !ok {
		return nil
	}
	os.Unsetenv(FDVariable)
	fd, err := strconv.Atoi(value)
	if err != nil || fd < 0 {
		return nil
	}
	// A variable that outlived its process may name a descriptor that is
	// closed, or that belongs to something else by now.
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil || kind != unix.SOCK_STREAM {
		return nil
	}
	fd = OutOfReach(fd)
	low := holdLow()
	sink := newSink(fd)
	for _, fd := range low {
		unix.Close(fd)
	}
	return sink
}

// holdLow takes all low descriptors that are free. What the runtime's poller
// opens for itself, with the first file that it watches, is then out of reach,
// too: a program that closes it would crash.
func holdLow() (held []int) {
	for {
		fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
		if err != nil {
			return held // standard input is closed, or there are no more
		}
		held = append(held, fd)
		if fd >= reach {
			return held
		}
	}
}

// reach is the number below which programs meet their descriptors.
const reach = 200

// OutOfReach moves a descriptor to a high number, where a program that closes
// or writes to descriptors which are not its own is unlikely to meet it, and
// has it closed in children. If that cannot be done, the descriptor stays.
func OutOfReach(fd int) int {
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, reach)
	if err != nil {
		unix.CloseOnExec(fd)
		return fd
	}
	unix.Close(fd)
	return high
}

func newSink(fd int) *Sink {
	// Through the runtime's poller, a goroutine that waits for a reply does
	// not occupy a thread. Without it the sink works all the same.
	_ = unix.SetNonblock(fd, true)
	file := os.NewFile(uintptr(fd), "events")
	return &Sink{file: file, reader: bufio.NewReader(file)}
}

// Send reports e and waits for the reply. What this process printed before the
// call is read by the watcher before it handles e. Sends of several goroutines
// follow one another, so that an [Input] event holds up the others until the
// user has answered.
//
// The error says that the watcher could not be reached, or that e has no JSON
// form. What the watcher has to say about e is in the reply.
func (s *Sink) Send(e Event) (Reply, error) {
	line, err := json.Marshal(e)
	if err != nil {
		return Reply{}, fmt.Errorf("encode %s event: %w", e.Kind, err)
	}
	line = append(line, '\n')

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return Reply{}, s.err
	}
	if _, err := s.file.Write(line); err != nil {
		return Reply{}, s.fail(e.Kind, err)
	}
	answer, err := s.reader.ReadBytes('\n')
	if err != nil {
		return Reply{}, s.fail(e.Kind, err)
	}
	var reply Reply
	if err := json.Unmarshal(answer, &reply); err != nil {
		return Reply{}, s.fail(e.Kind, err)
	}
	return reply, nil
}

func (s *Sink) fail(kind Kind, err error) error {
	s.err = fmt.Errorf("send %s event: the process that watches this one is gone: %w", kind, err)
	return s.err
}

// Err turns the reply's error text into an error, nil if there is none.
func (r Reply) Err() error {
	if r.Error == "" {
		return nil
	}
	return errors.New(r.Error)
}
