package mpi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	patience   = 700 * time.Millisecond // how long a rank waits before it asks
	again      = 400 * time.Millisecond // between two inquiries
	certainty  = 250 * time.Millisecond // between finding a deadlock and asking again
	silence    = 800 * time.Millisecond // how long the second answers may take
	mostListed = 256                    // ranks that are asked what they do, for the message
)

// A condition is what a rank is doing.
type condition uint64

const (
	computing  condition = iota // nothing that others need to come for, or unknown
	inMeeting                   // waits for the rank needs
	inCall                      // in a blocking MPI call, waits for needs, or for all of ranks
	unprovable                  // in a blocking call that may end by itself
	gone                        // has ended
)

// A situation is what a rank says that it does.
type situation struct {
	rank       int
	condition  condition
	stamp      uint64
	needs      int    // world rank; -1: none, or all of ranks
	exchanging bool   // there are sends or receives under way
	passed     bool   // the rank has done its part in the call that it was asked about
	group      uint64 // of the meeting, or of a call with a root
	seq        uint64
	ranks      []byte // of the meeting or the call
	text       string
}

// state says what this rank does.
func (o *office) state() situation {
	s := situation{rank: o.comm.rank, stamp: o.stamp, needs: -1, text: "at work, has not come yet"}
	pending.Lock()
	s.exchanging = len(pending.requests) > 0
	pending.Unlock()
	switch b := blocked.Load(); {
	case o.ended:
		s.condition, s.text = gone, "ended, will not come"
	case o.now != nil:
		m := o.now
		s.condition, s.needs, s.group, s.seq = inMeeting, m.needs, m.group.id, m.seq
		s.ranks, s.text = setOf(m.group.ranks, o.comm.size), m.text()
	case b != nil:
		o.describe(b, &s)
	}
	return s
}

func (s situation) message(question uint64) message {
	state := uint64(s.condition) | uint64(uint32(int32(s.needs)))<<32
	if s.exchanging {
		state |= 1 << 16
	}
	if s.passed {
		state |= 1 << 17
	}
	return message{kind: answer, a: question, b: state, round: s.stamp, group: s.group, seq: s.seq, ranks: s.ranks, text: s.text}
}

func situationOf(m message) situation {
	return situation{
		rank: int(m.from), condition: condition(m.b & 0xff), exchanging: m.b&(1<<16) != 0, passed: m.b&(1<<17) != 0, needs: int(int32(m.b >> 32)),
		stamp: m.round, group: m.group, seq: m.seq, ranks: m.ranks, text: m.text,
	}
}

func setOf(ranks []int, size int) []byte {
	set := make([]byte, size/8+1)
	for _, r := range ranks {
		set[r/8] |= 1 << (r % 8)
	}
	return set
}

func inSet(set []byte, rank int) bool { return rank/8 < len(set) && set[rank/8]&(1<<(rank%8)) != 0 }

// An inquiry follows the chain of who waits for whom.
type inquiry struct {
	number  uint64 // of the questions of this inquiry
	next    time.Time
	chain   []situation
	asked   int // the rank whose answer the chain needs; -1 if none is out
	heard   map[int]situation
	confirm bool
	until   time.Time
}

func (q *inquiry) hear(m message) {
	if m.a == q.number && q.heard != nil {
		q.heard[int(m.from)] = situationOf(m)
	}
}

// questions counts the questions of this rank.
var questions uint64

func (q *inquiry) begin() {
	questions++
	*q = inquiry{number: questions, asked: -1, heard: map[int]situation{}}
}

// inquire goes on with finding out why this rank waits. It is called every now and
// then, and returns the error once there is one.
func (o *office) inquire() error {
	q, now := &o.inquiry, time.Now()
	switch {
	case now.Before(q.next):
		return nil
	case q.confirm:
		return o.confirm(now)
	case q.number == 0 || q.asked < 0:
		q.begin()
		me := o.state()
		if me.needs < 0 {
			return nil
		}
		q.chain = []situation{me}
		return o.ask(me.needs)
	}
	s, ok := q.heard[q.asked]
	if !ok {
		o.remark(situation{rank: q.asked, text: "at work, does not answer"}) // it computes
		return nil
	}
	last := q.chain[len(q.chain)-1]
	known := slices.ContainsFunc(q.chain, func(before situation) bool { return before.rank == s.rank })
	if !known {
		q.chain = append(q.chain, s)
	}
	switch {
	case s.passed:
		// The last one waits for somebody else.
		last.condition = unprovable
		o.remark(last)
		q.asked, q.next = -1, now.Add(again)
	case s.condition == gone, known, o.closes(s):
		// Ask all once more, those on the chain and those of the meeting.
		q.next, q.until, q.confirm = now.Add(certainty), now.Add(certainty+silence), true
		questions++
		q.number, q.heard = questions, nil
	case s.condition == computing, s.condition == unprovable, s.needs < 0:
		o.remark(s)
		q.asked, q.next = -1, now.Add(again)
	default:
		return o.ask(s.needs)
	}
	return nil
}

