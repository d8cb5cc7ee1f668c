package zmtp

import "bytes"

// A Publisher is an XPUB socket: each message goes to the peers that have
// subscribed to a prefix of its first frame.
type Publisher struct {
	listener
	welcome func(topic []byte) [][]byte
}

// ListenPublisher opens an XPUB socket. When a peer subscribes to a topic, it
// is sent, and only it, what welcome returns; nothing if welcome is nil. From then
// on it receives every message on that topic, so the welcome tells the peer
// that it will miss nothing more.
func ListenPublisher(network, address string, options Options, welcome func(topic []byte) [][]byte) (*Publisher, error) {
	p := &Publisher{listener: listener{Options: options.filled(), kind: "XPUB"}, welcome: welcome}
	p.message = func(from *peer, frames [][]byte) {
		if len(frames) == 1 && len(frames[0]) > 0 {
			p.subscribe(from, frames[0][0] == 1, frames[0][0] == 0, frames[0][1:])
		}
	}
	p.command = func(from *peer, name string, topic []byte) {
		p.subscribe(from, name == "SUBSCRIBE", name == "CANCEL", topic)
	}
	if err := p.listen(network, address); err != nil {
		return nil, err
	}
	return p, nil
}

// maxTopics bounds what one peer can make the publisher remember.
const maxTopics = 1024

func (p *Publisher) subscribe(from *peer, on, off bool, topic []byte) {
	from.mu.Lock()
	defer from.mu.Unlock()
	switch {
	case off:
		delete(from.topics, string(topic))
	case on && !from.topics[string(topic)] && len(from.topics) < maxTopics:
		from.topics[string(topic)] = true
		if p.welcome != nil {
			from.sendLocked(p.welcome(topic), p.MaxQueue)
		}
	}
}

func (p *peer) subscribed(topic []byte) bool {
	for prefix := range p.topics {
		if bytes.HasPrefix(topic, []byte(prefix)) {
			return true
		}
	}
	return false
}

// Publish queues a message for each subscriber and does not wait. A subscriber
// for whom MaxQueue bytes are waiting misses the message, as with every PUB
// socket; one that is marked vital is still queued, until a peer that takes
// nothing at all is disconnected.
func (p *Publisher) Publish(vital bool, frames ...[]byte) {
	for _, to := range p.all() {
		limit := p.MaxQueue
		if vital {
			limit *= 2
		}
		to.mu.Lock()
		if !to.subscribed(frames[0]) {
			to.mu.Unlock()
			continue
		}
		err := to.sendLocked(frames, limit)
		missed := err == errFull && !to.missing
		to.missing = err == errFull
		to.mu.Unlock()
		if missed {
			p.Log("XPUB socket: %s reads too slowly and misses messages", to.conn.RemoteAddr())
		}
		if err == errFull && vital {
			to.close()
		}
	}
}
