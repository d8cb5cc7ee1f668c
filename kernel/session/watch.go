package session

import (
	"time"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/kernel/engine"
	"github.com/galago-hpc/galago/launcher/goroutines"
)

const (
	watchBusy = 50 * time.Millisecond  // how often the engine is looked at while a cell runs
	watchIdle = 500 * time.Millisecond // and while none does: goroutines may go on

	sleepSample = 500 * time.Millisecond // between two looks at what the engine's threads do
	sleepMost   = 30 * time.Second       // the same, after looks that have found no deadlock

	memoryPatience = 5 * time.Second  // for a cell that was stopped because of its memory
	obeyPatience   = 10 * time.Second // for the answer to an interrupt
	answerPatience = 5 * time.Second  // for a collection of garbage, or a list of goroutines
)

// watch looks at the engine from outside, where nothing that a cell does can
// keep it from looking, until the engine ends.
func (p *engineProcess) watch() {
	sleep := sleepWatch{wait: sleepSample}
	for {
		busy := p.busy()
		interval := watchIdle
		if busy {
			interval = watchBusy
		}
		select {
		case <-p.gone:
			return
		case <-time.After(interval):
		}
		use, err := readMemory(p.pid())
		if err != nil {
			continue // it ends, or there is no /proc
		}
		if use.stopped {
			p.resume()
		}
		p.watchMemory(use.used)
		p.releaseReport()
		if !busy {
			sleep = sleepWatch{wait: sleepSample}
		} else if !p.asking() && sleep.due(p.pid()) {
			if f := p.deadlock(); f != nil {
				_ = p.send(engine.Command{Operation: engine.Abandon, Failure: f})
			}
		}
	}
}

// watchMemory stops the cell if the engine uses too much, and ends the engine if
// that does not help.
func (p *engineProcess) watchMemory(used int64) {
	limit := *p.options.memory.Load()
	if limit.bytes == 0 || used <= limit.bytes {
		p.mu.Lock()
		p.over = time.Time{}
		p.mu.Unlock()
		return
	}
	p.mu.Lock()
	first := p.over.IsZero()
	if first {
		p.over = time.Now()
	}
	since := time.Since(p.over)
	busy := p.running
	if first && busy {
		p.excess = outOfMemory(used, limit)
	}
	p.mu.Unlock()
	switch {
	case since > memoryPatience || used > limit.most:
		p.kill(outOfMemory(used, limit))
	case first && busy:
		_ = p.send(engine.Command{Operation: engine.Interrupt})
	case first:
		_ = p.send(engine.Command{Operation: engine.Quell})
		go p.trim()
	}
}

// trim has the engine give back what it does not use any more.
func (p *engineProcess) trim() { p.patiently(engine.Command{Operation: engine.Trim}) }

// patiently sends a command and waits for the answer, but not for ever: the
// engine may be stopped, or starved by what a cell does.
func (p *engineProcess) patiently(c engine.Command) (answer event.Event, ok bool) {
	answers := make(chan event.Event, 1)
	go func() {
		if e, err := p.command(c); err == nil {
			answers <- e
		}
	}()
	select {
	case answer = <-answers:
		return answer, true
	case <-p.gone:
	case <-time.After(answerPatience):
	}
	return answer, false
}

// settle is called when a cell was stopped because of its memory. It returns
// the cell's failure, or kills the engine if the memory is still in use.
func (p *engineProcess) settle(excess *event.Failure, stopped *event.Failure) error {
	p.trim()
	limit := *p.options.memory.Load()
	if use, err := readMemory(p.pid()); err == nil && limit.bytes > 0 && use.used > limit.bytes {
		p.kill(outOfMemory(use.used, limit))
		<-p.gone
		return errGone
	}
	f := *excess
	f.Message += "; the cell was stopped, variables are kept"
	f.Stack = stopped.Stack
	return &f
}

// releaseReport shows what looked like the report of a crash and was none.
func (p *engineProcess) releaseReport() {
	p.mu.Lock()
	text, emit := "", p.emit
	if p.stderr.overdue() {
		text = p.stderr.release()
	}
	p.mu.Unlock()
	if emit == nil {
		emit = p.options.late.put
	}
	if text != "" {
		emit(event.Event{Kind: event.Stderr, Text: text})
	}
}

// deadlock asks the engine what its goroutines do.
func (p *engineProcess) deadlock() *event.Failure {
	answer, ok := p.patiently(engine.Command{Operation: engine.Dump})
	if !ok {
		return nil
	}
	return goroutines.Deadlock(string(answer.Payload), answer.Goroutine)
}
