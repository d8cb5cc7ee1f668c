package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/galago-hpc/galago/internal/event"
)

// flooded returns an outlet with a clock of its own, and what has come out.
func flooded() (o *outlet, out *record, clock *time.Time) {
	out = &record{}
	o = newOutlet(out.emit)
	now := o.began
	o.now = func() time.Time { return now }
	return o, out, &now
}

func TestOutputThatIsNoFlood(t *testing.T) {
	o, out, _ := flooded()
	var want strings.Builder
	for i := range 10_000 {
		line := fmt.Sprintf("line %d\n", i)
		want.WriteString(line)
		o.put(event.Event{Kind: event.Stdout, Text: line})
	}
	o.end()
	if out.out.String() != want.String() || out.notes.Len() > 0 {
		t.Errorf("%d bytes of %d came out, noted %q", out.out.Len(), want.Len(), out.notes.String())
	}
}

func TestFloodIsCounted(t *testing.T) {
	for _, size := range []int{1, 10, 1000, 100_000, 10_000_000} {
		o, out, _ := flooded()
		total, lines := 0, 0
		line := strings.Repeat("é", size/2) + "\n"
		for total < 20<<20 {
			total += len(line)
			lines++
			o.put(event.Event{Kind: event.Stdout, Text: line})
		}
		o.end()
		shown := out.out.String()
		if len(shown) < textBurst-10<<20 || len(shown) > textBurst+2*tailSize {
			t.Errorf("lines of %d: %d bytes are shown", size, len(shown))
		}
		if strings.ContainsRune(shown, '\uFFFD') {
			t.Errorf("lines of %d: a character was cut", size)
		}
		want := fmt.Sprintf("%s in %d lines of output are not shown", sizeOf(total-len(shown)), lines-strings.Count(shown, "\n"))
		if !strings.Contains(out.notes.String(), want) {
			t.Errorf("lines of %d: noted %q, want %q", size, out.notes.String(), want)
		}
		if !strings.HasSuffix(shown, line[max(0, len(line)-100):]) {
			t.Errorf("lines of %d: the end is not shown: %q", size, shown[max(0, len(shown)-100):])
		}
	}
}

func sizeOf(bytes int) string { return size(int64(bytes)) }

// A flood that goes on shows from time to time how far it is.
func TestFloodShowsHowFarItIs(t *testing.T) {
	o, out, clock := flooded()
	for second := range 100 {
		for range 100 {
			o.put(event.Event{Kind: event.Stdout, Text: fmt.Sprintf("%d %s\n", second, strings.Repeat("x", 1<<16))})
		}
		*clock = clock.Add(time.Second)
	}
	o.put(event.Event{Kind: event.Stdout, Text: "the end\n"})
	o.end()
	notes := strings.Count(out.notes.String(), "not shown")
	if notes < 3 || notes > 20 {
		t.Errorf("%d notes: %q", notes, out.notes.String())
	}
	if limit := textBurst + 101*textRate + 2*tailSize; out.out.Len() > limit {
		t.Errorf("%d bytes are shown, at most %d should be", out.out.Len(), limit)
	}
	if !strings.HasSuffix(out.out.String(), "the end\n") {
		t.Error("the end is not shown")
	}
}

func TestFloodOfFigures(t *testing.T) {
	var last event.Event
	shown, notes := 0, ""
	o := newOutlet(func(e event.Event) {
		if e.Kind == event.Note {
			notes += e.Text
			return
		}
		shown++
		last = e
	})
	o.now = func() time.Time { return o.began }
	for i := range 10_000 {
		o.put(event.Event{Kind: event.Update, ID: "a", Data: event.Bundle{"text/plain": fmt.Sprint(i)}})
	}
	o.end()
	if shown != figureBurst+1 || last.Data["text/plain"] != "9999" {
		t.Errorf("%d updates are shown, the last is %v", shown, last.Data)
	}
	if want := "7999 figures and updates are not shown"; !strings.Contains(notes, want) {
		t.Errorf("noted %q, want %q", notes, want)
	}
	shown = 0
	big := event.Bundle{"image/png": strings.Repeat("x", figureBytes/4)}
	o = newOutlet(o.emit)
	for range 10 {
		o.put(event.Event{Kind: event.Display, Data: big})
	}
	if shown != 4 {
		t.Errorf("%d large figures are shown, want 4", shown)
	}
}

// What goroutines print between two cells comes with the next one, up to a
// limit.
func TestLateOutput(t *testing.T) {
	l, out := &lateOutput{}, &record{}
	l.deliver(out.emit)
	if out.notes.Len() > 0 {
		t.Errorf("nothing was late, but noted is %q", out.notes.String())
	}
	for range 1000 {
		l.put(event.Event{Kind: event.Stdout, Text: strings.Repeat("x", 1023) + "\n"})
		l.put(event.Event{Kind: event.Display, Data: event.Bundle{"text/plain": "figure"}})
	}
	l.deliver(out.emit)
	if len(out.displays) != mostLateFigures || out.out.Len() > mostLate+tailSize {
		t.Errorf("%d figures and %d bytes", len(out.displays), out.out.Len())
	}
	for _, want := range []string{"from goroutines", "lines of output are not shown", "900 figures and updates are not shown"} {
		if !strings.Contains(out.notes.String(), want) {
			t.Errorf("no %q in %q", want, out.notes.String())
		}
	}
	again := &record{}
	l.deliver(again.emit)
	if again.notes.Len()+again.out.Len() > 0 {
		t.Error("it is delivered twice")
	}
}

func TestStderrReports(t *testing.T) {
	var s stderrText
	shown := ""
	for _, text := range []string{"warning\nno panic: here\nhalf a ", "panic: no report\nnext\n", "one\nfatal error: x\n\ngoroutine 1 [running]:\n", "more\n"} {
		shown += s.put(text)
	}
	if want := "warning\nno panic: here\nhalf a panic: no report\nnext\none\n"; shown != want {
		t.Errorf("shown %q, want %q", shown, want)
	}
	if want := "fatal error: x\n\ngoroutine 1 [running]:\nmore\n"; s.crash() != want || s.release() != want {
		t.Errorf("held back %q, want %q", s.crash(), want)
	}
	if s.put("after\n") != "after\n" {
		t.Error("text after a report that was none is held back")
	}
	s.put("panic: long\n")
	for range 100 {
		s.put(strings.Repeat("x", 1<<16))
	}
	if n := len(s.crash()); n != crashHead {
		t.Errorf("%d bytes of a report are kept", n)
	}
}
