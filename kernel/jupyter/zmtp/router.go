package zmtp

// A Router is a ROUTER socket: it sends to one of its peers at a time.
type Router struct{ listener }

// A Peer names the sender of a message. Peers should have identities of their
// own, but several clients made by one jupyter_client manager share one, so the
// connection counts as well.
type Peer struct {
	Identity   string // as the peer gave it, or made up
	Connection uint64 // 0: any, the newest of this identity
}

// ListenRouter opens a ROUTER socket. It calls receive for each message: in
// order for one peer, at the same time for several. What receive does not
// return from, its peer waits for.
func ListenRouter(network, address string, options Options, receive func(from Peer, frames [][]byte)) (*Router, error) {
	return listenRouter("ROUTER", network, address, options, receive)
}

// ListenEcho opens a REP socket that answers every request with the request:
// the heartbeat of a Jupyter kernel.
func ListenEcho(network, address string, options Options) (*Router, error) {
	var r *Router
	ready := make(chan struct{})
	r, err := listenRouter("REP", network, address, options, func(from Peer, frames [][]byte) {
		<-ready
		r.Send(from, frames...)
	})
	close(ready)
	return r, err
}

func listenRouter(kind, network, address string, options Options, receive func(Peer, [][]byte)) (*Router, error) {
	r := &Router{listener{Options: options.filled(), kind: kind}}
	r.message = func(p *peer, frames [][]byte) { receive(Peer{p.name, p.number}, frames) }
	if err := r.listen(network, address); err != nil {
		return nil, err
	}
	return r, nil
}

// Send queues a message and does not wait. A peer that has reconnected since
// gets it on its new connection. The error says that the peer is gone, or that
// it was disconnected because it reads nothing.
func (r *Router) Send(to Peer, frames ...[]byte) error {
	p := r.find(to)
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
