package h5

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/mpi"
)

// A handle is what HDF5 has of an open file. It is apart from [File], and does not
// refer to it, so that a File that the program has lost can be told, and closed.
type handle struct {
	lib      *library
	id       int64
	path     string
	writable bool
	parallel bool
	alone    bool      // it would be parallel if there were MPI
	atomic   bool      // what SetAtomic was given then; guarded by mu
	comm     *mpi.Comm // nil if the file is not parallel
	driver   driver
	swmr     bool      // guarded by mu
	closed   bool      // guarded by mu
	reached  reached   // guarded by mu
	cache    int       // bytes that a dataset may keep in memory
	roomy    time.Time // when there was last seen to be room on the disk; guarded by mu
	gaveUp   bool      // space may have been given up since the file was opened; guarded by mu
	lacks    error     // why data are missing in the file; guarded by mu

	collectiveReads bool   // all ranks look up the structure together
	op, object      string // what was begun last, and on what; guarded by mu
	ending          bool   // the file is closed because the program ends; guarded by mu
	cut             bool   // libhdf5 crashed while it was written to, which nobody was told; guarded by mu

	abandoned abandoned
	mappings  []mapping // guarded by mu
	scratch   []byte    // guarded by mu
}

// enter begins an operation: it takes the lock and makes sure that the file is
// open. After an error there is nothing to leave.
func (h *handle) enter(op, object string) (leave func(), err error) {
	leave = h.lib.enter()
	if h.closed {
		err = h.lib.closedError(op, object, h.path)
		leave()
		return nil, err
	}
	h.op, h.object, h.lib.last = op, object, h
	h.reap()
	return leave, nil
}

// call calls a function that may do input or output, and so call MPI. In checking
// mode it fails if the ranks of a parallel file disagree; see check.go.
func (h *handle) call(function dl.Func, args ...dl.Arg) uintptr {
	if h.parallel && mpi.Meets() && h.refuses(function, args) {
		return failed
	}
	return call(h.parallel, function, args...)
}

// undo is call for what takes back the beginning of an operation that has failed. If
// the ranks have disagreed they all do that, without meeting again.
func (h *handle) undo(function dl.Func, args ...dl.Arg) uintptr {
	var why *mpi.Error
	if errors.As(h.lib.refused, &why) && why.Class == mpi.ErrDisagree {
		return call(h.parallel, function, args...)
	}
	return h.call(function, args...)
}

func call(parallel bool, function dl.Func, args ...dl.Arg) uintptr {
	if !parallel {
		return function.Call(args...)
	}
	var result uintptr
	mpi.Exclusive(func() { result = function.Call(args...) })
	return result
}

// flush writes everything that is still in memory. The lock is held.
func (h *handle) flush() bool {
	// herr_t H5Fflush(hid_t object, H5F_scope_t scope)
	return int32(h.call(h.lib.c.fFlush, dl.Int(h.id), dl.Int(scopeGlobal))) >= 0
}

// shut closes the file, once. The lock is held.
func (h *handle) shut() error {
	if h.closed {
		return h.loss()
	}
	h.reap()
	h.closed = true
	forget(h)
	// The flush comes first because it can fail without harm; a close that
	// fails leaves HDF5 with half a file. MPI-IO keeps nothing back, and would
	// take a flush as the order to wait for the disk (MPI_File_sync).
	var err error
	if h.writable && !h.parallel && !h.flush() {
		err = h.lib.fail("close", "", h.path)
		closable, done := h.rescue()
		defer done()
		if !closable {
			return err
		}
	}
	// Objects that were reached through links keep other files open.
	for _, id := range h.reached.all() {
		if h.abroad(id) {
			h.release(id)
		}
	}
	h.reached = nil
	if !h.parallel {
		h.closeObjects()
	}
	h.op, h.object = "close", ""
	if h.ending {
		h.op = "end, and so close"
	}
	// herr_t H5Fclose(hid_t file)
	if int32(h.call(h.lib.c.fClose, dl.Int(h.id))) < 0 && err == nil {
		err = h.lib.fail("close", "", h.path)
		if h.lib.refused != nil {
			// It is as open as before, and may be closed by all ranks together.
			h.closed = false
			remember(h)
		}
	}
	if err == nil {
		err = h.lacks
	}
	return err
}

