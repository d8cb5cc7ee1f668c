package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/internal/exit"
	"github.com/galago-hpc/galago/lib/mpi"
)

// Open opens a file that exists, for reading unless [ReadWrite] is among the
// options. H5Fopen.
//
// A damaged file may crash libhdf5. Where it can be helped, that does not end the
// process (on Linux with amd64): the operation fails with [ErrCrashed], all files
// that were open are closed, and those that are opened after that are served by
// another copy of the library. A parallel library is not loaded twice; after its crash
// the process is done with HDF5.
func Open(path string, options ...Option) (*File, error) {
	s := gather(options)
	if s.creation.asked != "" {
		s.refuse("h5.%s is for files that are created", s.creation.asked)
	}
	return s.open("open", path, (*opening).existing)
}

// Create creates a file and opens it for reading and writing. A file that exists
// is replaced, unless [Exclusive] is among the options, or unless the new one
// cannot be created: then it stays as it was. H5Fcreate.
func Create(path string, options ...Option) (*File, error) {
	s := gather(options)
	return s.open("create", path, (*opening).fresh)
}

// OpenFile opens a file as h5py.File does:
//
//	r        for reading; it must exist
//	r+       for reading and writing; it must exist
//	w        created, replacing one that exists
//	w- or x  created; it must not exist
//	a        for reading and writing, created if it does not exist
func OpenFile(path, mode string, options ...Option) (*File, error) {
	switch mode {
	case "r":
		return Open(path, options...)
	case "r+":
		return Open(path, append(options[:len(options):len(options)], ReadWrite)...)
	case "w":
		return Create(path, options...)
	case "w-", "x":
		return Create(path, append(options[:len(options):len(options)], Exclusive)...)
	case "a":
		s := gather(options)
		s.either = true
		return s.open("open", path, (*opening).either)
	}
	err := fmt.Errorf("%q is no mode; there are r, r+, w, w- (or x) and a", mode)
	return nil, &Error{Op: "open", File: path, Reason: err.Error(), Err: err}
}

// An opening is a file on its way to be open. The lock is held until it is closed.
type opening struct {
	settings
	path  string
	lib   *library
	fapl  int64
	leave func()
}

// open does what all ways of opening have in common; do makes the file.
func (s *settings) open(op, path string, do func(*opening) (int64, error)) (*File, error) {
	if err := s.meet(op, path); err != nil {
		return nil, err
	}
	comm := s.comm
	if comm != nil && comm.Flavour() == mpi.None {
		comm = nil
	}
	o, err := s.prepare(op, path)
	defer o.close()
	if err = agree(comm, openError(op, path, err)); err == nil {
		// All ranks make a copy of the communicator here.
		o.fapl, err = s.accessList(o.lib)
		err = agree(comm, openError(op, path, err))
	}
	var id int64
	if err == nil {
		id, err = do(o)
	}
	if err != nil {
		return nil, openError(op, path, err)
	}
	f := &File{handle: &handle{
		lib: o.lib, id: id, path: path, cache: s.access.cache(), writable: o.readWrite, comm: s.comm, parallel: s.comm != nil, alone: s.parallel && s.comm == nil, collectiveReads: s.comm != nil && s.collReads, driver: s.driver, swmr: s.swmr,
	}}
	f.root = Group{object: object{file: f, id: id, path: "/"}}
	remember(f.handle)
	runtime.AddCleanup(f, lose, f.handle)
	if f.parallel {
		// Registered after MPI's own handler, so that it runs before MPI ends.
		parallelExit.Do(func() { exit.Register(closeAll) })
	}
	return f, nil
}

// openError makes an Error of one.
func openError(op, path string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Error{Op: op, File: path, Reason: err.Error(), Err: err}
}

// prepare does what a rank does by itself, and takes the lock.
func (s *settings) prepare(op, path string) (*opening, error) {
	o := &opening{path: path}
	if err := s.check(path); err != nil {
		return o, err
	}
	var err error
	if o.lib, err = pick(s); err != nil {
		return o, err
	}
	o.leave = o.lib.enter()
	if o.lib.fallen != nil {
		return o, o.lib.closedError(op, "", path)
	}
	o.settings = *s
	return o, nil
}

// close gives up what prepare has taken.
func (o *opening) close() {
	if o.fapl > 0 {
		o.lib.c.pClose.Call(dl.Int(o.fapl)) // herr_t H5Pclose(hid_t)
	}
	if o.leave != nil {
		o.leave()
	}
}

