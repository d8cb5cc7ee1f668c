package mpi

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/galago-hpc/galago/internal/goroutine"
)

// # Meetings
//
// A collective call waits for all ranks of its communicator. If one of them makes
// another call, or none, the others wait forever, and nothing says why. A meeting
// is a collective call that notices: the ranks come to it before the real one, each
// with what it is about to do.
//
// The ranks compare in log2(size) rounds of small messages: in round k a rank sends
// the least and the greatest key that it has heard of to the rank 2^k further on.
// After the last round everybody knows whether all keys are equal. That costs what a
// small MPI_Allreduce costs; nothing else is exchanged while all is well. If keys
// differ, rank 0 collects what the ranks have to say and sends everybody the list:
// all ranks get the same error, none has made the real call, and all go on in step.
//
// Meetings do not use the communicator that they are about. All messages travel
// through one copy of MPI_COMM_WORLD, which is made when MPI starts; a meeting is
// known by its group of ranks and a counter. So ranks that come to meetings of
// different files, or never come, can still be spoken with.
//
// # Ranks that do not come
//
// A rank that waits for longer than a moment asks the rank whose message it misses
// what it is doing. It answers with the one rank (or, in a blocking MPI call such as
// MPI_Barrier, the ranks) that it cannot go on without. Whoever asks follows this
// chain. A rank that computes ends it: it may come, if minutes later, and is waited
// for without an error. A chain that ends at a rank which has ended, or leads back to
// where it has been, is a deadlock: each rank in it needs the next. It is asked for a
// second time, and if nobody has moved all ranks in question get an error that lists
// who waits where and who does not come.
//
// Answers come from the rank itself while it is in a meeting or has ended (see
// Finalize), else from a goroutine of it that looks for messages ten times a second,
// which needs MPI_THREAD_MULTIPLE. Without that a rank is silent outside of meetings
// and counts as one that computes. A rank inside of a C call cannot be given the
// error: it is ended with the run, by MPI_Abort, when a rank with the error ends.
//
// Not proven, and so waited for, with a note that says who waits for whom: receives
// from any source, roots of rooted collectives, ranks in a broadcast whose root has done
// its part (see rooted), ranks with several blocking calls at once or with one in
// another goroutine than the one that comes to meetings, and chains through a collective
// call whose missing ranks are not on the chain.
//
// Who was given up may come in the end: for it, too, the meeting has failed, and the
// ranks go on in step.

