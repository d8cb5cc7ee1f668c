// Package mpitest helps tests that start ranks.
package mpitest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Words are what ranks print, kept apart from the launcher: MPICH's throws away what
// a rank prints right before it ends all of them.
type Words struct{ folder string }

// NewWords makes a place for what ranks print.
func NewWords(t testing.TB) Words { return Words{t.TempDir()} }

// Of returns a command that runs a program as it is and keeps what it prints.
func (w Words) Of(program ...string) []string {
	return append([]string{"sh", "-c", `exec "$@" >>"$0/$$" 2>&1`, w.folder}, program...)
}

// String returns what was printed, one process after the other.
func (w Words) String() string {
	files, _ := filepath.Glob(filepath.Join(w.folder, "*"))
	var all strings.Builder
	for _, file := range files {
		words, _ := os.ReadFile(file)
		all.Write(words)
	}
	return all.String()
}
