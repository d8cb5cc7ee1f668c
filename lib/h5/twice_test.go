package h5

import (
	"testing"

	"github.com/galago-hpc/galago/lib/nd"
)

// A file may be open several times for reading, and closing one leaves the
// others alone.
func TestFileOpenTwice(t *testing.T) {
	path, _ := sample(t)
	one := must[*File](t)(Open(path))
	two := must[*File](t)(Open(path))
	x := must[*Dataset](t)(two.Dataset("x"))
	must[*Dataset](t)(one.Dataset("x"))
	check(t, one.Close())
	if got := must[*nd.Array](t)(x.Read()).String(); got != "[1. 2. 3.]" {
		t.Errorf("got %s", got)
	}
	_, err := Create(path)
	wantError(t, "create", err, "it is open in this process")
	check(t, two.Close())

	// For writing, both see the same.
	one = must[*File](t)(Open(path, ReadWrite))
	two = must[*File](t)(Open(path, ReadWrite))
	check(t, must[*Dataset](t)(one.Dataset("x")).Write(7, 0))
	x = must[*Dataset](t)(two.Dataset("x"))
	check(t, one.Close())
	if got := must[*nd.Array](t)(x.Read()).String(); got != "[7. 2. 3.]" {
		t.Errorf("got %s", got)
	}
	check(t, two.Close())
}
