package h5

import (
	"errors"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/galago-hpc/galago/internal/dl"
)

// An Error is an operation on a file that failed. Errors.Is finds fs.ErrNotExist,
// fs.ErrExist, fs.ErrPermission, fs.ErrClosed and system errors such as
// syscall.ENOSPC behind it.
type Error struct {
	Op     string   // what was attempted, such as "read"
	Object string   // the path inside the file; "" for the file itself
	File   string   // the path of the file
	Reason string   // why it failed, by HDF5's innermost message or our own
	Advice string   // what to do about it; may be empty
	Stack  []string // HDF5's error stack, innermost first, as "H5D__write: can't write data"
	Err    error    // the cause; may be nil
}

// Error says what failed, on what, why, and what to do about it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Object != "" {
		b.WriteString(" " + e.Object + " in")
	}
	b.WriteString(" " + e.File + ": " + e.Reason)
	if e.Advice != "" {
		b.WriteString("; " + e.Advice)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// stack is what the last walk over HDF5's error stack found, guarded by mu.
var stack []frame

type frame struct{ function, text string }

// H5E_error2_t: hid_t class, major, minor; unsigned line; char *function, *file,
// *description.
var walkCallback = dl.Callback(func(n uintptr, entry uintptr, data uintptr) uintptr {
	stack = append(stack, frame{
		function: dl.String(dl.Read[uintptr](entry + 32)),
		text:     dl.String(dl.Read[uintptr](entry + 48)),
	})
	return 0
})

// errorStack returns HDF5's error stack, innermost first.
func (l *library) errorStack() []frame {
	stack = nil
	// herr_t H5Ewalk2(hid_t stack, H5E_direction_t upward, H5E_walk2_t func, void *data)
	l.c.eWalk.Call(dl.Int(0), dl.Int(0), dl.Word(walkCallback), dl.Null)
	return stack
}

// fail makes an Error of HDF5's error stack. It must be called right after the
// call that failed, with the lock held.
func (l *library) fail(op, object, file string) error {
	if l.refused != nil {
		return disagreement(op, object, file, l.refused)
	}
	if l.guard.Crash() != nil {
		return l.crashed(op, object, file)
	}
	e := &Error{Op: op, Object: object, File: file}
	for _, f := range l.errorStack() {
		e.Stack = append(e.Stack, f.function+": "+f.text)
		if e.Reason == "" {
			e.Reason = f.text
		}
	}
	if e.Reason == "" {
		e.Reason = "HDF5 gave no reason"
	}
	recognise(e)
	return e
}

// patterns translate what HDF5 says into what it means.
var patterns = []struct {
	text   string // in the error stack
	reason string // "" keeps HDF5's words
	advice string
	err    error
}{
	{"No space left on device", "the disk is full", fullAdvice, syscall.ENOSPC},
	{"Disk quota exceeded", "the disk quota is used up", "free space or write elsewhere", syscall.EDQUOT},
	{"File too large", "the file would become larger than this process may write (ulimit -f)", "raise the limit", syscall.EFBIG},
	{"truncated file", "the file is truncated: it is shorter than when it was written", "it was not closed, or not copied whole; get it again", nil},
	{"unable to lock file, errno = 11,", heldElsewhere, lockAdvice, syscall.EAGAIN},
	{"unable to lock file", "it cannot be locked: the file system has no locks", "open it with h5.Locking(h5.LockBestEffort), or set HDF5_USE_FILE_LOCKING=FALSE", syscall.ENOLCK},
	{"h5clear", leftOpen, "", ErrNotClosed},
	{"file is not already open for SWMR writing", leftOpen, "", ErrNotClosed},
	{"file locking flag values don't match", "it is open in this process with another h5.Locking", "close it first, or give the same", syscall.EBUSY},
	{"access flag not the same for file that is already open", "it is open in this process in another mode", "close it first", syscall.EBUSY},
	{"does not support SWMR", "the format of the file is too old for SWMR", formatAdvice, nil},
	{"superblock version for SWMR is less than 3", "the format of the file is too old for SWMR", formatAdvice, nil},
	{"file superblock version - should be at least 3", "the format of the file is too old for SWMR", formatAdvice, nil},
	{"requires PAGE file space strategy", unpaged, pageAdvice, nil},
	{"page buffering is disabled for parallel", "parallel builds of HDF5 have no page buffer", "leave out h5.PageBufSize, or set " + Setting + " to a serial library", nil},
	{"Page Buffer size must be", "the page buffer is smaller than a page of the file", "give h5.PageBufSize more", nil},
	{"unable to truncate a file which is already open", "it is open in this process", "close it first", syscall.EBUSY},
	{"file is already open for", "it is open in this process in another mode", "close it first", syscall.EBUSY},
	{"file signature not found", notHDF5, "", nil},
	{"Permission denied", "permission denied", "", fs.ErrPermission},
	{"Read-only file system", "the file system is read-only", "", syscall.EROFS},
	{"no write intent", "the file is open for reading only", "open it with h5.ReadWrite", fs.ErrPermission},
	{"write intent", "the file is open for reading only", "open it with h5.ReadWrite", fs.ErrPermission},
	{"name already exists", "something with this name exists already", "", fs.ErrExist},
	{"bad version number for datatype message", "its type is one that only a newer HDF5 knows", "use a newer libhdf5 (" + Setting + ")", nil},
	{"filter plugin", "", "the filter it was compressed with is missing: set HDF5_PLUGIN_PATH", nil},
	{"required filter", "", "the filter it was compressed with is missing: set HDF5_PLUGIN_PATH", nil},
	{"does not support writing VL", "HDF5 cannot write elements of variable length, or references to regions, in parallel", "use h5.FixedText or arrays, or write from one rank before the file is opened in parallel", errors.ErrUnsupported},
	{"filters in parallel are not supported", "", "write compressed datasets with h5.Collective", nil},
	{"Can't perform independent write", "a compressed dataset of a parallel file can only be written collectively", "pass h5.Collective, on all ranks", nil},
	{"can't perform independent write", "a compressed dataset of a parallel file can only be written collectively", "pass h5.Collective, on all ranks", nil},
}

// systemError matches what HDF5's drivers say about a failed system call, and
// mpiError what they say about a failed MPI call.
var (
	systemError = regexp.MustCompile(`errno = (\d+), error message = '([^']*)'`)
	mpiError    = regexp.MustCompile(`MPI error string is '([^'\n]*)`)
)

func recognise(e *Error) {
	all := strings.Join(e.Stack, "\n")
	for _, p := range patterns {
		if strings.Contains(all, p.text) {
			if p.reason != "" {
				e.Reason = p.reason
			}
			e.Advice, e.Err = p.advice, p.err
			whoHas(e)
			return
		}
	}
	if m := systemError.FindStringSubmatch(all); m != nil {
		number, _ := strconv.Atoi(m[1])
		e.Err = syscall.Errno(number)
		e.Reason = e.Err.Error()
	} else if m := mpiError.FindStringSubmatch(all); m != nil {
		e.Reason = "MPI says: " + strings.TrimSuffix(m[1], ", error stack:")
	}
	// Open MPI does not pass on why a write failed.
	if e.Err == nil && strings.Contains(all, "write failed") && full(e.File) {
		e.Reason, e.Advice, e.Err = "the disk is full", fullAdvice, syscall.ENOSPC
	}
}

const fullAdvice = "free space or write elsewhere; what was written last is incomplete"

// full reports whether the file system of a file has no room left.
func full(path string) bool {
	const little = 1 << 20
	return room(path) < little
}

// room returns the bytes that are free where a file is; very many if the system
// does not tell.
func room(path string) uint64 {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return math.MaxUint64
	}
	return s.Bavail * uint64(s.Bsize)
}