// check finds what is wrong with the options and the path.
func (s *settings) check(path string) error {
	switch {
	case strings.IndexByte(path, 0) >= 0 || path == "":
		return fmt.Errorf("%q is not a path", path)
	case s.err != nil:
		return s.err
	case s.parallel && s.comm == nil:
		return errors.New("the communicator for h5.MPIO is nil")
	case !s.parallel && s.askedParallel != "":
		return fmt.Errorf("h5.%s does nothing without h5.MPIO", s.askedParallel)
	case s.parallel && s.driver.set != nil:
		return fmt.Errorf("the options ask for two drivers, mpio and %s; leave one out", s.driver.name)
	case s.swmr && (s.parallel || s.driver.name != "sec2"):
		return errors.New("h5.SWMR goes with the sec2 driver only; leave out the option for another")
	case s.driver.check != nil:
		if err := s.driver.check(path); err != nil {
			return err
		}
	}
	if s.comm != nil && s.comm.Flavour() == mpi.None {
		s.comm = nil // a world of one rank needs no MPI
	}
	return nil
}

// existing opens a file that exists.
func (o *opening) existing() (int64, error) {
	if err := agree(o.comm, o.mayOpen()); err != nil {
		return 0, err
	}
	flags := accReadOnly
	switch {
	case o.readWrite && o.swmr:
		flags = accReadWrite | accSWMRWrite
	case o.readWrite:
		flags = accReadWrite
	case o.swmr:
		flags = accReadOnly | accSWMRRead
	}
	// hid_t H5Fopen(const char *name, unsigned flags, hid_t fapl)
	id := int64(call(o.comm != nil, o.lib.c.fOpen, dl.Str(o.path), dl.Int(flags), dl.Int(o.fapl)))
	if id < 0 {
		failed := o.lib.fail("open", "", o.path).(*Error)
		o.diagnose(failed)
		return 0, failed
	}
	// HDF5 2.0 opens it all the same, and leaves out the buffer.
	if o.access.pageBuffer > 0 && o.lib.storedIn(id).FsStrategy != Page {
		o.lib.c.fClose.Call(dl.Int(id))
		return 0, &Error{Op: "open", File: o.path, Reason: unpaged, Advice: pageAdvice}
	}
	return id, nil
}

// fresh creates a file.
func (o *opening) fresh() (int64, error) {
	o.readWrite = true
	fcpl, err := o.mayCreate()
	if fcpl > 0 {
		defer o.lib.c.pClose.Call(dl.Int(fcpl))
	}
	if err = agree(o.comm, err); err == nil {
		err = o.shared()
	}
	if err != nil {
		return 0, err
	}
	anew := !o.exists()
	o.warnStripes(o.path)
	flags := accTruncate
	if o.exclusive {
		flags = accExclusive
	}
	// hid_t H5Fcreate(const char *name, unsigned flags, hid_t fcpl, hid_t fapl)
	id := int64(call(o.comm != nil, o.lib.c.fCreate, dl.Str(o.path), dl.Int(flags), dl.Int(fcpl), dl.Int(o.fapl)))
	if id < 0 {
		failed := o.lib.fail("create", "", o.path).(*Error)
		o.diagnoseCreation(failed)
		return 0, failed
	}
	if o.comm != nil || o.driver.name == memoryOnly {
		return id, nil
	}
	// The first bytes go to the disk now, so that a full one shows here.
	h := &handle{lib: o.lib, id: id, driver: o.driver}
	if !h.flush() {
		err := o.lib.fail("create", "", o.path)
		closable, done := h.rescue()
		defer done()
		if closable {
			o.lib.c.fClose.Call(dl.Int(id))
		}
		if anew {
			for _, path := range o.driver.on(o.path) {
				_ = os.Remove(path)
			}
		}
		return 0, err
	}
	return id, nil
}

// mayCreate makes the list of creation properties, after it has made sure that the file
// can be created.
func (o *opening) mayCreate() (fcpl int64, err error) {
	if o.swmr {
		return 0, errors.New("h5.SWMR is for files that exist; create datasets first, then call StartSWMR")
	}
	if o.driver.sizeless {
		return 0, errors.New("members of 0 bytes for h5.Family; 0 is for files that exist")
	}
	if err := o.paged(); err != nil {
		return 0, err
	}
	if fcpl, err = o.creation.list(o.lib); err != nil {
		return 0, err
	}
	if err := o.mayReplaceAll(); err != nil {
		return fcpl, err
	}
	return fcpl, o.rehearse(fcpl)
}

// rehearse creates the file in memory. HDF5 finds out what it cannot do with the
// properties once it has emptied the file that was there.
func (o *opening) rehearse(fcpl int64) error {
	l, alone := o.lib, o.settings
	alone.comm, alone.collReads, alone.collWrites, alone.driver = nil, false, false, core(false, 0)
	fapl, err := alone.accessList(l)
	if err != nil {
		return err
	}
	defer l.c.pClose.Call(dl.Int(fapl))
	id := int64(l.c.fCreate.Call(dl.Str(o.path+" in memory"), dl.Int(accTruncate), dl.Int(fcpl), dl.Int(fapl)))
	if id < 0 {
		failed := l.fail("create", "", o.path).(*Error)
		o.diagnoseCreation(failed)
		return failed
	}
	l.c.fClose.Call(dl.Int(id))
	return nil
}