// files are those of the disk.
func (h *handle) files() []string {
	if h.driver.name == memoryOnly {
		return nil
	}
	return h.driver.on(h.path)
}

// closeObjects closes what is still open in the file: HDF5 would keep the file
// open for its sake. The lock is held.
func (h *handle) closeObjects() {
	// ssize_t H5Fget_obj_count(hid_t file, unsigned types)
	n := int64(h.lib.f.objectCount.Call(dl.Int(h.id), dl.Int(openedHere)))
	if n <= 0 {
		return
	}
	ids := make([]int64, n)
	// ssize_t H5Fget_obj_ids(hid_t file, unsigned types, size_t max, hid_t *ids)
	n = int64(h.lib.f.objectIDs.Call(dl.Int(h.id), dl.Int(openedHere), dl.Int(n), dl.Slice(ids)))
	for _, id := range ids[:max(n, 0)] {
		for int32(h.lib.f.decrement.Call(dl.Int(id))) > 0 { // int H5Idec_ref(hid_t), the references that are left
		}
	}
}

// release closes an object's identifier. If what is in memory of it cannot be
// written, because the disk is full, it stays open until the file is closed:
// HDF5 would fail half way, and crash later. The lock is held.
func (h *handle) release(id int64) bool {
	if h.writable && !h.parallel && h.scarce() && !h.written(id) {
		return false
	}
	delete(h.reached, id)
	// herr_t H5Oclose(hid_t object)
	return int32(h.call(h.lib.c.oClose, dl.Int(id))) >= 0
}

// scarce reports whether there might be no room for what a dataset has in memory.
// To write that before each close would take a thousand times as long as the
// close.
func (h *handle) scarce() bool {
	const enough, while = 256 << 20, 20 * time.Millisecond
	if h.driver.name == memoryOnly {
		return false
	}
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit) == nil && limit.Cur < 1<<62 {
		return true
	}
	now := time.Now()
	if now.Sub(h.roomy) < while {
		return false
	}
	if room(h.driver.on(h.path)[0]) < uint64(enough+4*h.cache) {
		return true
	}
	h.roomy = now
	return false
}

// written writes what is in memory of an object that is to be closed: the chunks
// of a dataset, and all of a file that is open for a link's sake only.
func (h *handle) written(id int64) bool {
	status := int32(0)
	switch {
	case h.abroad(id):
		status = int32(h.lib.c.fFlush.Call(dl.Int(id), dl.Int(scopeGlobal)))
	case int32(h.lib.c.iType.Call(dl.Int(id))) == objectDataset:
		status = int32(h.lib.f.datasetFlush.Call(dl.Int(id))) // herr_t H5Dflush(hid_t dataset)
	}
	if status < 0 && h.lacks == nil {
		h.lacks = h.lib.fail("close", "", h.path)
	}
	return status >= 0
}

// lost holds the files that the program no longer holds and has not closed. The
// garbage collector's goroutine adds to it, which must not wait for the lock
// around HDF5.
var lost struct {
	some    atomic.Bool
	mu      sync.Mutex
	handles []*handle
}

// lose is the clean-up of a File.
func lose(h *handle) {
	lost.mu.Lock()
	defer lost.mu.Unlock()
	lost.handles = append(lost.handles, h)
	lost.some.Store(true)
}

// shutLost closes the files that were lost, when HDF5 is next entered. Those that
// are parallel stay open until the program ends: the ranks lose theirs at
// different times, and closing is collective. The lock is held.
func shutLost() {
	if !lost.some.Load() {
		return
	}
	lost.mu.Lock()
	handles := lost.handles
	lost.handles = nil
	lost.some.Store(false)
	lost.mu.Unlock()
	for _, h := range handles {
		if h.parallel {
			continue
		}
		if err := h.shut(); err != nil {
			// Nobody else is left to be told, and it may be data that is missing.
			fmt.Fprintln(os.Stderr, "h5: a file that was never closed:", err)
		}
	}
}