// ask asks the rank that the last of the chain waits for.
func (o *office) ask(rank int) error {
	q := &o.inquiry
	q.asked = rank
	m := message{kind: question, a: q.number}
	if last := q.chain[len(q.chain)-1]; last.hasRoot() {
		m.group, m.seq = last.group, last.seq
	}
	if rank == o.comm.rank {
		q.heard[rank] = o.reply(m)
		return nil
	}
	return o.question(rank, m)
}

func (o *office) question(rank int, m message) error {
	o.unanswered++
	return o.send(rank, m)
}

// reply answers a question.
func (o *office) reply(m message) situation {
	s := o.state()
	s.passed = m.group != 0 && o.rooted.has(m.group, m.seq)
	return s
}

// hasRoot reports whether the rank is in a call such as MPI_Bcast.
func (s situation) hasRoot() bool { return s.condition == inCall && s.group != 0 }

// closes reports whether the last of the chain cannot go on without one that is on
// the chain before it.
func (o *office) closes(s situation) bool {
	for _, before := range o.inquiry.chain[:len(o.inquiry.chain)-1] {
		switch {
		case s.needs == before.rank && s.hasRoot():
			return false // it is asked whether it has passed that call
		case s.needs == before.rank:
			// What the one has begun to send or to receive goes on while it waits.
			return s.condition == inMeeting || !before.exchanging
		case s.condition == inCall && s.needs < 0 && inSet(s.ranks, before.rank) && before.condition != inCall:
			return true
		}
	}
	return false
}

// confirm asks everybody for the second time, and if nobody on the chain has moved
// dooms the meeting.
func (o *office) confirm(now time.Time) error {
	q, m := &o.inquiry, o.now
	var wanted []int
	for _, s := range q.chain[1:] {
		wanted = append(wanted, s.rank)
	}
	for _, r := range m.group.ranks[:min(len(m.group.ranks), mostListed)] {
		if r != o.comm.rank && !slices.Contains(wanted, r) {
			wanted = append(wanted, r)
		}
	}
	if q.heard == nil {
		q.heard = map[int]situation{}
		for _, r := range wanted {
			if err := o.question(r, message{kind: question, a: q.number}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(q.heard) < len(wanted) && now.Before(q.until) {
		return nil
	}
	for _, s := range q.chain[1:] {
		if again, ok := q.heard[s.rank]; !ok || again.stamp != s.stamp || again.condition != s.condition {
			q.asked, q.confirm, q.next = -1, false, now.Add(certainty)
			return nil
		}
	}
	said := map[int]string{o.comm.rank: m.text()}
	for _, r := range wanted {
		said[r] = "at work, does not answer"
		if s, ok := q.heard[r]; ok {
			said[r] = s.text
		}
	}
	return o.doom(foldRanks(said))
}

// doom tells the ranks that wait for each other.
func (o *office) doom(why string) error {
	q := &o.inquiry
	self := o.state()
	for _, s := range append([]situation{self}, q.chain[1:]...) {
		if s.condition != inMeeting {
			continue
		}
		m := message{kind: doom, group: s.group, seq: s.seq, text: why}
		for r := range o.comm.size {
			if !inSet(s.ranks, r) {
				continue
			}
			if r == o.comm.rank {
				_ = o.take(m)
			} else if err := o.send(r, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// fold lists what the ranks say, equal words once.
func fold(said []string) string {
	all := make(map[int]string, len(said))
	for rank, text := range said {
		all[rank] = text
	}
	return foldRanks(all)
}

func foldRanks(said map[int]string) string {
	groups := map[string][]int{}
	for rank, text := range said {
		groups[text] = append(groups[text], rank)
	}
	var texts []string
	for text, ranks := range groups {
		slices.Sort(ranks)
		texts = append(texts, text)
	}
	slices.SortFunc(texts, func(a, b string) int { return groups[a][0] - groups[b][0] })
	const most, long = 8, 400
	more := 0
	for i, text := range texts {
		if i >= most {
			more += len(groups[text])
			continue
		}
		if short := []rune(text); len(short) > long {
			text = string(short[:long]) + "..." + string(short[len(short)-40:])
		}
		texts[i] = listRanks(groups[texts[i]]) + ": " + text
	}
	if more > 0 {
		texts = append(texts[:most], fmt.Sprintf("%d ranks more with something else", more))
	}
	return strings.Join(texts, "; ")
}

// listRanks writes "rank 3", "ranks 0-2, 5".
func listRanks(ranks []int) string {
	var parts []string
	for i := 0; i < len(ranks); {
		j := i
		for j+1 < len(ranks) && ranks[j+1] == ranks[j]+1 {
			j++
		}
		part := strconv.Itoa(ranks[i])
		switch {
		case j == i+1:
			part = fmt.Sprintf("%d, %d", ranks[i], ranks[j])
		case j > i+1:
			part = fmt.Sprintf("%d-%d", ranks[i], ranks[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	if len(ranks) == 1 {
		return "rank " + parts[0]
	}
	return "ranks " + strings.Join(parts, ", ")
}
