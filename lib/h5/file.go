package h5

import (
	"io/fs"
	"path/filepath"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/mpi"
)

// root lets a File be its root group and still have a method named Group.
type root = Group

// A File is an open HDF5 file, and also its root group.
type File struct {
	root
	lib       *library
	id        int64
	path      string
	writable  bool
	parallel  bool
	comm      *mpi.Comm // nil if the file is not parallel
	closed    bool      // guarded by mu
	abandoned abandoned
}

// Path returns the path with which the file was opened.
func (f *File) Path() string { return f.path }

// Name returns the base name of the file's path.
func (f *File) Name() string { return filepath.Base(f.path) }

// Parallel reports whether the file was opened with [MPIO].
func (f *File) Parallel() bool { return f.parallel }

// Writable reports whether the file was created or opened with [ReadWrite].
func (f *File) Writable() bool { return f.writable }

// Library describes the libhdf5 that serves this file.
func (f *File) Library() Info { return f.lib.info }

// enter begins an operation: it takes the lock and makes sure that the file is
// open. After an error there is nothing to leave.
func (f *File) enter(op, object string) (leave func(), err error) {
	leave = f.lib.enter()
	if f.closed {
		leave()
		return nil, &Error{Op: op, Object: object, File: f.path, Reason: "the file is closed", Err: fs.ErrClosed}
	}
	f.reap()
	return leave, nil
}

// call calls a function that may do input or output, and so call MPI.
func (f *File) call(function dl.Func, args ...dl.Arg) uintptr {
	return call(f.parallel, function, args...)
}

func call(parallel bool, function dl.Func, args ...dl.Arg) uintptr {
	if !parallel {
		return function.Call(args...)
	}
	var result uintptr
	mpi.Exclusive(func() { result = function.Call(args...) })
	return result
}

// Flush writes everything that is still in memory to the file. H5Fflush;
// collective in a parallel file.
func (f *File) Flush() error {
	leave, err := f.enter("flush", "")
	if err != nil {
		return err
	}
	defer leave()
	// herr_t H5Fflush(hid_t object, H5F_scope_t scope)
	if int32(f.call(f.lib.c.fFlush, dl.Int(f.id), dl.Int(scopeGlobal))) < 0 {
		return f.lib.fail("flush", "", f.path)
	}
	return nil
}

// Close writes what is still in memory and closes the file with all its groups
// and datasets, which must not be used after that. Closing a file twice does
// nothing. H5Fclose; collective in a parallel file.
func (f *File) Close() error {
	leave := f.lib.enter()
	defer leave()
	if f.closed {
		return nil
	}
	f.reap()
	f.closed = true
	forget(f)
	// The flush comes first because it can fail without harm; a close that
	// fails leaves HDF5 with half a file. MPI-IO keeps nothing back, and would
	// take a flush as the order to wait for the disk (MPI_File_sync).
	var err error
	if f.writable && !f.parallel && int32(f.call(f.lib.c.fFlush, dl.Int(f.id), dl.Int(scopeGlobal))) < 0 {
		err = f.lib.fail("close", "", f.path)
		closable, done := f.rescue()
		defer done()
		if !closable {
			return err
		}
	}
	// herr_t H5Fclose(hid_t file)
	if int32(f.call(f.lib.c.fClose, dl.Int(f.id))) < 0 && err == nil {
		err = f.lib.fail("close", "", f.path)
	}
	return err
}
