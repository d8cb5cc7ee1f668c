package jupyter

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// How long the running cell may take to be interrupted, and then the session to
// end, before the kernel goes without them. Clients wait five seconds in all
// and then kill.
const (
	interruptTime = 2 * time.Second
	closeTime     = 2 * time.Second
)

// Serve listens where the connection file says and serves the session that
// newSession makes, until the client asks for the end or is gone, a SIGTERM or
// SIGHUP arrives, or ctx is done. It returns nil in all these cases, and an
// error only if it could not begin. A session that cannot be made is not such
// an error: cells are answered with it, where the user sees it.
//
// Serve takes over SIGINT, SIGTERM and SIGHUP of the process.
func Serve(ctx context.Context, connectionFile string, newSession func(Ask) (Session, error), to *log.Logger) error {
	connection, err := ReadConnection(connectionFile)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	k := newKernel(inner, connection, to)
	defer k.closeSockets()
	if err := k.listenPrivately(connectionFile); err != nil {
		return fmt.Errorf("serving %s: %w", connectionFile, err)
	}
	go k.makeSession(newSession)
	k.status(nil, "starting")
	var lanes sync.WaitGroup
	for _, l := range []*lane{k.control.lane, k.shell.lane, k.aside} {
		lanes.Go(func() { k.serve(l) })
	}

	k.wait(ctx, signals, watchClient(inner))

	cancel(errors.New("the kernel is ending"))
	k.closeLanes()
	k.interrupt()
	within(interruptTime, lanes.Wait)
	k.closeSession()
	return nil
}

// listenPrivately listens, and keeps other users of the machine from the key and
// from sockets that are files.
func (k *kernel) listenPrivately(connectionFile string) error {
	if info, err := os.Stat(connectionFile); err == nil && info.Mode()&0o077 != 0 {
		if err := os.Chmod(connectionFile, 0o600); err != nil {
			k.log.Printf("others can read the key of this kernel in %s: %v", connectionFile, err)
		}
	}
	// The process has one umask, and nothing else runs yet.
	defer syscall.Umask(syscall.Umask(0o177))
	return k.listen()
}

// closeLanes lets each lane end after the request that it is handling.
func (k *kernel) closeLanes() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, l := range k.subshells {
		l.close()
	}
	for _, l := range []*lane{k.control.lane, k.shell.lane, k.aside} {
		l.close()
	}
}

// wait returns when the kernel is to end.
func (k *kernel) wait(ctx context.Context, signals <-chan os.Signal, orphaned <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			if s != os.Interrupt {
				return
			}
			go k.interrupt()
		case <-orphaned:
			k.log.Printf("the client is gone")
			return
		case <-k.end:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (k *kernel) makeSession(newSession func(Ask) (Session, error)) {
	defer close(k.ready)
	defer func() {
		if p := recover(); p != nil {
			k.session, k.failed = nil, fmt.Errorf("starting the session: %v", p)
		}
		if k.failed != nil {
			k.log.Printf("%v", k.failed)
		}
	}()
	made, err := newSession(k.ask)
	if k.failed = err; err != nil {
		return // made may be a nil pointer in an interface that is not nil
	}
	if k.session = made; made == nil {
		k.failed = errors.New("starting the session: there is none")
	}
}

// closeSession ends the session, also one that is only being made.
func (k *kernel) closeSession() {
	ended := within(closeTime, func() {
		<-k.ready
		if k.session == nil {
			return
		}
		if err := k.session.Close(); err != nil {
			k.log.Printf("closing the session: %v", err)
		}
	})
	if !ended {
		k.log.Printf("the session has not ended within %v", closeTime)
	}
}

// within reports whether f returned in time. It goes on if not.
func within(limit time.Duration, f func()) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return true
	case <-time.After(limit):
		return false
	}
}
