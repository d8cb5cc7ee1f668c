package zmtp

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"runtime"
	"testing"
	"time"
)

// hello is a greeting and a READY command, as a peer of this kind says them.
func hello(kind string) []byte {
	ready := appendProperty([]byte("\x05READY"), "Socket-Type", kind)
	return append(append(greeting(), flagCommand, byte(len(ready))), ready...)
}

func long(flags byte, size uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{flags | flagLong}, size)
}

// Each of these ended or blocked a kernel on zmq4, or would cost memory.
var hostile = map[string][]byte{
	"silence":                  nil,
	"another protocol":         []byte("GET / HTTP/1.1\r\n\r\n"),
	"half a greeting":          greeting()[:20],
	"old protocol":             append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1}, make([]byte, 60)...),
	"other security":           bytes.Replace(hello("DEALER"), []byte("NULL\x00"), []byte("CURVE"), 1),
	"unknown socket type":      hello("GARBAGE"),
	"incompatible socket type": hello("PUB"),
	"property cut short":       append(greeting(), "\x04\x0d\x05READY\xffSocket"...),
	"property without size":    append(greeting(), "\x04\x12\x05READY\x0bSocket-Type"...),
	"READY without end":        append(greeting(), long(flagCommand, 1<<62)...),
	"no READY":                 append(greeting(), "\x00\x01x"...),
	"frame of 2^60 bytes":      append(hello("DEALER"), long(0, 1<<60)...),
	"frame of 2^63 bytes":      append(hello("DEALER"), long(0, 1<<63)...),
	"a big frame that stops":   append(hello("DEALER"), long(0, 200<<20)...),
	"unknown flags":            append(hello("DEALER"), 0xf0, 1, 'x'),
	"frames without end":       append(hello("DEALER"), bytes.Repeat([]byte{flagMore, 0}, 10*maxFrames)...),
	"command inside a message": append(hello("DEALER"), "\x01\x01x\x04\x05\x04PING"...),
	"empty command":            append(hello("DEALER"), flagCommand, 0),
	"command cut short":        append(hello("DEALER"), flagCommand, 2, 200, 'x'),
	"PING without a body":      append(hello("DEALER"), command("PING", nil)...),
	"an error":                 append(hello("DEALER"), command("ERROR", []byte("\x03bad"))...),
}

func TestHostilePeersHarmNobody(t *testing.T) {
	received := make(chan string, 1)
	router, err := ListenRouter("tcp", "127.0.0.1:0", Options{}, func(_ Peer, frames [][]byte) {
		received <- string(frames[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close(0)
	before := heap()
	for name, data := range hostile {
		t.Run(name, func(t *testing.T) {
			for range 20 {
				conn := connect(t, router.Addr(), data)
				defer conn.Close()
			}
			good := connect(t, router.Addr(), append(hello("DEALER"), "\x00\x05still"...))
			defer good.Close()
			if got := <-received; got != "still" {
				t.Errorf("received %q", got)
			}
		})
	}
	if grown := heap() - before; grown > 16<<20 {
		t.Errorf("the heap has grown by %d MiB", grown>>20)
	}
}

func TestBrokenPeersAreDisconnected(t *testing.T) {
	router, err := ListenRouter("tcp", "127.0.0.1:0", Options{}, func(Peer, [][]byte) {})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close(0)
	for _, name := range []string{"unknown socket type", "frame of 2^60 bytes", "frames without end", "empty command", "an error"} {
		conn := connect(t, router.Addr(), hostile[name])
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		_, err := io.Copy(io.Discard, conn)
		if e, timeout := err.(net.Error); timeout && e.Timeout() {
			t.Errorf("%s: still connected", name)
		}
		conn.Close()
	}
}

func TestPingIsAnswered(t *testing.T) {
	router, err := ListenRouter("tcp", "127.0.0.1:0", Options{}, func(Peer, [][]byte) {})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close(0)
	conn := connect(t, router.Addr(), append(hello("DEALER"), command("PING", []byte("\x00\x0acontext"))...))
	defer conn.Close()
	skip(t, conn)
	want := command("PONG", []byte("context"))
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestASubscriberThatReadsNothingCostsOnlyItself(t *testing.T) {
	const size, messages = 1 << 20, 200
	publisher, err := ListenPublisher("tcp", "127.0.0.1:0", Options{MaxQueue: 8 << 20}, func(topic []byte) [][]byte {
		return [][]byte{[]byte("welcome")}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close(0)
	subscribed := append(hello("SUB"), 0, 1, 1)
	stopped := connect(t, publisher.Addr(), subscribed)
	defer stopped.Close()
	skip(t, stopped)
	welcomed(t, stopped)
	healthy := connect(t, publisher.Addr(), subscribed)
	defer healthy.Close()
	skip(t, healthy)
	welcomed(t, healthy)

	before := heap()
	r := bufio.NewReader(healthy)
	for i := range messages {
		body := make([]byte, size)
		body[0] = byte(i)
		publisher.Publish(false, body)
		frames, _, err := readMessage(r, 2*size)
		if err != nil || len(frames[0]) != size || frames[0][0] != byte(i) {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	if grown := heap() - before; grown > 40<<20 {
		t.Errorf("the heap has grown by %d MiB for a queue of 8", grown>>20)
	}
	for range 100 { // what is vital is queued further, but not for ever
		publisher.Publish(true, make([]byte, size))
		if _, _, err := readMessage(r, 2*size); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(publisher.all()); n > 1 {
		t.Errorf("%d peers are connected, the stopped one among them", n)
	}
}

func FuzzPeer(f *testing.F) {
	for _, data := range hostile {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		rw := struct {
			io.Reader
			io.Writer
		}{r, io.Discard}
		if _, err := handshake(rw, r, "ROUTER"); err != nil {
			r.Reset(data)
		}
		for {
			frames, isCommand, err := readMessage(r, 1<<20)
			if err != nil {
				return
			}
			if isCommand {
				parseCommand(frames[0])
			}
		}
	})
}

func connect(t *testing.T, to net.Addr, data []byte) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	conn.Write(data) // fails, where the other side has seen enough
	return conn
}

// skip reads over the greeting and the READY command.
func skip(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := io.ReadFull(conn, make([]byte, greetingSize)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := readFrame(conn, maxReady); err != nil {
		t.Fatal(err)
	}
}

func welcomed(t *testing.T, conn net.Conn) {
	t.Helper()
	if frames, _, err := readMessage(conn, 100); err != nil || string(frames[0]) != "welcome" {
		t.Fatalf("%q, %v", frames, err)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
