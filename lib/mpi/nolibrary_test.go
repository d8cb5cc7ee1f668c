package mpi

import (
	"os"
	"testing"
)

// On a machine without any MPI library a process by itself is a world of one;
// ranks of a launcher are told what to install. The test program itself is
// run, made to know no names of libraries.
func TestNoLibrary(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	hidden := []string{withoutLibraries + "=1"}
	output, status := launcher{}.start(t, 0, hidden, self)
	if status != 0 {
		t.Errorf("exit status %d", status)
	}
	contains(t, output, "rank 0 of 1 (world) none")
	output, status = both[0].start(t, 1, hidden, self)
	if status != 0 {
		t.Errorf("exit status %d", status)
	}
	contains(t, output, "rank 0 of 1 (world) none")
	if output, status = both[0].start(t, 2, hidden, self); status == 0 {
		t.Fatal("two ranks without a library succeed")
	}
	contains(t, output, "open an MPI library", "apt install mpich", Variable)
}
