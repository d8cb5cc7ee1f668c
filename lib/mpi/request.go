package mpi

import (
	"sync"

	"github.com/galago-hpc/galago/internal/dl"
)

// A Request is a send or receive under way. Every request must be completed
// with [Request.Wait], a successful [Request.Test], or [Waitall]. The package
// holds its buffer until then, so a forgotten request costs memory but never
// corrupts it.
type Request struct {
	mu     sync.Mutex
	comm   *Comm
	call   string
	dest   int // or source
	tag    int
	handle uintptr
	buffer buffer
	recv   bool
	done   bool
	status Status
	err    error
}

// pending keeps the buffers of requests that C still works on.
var pending struct {
	sync.Mutex
	requests map[*Request]struct{}
}

// Isend starts to send buf to rank dest and returns at once. buf must not be
// changed before the request is complete. MPI_Isend, MPI-4.0, section 3.7.2.
func Isend[T Element](comm *Comm, buf []T, dest, tag int) (*Request, error) {
	return comm.isend(bufferOf(buf), dest, tag)
}

// Irecv starts to receive a message as [Recv] does and returns at once. buf
// must not be read or changed before the request is complete. MPI_Irecv,
// MPI-4.0, section 3.7.2.
func Irecv[T Element](comm *Comm, buf []T, source, tag int) (*Request, error) {
	return comm.irecv(bufferOf(buf), source, tag)
}

func (c *Comm) isend(b buffer, dest, tag int) (*Request, error) {
	const call = "MPI_Isend"
	if err := c.ready(call); err != nil {
		return nil, err
	}
	if err := c.destination(call, dest, tag); err != nil {
		return nil, err
	}
	if err := c.fits(call, b.n); err != nil {
		return nil, err
	}
	return c.begin(&Request{comm: c, call: call, dest: dest, tag: tag, buffer: b}, func(handle dl.Arg) int32 {
		// int MPI_Isend(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request *request)
		return active.call(active.c.isend, b.data, dl.Int(b.n), dl.Word(active.types[b.kind]), active.toC(dest), dl.Int(tag), dl.Word(c.handle), handle)
	})
}

func (c *Comm) irecv(b buffer, source, tag int) (*Request, error) {
	const call = "MPI_Irecv"
	if err := c.ready(call); err != nil {
		return nil, err
	}
	if err := c.origin(call, source, tag); err != nil {
		return nil, err
	}
	if err := c.fits(call, b.n); err != nil {
		return nil, err
	}
	return c.begin(&Request{comm: c, call: call, dest: source, tag: tag, buffer: b, recv: true}, func(handle dl.Arg) int32 {
		// int MPI_Irecv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request *request)
		return active.call(active.c.irecv, b.data, dl.Int(b.n), dl.Word(active.types[b.kind]), active.toC(source), active.tagToC(tag), dl.Word(c.handle), handle)
	})
}

// begin starts a request; C may write into its buffer from here on.
func (c *Comm) begin(r *Request, start func(handle dl.Arg) int32) (*Request, error) {
	if c.lone {
		r.done, r.status = true, Status{Source: ProcNull, Tag: AnyTag}
		return r, c.nobody(r.call, r.dest)
	}
	r.hold()
	if code := start(dl.Ptr(&r.handle)); code != 0 {
		r.release()
		return nil, c.failed(r.call, r.about(), code)
	}
	return r, nil
}

// about describes the request in an error.
func (r *Request) about() string {
	if r.recv {
		return receiving(r.buffer, r.dest, r.tag)
	}
	return sending(r.buffer, r.dest, r.tag)
}

func (r *Request) hold() {
	pending.Lock()
	defer pending.Unlock()
	if pending.requests == nil {
		pending.requests = make(map[*Request]struct{})
	}
	pending.requests[r] = struct{}{}
}

func (r *Request) release() {
	pending.Lock()
	defer pending.Unlock()
	delete(pending.requests, r)
	r.buffer = buffer{kind: r.buffer.kind}
}

// Wait waits until the request is complete. The status is that of the received
// message; of a send it is empty. Waiting again returns the same. MPI_Wait,
// MPI-4.0, section 3.7.3.
func (r *Request) Wait() (Status, error) {
	_, status, err := r.finish("MPI_Wait")
	return status, err
}

// Test reports whether the request is complete, and if so its status, without
// waiting. MPI_Test, MPI-4.0, section 3.7.3.
func (r *Request) Test() (bool, Status, error) { return r.finish("MPI_Test") }

func (r *Request) finish(call string) (bool, Status, error) {
	if r == nil {
		return false, Status{}, world.refuse(call, ErrRequest, "the request is nil")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		return true, r.status, r.err
	}
	if life.Load() != running {
		return false, Status{}, r.comm.refuse(call, ErrOther, "MPI has been finalised")
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	var code int32
	s.handle = r.handle
	if call == "MPI_Wait" {
		s.flag = 1
		if post != nil {
			awaited.Store(r)
			defer awaited.CompareAndSwap(r, nil)
		}
		// int MPI_Wait(MPI_Request *request, MPI_Status *status)
		code = active.call(active.c.wait, dl.Ptr(&s.handle), dl.Ptr(&s.status))
	} else {
		// int MPI_Test(MPI_Request *request, int *flag, MPI_Status *status)
		code = active.call(active.c.test, dl.Ptr(&s.handle), dl.Ptr(&s.flag), dl.Ptr(&s.status))
	}
	switch {
	case code != 0:
		r.err = r.comm.failed(call, "for "+r.call+" "+r.about(), code)
	case s.flag == 0:
		return false, Status{}, nil
	case r.recv:
		r.status, r.err = s.read(r.comm, r.call, r.buffer.kind)
	}
	r.done = true
	r.release()
	return true, r.status, r.err
}

// Waitall waits for all requests, each of which keeps its own status, and
// returns the first error. Nil requests are passed over. MPI_Waitall, MPI-4.0,
// section 3.7.5.
func Waitall(requests ...*Request) error {
	var first error
	for _, r := range requests {
		if r == nil {
			continue
		}
		if _, err := r.Wait(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
