package zmtp

import (
	"bufio"
	"errors"
	"net"
	"sync"
)

// A peer is one connection after its handshake.
type peer struct {
	conn   net.Conn
	reader *bufio.Reader
	name   string // identity, given or made up
	number uint64 // of the connection, from 1

	mu      sync.Mutex
	topics  map[string]bool // XPUB only
	queue   [][]byte        // wire form of what is to be sent
	bytes   int             // bytes in queue
	writing bool            // the writer holds bytes that are not in queue
	missing bool            // XPUB only: it reads too slowly
	dead    bool
	change  *sync.Cond
}

func newPeer(conn net.Conn, reader *bufio.Reader, name string) *peer {
	p := &peer{conn: conn, reader: reader, name: name, topics: make(map[string]bool)}
	p.change = sync.NewCond(&p.mu)
	return p
}

var (
	errGone = errors.New("peer has disconnected")
	errFull = errors.New("peer does not take what is sent to it")
)

// send queues a message; it never waits. With more than limit bytes queued it
// returns errFull and queues nothing.
func (p *peer) send(frames [][]byte, limit int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sendLocked(frames, limit)
}

func (p *peer) sendLocked(frames [][]byte, limit int) error {
	if p.dead {
		return errGone
	}
	if p.bytes > limit {
		return errFull
	}
	p.queue = appendMessage(p.queue, frames)
	for _, f := range frames {
		p.bytes += len(f)
	}
	p.change.Broadcast()
	return nil
}

// pong answers a PING command with its context.
func (p *peer) pong(context []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bytes < chunk { // a peer that pings and never reads gets no more
		p.queue = append(p.queue, command("PONG", context))
		p.bytes += len(context) + len("PONG")
		p.change.Broadcast()
	}
}

// write sends what is queued until the peer is closed.
func (p *peer) write() {
	for {
		p.mu.Lock()
		p.writing = false
		p.change.Broadcast()
		for len(p.queue) == 0 && !p.dead {
			p.change.Wait()
		}
		if p.dead {
			p.mu.Unlock()
			return
		}
		batch := net.Buffers(p.queue)
		p.queue, p.bytes, p.writing = nil, 0, true
		p.mu.Unlock()
		if _, err := batch.WriteTo(p.conn); err != nil {
			p.close()
			return
		}
	}
}

// drained waits until everything queued has been handed to the system.
func (p *peer) drained() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.dead && (p.writing || len(p.queue) > 0) {
		p.change.Wait()
	}
}

func (p *peer) close() {
	p.mu.Lock()
	p.dead = true
	p.queue, p.writing = nil, false
	p.change.Broadcast()
	p.mu.Unlock()
	p.conn.Close()
}
