package rt

import (
	"fmt"
	"log"
	"os"
	"sync/atomic"

	"github.com/galago-hpc/galago/internal/exit"
)

// exited is the panic value of Exit.
type exited int

// mainGoroutine is that of a rank program, 0 in the engine.
var mainGoroutine atomic.Int64

// Exit takes the place of os.Exit: it ends the cell, not the process, or the
// rank with everything closed.
func Exit(code int) {
	if own := mainGoroutine.Load(); own != 0 && own != goroutine() {
		// The main goroutine may never hear of a panic in this one.
		if code != 0 {
			report(fail(exited(code)))
		}
		exit.Run(code)
		os.Exit(code)
	}
	panic(exited(code))
}

// callDepth leads from a logger's Output to the line in the cell.
const callDepth = 2

// Fatal takes the place of log.Fatal: it prints and ends the cell.
func Fatal(v ...any) {
	_ = log.Output(callDepth, fmt.Sprint(v...))
	Exit(1)
}

// Fatalf takes the place of log.Fatalf.
func Fatalf(format string, v ...any) {
	_ = log.Output(callDepth, fmt.Sprintf(format, v...))
	Exit(1)
}

// Fatalln takes the place of log.Fatalln.
func Fatalln(v ...any) {
	_ = log.Output(callDepth, fmt.Sprintln(v...))
	Exit(1)
}

// LoggerFatal takes the place of the method Fatal of l.
func LoggerFatal(l *log.Logger) func(v ...any) {
	return func(v ...any) {
		_ = l.Output(callDepth, fmt.Sprint(v...))
		Exit(1)
	}
}

// LoggerFatalf takes the place of the method Fatalf of l.
func LoggerFatalf(l *log.Logger) func(format string, v ...any) {
	return func(format string, v ...any) {
		_ = l.Output(callDepth, fmt.Sprintf(format, v...))
		Exit(1)
	}
}

// LoggerFatalln takes the place of the method Fatalln of l.
func LoggerFatalln(l *log.Logger) func(v ...any) {
	return func(v ...any) {
		_ = l.Output(callDepth, fmt.Sprintln(v...))
		Exit(1)
	}
}
