package dl

import (
	"runtime"
	"testing"
)

// Threads come and go, and new ones have no mark, even where a marked one was.
func TestMark(t *testing.T) {
	m, err := NewMark(libc(t))
	if err != nil {
		t.Fatal(err)
	}
	set := func() {
		// Another thread that ends just now costs this one its mark.
		for !m.Has() {
			m.Set()
		}
	}
	for i := range 50 {
		had := make(chan bool)
		go func() {
			// The thread ends with the goroutine, which stays locked to it.
			runtime.LockOSThread()
			had <- m.Has()
			set()
			close(had)
		}()
		if <-had {
			t.Errorf("thread %d had the mark before", i)
		}
		<-had
	}
	other, err := NewMark(libc(t))
	if err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if set(); other.Has() {
		t.Error("this thread has a mark that it was not given")
	}
}
