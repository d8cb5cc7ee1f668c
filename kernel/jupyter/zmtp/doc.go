// Package zmtp is the serving half of ZeroMQ as a Jupyter kernel needs it:
// ROUTER, XPUB and REP sockets that listen, over TCP or Unix-domain sockets,
// with the NULL mechanism of ZMTP 3.0 (rfc.zeromq.org/spec/23).
//
//	router, err := zmtp.ListenRouter("tcp", "127.0.0.1:0", zmtp.Options{}, func(from string, frames [][]byte) {
//		... // called once for each message, in order for each peer
//	})
//	err = router.Send(from, []byte("answer"))
//	router.Close(time.Second)
//
// # Why not a library
//
// A kernel holds the user's variables, so nothing that arrives at a port may
// end or block it. github.com/go-zeromq/zmq4 v0.17.0, the obvious choice,
// panics in its own goroutine on a frame that claims 2^60 bytes, on an unknown
// socket type and on a truncated property; a peer that connects and says
// nothing keeps everybody else from connecting; and its XPUB swallows
// subscriptions, so that a new subscriber cannot be welcomed. The tests of this
// package do each of these things, and use zmq4 as one of their clients; pyzmq is
// the other.
//
// # What a peer can and cannot do
//
// Each connection has its own reader and its own writer with a queue of its
// own. A peer that does not greet within ten seconds, that breaks the
// protocol, that sends a message larger than [Options].MaxMessage or does not
// take what was sent to it is disconnected; the others notice nothing. Memory
// for a frame is taken as its bytes arrive, not as its header claims.
//
// Dialling, encryption and high-water marks by message count are left out.
package zmtp
