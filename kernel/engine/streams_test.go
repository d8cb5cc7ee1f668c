package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A stream of the test's own stands for standard output.
func TestStreamsAreRestored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	original, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	current := original
	saved, err := unix.FcntlInt(original.Fd(), unix.F_DUPFD_CLOEXEC, 200)
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{fd: int(original.Fd()), name: path, saved: saved, file: &current, kept: []*os.File{original}}
	said := 0
	say := func(step string) {
		t.Helper()
		s.restore()
		if _, err := fmt.Fprint(current, "x"); err != nil {
			t.Errorf("%s: %v", step, err)
		}
		said++
		if data, _ := os.ReadFile(path); len(data) != said {
			t.Errorf("%s: %d bytes were written, want %d", step, len(data), said)
		}
	}
	say("as it is")
	current.Close()
	say("closed")
	unix.Close(s.fd)
	say("its descriptor closed")
	current = nil
	say("no file")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	current = w
	say("a pipe that nobody reads")
	current.Close()
	other, err := os.Create(filepath.Join(t.TempDir(), "other"))
	if err != nil || int(other.Fd()) != s.fd {
		t.Fatalf("%v: the other file has the descriptor %d, want %d", err, other.Fd(), s.fd)
	}
	say("another file has its number")
	if _, err := other.WriteString("mine"); err != nil {
		t.Errorf("the other file: %v", err)
	}
	current = other
	s.restore()
	if current != other {
		t.Error("a redirection to an open file does not stay")
	}
}

func TestReserve(t *testing.T) {
	var r reserve
	r.fill()
	if len(r) != reserved {
		t.Fatalf("%d descriptors are reserved, want %d", len(r), reserved)
	}
	kept := append(reserve(nil), r...)
	r.release()
	if len(r) != 0 || !dead(kept[0]) {
		t.Error("they are not released")
	}
}
