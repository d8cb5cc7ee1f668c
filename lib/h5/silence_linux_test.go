package h5

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
)

// HDF5 prints the errors of no thread, also not of one that takes the place of one that
// has ended.
func TestErrorsAreNotPrinted(t *testing.T) {
	f := must[*File](t)(InMemory(nil))
	defer f.Close()
	printed := must[*os.File](t)(os.Create(filepath.Join(t.TempDir(), "stderr")))
	defer printed.Close()
	stderr := must[int](t)(syscall.Dup(2))
	defer syscall.Close(stderr)
	check(t, syscall.Dup3(int(printed.Fd()), 2, 0))
	for range 20 {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
				_, _ = f.Dataset("nothing")
			})
		}
		group.Wait()
	}
	check(t, syscall.Dup3(stderr, 2, 0))
	if text := must[[]byte](t)(os.ReadFile(printed.Name())); len(text) > 0 {
		t.Errorf("HDF5 has printed %.300s", text)
	}
}
