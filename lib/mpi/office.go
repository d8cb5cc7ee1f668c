package mpi

import (
	"encoding/binary"
	"hash/fnv"
	"runtime"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/accord"
	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/goroutine"
)

// openOffice makes the copy of the world that meetings use. All ranks call it when
// MPI has started.
func openOffice() error {
	if world.size == 1 || !accord.On() {
		return nil
	}
	comm, err := world.Dup()
	if err != nil {
		return err
	}
	o := &office{
		comm: comm, buffer: make([]byte, headerSize+maxText+comm.size/8+1),
		groups: map[uint64]*group{}, keys: map[slot][2]uint64{}, texts: map[slot]message{}, doomed: map[slot]string{},
		rooted: rooted{groups: map[uintptr]uint64{}, begun: map[uint64]uint64{}},
	}
	o.goroutine.Store(goroutine.Number())
	// A rank that spins keeps from the core the ranks that it waits for, if there
	// are more of them than cores.
	if o.spins, o.yields = 200, 2000; started.local > nodeCores() {
		o.spins, o.yields = 0, 2000
	}
	post = o
	if level == threadMultiple {
		go o.attend()
	}
	return nil
}

// attend answers questions while this rank is not in a meeting.
func (o *office) attend() {
	for {
		time.Sleep(100 * time.Millisecond)
		if !o.mu.TryLock() {
			continue // somebody is at it
		}
		closed := o.closed
		for !closed {
			if got, err := o.receive(); !got || err != nil {
				break
			}
		}
		o.mu.Unlock()
		if closed {
			return
		}
	}
}

// closeOffice waits for all ranks to come to the end, and answers those that wait
// for this one in the meantime.
func closeOffice() {
	o := post
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return
	}
	o.ended = true
	o.stamp++
	all := &group{id: endGroup, ranks: make([]int, o.comm.size), me: o.comm.rank}
	for i := range all.ranks {
		all.ranks[i] = i
	}
	// MPI_Finalize is next, whatever comes. No message should be left by then: some
	// libraries complain.
	_ = o.await(func() bool { return o.unanswered == 0 })
	_, _, _ = o.spread(all, 1, 0)
	for got := true; got; {
		got, _ = o.receive()
	}
	o.closed = true
}

// A message travels as 9 numbers of 8 bytes, text, and a set of ranks.
type message struct {
	kind, from        uint64
	group, seq, round uint64
	a, b              uint64
	text              string
	ranks             []byte // a set of world ranks, as bits
}

const (
	meet      uint64 = iota // keys: a is the least, b the greatest
	statement               // what a rank says, or the list of what all have said
	question                // what are you doing? a is the number of the question
	answer                  // a: the question; b: the state and the rank that is needed; seq: the stamp
	doom                    // a meeting that will not take place
)

const (
	headerSize = 9 * 8
	maxText    = 4000
	meetingTag = 1
	endGroup   = 1 // the id of the group of all ranks at the end
)

func (o *office) send(to int, m message) error {
	text := m.text[:min(len(m.text), maxText)]
	b := make([]byte, 0, headerSize+len(text)+len(m.ranks))
	for _, word := range [...]uint64{m.kind, uint64(o.comm.rank), m.group, m.seq, m.round, m.a, m.b, uint64(len(text)), uint64(len(m.ranks))} {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	b = append(append(b, text...), m.ranks...)
	// int MPI_Send(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm)
	if code := active.call(active.c.send, dl.Slice(b), dl.Int(len(b)), dl.Word(active.types[uint8s]), dl.Int(to), dl.Int(meetingTag), dl.Word(o.comm.handle)); code != 0 {
		return o.comm.failed("MPI_Send", "of a meeting", code)
	}
	return nil
}

// receive takes one message, if there is one, and deals with it.
func (o *office) receive() (bool, error) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	// int MPI_Iprobe(int source, int tag, MPI_Comm comm, int *flag, MPI_Status *status)
	if code := active.call(active.c.iprobe, dl.Int(active.anySource), dl.Int(meetingTag), dl.Word(o.comm.handle), dl.Ptr(&s.flag), dl.Ptr(&s.status)); code != 0 {
		return false, o.comm.failed("MPI_Iprobe", "for a meeting", code)
	}
	if s.flag == 0 {
		return false, nil
	}
	source := s.status[active.statusSource]
	// int MPI_Recv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status *status)
	if code := active.call(active.c.recv, dl.Slice(o.buffer), dl.Int(len(o.buffer)), dl.Word(active.types[uint8s]), dl.Int(source), dl.Int(meetingTag), dl.Word(o.comm.handle), dl.Ptr(&s.status)); code != 0 {
		return false, o.comm.failed("MPI_Recv", "of a meeting", code)
	}
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(o.buffer[8*i:]) }
	m := message{kind: word(0), from: word(1), group: word(2), seq: word(3), round: word(4), a: word(5), b: word(6)}
	text, ranks := word(7), word(8)
	m.text = string(o.buffer[headerSize : headerSize+text])
	m.ranks = append([]byte(nil), o.buffer[headerSize+text:headerSize+text+ranks]...)
	return true, o.take(m)
}