// paged makes sure that a page buffer goes with the new file: HDF5 would find out
// once the file is there.
func (o *opening) paged() error {
	size := o.creation.pageSize
	if size == 0 {
		size = 4096
	}
	switch {
	case o.access.pageBuffer > 0 && o.creation.strategy != Page:
		return errors.New("h5.PageBufSize needs a file of pages: h5.FsStrategy(h5.Page)")
	case o.access.pageBuffer > 0 && o.access.pageBuffer < size:
		return fmt.Errorf("the page buffer is smaller than a page, which has %d bytes", size)
	}
	return nil
}

// either opens the file if it exists, and creates it otherwise.
func (o *opening) either() (int64, error) {
	exists := int64(0)
	if o.exists() {
		exists = 1
	}
	// On a shared file system the ranks may see a new file at different times.
	if o.comm != nil {
		word := []int64{exists}
		if err := mpi.Bcast(o.comm, word, 0); err != nil {
			return 0, err
		}
		exists = word[0]
	}
	o.readWrite = true
	if exists != 0 {
		id, err := o.existing()
		if have := o.lib.storedIn(id).UserBlock; err == nil && o.creation.userBlock != 0 && have != o.creation.userBlock {
			call(o.comm != nil, o.lib.c.fClose, dl.Int(id))
			return 0, fmt.Errorf("it exists with a user block of %d bytes and not %d", have, o.creation.userBlock)
		}
		return id, err
	}
	o.exclusive = true
	return o.fresh()
}

// exists reports whether there is something where the file would be.
func (o *opening) exists() bool {
	for _, path := range o.driver.on(o.path) {
		if _, err := os.Lstat(path); err == nil {
			return true
		}
	}
	return false
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

// isPipe reports whether to open a file may mean to wait for another process.
func isPipe(info fs.FileInfo) bool { return info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0 }

// mayOpen refuses pipes, which HDF5 would wait for, and an empty file,
// which HDF5 would take for a new one, and write to.
func (o *opening) mayOpen() error {
	if o.image != nil {
		return nil
	}
	path := o.driver.on(o.path)[0]
	info, err := os.Stat(path)
	switch {
	case err != nil && o.comm == nil: // HDF5 says more
	case err == nil && isPipe(info):
		return &Error{Op: "open", File: o.path, Reason: "it is a pipe, not a file"}
	case err != nil || info.Mode().IsRegular() && info.Size() == 0:
		e := &Error{Op: "open", File: o.path}
		o.diagnose(e)
		return e
	}
	return nil
}

// mayReplaceAll makes sure that the files that exist may be replaced. HDF5 would find
// out about a lock only after it has emptied the file.
func (o *opening) mayReplaceAll() error {
	switch {
	case o.driver.name == memoryOnly:
		return nil
	case o.comm != nil && o.comm.Rank() != 0:
		// The others would see each other's looks for locks.
		if err := noFolder(o.path); err != nil {
			err.Op, err.File = "create", o.path
			return err
		}
		return nil
	}
	for _, path := range o.driver.on(o.path) {
		if err := o.mayReplace(path); err != nil {
			err.Op, err.File = "create", o.path
			return err
		}
	}
	return nil
}

func (o *opening) mayReplace(path string) *Error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return noFolder(path)
	}
	switch {
	case err != nil:
		return &Error{Reason: reasonOf(err), Err: err}
	case info.IsDir():
		return &Error{Reason: "it is a folder", Err: syscall.EISDIR}
	case isPipe(info):
		return &Error{Reason: "it is a pipe, not a file"}
	case o.exclusive:
		return &Error{Reason: "it exists already", Advice: "leave out h5.Exclusive to replace it", Err: fs.ErrExist}
	}
	for _, h := range opened {
		for _, other := range h.files() {
			if other, err := os.Stat(other); err == nil && os.SameFile(info, other) {
				return &Error{Reason: "it is open in this process", Advice: "close it first", Err: syscall.EBUSY}
			}
		}
	}
	if o.access.locks() && locked(path) {
		return &Error{Reason: elsewhere(path) + " has it open", Advice: lockAdvice, Err: syscall.EAGAIN}
	}
	return nil
}

// noFolder is the error for a file in a folder that is not there.
func noFolder(path string) *Error {
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return &Error{Reason: "there is no folder " + folder, Advice: "make it first", Err: fs.ErrNotExist}
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
