package build

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Sessions of one process keep the same compiled cell at the same time, while
// others load it.
func TestCopiesAreWhole(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	want := bytes.Repeat([]byte("galago "), 1<<18)
	if err := os.WriteFile(from, want, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(from, to); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for range 20 {
				if err := copyFile(from, to); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan bool)
	go func() { writers.Wait(); close(done) }()
	for {
		got, err := os.ReadFile(to)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("a reader finds %d of %d bytes, %v", len(got), len(want), err)
		}
		select {
		case <-done:
			left, err := os.ReadDir(dir)
			if err != nil || len(left) != 2 {
				t.Errorf("%v, %v are left", left, err)
			}
			return
		default:
		}
	}
}