// take deals with a message.
func (o *office) take(m message) error {
	at := slot{m.group, m.seq, m.round, int(m.from)}
	switch m.kind {
	case meet:
		o.keys[at] = [2]uint64{m.a, m.b}
	case statement:
		o.texts[at] = m
	case doom:
		o.doomed[slot{group: m.group, seq: m.seq}] = m.text
	case question:
		return o.send(int(m.from), o.reply(m).message(m.a))
	case answer:
		o.unanswered--
		o.inquiry.hear(m)
	}
	return nil
}

// await receives until something is there. While it waits for long, it finds out
// why.
func (o *office) await(there func() bool) error {
	began := time.Time{}
	for polls := 0; !there(); polls++ {
		got, err := o.receive()
		if err != nil {
			return err
		}
		if got {
			continue
		}
		if err := o.doomedNow(); err != nil {
			return err
		}
		switch {
		case polls < o.spins:
		case polls < o.spins+o.yields:
			// As the libraries do where there are more ranks than cores.
			_, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
		default:
			if began.IsZero() {
				began = time.Now()
			}
			nap := 20 * time.Microsecond
			if time.Since(began) > 20*time.Millisecond {
				nap = time.Millisecond
			}
			runtime.Gosched()
			time.Sleep(nap)
			if m := o.now; m != nil && !m.quiet && time.Since(m.began) > patience {
				if err := o.inquire(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// groupOf finds the ranks of a communicator.
func (o *office) groupOf(c *Comm) (*group, error) {
	if c.group != nil {
		return c.group, nil
	}
	ranks, err := o.members(c.handle)
	if err != nil {
		return nil, err
	}
	id := groupID(ranks)
	g := o.groups[id]
	if g == nil {
		g = &group{id: id, ranks: ranks, me: c.rank}
		o.groups[id] = g
	}
	c.group = g
	return g, nil
}

func groupID(ranks []int) uint64 {
	h := fnv.New64a()
	for _, r := range ranks {
		_, _ = h.Write(binary.LittleEndian.AppendUint32(nil, uint32(r)))
	}
	return h.Sum64() | 2 // never endGroup
}

// members lists the world ranks of a communicator. The calls are local.
func (o *office) members(comm uintptr) ([]int, error) {
	var all, some uintptr
	var size int32
	fail := func(call string, code int32) ([]int, error) { return nil, o.comm.failed(call, "for a meeting", code) }
	// int MPI_Comm_size(MPI_Comm comm, int *size)
	if code := active.call(active.c.commSize, dl.Word(comm), dl.Ptr(&size)); code != 0 {
		return fail("MPI_Comm_size", code)
	}
	// int MPI_Comm_group(MPI_Comm comm, MPI_Group *group)
	if code := active.call(active.c.commGroup, dl.Word(o.comm.handle), dl.Ptr(&all)); code != 0 {
		return fail("MPI_Comm_group", code)
	}
	defer active.call(active.c.groupFree, dl.Ptr(&all)) // int MPI_Group_free(MPI_Group *group)
	if code := active.call(active.c.commGroup, dl.Word(comm), dl.Ptr(&some)); code != 0 {
		return fail("MPI_Comm_group", code)
	}
	defer active.call(active.c.groupFree, dl.Ptr(&some))
	from, to := make([]int32, size), make([]int32, size)
	for i := range from {
		from[i] = int32(i)
	}
	// int MPI_Group_translate_ranks(MPI_Group group1, int n, const int ranks1[], MPI_Group group2, int ranks2[])
	if code := active.call(active.c.groupTranslate, dl.Word(some&active.handleMask), dl.Int(size), dl.Slice(from), dl.Word(all&active.handleMask), dl.Slice(to)); code != 0 {
		return fail("MPI_Group_translate_ranks", code)
	}
	ranks := make([]int, size)
	for i, r := range to {
		ranks[i] = int(r)
	}
	return ranks, nil
}
