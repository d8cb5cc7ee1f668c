package h5

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// ErrNotClosed is behind the error for a file whose writer has not closed it: it
// is still at work, or has crashed. [ClearConsistency] is for the second.
var ErrNotClosed = errors.New("the file was not closed by its writer")

const (
	heldElsewhere = "another process has it open"
	lockAdvice    = "close it there; if nobody has it, open it with h5.Locking(h5.LockOff), or set HDF5_USE_FILE_LOCKING=FALSE"
	leftOpen      = "its writer has not closed it: it has crashed, or is at work on another machine"
	formatAdvice  = "create it with h5.LibVer(h5.V110, h5.Latest)"
	unpaged       = "the file was not created in pages"
	pageAdvice    = "create it with h5.FsStrategy(h5.Page), or leave out h5.PageBufSize"
	notHDF5       = "it is not an HDF5 file"
)

// whoHas names the process that has a file open, where that is the trouble.
func whoHas(e *Error) {
	switch e.Reason {
	case heldElsewhere:
		e.Reason = elsewhere(e.File) + " has it open"
	case leftOpen:
		if who := elsewhere(e.File); who != someone {
			e.Reason, e.Advice = who+" has it open for writing", "close it there; to read beside a writer open it with h5.SWMR, once the writer has called StartSWMR"
			return
		}
		e.Advice = fmt.Sprintf("if nobody writes it any more, make it usable with h5.ClearConsistency(%q)", e.File)
	}
}

// forbidden says why a file may not be read, or written.
func forbidden(path string, write bool) (reason, advice string, err error) {
	reason, advice, err = "permission denied", "ask the owner for the right to read it", fs.ErrPermission
	if write {
		advice = "open it without h5.ReadWrite, or ask the owner for the right to write it"
	}
	info, failed := os.Stat(path)
	if failed != nil {
		return reason, advice, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return reason, advice, err
	}
	owner := strconv.Itoa(int(stat.Uid))
	if u, failed := user.LookupId(owner); failed == nil {
		owner = u.Username
	}
	reason += fmt.Sprintf(": it belongs to %s and has the mode %v", owner, info.Mode().Perm())
	if int(stat.Uid) == os.Geteuid() {
		bit := "r"
		if write {
			bit = "rw"
		}
		advice = "chmod u+" + bit + " " + path
	}
	return reason, advice, err
}

// foreign says what a file is that is not HDF5's, as far as its beginning tells.
func foreign(path, driver string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	begin := make([]byte, 8)
	n, _ := file.Read(begin)
	begin = begin[:n]
	for _, known := range []struct{ begin, what string }{
		{"CDF\x01", "a netCDF-3 file"}, {"CDF\x02", "a netCDF-3 file"}, {"CDF\x05", "a netCDF-3 file"},
		{"\x0e\x03\x13\x01", "an HDF4 file"}, {"\x1f\x8b", "compressed with gzip; gunzip it"}, {"PK\x03\x04", "a zip archive (or .npz)"},
		{"\x93NUMPY", "a NumPy .npy file"}, {"SIMPLE  ", "a FITS file"}, {"BZh", "compressed with bzip2"}, {"\x28\xb5\x2f\xfd", "compressed with zstd"},
		{"\xfd7zXZ", "compressed with xz"}, {"MATLAB 5", "a MATLAB file of a version before 7.3"},
	} {
		if len(begin) >= len(known.begin) && string(begin[:len(known.begin)]) == known.begin {
			return "it seems to be " + known.what
		}
	}
	if n == len(begin) && allZero(file, begin) {
		return "it begins with zeros: its writer crashed before it was written"
	}
	if driver == "family" || driver == "split" {
		return "was it written with this driver?"
	}
	return "if it is one member of a family, open them all with h5.Family"
}

func allZero(file *os.File, begin []byte) bool {
	more := make([]byte, 504)
	n, _ := file.Read(more)
	for _, b := range append(begin, more[:n]...) {
		if b != 0 {
			return false
		}
	}
	return len(begin) > 0
}

// diagnose replaces HDF5's reason for not opening a file by what the file system
// says about it.
func (o *opening) diagnose(e *Error) {
	if o.image != nil {
		e.Advice = "the image is not the whole of an HDF5 file"
		return
	}
	path := o.driver.on(o.path)[0]
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && path != o.path:
		e.Reason, e.Advice, e.Err = "there is no file "+path, "the "+o.driver.name+" driver needs it", fs.ErrNotExist
	case errors.Is(err, fs.ErrNotExist):
		e.Reason, e.Advice, e.Err = "no such file", "check the path (relative paths start at the working folder)", fs.ErrNotExist
		if folder, _ := os.Getwd(); folder != "" {
			e.Advice = "check the path; the working folder is " + folder
		}
	case errors.Is(err, syscall.ENOTDIR):
		e.Reason, e.Advice, e.Err = "a part of the path is not a folder", "", syscall.ENOTDIR
	case err != nil:
		e.Reason, e.Advice, e.Err = err.Error(), "", err
	case info.IsDir():
		e.Reason, e.Advice, e.Err = "it is a folder, not a file", "", syscall.EISDIR
	case info.Mode().IsRegular() && info.Size() == 0:
		e.Reason, e.Advice = "the file is empty", "it is not an HDF5 file; was it written completely?"
	case errors.Is(e.Err, fs.ErrPermission) || errors.Is(e.Err, syscall.EPERM):
		e.Reason, e.Advice, e.Err = forbidden(path, o.readWrite)
	case e.Reason == notHDF5:
		e.Advice = foreign(path, o.driver.name)
	}
}

// diagnoseCreation does the same for a file that could not be created.
func (o *opening) diagnoseCreation(e *Error) {
	if o.driver.name == memoryOnly {
		return
	}
	path := o.driver.on(o.path)[0]
	if _, err := os.Stat(path); err == nil {
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			e.Reason, e.Err = reasonOf(err), err
			if errors.Is(err, fs.ErrPermission) {
				e.Reason, e.Advice, e.Err = forbidden(path, true)
			}
			return
		}
		_ = file.Close()
		return
	}
	folder := filepath.Dir(path)
	probe, err := os.CreateTemp(folder, ".h5-*")
	if err != nil {
		e.Reason, e.Advice, e.Err = "nothing can be created in "+folder+": "+reasonOf(err), "choose a folder that you may write to", err
		return
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
}