// Meet waits until all ranks of the communicator have called it, and makes sure
// that all have come with the same key. If not, every rank gets an error of class
// [ErrDisagree] with what each says about itself. If a rank cannot come any more,
// because it has ended or waits in another call for one that is here, those that
// are here get an error of class [ErrDeadlock] within seconds.
//
// About says what the rank is about to do, such as "create dataset /a"; it is
// called only if something is wrong, and may be called several times. Where the
// caller stands is added.
//
// It does nothing unless the ranks compare their calls: in rank cells of notebooks
// that use lib/h5, or with GALAGO_H5_CHECK=1. Collective.
func (c *Comm) Meet(key uint64, about func() string) error {
	err := c.ready("Meet")
	if c != nil && c.freed && c.group != nil && life.Load() == running {
		err = nil // a file is open with HDF5's own copy of the communicator
	}
	if err != nil {
		return err
	}
	o := post
	if o == nil || c.size == 1 {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	g, err := o.groupOf(c)
	if err != nil {
		return err
	}
	o.goroutine.Store(goroutine.Number())
	g.seq++
	o.enter(&meeting{group: g, seq: g.seq, about: about, began: time.Now()})
	defer o.leaveMeeting()
	low, high, err := o.spread(g, g.seq, key)
	if err == nil {
		err = o.lateDoom()
	}
	if err != nil || low == high {
		return err
	}
	report, err := o.compare(key)
	if err != nil {
		return err
	}
	return &Error{Comm: c.name, Rank: c.rank, Size: c.size, Class: ErrDisagree, Text: report}
}

// lateDoom finds out whether the meeting that this rank has come to was given up by
// those who waited. The keys that they had sent before are there all the same.
func (o *office) lateDoom() error {
	for got := true; got; {
		var err error
		if got, err = o.receive(); err != nil {
			return err
		}
	}
	return o.doomedNow()
}

// doomedNow is the error of the meeting if it will not take place.
func (o *office) doomedNow() error {
	m := o.now
	if m == nil {
		return nil
	}
	why, ok := o.doomed[slot{group: m.group.id, seq: m.seq}]
	if !ok {
		return nil
	}
	c := o.comm
	return &Error{Comm: c.name, Rank: c.rank, Size: c.size, Class: ErrDeadlock, Text: why}
}

// Meets reports whether [Comm.Meet] does anything.
func Meets() bool { return post != nil }

// A meeting is one that this rank is in.
type meeting struct {
	group    *group
	seq      uint64
	about    func() string
	began    time.Time
	needs    int // the world rank whose message is missing; -1 for none
	round    int // in which it is missing
	quiet    bool
	remarked bool // it was said that this rank waits
}

// spread exchanges the least and the greatest key.
func (o *office) spread(g *group, seq, key uint64) (low, high uint64, err error) {
	low, high = key, key
	n := len(g.ranks)
	for round, step := 0, 1; step < n; round, step = round+1, 2*step {
		to, from := g.ranks[(g.me+step)%n], g.ranks[(g.me-step%n+n)%n]
		if err := o.send(to, message{kind: meet, group: g.id, seq: seq, round: uint64(round), a: low, b: high}); err != nil {
			return 0, 0, err
		}
		at := slot{g.id, seq, uint64(round), from}
		if o.now != nil {
			o.now.needs, o.now.round, o.inquiry = from, round, inquiry{}
		}
		if err := o.await(func() bool { _, ok := o.keys[at]; return ok }); err != nil {
			return 0, 0, err
		}
		m := o.keys[at]
		delete(o.keys, at)
		low, high = min(low, m[0]), max(high, m[1])
	}
	return low, high, nil
}

// compare collects what the ranks say about themselves after they have disagreed.
func (o *office) compare(key uint64) (string, error) {
	g, seq, me := o.now.group, o.now.seq, o.now.group.me
	o.now.quiet = true
	mine := o.now.text()
	if me != 0 {
		if err := o.send(g.ranks[0], message{kind: statement, group: g.id, seq: seq, a: key, text: mine}); err != nil {
			return "", err
		}
		at := slot{g.id, seq, 0, g.ranks[0]}
		err := o.await(func() bool { _, ok := o.texts[at]; return ok })
		verdict := o.texts[at].text
		delete(o.texts, at)
		return verdict, err
	}
	said, first := make([]string, len(g.ranks)), map[string]uint64{mine: key}
	said[0] = mine
	for i := 1; i < len(said); i++ {
		at := slot{g.id, seq, 0, g.ranks[i]}
		if err := o.await(func() bool { _, ok := o.texts[at]; return ok }); err != nil {
			return "", err
		}
		said[i] = o.texts[at].text
		if known, ok := first[said[i]]; ok && known != o.texts[at].a {
			said[i] += ", with other properties or values"
		} else {
			first[said[i]] = o.texts[at].a
		}
		delete(o.texts, at)
	}
	report := fold(said)
	for _, to := range g.ranks[1:] {
		if err := o.send(to, message{kind: statement, group: g.id, seq: seq, text: report}); err != nil {
			return "", err
		}
	}
	return report, nil
}

func (m *meeting) text() string {
	text := m.about()
	if line := callerLine(); line != "" {
		text += " at " + line
	}
	return text
}

// post is where the messages of meetings are sent and received; nil if the ranks
// do not compare.
var post *office

// An office is this rank's end of the messages about meetings.
type office struct {
	mu            sync.Mutex // held by who sends and receives
	comm          *Comm      // a copy of the world
	buffer        []byte
	closed        bool
	spins, yields int // how often a rank looks for messages before it lets others go first, and before it sleeps

	groups map[uint64]*group
	keys   map[slot][2]uint64 // keys that have arrived
	texts  map[slot]message   // statements that have arrived
	doomed map[slot]string    // meetings that will not take place, and why

	now     *meeting // nil between meetings
	ended   bool     // this rank is about to end MPI
	stamp   uint64   // counts what this rank has begun and finished
	inquiry inquiry

	unanswered int // questions of this rank

	rooted    rooted
	goroutine atomic.Int64 // that came to the last meeting
}

// A slot is what a message of a meeting belongs to.
type slot struct {
	group, seq, round uint64
	from              int // world rank; 0 where it does not matter
}

// A group is the ranks of a communicator, by their ranks in the world.
type group struct {
	id    uint64
	ranks []int
	me    int
	seq   uint64
}

func (o *office) enter(m *meeting) {
	m.needs = -1
	o.now = m
	o.stamp++
	o.inquiry = inquiry{}
	if len(o.keys)+len(o.texts)+len(o.doomed) > 4*o.comm.size+64 {
		o.tidy()
	}
}

func (o *office) leaveMeeting() {
	o.now = nil
	o.stamp++
}

// tidy forgets what has arrived for meetings that are over.
func (o *office) tidy() {
	over := func(s slot) bool { g := o.groups[s.group]; return g != nil && s.seq < g.seq }
	for s := range o.keys {
		if over(s) {
			delete(o.keys, s)
		}
	}
	for s := range o.texts {
		if over(s) {
			delete(o.texts, s)
		}
	}
	for s := range o.doomed {
		if over(s) {
			delete(o.doomed, s)
		}
	}
}
