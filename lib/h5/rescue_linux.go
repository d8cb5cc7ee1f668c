package h5

import (
	"golang.org/x/sys/unix"

	"github.com/galago-hpc/galago/internal/dl"
)

// rescueCopy is how much of a file is copied to memory by rescue.
const rescueCopy = 64 << 20

// rescue makes a file closable whose last bytes cannot be written because the
// disk is full. H5Fclose would fail half way, leave the library with dangling
// pointers, and the process would crash at the next file. So the file descriptor
// is pointed at memory, where everything can be written, and what is on the disk
// stays as it is. The first part of the file is copied there, for what H5Fclose
// may read again.
//
// If that cannot be done, closable is false: better one file that stays open than
// a crash. done is to be called after H5Fclose.
func (h *handle) rescue() (closable bool, done func()) {
	done = func() {}
	if h.parallel {
		return true, done // the other ranks wait in H5Fclose
	}
	// The drivers that are left have no file descriptor, or several.
	if h.driver.name != "sec2" {
		return false, done
	}
	var handle uintptr
	// herr_t H5Fget_vfd_handle(hid_t file, hid_t fapl, void **handle)
	if int32(h.lib.c.fHandle.Call(dl.Int(h.id), dl.Int(0), dl.Ptr(&handle))) < 0 || handle == 0 {
		return false, done
	}
	fd := int(dl.Read[int32](handle))
	var stat unix.Stat_t
	if unix.Fstat(fd, &stat) != nil {
		return false, done
	}
	// A limit on the size of files holds for memory as well.
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) == nil && limit.Cur != unix.RLIM_INFINITY {
		if limit.Max != unix.RLIM_INFINITY {
			return false, done
		}
		raised := unix.Rlimit{Cur: limit.Max, Max: limit.Max}
		if unix.Setrlimit(unix.RLIMIT_FSIZE, &raised) != nil {
			return false, done
		}
		done = func() { _ = unix.Setrlimit(unix.RLIMIT_FSIZE, &limit) }
	}
	memory, err := unix.MemfdCreate("closing an HDF5 file", unix.MFD_CLOEXEC)
	if err != nil {
		return false, done
	}
	defer unix.Close(memory)
	size := int64(0)
	if stat.Mode&unix.S_IFMT == unix.S_IFREG {
		size = stat.Size
	}
	copyHead(memory, fd, min(size, rescueCopy))
	if unix.Ftruncate(memory, size) != nil || unix.Dup3(memory, fd, unix.O_CLOEXEC) != nil {
		return false, done
	}
	return true, done
}

func copyHead(to, from int, size int64) {
	buffer := make([]byte, 1<<20)
	for at := int64(0); at < size; {
		n, err := unix.Pread(from, buffer, at)
		if err != nil || n == 0 {
			return
		}
		if _, err := unix.Pwrite(to, buffer[:n], at); err != nil {
			return
		}
		at += int64(n)
	}
}
