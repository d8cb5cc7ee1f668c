package jupyter

import (
	"sync"
	"time"
	"unicode/utf8"
)

const (
	gatherTime = 10 * time.Millisecond
	gatherSize = 256 << 10 // bytes
)

// A gatherer joins pieces of printed text into few messages. Its methods are
// called with the lock held.
type gatherer struct {
	send func(name, text string)
	lock sync.Locker

	name    string            // stream that held belongs to
	held    []byte            // text to be sent
	cut     map[string][]byte // first bytes of a UTF-8 sequence, by stream
	pending bool              // a timer is running
}

func (g *gatherer) write(name, text string) {
	if text == "" {
		return
	}
	if name != g.name {
		g.flush()
		g.name = name
	}
	if start := g.cut[name]; start != nil {
		g.held = append(g.held, start...)
		delete(g.cut, name)
	}
	g.held = append(g.held, text...)
	if len(g.held) >= gatherSize {
		g.flush()
		return
	}
	if !g.pending {
		g.pending = true
		time.AfterFunc(gatherTime, func() {
			g.lock.Lock()
			defer g.lock.Unlock()
			g.pending = false
			g.flush()
		})
	}
}

// flush sends the text, except for the first bytes of a UTF-8 sequence whose
// rest has yet to come.
func (g *gatherer) flush() {
	n := len(g.held) - incomplete(g.held)
	if n < len(g.held) {
		if g.cut == nil {
			g.cut = make(map[string][]byte)
		}
		g.cut[g.name] = append([]byte(nil), g.held[n:]...)
	}
	if n > 0 {
		g.send(g.name, string(g.held[:n]))
	}
	g.held = g.held[:0]
	if cap(g.held) > 2*gatherSize {
		g.held = nil
	}
}

// finish sends everything: nothing more will come.
func (g *gatherer) finish() {
	g.flush()
	for name, start := range g.cut {
		g.send(name, string(start))
	}
	clear(g.cut)
}

// incomplete returns how many bytes at the end begin a UTF-8 sequence that
// they do not complete.
func incomplete(b []byte) int {
	for n := 1; n <= len(b) && n < utf8.UTFMax; n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}
