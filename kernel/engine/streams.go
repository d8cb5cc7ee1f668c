package engine

import (
	"log"
	"os"

	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/event"
)

// commands opens the descriptor that commands come through. The runtime's
// poller waits for them, so that an engine in which nothing happens sits in one
// system call that says so.
func commands(fd int) *os.File {
	fd = event.OutOfReach(fd)
	_ = unix.SetNonblock(fd, true) // without it, reading occupies a thread
	return os.NewFile(uintptr(fd), "commands")
}

// A stream is standard output or standard error, which a cell may close.
type stream struct {
	fd    int
	name  string
	saved int        // a duplicate, -1 if there is none
	file  **os.File  // os.Stdout or os.Stderr
	kept  []*os.File // an os.File that nobody holds closes its descriptor
}

func standardStreams() []*stream {
	all := []*stream{{fd: 1, name: "/dev/stdout", file: &os.Stdout}, {fd: 2, name: "/dev/stderr", file: &os.Stderr}}
	for _, s := range all {
		s.kept = []*os.File{*s.file}
		s.saved = -1
		if duplicate, err := unix.FcntlInt(uintptr(s.fd), unix.F_DUPFD_CLOEXEC, 0); err == nil {
			s.saved = event.OutOfReach(duplicate)
		}
	}
	return all
}

// restore opens the stream again if a cell has closed it, or the other end of
// what it was redirected to. A redirection that works stays.
func (s *stream) restore() {
	if s.saved < 0 {
		return
	}
	if dead(s.fd) {
		unix.Close(s.fd)
		if got, err := unix.FcntlInt(uintptr(s.saved), unix.F_DUPFD, s.fd); err == nil && got != s.fd {
			unix.Close(got) // somebody was faster
		}
	}
	old := *s.file
	if !broken(old) {
		return
	}
	fd := s.fd
	if !same(fd, s.saved) {
		// A file that the user has opened got the number that was free.
		duplicate, err := unix.FcntlInt(uintptr(s.saved), unix.F_DUPFD_CLOEXEC, 3)
		if err != nil {
			return
		}
		fd = duplicate
	}
	*s.file = os.NewFile(uintptr(fd), s.name)
	s.kept = append(s.kept, *s.file)
	if w, ok := log.Writer().(*os.File); ok && w == old {
		log.SetOutput(*s.file)
	}
}

// dead reports whether a descriptor is closed, or is a pipe that nobody reads.
func dead(fd int) bool {
	fds := []unix.PollFd{{Fd: int32(fd)}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLNVAL) != 0
}

func broken(f *os.File) bool {
	if f == nil {
		return true
	}
	c, err := f.SyscallConn()
	if err != nil {
		return true
	}
	lost := false
	err = c.Control(func(fd uintptr) { lost = dead(int(fd)) })
	return err != nil || lost
}

func same(a, b int) bool {
	var x, y unix.Stat_t
	return unix.Fstat(a, &x) == nil && unix.Fstat(b, &y) == nil && x.Dev == y.Dev && x.Ino == y.Ino
}
