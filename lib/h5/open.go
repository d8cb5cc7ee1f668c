package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/mpi"
)

// Open opens a file that exists, for reading unless [ReadWrite] is among the
// options. H5Fopen.
func Open(path string, options ...Option) (*File, error) {
	return open("open", path, options, func(s *settings, l *library, plist int64) (uintptr, error) {
		if err := agree(s.comm, func() error { return mayOpen(path) }); err != nil {
			return 0, err
		}
		flags := accReadOnly
		if s.readWrite {
			flags = accReadWrite
		}
		// hid_t H5Fopen(const char *name, unsigned flags, hid_t fapl)
		return call(s.comm != nil, l.c.fOpen, dl.Str(path), dl.Int(flags), dl.Int(plist)), nil
	})
}

// Create creates a file and opens it for reading and writing. A file that exists
// is replaced, unless [Exclusive] is among the options, or unless the new one
// cannot be created: then it stays as it was. H5Fcreate.
func Create(path string, options ...Option) (*File, error) {
	return open("create", path, options, func(s *settings, l *library, plist int64) (uintptr, error) {
		s.readWrite = true
		_, err := os.Stat(path)
		fresh := errors.Is(err, fs.ErrNotExist)
		if err := agree(s.comm, func() error { return mayCreate(path, s.exclusive) }); err != nil {
			return 0, err
		}
		flags := accTruncate
		if s.exclusive {
			flags = accExclusive
		}
		// hid_t H5Fcreate(const char *name, unsigned flags, hid_t fcpl, hid_t fapl)
		id := call(s.comm != nil, l.c.fCreate, dl.Str(path), dl.Int(flags), dl.Int(0), dl.Int(plist))
		if int64(id) < 0 || s.comm != nil {
			return id, nil
		}
		// The first bytes go to the disk now, so that a full one shows here.
		if int32(l.c.fFlush.Call(dl.Word(id), dl.Int(scopeGlobal))) < 0 {
			err := l.fail("create", "", path)
			closable, done := (&File{lib: l, id: int64(id)}).rescue()
			defer done()
			if closable {
				l.c.fClose.Call(dl.Word(id))
			}
			if fresh {
				_ = os.Remove(path)
			}
			return 0, err
		}
		return id, nil
	})
}

// open does what Open and Create have in common; do makes the file.
func open(op, path string, options []Option, do func(*settings, *library, int64) (uintptr, error)) (*File, error) {
	var s settings
	for _, o := range options {
		o(&s)
	}
	wrap := func(err error) error {
		var known *Error
		if errors.As(err, &known) {
			return err
		}
		return &Error{Op: op, File: path, Reason: err.Error(), Err: err}
	}
	if strings.IndexByte(path, 0) >= 0 || path == "" {
		return nil, wrap(fmt.Errorf("%q is not a path", path))
	}
	if s.parallel && s.comm == nil {
		return nil, wrap(errors.New("the communicator for h5.MPIO is nil"))
	}
	if s.comm != nil && s.comm.Flavour() == mpi.None {
		s.comm = nil // a world of one rank needs no MPI
	}
	l, err := pick(&s)
	if err != nil {
		return nil, wrap(err)
	}
	leave := l.enter()
	defer leave()
	plist, err := l.accessList(&s)
	if err != nil {
		return nil, wrap(err)
	}
	defer l.c.pClose.Call(dl.Int(plist)) // herr_t H5Pclose(hid_t)

	id, err := do(&s, l, plist)
	if err != nil {
		return nil, wrap(err)
	}
	if int64(id) < 0 {
		failed := l.fail(op, "", path).(*Error)
		if op == "open" {
			diagnose(failed)
		} else {
			diagnoseCreation(failed)
		}
		return nil, failed
	}
	f := &File{lib: l, id: int64(id), path: path, writable: s.readWrite, comm: s.comm, parallel: s.comm != nil}
	f.root = Group{object{file: f, id: f.id, path: "/"}}
	remember(f)
	if f.parallel {
		// Registered after MPI's own handler, so that it runs before MPI ends.
		parallelExit.Do(func() { exit.Register(closeAll) })
	}
	return f, nil
}

// parallelExit makes the exit handler for parallel files be registered once.
var parallelExit sync.Once

func pick(s *settings) (*library, error) {
	mu.Lock()
	defer mu.Unlock()
	if s.comm != nil {
		return pickParallel(s.comm.Flavour())
	}
	return pickSerial()
}

// accessList makes the file access property list.
func (l *library) accessList(s *settings) (int64, error) {
	plist := int64(l.c.pCreate.Call(dl.Int(l.fileAccess)))
	if plist < 0 {
		return 0, l.fail("prepare", "", "a file access property list")
	}
	// A file is closed when it is closed, whatever is still open in it.
	l.c.pCloseDegree.Call(dl.Int(plist), dl.Int(closeStrong)) // herr_t H5Pset_fclose_degree(hid_t, H5F_close_degree_t)
	if s.comm != nil {
		// herr_t H5Pset_fapl_mpio(hid_t, MPI_Comm comm, MPI_Info info)
		if int32(l.c.pFaplMPIO.Call(dl.Int(plist), dl.Word(s.comm.Handle()), dl.Word(mpi.InfoNull()))) < 0 {
			err := l.fail("prepare", "", "a file for MPI-IO")
			l.c.pClose.Call(dl.Int(plist))
			return 0, err
		}
	}
	return plist, nil
}

// mayOpen refuses an empty file, which HDF5 would take for a new one, and write
// to.
func mayOpen(path string) error {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		e := &Error{Op: "open", File: path}
		diagnose(e)
		return e
	}
	return nil
}

// mayCreate makes sure that a file that exists may be replaced. HDF5 would find
// out about a lock only after it has emptied the file.
func mayCreate(path string, exclusive bool) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		folder := filepath.Dir(path)
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			return &Error{Op: "create", File: path, Reason: "there is no folder " + folder, Advice: "make it first", Err: fs.ErrNotExist}
		}
		return nil
	}
	switch {
	case err != nil:
		return &Error{Op: "create", File: path, Reason: reasonOf(err), Err: err}
	case info.IsDir():
		return &Error{Op: "create", File: path, Reason: "it is a folder", Err: syscall.EISDIR}
	case exclusive:
		return &Error{Op: "create", File: path, Reason: "it exists already", Advice: "leave out h5.Exclusive to replace it", Err: fs.ErrExist}
	}
	for _, f := range opened {
		if other, err := os.Stat(f.path); err == nil && os.SameFile(info, other) {
			return &Error{Op: "create", File: path, Reason: "it is open in this process", Advice: "close it first", Err: syscall.EBUSY}
		}
	}
	if locked(path) {
		return &Error{Op: "create", File: path, Reason: "another process has it open", Advice: "close it there; if nobody has, set HDF5_USE_FILE_LOCKING=FALSE", Err: syscall.EAGAIN}
	}
	return nil
}

// reasonOf leaves out of a *fs.PathError what the message says anyhow.
func reasonOf(err error) string {
	var e syscall.Errno
	if errors.As(err, &e) {
		return e.Error()
	}
	return err.Error()
}

// locked reports whether another process holds the lock that HDF5 puts on an
// open file.
func locked(path string) bool {
	switch os.Getenv("HDF5_USE_FILE_LOCKING") {
	case "FALSE", "0":
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK)
}
