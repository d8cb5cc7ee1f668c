package rt

import (
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/galago-hpc/galago/internal/event"
)

// fail describes what a deferred function has recovered. It must be called by
// that function itself: the frames of the panic are still on the stack.
func fail(recovered any) *event.Failure {
	if t, ok := recovered.(*traced); ok {
		name, text := message(t.value)
		return &event.Failure{Name: name, Message: text, Stack: fold(t.stack)}
	}
	name, text := message(recovered)
	return &event.Failure{Name: name, Message: text, Stack: stack()}
}

// A traced panic value comes from interpreted code, which knows better than Go's
// stack where in a cell it was.
type traced struct {
	value any
	stack []event.Frame
}

// Traced returns what to panic with so that the failure of a cell or a goroutine
// names these places.
func Traced(recovered any, stack []event.Frame) any {
	switch recovered.(type) {
	case exited, interrupted:
		if len(stack) == 0 || recovered == exited(0) {
			return recovered
		}
	case *traced:
		return recovered
	}
	return &traced{recovered, stack}
}

// untraced is the panic value of the cell itself.
func untraced(recovered any) any {
	if t, ok := recovered.(*traced); ok {
		return t.value
	}
	return recovered
}

var cellFile = regexp.MustCompile(`(?:^|/)(cell \d+)$`)

// stack returns the places in cells on the current goroutine's stack,
// innermost first. A cell's statements end it: what lies below is Galago.
func stack() []event.Frame {
	pcs := make([]uintptr, 4096)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var places []event.Frame
	for {
		frame, more := frames.Next()
		if match := cellFile.FindStringSubmatch(frame.File); match != nil {
			places = append(places, event.Frame{Function: function(frame.Function), File: match[1], Line: frame.Line})
		}
		if !more {
			return fold(places)
		}
	}
}

// maxFrames bounds the stack of a runaway recursion in a message.
const maxFrames = 32

func fold(places []event.Frame) []event.Frame {
	if len(places) <= maxFrames {
		return places
	}
	return append(places[:maxFrames/2:maxFrames/2], places[len(places)-maxFrames/2:]...)
}

// function gives a function of a cell the name that the user gave it.
func function(symbol string) string {
	name := symbol[strings.LastIndexByte(symbol, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	if i := strings.Index(name, ".func"); i > 0 && strings.HasPrefix(name, "ΞRun") {
		return "func literal"
	}
	if name == "ΞRun" {
		return ""
	}
	return strings.ReplaceAll(name, "Ξ", "")
}

var unitPackage = regexp.MustCompile(`\bgalago/c\d+\.`)

// plain writes a message of the runtime as it reads in a program: with the
// user's names for types and methods of cells.
func plain(message string) string {
	return strings.ReplaceAll(unitPackage.ReplaceAllString(message, "main."), "Ξ", "")
}

// goroutine returns the number of the calling goroutine.
func goroutine() int64 {
	buf := make([]byte, 64)
	fields := strings.Fields(string(buf[:runtime.Stack(buf, false)]))
	if len(fields) < 2 {
		return -1
	}
	n, _ := strconv.ParseInt(fields[1], 10, 64)
	return n
}
