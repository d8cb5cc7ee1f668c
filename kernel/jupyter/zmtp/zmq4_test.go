package zmtp

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// The other implementations: zmq4 here, libzmq in the tests of package jupyter.

func TestRouterAnswersTheSender(t *testing.T) {
	var router *Router
	ready := make(chan bool)
	router, err := ListenRouter("tcp", "127.0.0.1:0", Options{}, func(from Peer, frames [][]byte) {
		<-ready
		router.Send(from, append([][]byte{[]byte("you said")}, frames...)...)
	})
	close(ready)
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close(0)
	for range 3 {
		dealer := dial(t, zmq4.NewDealer(t.Context()), router.Addr().String())
		for _, size := range []int{0, 1, 255, 256, 70000, 3 << 20} {
			sent := bytes.Repeat([]byte("x"), size)
			if err := dealer.SendMulti(zmq4.NewMsgFrom([]byte("a"), sent)); err != nil {
				t.Fatal(err)
			}
			got, err := dealer.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Frames) != 3 || string(got.Frames[0]) != "you said" || !bytes.Equal(got.Frames[2], sent) {
				t.Fatalf("%d bytes came back as %d frames", size, len(got.Frames))
			}
		}
	}
}

func TestEchoAnswersRequests(t *testing.T) {
	echo, err := ListenEcho("tcp", "127.0.0.1:0", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close(0)
	req := dial(t, zmq4.NewReq(t.Context()), echo.Addr().String())
	for range 10 {
		if err := req.Send(zmq4.NewMsgString("ping")); err != nil {
			t.Fatal(err)
		}
		if got, err := req.Recv(); err != nil || string(got.Bytes()) != "ping" {
			t.Fatalf("%v, %v", got, err)
		}
	}
}

func TestPublisherWelcomesAndFilters(t *testing.T) {
	publisher, err := ListenPublisher("tcp", "127.0.0.1:0", Options{}, func(topic []byte) [][]byte {
		return [][]byte{topic, []byte("welcome")}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer publisher.Close(0)
	sub := dial(t, zmq4.NewSub(t.Context()), publisher.Addr().String())
	if err := sub.SetOption(zmq4.OptionSubscribe, "a."); err != nil {
		t.Fatal(err)
	}
	want := func(second string) {
		t.Helper()
		got, err := sub.Recv()
		if err != nil || len(got.Frames) != 2 || string(got.Frames[1]) != second {
			t.Fatalf("%v, %v; want %q", got, err, second)
		}
	}
	want("welcome")
	for i := range 1000 {
		publisher.Publish(false, []byte("b.x"), []byte("not for you"))
		publisher.Publish(false, []byte("a.x"), fmt.Append(nil, i))
	}
	for i := range 1000 {
		want(fmt.Sprint(i))
	}
}

func TestCloseDeliversWhatIsQueued(t *testing.T) {
	const messages, size = 50, 1 << 20
	for range 3 {
		connected := make(chan Peer, 1)
		router, err := ListenRouter("tcp", "127.0.0.1:0", Options{}, func(from Peer, _ [][]byte) { connected <- from })
		if err != nil {
			t.Fatal(err)
		}
		dealer := dial(t, zmq4.NewDealer(t.Context()), router.Addr().String())
		if err := dealer.Send(zmq4.NewMsgString("hello")); err != nil {
			t.Fatal(err)
		}
		to := <-connected
		for range messages {
			if err := router.Send(to, make([]byte, size)); err != nil {
				t.Fatal(err)
			}
		}
		go router.Close(time.Minute)
		for i := range messages {
			if got, err := dealer.Recv(); err != nil || len(got.Bytes()) != size {
				t.Fatalf("message %d: %d bytes, %v", i, len(got.Bytes()), err)
			}
		}
	}
}

func TestOneIdentityTwice(t *testing.T) {
	type arrival struct {
		from Peer
		text string
	}
	arrivals := make(chan arrival, 4)
	router, err := ListenRouter("tcp", "127.0.0.1:0", Options{}, func(from Peer, frames [][]byte) {
		arrivals <- arrival{from, string(frames[0])}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close(0)
	var dealers []zmq4.Socket
	for _, text := range []string{"first", "second"} {
		d := dial(t, zmq4.NewDealer(t.Context(), zmq4.WithID(zmq4.SocketIdentity("same"))), router.Addr().String())
		if err := d.Send(zmq4.NewMsgString(text)); err != nil {
			t.Fatal(err)
		}
		dealers = append(dealers, d)
		a := <-arrivals
		if a.from.Identity != "same" || a.text != text {
			t.Fatalf("%q from %q", a.text, a.from.Identity)
		}
		if err := router.Send(a.from, []byte("to "+text)); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if got, err := d.Recv(); err != nil || string(got.Bytes()) != "to "+text {
				t.Errorf("%s received %q, %v", text, got.Bytes(), err)
			}
		}()
	}
}

func dial(t *testing.T, s zmq4.Socket, address string) zmq4.Socket {
	t.Helper()
	if err := s.Dial("tcp://" + address); err != nil {
		t.Fatal(err)
	}
	// zmq4's Close returns an error for a connection that is closed already.
	context.AfterFunc(t.Context(), func() { s.Close() })
	return s
}
