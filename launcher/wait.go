package launcher

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/launcher/guard"
)

const (
	fastest = 5 * time.Millisecond  // between two looks at the logs while they grow
	slowest = 50 * time.Millisecond // while they do not
	perRank = 100 * time.Microsecond

	// gather is how long a failed run goes on, so that ranks that fail for
	// the same reason can say so.
	gather = 500 * time.Millisecond
	// delay is how long the launcher's words are held back.
	delay = 300 * time.Millisecond
	// lateness is how long the end of a rank's log may take to arrive after
	// the launcher has ended well; files travel slower than processes end.
	lateness = 10 * time.Second
	// lostAfter is the same when the launcher has failed or was ended.
	lostAfter = time.Second
	// overdue is how long the launcher may take to end after its last rank.
	overdue = 10 * time.Second
)

// Wait follows the run until it has ended, and hands over what its ranks print
// and report, for each rank in order. Start, Exit and Error events are handed
// over as well; the caller need not look at them, because Wait returns what
// has gone wrong: a *[event.Failure] that names the rank, or nil. It is to be
// called once. The handler runs on the caller's goroutine.
func (r *Run) Wait(handle func(RankEvent)) error {
	s := newStopper(r)
	pause := fastest
	var launcherEnded, lastEnded, lastNews time.Time
	for {
		ended := r.hasEnded() // before the logs are read: what a rank wrote is there then
		said := r.words.take()
		news, err := r.poll(handle, s.keep())
		if err != nil && r.warning == nil {
			r.warning = err
			s.giveUp()
		}
		now := time.Now()
		r.hear(said, now, handle)
		if news || lastNews.IsZero() {
			lastNews = now
		}
		if ended && launcherEnded.IsZero() {
			launcherEnded, lastNews = now, now
		}
		if r.allEnded() {
			if ended {
				break
			}
			if lastEnded.IsZero() {
				lastEnded = now
			}
			if now.Sub(lastEnded) > overdue {
				s.giveUp()
			}
		} else if ended && now.Sub(lastNews) > r.patience(s) {
			break
		}
		s.step(now)

		if pause *= 2; news {
			pause = fastest
		}
		pause = min(pause, slowest+time.Duration(len(r.ranks))*perRank)
		r.sleep(pause, ended)
	}
	return r.finish(s, handle)
}

// patience is how long to wait for ranks that have not reported their end,
// after the launcher's.
func (r *Run) patience(s *stopper) time.Duration {
	switch {
	case s.killed():
		return lostAfter / 4
	case r.cmd.ProcessState.Success() && r.anyStarted():
		return lateness
	}
	return lostAfter
}

func (r *Run) sleep(pause time.Duration, ended bool) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	var done, over <-chan struct{}
	if !ended {
		done = r.ended
	}
	if r.asked.Load() == 0 {
		over = r.ctx.Done()
	}
	select {
	case <-timer.C:
	case <-r.wake:
	case <-done:
	case <-over:
		r.asked.CompareAndSwap(0, 1)
	}
}

// poll reads what is new in every log, and passes it on in the order in which it
// happened. Of what has piled up, it leaves out all but keep bytes, if keep is not
// 0.
func (r *Run) poll(handle func(RankEvent), keep int64) (news bool, err error) {
	type entry struct {
		rank int
		guard.Record
	}
	var entries []entry
	for i := range r.ranks {
		k := &r.ranks[i]
		if k.exit != nil {
			continue
		}
		if keep > 0 {
			k.log.skip(keep)
		}
		records, e := k.log.poll(r.buffer)
		if e != nil && err == nil {
			err = fmt.Errorf("rank %d: %w", i, e)
		}
		for _, rec := range records {
			k.note(rec)
			entries = append(entries, entry{i, rec})
		}
		if k.exit != nil {
			k.log.close()
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.At.Compare(b.At) })
	for _, e := range entries {
		handle(RankEvent{Rank: e.rank, Event: e.Event})
	}
	return len(entries) > 0, err
}

// A note is a line of the launcher that waits to be passed on.
type note struct {
	at   time.Time
	text string
}

// hear passes on what the launcher says, a little later: if a rank has failed
// in the meantime, the launcher only speaks about that.
func (r *Run) hear(lines []string, now time.Time, handle func(RankEvent)) {
	for _, line := range lines {
		// A guard that cannot write its log is a rank that has failed. Not
		// every launcher ends the others because of it.
		if strings.Contains(line, guard.Prefix) {
			r.guardBroken = true
		}
		r.notes = append(r.notes, note{now, line + "\n"})
	}
	if r.deaf || r.anyBroken() {
		r.notes = nil
	}
	for len(r.notes) > 0 && now.Sub(r.notes[0].at) > delay {
		handle(RankEvent{Rank: -1, Event: event.Event{Kind: event.Note, Text: r.notes[0].text}})
		r.notes = r.notes[1:]
	}
}

func (r *Run) allEnded() bool {
	for i := range r.ranks {
		if r.ranks[i].exit == nil {
			return false
		}
	}
	return true
}

func (r *Run) anyStarted() bool {
	for i := range r.ranks {
		if r.ranks[i].started {
			return true
		}
	}
	return false
}

func (r *Run) anyBroken() bool {
	if r.guardBroken {
		return true
	}
	for i := range r.ranks {
		if r.ranks[i].broken() {
			return true
		}
	}
	return false
}

// finish cleans up, writes the record and says what went wrong.
func (r *Run) finish(s *stopper, handle func(RankEvent)) error {
	s.sweep()
	if r.leash != nil {
		r.leash.Close()
	}
	select {
	case <-r.words.ended:
	case <-time.After(lostAfter / 4): // something that was left behind holds the pipe
	}
	failure := r.cause(s.interrupted())
	if failure == nil {
		r.hear(r.words.take(), time.Now(), handle)
		r.hear(nil, time.Now().Add(2*delay), handle)
	}
	var skipped int64
	for i := range r.ranks {
		r.ranks[i].log.close()
		skipped += r.ranks[i].log.skipped
	}
	if skipped > 0 {
		handle(RankEvent{Rank: -1, Event: event.Event{Kind: event.Note, Text: fmt.Sprintf(
			"%d MB of output were left out; they are in %s\n", skipped/1e6, r.request.RunDir)}})
	}

	now, exit := time.Now(), r.cmd.ProcessState.ExitCode()
	r.record.Ended, r.record.Exit, r.record.Failure = &now, &exit, failure
	r.record.Steps = r.process().steps
	switch {
	case failure == nil:
		r.record.State = Succeeded
	case failure.Name == interruptName:
		r.record.State = Interrupted
	default:
		r.record.State = Failed
	}
	err := r.record.write(r.request.RunDir)
	switch {
	case failure != nil:
		return failure
	case err != nil:
		return unwritable(r.request.RunDir, err)
	}
	return nil
}
