package jupyter

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

type piece struct{ name, text string }

func newGatherer() (*gatherer, *[]piece) {
	var sent []piece
	g := &gatherer{lock: new(sync.Mutex)}
	g.send = func(name, text string) { sent = append(sent, piece{name, text}) }
	return g, &sent
}

func TestGathererKeepsOrderAndRunes(t *testing.T) {
	text := strings.Repeat("aé世🌌\xff", 200)
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		g, sent := newGatherer()
		g.lock.Lock()
		for rest := text; rest != ""; {
			n := 1 + r.IntN(min(5, len(rest)))
			g.write("stdout", rest[:n])
			rest = rest[n:]
			if r.IntN(4) == 0 {
				g.flush()
			}
			if r.IntN(8) == 0 {
				g.write("stderr", "!")
			}
		}
		g.finish()
		g.lock.Unlock()
		var out strings.Builder
		for _, p := range *sent {
			if p.name == "stdout" {
				out.WriteString(p.text)
				if valid := strings.ReplaceAll(p.text, "\xff", ""); !utf8.ValidString(valid) {
					t.Fatalf("seed %d: the message %q splits a rune", seed, p.text)
				}
			}
		}
		if out.String() != text {
			t.Fatalf("seed %d: text has changed", seed)
		}
	}
}

func TestGathererSendsLargeTextAtOnce(t *testing.T) {
	g, sent := newGatherer()
	g.lock.Lock()
	defer g.lock.Unlock()
	g.write("stdout", strings.Repeat("x", gatherSize))
	if len(*sent) != 1 || len(g.held) != 0 {
		t.Errorf("%d messages, %d bytes held", len(*sent), len(g.held))
	}
}

func TestFinishSendsWhatWillNeverBeComplete(t *testing.T) {
	g, sent := newGatherer()
	g.lock.Lock()
	defer g.lock.Unlock()
	g.write("stdout", "a\xe4\xb8")
	g.flush()
	g.finish()
	if len(*sent) != 2 || (*sent)[0].text != "a" || (*sent)[1].text != "\xe4\xb8" {
		t.Errorf("%q", *sent)
	}
}
