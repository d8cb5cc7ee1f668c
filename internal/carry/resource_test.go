package carry_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/galago-hpc/galago/internal/carry"
	"github.com/galago-hpc/galago/lib/h5"
	"github.com/galago-hpc/galago/lib/mpi"
)

// Handles are numbers: carried as such they would name something else elsewhere.
func TestHandlesAreRefused(t *testing.T) {
	dir := t.TempDir()
	plain, err := os.Create(filepath.Join(dir, "plain"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	file, err := h5.Create(filepath.Join(dir, "file.h5"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	data, err := file.CreateDataset("d", h5.Int32, h5.Shape{1})
	if err != nil {
		t.Fatal(err)
	}
	comm := &mpi.Comm{}
	*(*uintptr)(unsafe.Pointer(comm)) = 0x44000000 // MPI_COMM_WORLD of MPICH
	for _, c := range []struct {
		v    any
		want string
	}{
		{plain, "os.File: an open file cannot be carried"},
		{file, "h5.File: an open HDF5 object cannot be carried"},
		{data, "h5.Dataset: an open HDF5 object cannot be carried"},
		{comm, "mpi.Comm: an MPI object belongs to its process"},
		{struct{ D *h5.Dataset }{data}, "field D (h5.Dataset): an open HDF5 object"},
		{[]any{comm}, "element [0] (*mpi.Comm): an MPI object belongs to its process"},
	} {
		if _, err := carry.Encode(c.v); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%T: %v, want %s", c.v, err, c.want)
		}
	}
	for _, v := range []any{h5.Shape{1, 2}, mpi.Status{Source: 1}, (*h5.File)(nil), (*mpi.Comm)(nil)} {
		if _, err := carry.Encode(v); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
}
