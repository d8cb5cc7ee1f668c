package notebook

import (
	"fmt"
	"html"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/internal/mime"
)

// A Bar shows how far a computation has come. It may be used by many goroutines. It is
// redrawn at most ten times a second, so that it may be advanced in a tight loop: a call
// that draws nothing takes well under a microsecond.
type Bar struct {
	mu      sync.Mutex
	total   int
	value   int
	label   string
	display *Display // nil in a plain program
	start   time.Time
	drawn   time.Time
	done    bool
	width   int // of the line in a terminal
}

// redraw is the least time between two drawings.
const redraw = 100 * time.Millisecond

// Progress shows a progress bar for total steps. If total is not known, 0, the steps
// are counted and nothing is said about the end.
func Progress(total int) *Bar {
	b := &Bar{total: max(total, 0), start: time.Now()}
	b.drawn = b.start
	if event.Default() != nil {
		b.display = &Display{id: newID()}
		display(b.bundle(), nil, b.display.id)
	}
	return b
}

// Add advances the bar by n steps. The last step completes it.
func (b *Bar) Add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(b.value + n)
}

// Set moves the bar to step n, which may lie before the present one. Steps outside of
// the range count as its ends.
func (b *Bar) Set(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(n)
}

// Label sets the text that stands before the bar.
func (b *Bar) Label(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.label = s
	b.draw(false)
}

// Done shows how far the bar has come and how long that took, and ends it: what
// follows changes it no more. A bar that has reached its last step is done.
func (b *Bar) Done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.finish()
}

func (b *Bar) set(n int) {
	if b.done {
		return
	}
	b.value = max(n, 0)
	if b.total > 0 && b.value >= b.total {
		b.value = b.total
		b.finish()
		return
	}
	b.draw(false)
}

func (b *Bar) finish() {
	if !b.done {
		b.done = true
		b.draw(true)
	}
}

func (b *Bar) draw(always bool) {
	now := time.Now()
	if !always && (b.done || now.Sub(b.drawn) < redraw) {
		return
	}
	b.drawn = now
	if b.display != nil {
		b.display.update(b.bundle(), nil)
		return
	}
	// In a file or a pipe only the end is of interest.
	if !always && !stderrIsTerminal() {
		return
	}
	line := b.text()
	width := utf8.RuneCountInString(line)
	fill := strings.Repeat(" ", max(b.width-width, 0))
	b.width = width
	if stderrIsTerminal() {
		line = "\r" + line + fill
	}
	if b.done {
		line += "\n"
	}
	fmt.Fprint(os.Stderr, line)
}

// text returns, for example, "stars ━━━━━━━━━━──────────  500/1000  50%  3s, 3s left".
func (b *Bar) text() string {
	var s strings.Builder
	if b.label != "" {
		s.WriteString(b.label + " ")
	}
	if b.total > 0 {
		const cells = 30
		full := int(float64(cells) * b.fraction())
		s.WriteString(strings.Repeat("━", full) + strings.Repeat("─", cells-full))
		fmt.Fprintf(&s, "  %d/%d  %d%%", b.value, b.total, int(100*b.fraction()))
	} else {
		fmt.Fprintf(&s, "%d", b.value)
	}
	s.WriteString("  " + b.time())
	return s.String()
}

// time says how long it took, and how long it will still take at this rate.
func (b *Bar) time() string {
	taken := b.drawn.Sub(b.start)
	s := duration(taken)
	if b.total > 0 && b.value > 0 && !b.done {
		s += ", " + duration(time.Duration(float64(taken)*(1/b.fraction()-1))) + " left"
	}
	return s
}

func (b *Bar) fraction() float64 { return float64(b.value) / float64(b.total) }

func duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

func (b *Bar) bundle() event.Bundle {
	meter := fmt.Sprintf("<progress value=%q max=%q style=\"width: 24em\"></progress> %d/%d",
		fmt.Sprint(b.value), fmt.Sprint(b.total), b.value, b.total)
	if b.total == 0 {
		meter = fmt.Sprint(b.value)
	}
	return event.Bundle{
		mime.Plain: b.text(),
		mime.HTML: fmt.Sprintf(`<div style="font-family: monospace">%s %s <small>%s</small></div>`,
			html.EscapeString(b.label), meter, b.time()),
	}
}
