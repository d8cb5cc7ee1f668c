package mpi

import (
	"math"
	"sync"

	"github.com/galago-hpc/galago/internal/dl"
)

// maxInt32 is the largest count and tag that MPI's C functions can express.
const maxInt32 = math.MaxInt32

// maxCount is the largest number of elements in one call; a variable so that
// tests can exceed it without gigabytes.
var maxCount = maxInt32

// A Status tells where a message came from.
type Status struct {
	Source int // the rank that sent it
	Tag    int
	Count  int // how many elements it has
}

// A scratch holds what C writes during a call. It is pooled, so that receiving
// allocates nothing.
type scratch struct {
	status [12]int32 // MPI_Status: 20 bytes in MPICH, 24 in Open MPI
	count  int32
	flag   int32
	handle uintptr
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// read gives the status of a message that is received as elements of kind k.
func (s *scratch) read(c *Comm, call string, k kind) (Status, error) {
	status := Status{
		Source: int(s.status[active.statusSource]),
		Tag:    int(s.status[active.statusTag]),
	}
	if status.Source == active.procNull {
		return Status{Source: ProcNull, Tag: AnyTag}, nil
	}
	// int MPI_Get_count(const MPI_Status *status, MPI_Datatype datatype, int *count)
	code := active.call(active.c.getCount, dl.Ptr(&s.status), dl.Word(active.types[k]), dl.Ptr(&s.count))
	if code != 0 {
		return status, c.failed("MPI_Get_count", "", code)
	}
	status.Count = int(s.count)
	if status.Count == active.undefined {
		status.Count = 0
		return status, c.refuse(call, ErrType, "the message from rank %d with tag %d is no whole number of %v elements: it was sent as another type", status.Source, status.Tag, k)
	}
	return status, nil
}

// toC translates the special ranks, whose numbers differ between libraries.
func (a *abi) toC(rank int) dl.Arg {
	switch rank {
	case AnySource:
		return dl.Int(a.anySource)
	case ProcNull:
		return dl.Int(a.procNull)
	}
	return dl.Int(rank)
}

// tagToC does the same for tags.
func (a *abi) tagToC(tag int) dl.Arg {
	if tag == AnyTag {
		return dl.Int(a.anyTag)
	}
	return dl.Int(tag)
}

// destination checks whom a message goes to.
func (c *Comm) destination(call string, dest, tag int) error {
	if dest != ProcNull && (dest < 0 || dest >= c.size) {
		return c.refuse(call, ErrRank, "there is no rank %d to send to: ranks are 0 to %d", dest, c.size-1)
	}
	if tag < 0 || tag > maxInt32 {
		return c.refuse(call, ErrTag, "tag %d is out of range: tags are 0 to %d, libraries may allow less", tag, maxInt32)
	}
	return nil
}

// origin checks whom a message comes from.
func (c *Comm) origin(call string, source, tag int) error {
	if source != ProcNull && source != AnySource && (source < 0 || source >= c.size) {
		return c.refuse(call, ErrRank, "there is no rank %d to receive from: ranks are 0 to %d, or mpi.AnySource", source, c.size-1)
	}
	if tag != AnyTag && (tag < 0 || tag > maxInt32) {
		return c.refuse(call, ErrTag, "tag %d is out of range: tags are 0 to %d, or mpi.AnyTag", tag, maxInt32)
	}
	return nil
}

// fits refuses more elements than a C int can count.
func (c *Comm) fits(call string, n int) error {
	if n > maxCount {
		return c.refuse(call, ErrCount, "%d elements are more than MPI moves in one call, %d: make several calls", n, maxCount)
	}
	return nil
}

// root checks the rank that a collective call turns on.
func (c *Comm) root(call string, root int) error {
	if root < 0 || root >= c.size {
		return c.refuse(call, ErrRoot, "there is no rank %d to be the root: ranks are 0 to %d", root, c.size-1)
	}
	return nil
}

// copyInto copies what a world of one sends to itself.
func copyInto(to, from buffer) {
	if to.n > 0 && from.n > 0 && to.at != from.at {
		copy(to.bytes(), from.bytes())
	}
}
