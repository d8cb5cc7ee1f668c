// Package logs ends cells as package log ends programs.
package logs

import (
	"fmt"
	"log"

	"github.com/galago-hpc/galago/lib/rt"
)

// callDepth leads from a logger's Output to the line in the cell.
const callDepth = 2

// Fatal takes the place of log.Fatal: it prints and ends the cell.
func Fatal(v ...any) {
	_ = log.Output(callDepth, fmt.Sprint(v...))
	rt.Exit(1)
}

// Fatalf takes the place of log.Fatalf.
func Fatalf(format string, v ...any) {
	_ = log.Output(callDepth, fmt.Sprintf(format, v...))
	rt.Exit(1)
}

// Fatalln takes the place of log.Fatalln.
func Fatalln(v ...any) {
	_ = log.Output(callDepth, fmt.Sprintln(v...))
	rt.Exit(1)
}

// LoggerFatal takes the place of the method Fatal of l.
func LoggerFatal(l *log.Logger) func(v ...any) {
	return func(v ...any) {
		_ = l.Output(callDepth, fmt.Sprint(v...))
		rt.Exit(1)
	}
}

// LoggerFatalf takes the place of the method Fatalf of l.
func LoggerFatalf(l *log.Logger) func(format string, v ...any) {
	return func(format string, v ...any) {
		_ = l.Output(callDepth, fmt.Sprintf(format, v...))
		rt.Exit(1)
	}
}

// LoggerFatalln takes the place of the method Fatalln of l.
func LoggerFatalln(l *log.Logger) func(v ...any) {
	return func(v ...any) {
		_ = l.Output(callDepth, fmt.Sprintln(v...))
		rt.Exit(1)
	}
}
