package event

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// text is a stream of printed text, read without blocking.
type text struct {
	fd   int
	kind Kind
	held []byte // the beginning of a UTF-8 sequence whose rest is still to come
}

// read reads once, at most limit bytes, and returns how many. At the end of the
// stream it closes it.
func (t *text) read(buf []byte, limit int, handle func(Event) Reply) int {
	n, end := readSome(t.fd, buf[:min(limit, len(buf))])
	if n > 0 {
		t.put(buf[:n], handle)
	}
	if end {
		closeFD(&t.fd)
		t.end(handle)
	}
	return n
}

// drain reads what is in the pipe at this moment.
func (t *text) drain(buf []byte, handle func(Event) Reply) {
	if t.fd < 0 {
		return
	}
	left, err := unix.IoctlGetInt(t.fd, available)
	if err != nil {
		return
	}
	for left > 0 && t.fd >= 0 {
		n := t.read(buf, left, handle)
		if n == 0 {
			return
		}
		left -= n
	}
}

func (t *text) put(b []byte, handle func(Event) Reply) {
	if len(t.held) > 0 {
		b = append(t.held, b...)
		t.held = nil
	}
	whole := wholeRunes(b)
	if whole < len(b) {
		t.held = bytes.Clone(b[whole:])
	}
	if whole > 0 {
		handle(Event{Kind: t.kind, Text: string(b[:whole])})
	}
}

// end gives away what was held back: nothing more will complete it.
func (t *text) end(handle func(Event) Reply) {
	if len(t.held) > 0 {
		handle(Event{Kind: t.kind, Text: string(t.held)})
		t.held = nil
	}
}

// wholeRunes returns the length of b without an unfinished UTF-8 sequence at
// its end. Bytes that are no UTF-8 at all count as whole.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}

// lines is a stream of events, one a line, read without blocking.
type lines struct {
	fd      int
	pending []byte
	seen    int // pending[:seen] has no newline
}

// read reads once, says how much, and closes the stream at its end.
func (l *lines) read(buf []byte) int {
	n, end := readSome(l.fd, buf)
	l.pending = append(l.pending, buf[:n]...)
	if end {
		closeFD(&l.fd)
	}
	return n
}

// next takes the next complete line, nil if there is none yet. The line is
// valid until the next call of read.
func (l *lines) next() []byte {
	i := bytes.IndexByte(l.pending[l.seen:], '\n')
	if i < 0 {
		l.seen = len(l.pending)
		return nil
	}
	line := l.pending[:l.seen+i]
	l.pending, l.seen = l.pending[l.seen+i+1:], 0
	if len(l.pending) == 0 {
		l.pending = nil // the buffer of a large figure is not kept
	}
	return line
}

// readSome reads once. end says that the stream is over, by its end or by an error.
func readSome(fd int, buf []byte) (n int, end bool) {
	if fd < 0 {
		return 0, true
	}
	for {
		n, err := unix.Read(fd, buf)
		switch {
		case err == nil:
			return n, n == 0
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			return 0, false
		default:
			return 0, true
		}
	}
}
