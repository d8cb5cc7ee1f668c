package zmtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const handshakeTime = 10 * time.Second

// Options are the limits of a socket. A zero field stands for the default.
type Options struct {
	MaxMessage int                              // bytes of a message that is received; default 256 MiB
	MaxQueue   int                              // bytes that wait for one peer; default 128 MiB
	Log        func(format string, args ...any) // told about peers that were turned away; default nobody
}

func (o Options) filled() Options {
	if o.MaxMessage <= 0 {
		o.MaxMessage = 256 << 20
	}
	if o.MaxQueue <= 0 {
		o.MaxQueue = 128 << 20
	}
	if o.Log == nil {
		o.Log = func(string, ...any) {}
	}
	return o
}

// A listener accepts connections and runs a reader and a writer for each.
type listener struct {
	Options
	kind    string // ROUTER, XPUB or REP
	net     net.Listener
	message func(p *peer, frames [][]byte)
	command func(p *peer, name string, body []byte)

	mu     sync.Mutex
	peers  map[*peer]bool
	count  uint64 // connections so far
	closed bool
}

// listen opens the port. network is "tcp" or "unix"; a TCP port of 0 takes any
// that is free.
func (l *listener) listen(network, address string) error {
	var err error
	if l.net, err = net.Listen(network, address); err != nil {
		return fmt.Errorf("listening on %s %s for a %s socket: %w", network, address, l.kind, err)
	}
	l.peers = make(map[*peer]bool)
	go l.accept()
	return nil
}

// Addr is the address on which the socket listens.
func (l *listener) Addr() net.Addr { return l.net.Addr() }

func (l *listener) accept() {
	for {
		conn, err := l.net.Accept()
		if err == nil {
			go l.serve(conn)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		l.Log("%s socket: accepting a connection: %v", l.kind, err)
		time.Sleep(50 * time.Millisecond) // out of file descriptors, say: do not spin
	}
}

func (l *listener) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(handshakeTime))
	reader := bufio.NewReaderSize(conn, 32<<10)
	name, err := handshake(conn, reader, l.kind)
	if err != nil {
		if !gone(err) {
			l.Log("%s socket: turned away %s: %v", l.kind, conn.RemoteAddr(), err)
		}
		return
	}
	conn.SetDeadline(time.Time{})
	p := newPeer(conn, reader, name)
	if !l.add(p) {
		return
	}
	defer l.remove(p)
	go p.write()
	if err := l.read(p); err != nil && !gone(err) {
		l.Log("%s socket: disconnected %s: %v", l.kind, conn.RemoteAddr(), err)
	}
	p.close()
}

func gone(err error) bool {
	var op *net.OpError // reset, broken pipe, closed: a peer that went away
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &op)
}

func (l *listener) read(p *peer) error {
	for {
		frames, isCommand, err := readMessage(p.reader, l.MaxMessage)
		if err != nil {
			return err
		}
		if !isCommand {
			l.message(p, frames)
			continue
		}
		name, body, err := parseCommand(frames[0])
		switch {
		case err != nil:
			return err
		case name == "PING" && len(body) >= 2:
			p.pong(body[2:])
		case name == "ERROR":
			return fmt.Errorf("peer reports the error %q", body)
		case l.command != nil:
			l.command(p, name, body)
		}
	}
}

// add registers a peer. One without an identity is given one as by libzmq: a
// zero byte, which no identity may begin with, and a number.
func (l *listener) add(p *peer) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.count++
	p.number = l.count
	if p.name == "" {
		p.name = fmt.Sprintf("\x00%08x", p.number)
	}
	l.peers[p] = true
	return true
}

func (l *listener) remove(p *peer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.peers, p)
}

// find returns the connection that to names, or else the newest of the same
// identity, or nil.
func (l *listener) find(to Peer) *peer {
	l.mu.Lock()
	defer l.mu.Unlock()
	var newest *peer
	for p := range l.peers {
		if p.name != to.Identity {
			continue
		}
		if p.number == to.Connection {
			return p
		}
		if newest == nil || p.number > newest.number {
			newest = p
		}
	}
	return newest
}

func (l *listener) all() []*peer {
	l.mu.Lock()
	defer l.mu.Unlock()
	peers := make([]*peer, 0, len(l.peers))
	for p := range l.peers {
		peers = append(peers, p)
	}
	return peers
}

// Close stops listening, waits at most linger for queued messages to be
// written, and disconnects all peers.
func (l *listener) Close(linger time.Duration) error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	err := l.net.Close()
	peers := l.all()
	ctx, cancel := context.WithTimeout(context.Background(), linger)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, p := range peers {
			p.drained()
		}
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	for _, p := range peers {
		p.close()
	}
	return err
}
