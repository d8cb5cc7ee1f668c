package h5

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/lib/mpi"
)

// sharedPatience is how long a new file may take to be seen on other nodes.
const sharedPatience = 2 * time.Second

// shared makes sure that the ranks see one folder: in one of the node's own, such as
// /tmp, each node would have a file of its own, and with Open MPI the ranks that do not
// find rank 0's leave the others waiting. Folders that look the same are believed;
// else rank 0 creates something, and the others look for it.
func (o *opening) shared() error {
	if o.comm == nil || o.comm.Size() == 1 {
		return nil
	}
	folder := filepath.Dir(o.path)
	look := lookOf(folder)
	ends := []uint64{look, ^look}
	if err := mpi.Allreduce(o.comm, ends, ends, mpi.Max); err != nil || ends[0] == ^ends[1] {
		return err
	}
	var name []byte
	if o.comm.Rank() == 0 {
		// If that is not possible, to create the file is not either, which says why.
		if f, err := os.CreateTemp(folder, ".galago-*"); err == nil {
			f.Close()
			defer os.Remove(f.Name())
			name = []byte(filepath.Base(f.Name()))
		}
	}
	name, err := broadcast(o.comm, name, 0)
	if err != nil || len(name) == 0 {
		return err
	}
	var mine error
	if !appears(filepath.Join(folder, string(name))) {
		mine = &Error{Op: "create", File: o.path, Reason: "what rank 0 creates in " + folder + " is not there", Advice: "take a folder of a file system that all nodes share"}
	}
	return agree(o.comm, mine)
}

// appears waits for a file.
func appears(path string) bool {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Lstat(path); err == nil {
			return true
		} else if !errors.Is(err, os.ErrNotExist) || time.Since(began) > sharedPatience {
			return false
		}
	}
}

// lookOf is a number that is the same for two looks at one folder, unless somebody
// has changed it in between.
func lookOf(folder string) uint64 {
	info, err := os.Stat(folder)
	if err != nil {
		return 0
	}
	look := uint64(info.ModTime().UnixNano())
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		look ^= uint64(s.Ino) * 0x9e3779b97f4a7c15
	}
	return look
}
