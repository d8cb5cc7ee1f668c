package run

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/internal/event"
	"github.com/galago-hpc/galago/lib/rt"
)

// Failure describes what a deferred function has recovered. It must be called by
// that function itself: the frames of the panic are still on the stack.
func Failure(recovered any) *event.Failure {
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
	case rt.Exited, rt.Interrupted:
		if len(stack) == 0 || recovered == rt.Exited(0) {
			return recovered
		}
	case *traced:
		return recovered
	}
	return &traced{recovered, stack}
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

// longestMessage bounds the text of a panic, in bytes.
const longestMessage = 16 << 10

// message says what a recovered panic value means. The value's own methods are
// the user's code, and may fail.
func message(recovered any) (name, text string) {
	defer func() {
		if again := recover(); again != nil {
			name, text = "panic", fmt.Sprintf("a value of type %T, whose text is not known: making it has failed, too", recovered)
		}
		if len(text) > longestMessage {
			text = strings.ToValidUTF8(text[:longestMessage], "") + fmt.Sprintf(" ... (%d bytes)", len(text))
		}
	}()
	switch v := recovered.(type) {
	case rt.Unmet:
		return "error", v.Error()
	case rt.Exited:
		return "exit", fmt.Sprintf("exit status %d", int(v))
	case rt.Interrupted:
		return "interrupt", "interrupted"
	case error:
		if impossible := (*carry.Error)(nil); errors.As(v, &impossible) {
			return "error", v.Error() // a value that notebook.Return cannot give back
		}
		if own := runtime.Error(nil); errors.As(v, &own) {
			return "panic", plain(v.Error())
		}
		return "panic", v.Error()
	default:
		return "panic", fmt.Sprint(v)
	}
}
