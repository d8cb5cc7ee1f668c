package jupyter

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/galago-hpc/galago/kernel/jupyter/zmtp"
)

// A kernel is what the handlers share.
type kernel struct {
	log    *quietLog
	signer *signer
	id     string // session field of our headers
	sent   atomic.Uint64
	ctx    context.Context // done when the kernel ends

	connection *Connection
	shell      *channel
	control    *channel
	stdin      *zmtp.Router
	iopub      *zmtp.Publisher
	heart      *zmtp.Router

	ready   chan struct{} // closed once session or failed is set
	session Session
	failed  error

	aside   *lane         // what is answered while a cell of the shell runs
	turn    chan struct{} // holds one value while a cell has the session
	comms   comms
	history *history
	clocks  clocks

	states  sync.Mutex
	handled int         // requests that are being handled
	coding  int         // those of them that run code
	rest    *time.Timer // gives memory back

	mu        sync.Mutex
	running   *execution    // the cell that runs, or nil
	question  chan *message // takes the answer to an input_request, or nil
	subshells map[string]*lane

	end     chan struct{} // closed when the client has asked for the end
	endOnce sync.Once
}

// A channel is a socket on which requests come, with its lane.
type channel struct {
	name string
	*zmtp.Router
	*lane
}

func newKernel(ctx context.Context, c *Connection, to *log.Logger) *kernel {
	var id [16]byte
	rand.Read(id[:])
	return &kernel{
		rest:       time.AfterFunc(restTime, debug.FreeOSMemory),
		log:        newQuietLog(to),
		signer:     newSigner(c.Key),
		id:         hex.EncodeToString(id[:]),
		ctx:        ctx,
		connection: c,
		history:    openHistory(to),
		aside:      newLane(),
		turn:       make(chan struct{}, 1),
		subshells:  make(map[string]*lane),
		ready:      make(chan struct{}),
		end:        make(chan struct{}),
	}
}

// The largest messages that are received, in bytes. What is larger costs its
// sender the connection, before anybody has looked for a signature.
const (
	maxRequest      = 64 << 20 // code, and what widgets upload
	maxControl      = 4 << 20  // on the control channel, and what a user types
	maxSubscription = 64 << 10
	maxHeartbeat    = 1 << 20
)

// listen opens the five sockets. The first that fails ends it; the caller
// closes what is open.
func (k *kernel) listen() (err error) {
	options := func(largest int) zmtp.Options {
		return zmtp.Options{MaxMessage: largest, MaxQueue: 64 << 20, Log: k.log.Printf}
	}
	open := func(c *channel, port, largest int, lane func(*message) *lane) error {
		network, address := k.connection.address(port)
		c.Router, err = zmtp.ListenRouter(network, address, options(largest), func(from zmtp.Peer, frames [][]byte) {
			if m := k.receive(c.name, from, frames); m != nil {
				sent, browser := k.clocks.sent(m.header, time.Now())
				r := &request{message: m, on: c, sent: sent, browser: browser}
				if l := lane(m); l == nil || !l.push(r) && m.header.Subshell != "" {
					k.begin(m)
					k.respond(r, unknownSubshell(m.header.Subshell))
				}
			}
		})
		return err
	}
	network, address := k.connection.address(k.connection.IOPubPort)
	if k.iopub, err = zmtp.ListenPublisher(network, address, options(maxSubscription), k.welcome); err != nil {
		return err
	}
	network, address = k.connection.address(k.connection.StdinPort)
	if k.stdin, err = zmtp.ListenRouter(network, address, options(maxControl), k.answered); err != nil {
		return err
	}
	network, address = k.connection.address(k.connection.HeartbeatPort)
	if k.heart, err = zmtp.ListenEcho(network, address, options(maxHeartbeat)); err != nil {
		return err
	}
	k.control = &channel{name: "control", lane: newLane()}
	if err = open(k.control, k.connection.ControlPort, maxControl, func(*message) *lane { return k.control.lane }); err != nil {
		return err
	}
	k.shell = &channel{name: "shell", lane: newLane()}
	return open(k.shell, k.connection.ShellPort, maxRequest, k.laneOf)
}

// closeSockets sends what is queued, for a second at most each, and hangs up.
func (k *kernel) closeSockets() {
	var wait sync.WaitGroup
	closing := func(close func(time.Duration) error) {
		wait.Go(func() { close(time.Second) })
	}
	if k.iopub != nil {
		closing(k.iopub.Close)
	}
	for _, r := range []*zmtp.Router{k.stdin, k.heart} {
		if r != nil {
			closing(r.Close)
		}
	}
	for _, c := range []*channel{k.control, k.shell} {
		if c != nil && c.Router != nil {
			closing(c.Router.Close)
		}
	}
	wait.Wait()
}

// receive decodes a message, or logs why it is dropped and returns nil.
func (k *kernel) receive(channel string, from zmtp.Peer, frames [][]byte) *message {
	m, err := decode(from, frames, k.signer)
	if err != nil {
		k.log.Printf("dropped a message on %s: %v", channel, err)
		return nil
	}
	return m
}

func (k *kernel) newHeader(kind string) header {
	return header{
		ID:       k.id + "_" + strconv.FormatUint(k.sent.Add(1), 10),
		Session:  k.id,
		Username: "galago",
		Date:     now(),
		Type:     kind,
		Version:  protocolVersion,
	}
}

// reply answers a request on the channel that it came on.
func (k *kernel) reply(r *request, kind string, metadata, content any) {
	frames, err := encode(k.newHeader(kind), r.message, metadata, content, k.signer)
	if err != nil {
		k.log.Printf("encoding %s: %v", kind, err)
		content = failure("InternalError", "the answer cannot be written as JSON: "+err.Error())
		frames, _ = encode(k.newHeader(kind), r.message, nil, content, k.signer)
	}
	if err := r.on.Send(r.from, append(r.route, frames...)...); err != nil {
		k.log.Printf("sending %s: %v", kind, err)
	}
}

// publish sends a message to all clients. parent may be nil.
func (k *kernel) publish(parent *message, kind string, content any) error {
	frames, err := encode(k.newHeader(kind), parent, nil, content, k.signer)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", kind, err)
	}
	vital := kind == "status" || kind == "error" || kind == "shutdown_reply"
	topic := strings.Join([]string{"kernel", k.id, kind}, ".")
	k.iopub.Publish(vital, append([][]byte{[]byte(topic)}, frames...)...)
	return nil
}

// welcome greets a new subscriber, so that it knows that it will miss nothing
// more (JEP 65).
func (k *kernel) welcome(topic []byte) [][]byte {
	content := map[string]string{"subscription": string(topic)}
	frames, err := encode(k.newHeader("iopub_welcome"), nil, nil, content, k.signer)
	if err != nil { // a string always encodes
		k.log.Printf("encoding iopub_welcome: %v", err)
		return nil
	}
	return append([][]byte{topic}, frames...)
}

// stop makes Serve return.
func (k *kernel) stop() { k.endOnce.Do(func() { close(k.end) }) }
