package zmtp

// A Router is a ROUTER socket: it knows its peers by identity and sends to one
// of them at a time.
type Router struct{ listener }

// ListenRouter opens a ROUTER socket. It calls receive for each message with
// the identity of its sender: in order for one peer, at the same time for
// several. What receive does not return from, its peer waits for.
func ListenRouter(network, address string, options Options, receive func(from string, frames [][]byte)) (*Router, error) {
	return listenRouter("ROUTER", network, address, options, receive)
}

// ListenEcho opens a REP socket that answers every request with the request:
// the heartbeat of a Jupyter kernel.
func ListenEcho(network, address string, options Options) (*Router, error) {
	var r *Router
	ready := make(chan struct{})
	r, err := listenRouter("REP", network, address, options, func(from string, frames [][]byte) {
		<-ready
		r.Send(from, frames...)
	})
	close(ready)
	return r, err
}

func listenRouter(kind, network, address string, options Options, receive func(string, [][]byte)) (*Router, error) {
	r := &Router{listener{Options: options.filled(), kind: kind}}
	r.message = func(p *peer, frames [][]byte) { receive(p.name, frames) }
	if err := r.listen(network, address); err != nil {
		return nil, err
	}
	return r, nil
}

// Send queues a message for the peer with this identity and does not wait. The
// error says that the peer is gone, or that it was disconnected because it
// reads nothing.
func (r *Router) Send(to string, frames ...[]byte) error {
	r.mu.Lock()
	p := r.named[to]
	r.mu.Unlock()
	if p == nil {
		return errGone
	}
	err := p.send(frames, r.MaxQueue)
	if err == errFull {
		r.Log("%s socket: disconnected %s: %v", r.kind, p.conn.RemoteAddr(), err)
		p.close()
	}
	return err
}
