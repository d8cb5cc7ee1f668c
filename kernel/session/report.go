package session

import (
	"strings"
	"time"

	"github.com/galago-hpc/galago/launcher/goroutines"
)

const (
	// crashTail is how much of the end of standard error is kept to explain a
	// crash, in bytes.
	crashTail = 64 << 10
	// crashHead is how much is kept of what the runtime prints about a crash.
	// The message comes first, then thousands of goroutines.
	crashHead = 1 << 20
	// crashTime is how long the engine may live on after the beginning of such
	// a report. Then it was none.
	crashTime = 30 * time.Second
)

// A stderrText is what the engine prints to standard error. The report of a
// crash is kept out of the cell's output: it becomes the cell's failure.
type stderrText struct {
	last    []byte // the end of all text
	midline bool   // the text so far does not end a line
	report  []byte // what looks like a crash, from its first line on
	lost    bool   // of the report's end
	began   time.Time
}

// put takes text and returns the part that is to be shown.
func (s *stderrText) put(text string) string {
	s.last = append(s.last, text...)
	if extra := len(s.last) - crashTail; extra > 0 {
		s.last = append(s.last[:0], s.last[extra:]...)
	}
	if s.report != nil {
		s.hold(text)
		return ""
	}
	start := 0
	if s.midline {
		if start = strings.IndexByte(text, '\n') + 1; start == 0 {
			return text
		}
	}
	s.midline = !strings.HasSuffix(text, "\n")
	at := goroutines.Begin([]byte(text[start:]))
	if at < 0 {
		return text
	}
	s.began = time.Now()
	s.hold(text[start+at:])
	return text[:start+at]
}

func (s *stderrText) hold(text string) {
	room := min(max(crashHead-len(s.report), 0), len(text))
	s.report = append(s.report, text[:room]...)
	s.lost = s.lost || room < len(text)
}

// release returns what was held back although it was no crash: the engine lives.
func (s *stderrText) release() string {
	text := string(s.report)
	if s.lost {
		text += "...\n"
	}
	s.report, s.lost = nil, false
	return text
}

// overdue reports whether what is held back should have ended the engine by now.
func (s *stderrText) overdue() bool { return s.report != nil && time.Since(s.began) > crashTime }

// crash returns the text that may explain the end of the engine.
func (s *stderrText) crash() string {
	if s.report != nil {
		return string(s.report)
	}
	return string(s.last)
}
