package h5

import "path/filepath"

// root lets a File be its root group and still have a method named Group.
type root = Group

// A File is an open HDF5 file, and also its root group.
//
// Close it. One that the program has lost without closing it is closed some time
// after the garbage collector has noticed; a parallel one when the program ends.
type File struct {
	root
	*handle
}

// Path returns the path with which the file was opened.
func (f *File) Path() string { return f.handle.path }

// Name returns the base name of the file's path.
func (f *File) Name() string { return filepath.Base(f.handle.path) }

// Parallel reports whether the file was opened with [MPIO].
func (f *File) Parallel() bool { return f.parallel }

// Writable reports whether the file was created or opened with [ReadWrite].
func (f *File) Writable() bool { return f.writable }

// Mode returns "r+" if the file is writable, else "r".
func (f *File) Mode() string {
	if f.writable {
		return "r+"
	}
	return "r"
}

// Driver returns how HDF5 reaches the file, by h5py's names: sec2, stdio, core,
// split, family, direct, mpio.
func (f *File) Driver() string {
	if f.parallel {
		return "mpio"
	}
	if f.driver.name == memoryOnly {
		return "core"
	}
	return f.driver.name
}

// Closed reports whether the file has been closed.
func (f *File) Closed() bool {
	mu.Lock()
	defer mu.Unlock()
	return f.closed
}

// Library describes the libhdf5 that serves this file.
func (f *File) Library() LibraryInfo {
	defer f.lib.enter()()
	return f.lib.complete()
}

// Root returns the root group.
func (f *File) Root() *Group { return &f.root }

// Flush writes everything that is still in memory to the file. H5Fflush;
// collective in a parallel file.
func (f *File) Flush() error {
	leave, err := f.handle.enter("flush", "")
	if err != nil {
		return err
	}
	defer leave()
	if !f.flush() {
		return f.lib.fail("flush", "", f.handle.path)
	}
	return f.lacks
}

// Close writes what is still in memory and closes the file with all its groups
// and datasets, which must not be used after that. Closing a file twice does
// nothing. If the file lacks data that a dataset could not write when it was given
// up, Close says so. H5Fclose; collective in a parallel file.
func (f *File) Close() error {
	leave := f.lib.enter()
	defer leave()
	defer f.unmap(-1)
	return f.shut()
}
