package mpi

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// Send sends buf to rank dest. It returns once buf may be reused, which may be
// before the message has been received or not until then: two ranks that
// both send before they receive may wait forever; use [Sendrecv] or [Isend].
// An empty buf sends a message without elements. MPI_Send, MPI-4.0, section
// 3.2.1.
func Send[T Element](comm *Comm, buf []T, dest, tag int) error {
	return comm.send(bufferOf(buf), dest, tag)
}

func (c *Comm) send(b buffer, dest, tag int) error {
	const call = "MPI_Send"
	if err := c.ready(call); err != nil {
		return err
	}
	if err := c.destination(call, dest, tag); err != nil {
		return err
	}
	if err := c.fits(call, b.n); err != nil {
		return err
	}
	if c.lone {
		return c.nobody(call, dest)
	}
	// int MPI_Send(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm)
	code := active.call(active.c.send, b.data, dl.Int(b.n), dl.Word(active.types[b.kind]), active.toC(dest), dl.Int(tag), dl.Word(c.handle))
	if code != 0 {
		return c.failed(call, sending(b, dest, tag), code)
	}
	return nil
}

// nobody refuses a message to oneself in a world without a library; the
// partner that is none is all right.
func (c *Comm) nobody(call string, partner int) error {
	if partner == ProcNull {
		return nil
	}
	return c.refuse(call, ErrRank, "this process is alone: there is no MPI library, and no other rank to exchange messages with")
}

// Recv receives a message from rank source, or from any with [AnySource], with
// that tag, or any with [AnyTag]. The message may be shorter than buf, which
// the status tells; a longer one is an error of class [ErrTruncate] (which
// Open MPI 4.1 fails to report of a message that a rank sends to itself, but
// does not write beyond buf either). It must have been sent as the same type.
// MPI_Recv, MPI-4.0, section 3.2.4.
func Recv[T Element](comm *Comm, buf []T, source, tag int) (Status, error) {
	return comm.recv(bufferOf(buf), source, tag)
}

func (c *Comm) recv(b buffer, source, tag int) (Status, error) {
	const call = "MPI_Recv"
	if err := c.ready(call); err != nil {
		return Status{}, err
	}
	if err := c.origin(call, source, tag); err != nil {
		return Status{}, err
	}
	if err := c.fits(call, b.n); err != nil {
		return Status{}, err
	}
	if c.lone {
		return Status{Source: ProcNull, Tag: AnyTag}, c.nobody(call, source)
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	// int MPI_Recv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status *status)
	code := active.call(active.c.recv, b.data, dl.Int(b.n), dl.Word(active.types[b.kind]), active.toC(source), active.tagToC(tag), dl.Word(c.handle), dl.Ptr(&s.status))
	if code != 0 {
		return Status{}, c.failed(call, receiving(b, source, tag), code)
	}
	return s.read(c, call, b.kind)
}

// sending describes a send in an error.
func sending(b buffer, dest, tag int) string {
	return fmt.Sprintf("of %d %v to rank %d with tag %d", b.n, b.kind, dest, tag)
}

// receiving describes a receive in an error.
func receiving(b buffer, source, tag int) string {
	from, with := fmt.Sprintf("rank %d", source), fmt.Sprintf("tag %d", tag)
	if source == AnySource {
		from = "any rank"
	}
	if tag == AnyTag {
		with = "any tag"
	}
	return fmt.Sprintf("of at most %d %v from %s with %s", b.n, b.kind, from, with)
}

// Sendrecv sends one message and receives another at the same time, so that
// rings and exchanges cannot get stuck. The two buffers must not overlap.
// MPI_Sendrecv, MPI-4.0, section 3.10.
func Sendrecv[S, R Element](comm *Comm, send []S, dest, sendTag int, recv []R, source, recvTag int) (Status, error) {
	return comm.sendrecv(bufferOf(send), dest, sendTag, bufferOf(recv), source, recvTag)
}

func (c *Comm) sendrecv(send buffer, dest, sendTag int, recv buffer, source, recvTag int) (Status, error) {
	const call = "MPI_Sendrecv"
	if err := c.ready(call); err != nil {
		return Status{}, err
	}
	if err := c.destination(call, dest, sendTag); err != nil {
		return Status{}, err
	}
	if err := c.origin(call, source, recvTag); err != nil {
		return Status{}, err
	}
	if err := c.fits(call, max(send.n, recv.n)); err != nil {
		return Status{}, err
	}
	if overlaps(send, recv) {
		return Status{}, c.refuse(call, ErrBuffer, "the buffers overlap")
	}
	if c.lone {
		return c.sendrecvAlone(send, dest, sendTag, recv, source, recvTag)
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	// int MPI_Sendrecv(const void *sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag,
	//                  void *recvbuf, int recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status *status)
	code := active.call(active.c.sendrecv,
		send.data, dl.Int(send.n), dl.Word(active.types[send.kind]), active.toC(dest), dl.Int(sendTag),
		recv.data, dl.Int(recv.n), dl.Word(active.types[recv.kind]), active.toC(source), active.tagToC(recvTag),
		dl.Word(c.handle), dl.Ptr(&s.status))
	if code != 0 {
		return Status{}, c.failed(call, sending(send, dest, sendTag)+", and "+receiving(recv, source, recvTag), code)
	}
	return s.read(c, call, recv.kind)
}

// sendrecvAlone is an exchange with oneself, or with nobody.
func (c *Comm) sendrecvAlone(send buffer, dest, sendTag int, recv buffer, source, recvTag int) (Status, error) {
	const call = "MPI_Sendrecv"
	switch {
	case source == ProcNull:
		return Status{Source: ProcNull, Tag: AnyTag}, nil
	case dest == ProcNull, recvTag != AnyTag && recvTag != sendTag:
		return Status{}, c.refuse(call, ErrRank, "this process is alone and would wait forever for a message")
	case send.kind != recv.kind:
		return Status{}, c.refuse(call, ErrType, "%v elements are sent and %v received", send.kind, recv.kind)
	case send.n > recv.n:
		return Status{}, c.refuse(call, ErrTruncate, "%d elements are sent, but there is room for %d", send.n, recv.n)
	}
	copyInto(recv.part(0, send.n), send)
	return Status{Source: 0, Tag: sendTag, Count: send.n}, nil
}
