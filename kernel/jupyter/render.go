package jupyter

import (
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// render draws a failure for a session that is no [Renderer]: what happened,
// where, and what can be done.
func render(f *event.Failure) []string {
	head := "\x1b[31m" + f.Name + "\x1b[0m: " + f.Message
	if f.Rank != nil {
		head = fmt.Sprintf("\x1b[1mrank %d\x1b[0m: ", *f.Rank) + head
	}
	lines := strings.Split(head, "\n")
	for _, frame := range f.Stack {
		line := fmt.Sprintf("    %s:%d", frame.File, frame.Line)
		if frame.Function != "" {
			line += " in " + frame.Function
		}
		lines = append(lines, line)
	}
	if f.Hint != "" {
		lines = append(lines, f.Hint)
	}
	return lines
}
