package launcher

import (
	"syscall"
	"time"

	"github.com/galago-hpc/galago/launcher/guard"
)

// A stopper ends a run in stages: it asks the guards, then the launcher, then
// kills what is left. Wait calls step at every turn.
type stopper struct {
	run    *Run
	stage  stage
	next   time.Time // when the next stage begins
	broken time.Time // when the first failure was seen
	asked  int32     // how many calls of Interrupt have been heeded
	forced bool
	notice bool // an interrupt came before the run had ended otherwise
}

type stage int

const (
	going stage = iota
	asking
	releasing // all ranks have reported their end; the guards may go
	terminating
	killing
)

const (
	// The guards need up to a second to get the stacks, and half a second to
	// end their programs otherwise.
	inspectTime   = 1600 * time.Millisecond
	stopTime      = 800 * time.Millisecond
	terminateTime = 700 * time.Millisecond
	releaseTime   = 2 * time.Second
	killAgain     = time.Second
)

func newStopper(r *Run) *stopper { return &stopper{run: r} }

// interrupted says whether the run ends because the user wants it.
func (s *stopper) interrupted() bool { return s.notice }

// keep is how much of each rank's output is worth showing that has piled up,
// 0 for all of it.
func (s *stopper) keep() int64 {
	switch {
	case s.notice:
		return backlog
	case s.stage != going:
		return max(backlog, history/int64(len(s.run.ranks)))
	}
	return 0
}

func (s *stopper) killed() bool { return s.stage == killing }

// giveUp ends the run although no rank has failed.
func (s *stopper) giveUp() { s.forced = true }

// step goes on to the next stage if it is time.
func (s *stopper) step(now time.Time) {
	r := s.run
	asked := r.asked.Load()
	if asked > s.asked {
		first := s.asked == 0
		s.asked = asked
		if s.broken.IsZero() && !s.forced {
			s.notice = true
			r.deaf = true
		}
		switch {
		case first && s.stage == going && r.anyStarted():
			s.enter(asking, syscall.SIGUSR1, now.Add(inspectTime))
		case first && s.stage == going:
			s.enter(terminating, syscall.SIGTERM, now.Add(terminateTime))
		case asked > 1 && s.stage < killing:
			s.next = now
			s.stage = terminating
		}
	}
	switch s.stage {
	case going:
		switch {
		case s.forced:
			s.enter(asking, syscall.SIGUSR2, now.Add(stopTime))
		case !r.anyBroken():
		case r.allEnded():
			s.release(now)
		case s.broken.IsZero():
			s.broken = now
		case now.Sub(s.broken) >= gather:
			s.enter(asking, syscall.SIGUSR2, now.Add(stopTime))
		}
	case asking:
		switch {
		case r.allEnded():
			s.release(now)
		case now.After(s.next):
			s.enter(terminating, syscall.SIGTERM, now.Add(terminateTime))
		}
	case releasing:
		if now.After(s.next) {
			s.enter(terminating, syscall.SIGTERM, now.Add(terminateTime))
		}
	case terminating, killing:
		if !now.Before(s.next) {
			s.enter(killing, syscall.SIGKILL, now.Add(killAgain))
		}
	}
}

func (s *stopper) enter(stage stage, sig syscall.Signal, next time.Time) {
	s.stage, s.next = stage, next
	// The guards on this machine do not depend on what the launcher passes on.
	s.guards(sig)
	if !s.run.hasEnded() {
		s.run.backend.signal(s.run.process(), sig)
	}
}

// release lets the guards on this machine go; others go by themselves. The
// launcher then ends as after any run, which is kinder than a signal: some
// crash on it.
func (s *stopper) release(now time.Time) {
	s.stage, s.next = releasing, now.Add(releaseTime)
	if s.broken.IsZero() {
		s.broken = now
	}
	s.guards(syscall.SIGTERM)
}

// guards sends a signal to the guards on this machine. A program dies with its
// guard.
func (s *stopper) guards(sig syscall.Signal) {
	for i := range s.run.ranks {
		k := &s.run.ranks[i]
		if k.guard == 0 || k.host != s.run.record.Host || !guard.Runs(k.guard, s.run.request.RunDir) {
			continue
		}
		_ = syscall.Kill(k.guard, sig)
	}
}

// sweep kills what a launcher that was killed has left.
func (s *stopper) sweep() {
	if s.stage != going || !s.run.allEnded() {
		s.guards(syscall.SIGKILL)
		s.run.process().group(syscall.SIGKILL)
	}
}
