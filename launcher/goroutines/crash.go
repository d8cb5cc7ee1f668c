package goroutines

import (
	"regexp"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// hints say what to do about the runtime's fatal errors.
var hints = []struct{ message, hint string }{
	{"concurrent map", "two goroutines use a map at the same time: guard it with a sync.Mutex"},
	{"stack overflow", "a function calls itself without end"},
	{"all goroutines are asleep", "every goroutine waits for another: look for a channel that nobody sends to or receives from"},
	{"out of memory", "ask for more memory (srun --mem), or use more ranks with less data each"},
	{"cannot allocate memory", "ask for more memory (srun --mem), or use more ranks with less data each"},
	{"SIGSEGV", "the crash was in a C library: often a buffer that is too small, or a library that does not fit another"},
	{"SIGABRT", "a C library gave up: what it printed stands above"},
}

var recovered = regexp.MustCompile(` \[recovered(?:, repanicked)?\]$`)

// Crash makes one failure from what a Go program printed when it crashed. It
// is nil if the text is no such report. A panic has the name "panic" and the
// panic's value as its message; fatal errors of the runtime and signals in C
// code have the name "fatal error".
func Crash(report string) *event.Failure {
	all := parse(report)
	head := report
	if at := strings.Index(report, "\ngoroutine "); at >= 0 {
		head = report[:at]
	} else if !strings.Contains(report, "fatal error: ") {
		return nil // a crash without any goroutine is an ordinary line of text
	}
	failure := message(strings.Split(strings.TrimRight(head, "\n"), "\n"))
	if failure == nil {
		return nil
	}
	for _, h := range hints {
		if failure.Hint == "" && strings.Contains(failure.Message, h.message) {
			failure.Hint = h.hint
		}
	}
	// The first goroutine is the one that crashed. The runtime's own fatal
	// errors may happen on one that is not the user's.
	for i, g := range all {
		if frames := userFrames(g.frames); len(frames) > 0 && (i == 0 || failure.Name != "panic") {
			failure.Stack = frames
			break
		}
	}
	return failure
}

// message reads the lines before the first goroutine.
func message(lines []string) *event.Failure {
	var f *event.Failure
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case strings.HasPrefix(line, "panic: "), strings.HasPrefix(line, "\tpanic: "):
			// A panic in a deferred call, or a second panic with the
			// first one's value, follows the first: the last one counts.
			text := []string{strings.TrimPrefix(strings.TrimPrefix(line, "\t"), "panic: ")}
			for i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "\tpanic: ") && !strings.HasPrefix(lines[i+1], "[signal ") &&
				lines[i+1] != "" && !strings.HasPrefix(lines[i+1], "fatal error: ") {
				i++
				text = append(text, strings.TrimPrefix(lines[i], "\t"))
			}
			last := len(text) - 1
			text[last] = recovered.ReplaceAllString(text[last], "")
			f = &event.Failure{Name: "panic", Message: strings.TrimPrefix(strings.Join(text, "\n"), "runtime error: ")}
		case strings.HasPrefix(line, "fatal error: "):
			f = &event.Failure{Name: "fatal error", Message: strings.TrimPrefix(line, "fatal error: ")}
		case strings.HasPrefix(line, "SIG") && strings.Contains(line, ": ") && f == nil:
			f = &event.Failure{Name: "fatal error", Message: line}
		}
	}
	return f
}
