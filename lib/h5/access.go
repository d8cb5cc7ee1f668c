package h5

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// access is how a file is used while it is open; nothing of it is stored.
// Pointers tell what was given from what was not.
type access struct {
	low, high        LibVersion
	slots, bytes     *int
	w0               *float64
	threshold, align int
	metaBlock, sieve *int
	pageBuffer       int
	minMeta, minRaw  int
	locking          LockMode
	clearConsistency bool
}

// RdccNBytes is the size of the cache that each dataset has for its chunks, in
// bytes; 1 MiB without it (8 MiB from HDF5 2.0 on). A chunk that is larger is not
// kept. H5Pset_cache.
func RdccNBytes(n int) Option {
	return option(func(s *settings) {
		if n < 0 {
			s.refuse("a chunk cache of %d bytes", n)
		}
		s.access.bytes = &n
	})
}

// RdccNSlots is the number of slots of a dataset's chunk cache, best a prime of
// 100 times the number of chunks that fit; 521 without it. H5Pset_cache.
func RdccNSlots(n int) Option {
	return option(func(s *settings) {
		if n < 0 {
			s.refuse("a chunk cache of %d slots", n)
		}
		s.access.slots = &n
	})
}

// RdccW0 says how readily chunks that have been read or written whole leave the
// chunk cache: from 0 (like all others) to 1 (before all others); 0.75 without
// it. H5Pset_cache.
func RdccW0(w float64) Option {
	return option(func(s *settings) {
		if !(w >= 0 && w <= 1) {
			s.refuse("h5.RdccW0 is between 0 and 1, not %v", w)
		}
		s.access.w0 = &w
	})
}

// Alignment places every object of at least threshold bytes at a multiple of
// interval bytes in the file, such as the stripe size of a parallel file system.
// H5Pset_alignment.
func Alignment(threshold, interval int) Option {
	return option(func(s *settings) {
		if threshold < 0 || interval < 1 {
			s.refuse("an alignment to %d bytes from %d bytes on", interval, threshold)
		}
		s.access.threshold, s.access.align = threshold, interval
	})
}

// MetaBlockSize is the least number of bytes by which the space for the
// structure of a file grows; 2048 without it. H5Pset_meta_block_size.
func MetaBlockSize(bytes int) Option {
	return option(func(s *settings) {
		if bytes < 0 {
			s.refuse("a metadata block of %d bytes", bytes)
		}
		s.access.metaBlock = &bytes
	})
}

// SieveBufSize is the size in bytes of the buffer for parts of contiguous
// datasets; 64 KiB without it. Small reads at random places are faster with
// less. H5Pset_sieve_buf_size.
func SieveBufSize(bytes int) Option {
	return option(func(s *settings) {
		if bytes < 0 {
			s.refuse("a sieve buffer of %d bytes", bytes)
		}
		s.access.sieve = &bytes
	})
}

// PageBufSize keeps so many bytes of the file's pages in memory. The file must
// have been created with FsStrategy(Page), and the size be that of a page at
// least; parallel builds of HDF5 cannot do it. H5Pset_page_buffer_size.
func PageBufSize(bytes int) Option {
	return option(func(s *settings) {
		if bytes < 1 {
			s.refuse("a page buffer of %d bytes", bytes)
		}
		s.access.pageBuffer = bytes
	})
}

// MinMetaKeep reserves so many percent of the page buffer for the structure of
// the file. It goes with [PageBufSize].
func MinMetaKeep(percent int) Option {
	return option(func(s *settings) {
		if percent < 0 || percent > 100 {
			s.refuse("h5.MinMetaKeep is 0 to 100 percent, not %d", percent)
		}
		s.access.minMeta = percent
	})
}

// MinRawKeep reserves so many percent of the page buffer for data. It goes with
// [PageBufSize].
func MinRawKeep(percent int) Option {
	return option(func(s *settings) {
		if percent < 0 || percent > 100 {
			s.refuse("h5.MinRawKeep is 0 to 100 percent, not %d", percent)
		}
		s.access.minRaw = percent
	})
}

// list makes the file access property list.
func (s *settings) accessList(l *library) (int64, error) {
	plist := int64(l.c.pCreate.Call(dl.Int(l.fileAccess)))
	if plist < 0 {
		return 0, l.fail("prepare", "", "a file access property list")
	}
	if err := s.fillAccess(l, plist); err != nil {
		l.c.pClose.Call(dl.Int(plist))
		return 0, err
	}
	return plist, nil
}

func (s *settings) fillAccess(l *library, plist int64) error {
	if s.comm != nil {
		// A file is closed when it is closed, whatever is still open in it. Not so
		// where there may be external links: HDF5 opens the files that they lead
		// to otherwise, and refuses those that are open like this.
		l.c.pCloseDegree.Call(dl.Int(plist), dl.Int(closeStrong)) // herr_t H5Pset_fclose_degree(hid_t, H5F_close_degree_t)
	}
	if err := s.setDriver(l, plist); err != nil {
		return err
	}
	a := &s.access
	set := func(what string, f dl.Func, args ...dl.Arg) error { return l.set(plist, what, f, args...) }
	var all []error
	if a.low != "" {
		low, err := l.version(a.low)
		if err != nil {
			return err
		}
		high, err := l.version(a.high)
		if err != nil {
			return err
		}
		if low > high || high == 0 {
			return fmt.Errorf("h5.LibVer from %s to %s: the second must be newer, and newer than earliest", a.low, a.high)
		}
		all = append(all, set("LibVer", l.f.setLibVer, dl.Int(low), dl.Int(high))) // herr_t H5Pset_libver_bounds(hid_t, H5F_libver_t low, H5F_libver_t high)
	}
	if a.align > 0 {
		all = append(all, set("Alignment", l.f.setAlignment, dl.Int(a.threshold), dl.Int(a.align))) // herr_t H5Pset_alignment(hid_t, hsize_t, hsize_t)
	}
	if a.metaBlock != nil {
		all = append(all, set("MetaBlockSize", l.f.setMetaBlock, dl.Int(*a.metaBlock))) // herr_t H5Pset_meta_block_size(hid_t, hsize_t)
	}
	if a.sieve != nil {
		all = append(all, set("SieveBufSize", l.f.setSieve, dl.Int(*a.sieve))) // herr_t H5Pset_sieve_buf_size(hid_t, size_t)
	}
	if a.pageBuffer > 0 {
		if s.comm != nil {
			return errors.New("h5.PageBufSize does not go with h5.MPIO")
		}
		// herr_t H5Pset_page_buffer_size(hid_t, size_t, unsigned min_meta_percent, unsigned min_raw_percent)
		all = append(all, set("PageBufSize", l.f.setPageBuffer, dl.Int(a.pageBuffer), dl.Int(a.minMeta), dl.Int(a.minRaw)))
	} else if a.minMeta+a.minRaw > 0 {
		return errors.New("h5.MinMetaKeep and h5.MinRawKeep do nothing without h5.PageBufSize")
	}
	if a.locking != "" {
		// herr_t H5Pset_file_locking(hid_t, hbool_t use, hbool_t ignore_when_disabled)
		all = append(all, set("Locking", l.f.setLocking, dl.Bool(a.locking != LockOff), dl.Bool(a.locking != LockOn)))
	}
	if a.clearConsistency {
		yes := uint64(1)                                                                                // hbool_t, a byte or an int
		all = append(all, set("ClearConsistency", l.f.set, dl.Str("clear_status_flags"), dl.Ptr(&yes))) // herr_t H5Pset(hid_t, const char *name, const void *value)
	}
	all = append(all, a.setCache(l, plist))
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// setCache changes the parts of the chunk cache that were given.
func (a *access) setCache(l *library, plist int64) error {
	if a.slots == nil && a.bytes == nil && a.w0 == nil {
		return nil
	}
	c := l.chunkCache(plist)
	if a.slots != nil {
		c.slots = uint64(*a.slots)
	}
	if a.bytes != nil {
		c.bytes = uint64(*a.bytes)
	}
	if a.w0 != nil {
		c.w0 = *a.w0
	}
	if l.f.setCache(plist, c.metadata, uintptr(c.slots), uintptr(c.bytes), c.w0) < 0 {
		failed := l.fail("prepare", "", "a file").(*Error)
		return fmt.Errorf("the chunk cache: %s", failed.Reason)
	}
	return nil
}

// cache returns how much a dataset may keep in memory.
func (a *access) cache() int {
	if a.bytes != nil {
		return *a.bytes
	}
	return 8 << 20
}

type chunkCache struct {
	metadata     int32
	slots, bytes uint64
	w0           float64
}

func (l *library) chunkCache(plist int64) chunkCache {
	c := new(chunkCache)
	// herr_t H5Pget_cache(hid_t, int *ignored, size_t *slots, size_t *bytes, double *w0)
	l.f.getCache.Call(dl.Int(plist), dl.Ptr(&c.metadata), dl.Ptr(&c.slots), dl.Ptr(&c.bytes), dl.Ptr(&c.w0))
	return *c
}

// setDriver chooses how the bytes of the file are reached.
func (s *settings) setDriver(l *library, plist int64) error {
	if s.comm != nil {
		return s.mpio(l, plist)
	}
	if s.driver.set == nil {
		return nil
	}
	if s.driver.name == "direct" && !l.f.setDirect.Present() {
		return fmt.Errorf("%s was built without the direct driver; leave out h5.Direct", l.info.Path)
	}
	if int32(s.driver.set(l, plist)) < 0 {
		failed := l.fail("prepare", "", "a file").(*Error)
		return fmt.Errorf("the %s driver: %s", s.driver.name, failed.Reason)
	}
	if s.image != nil {
		// herr_t H5Pset_file_image(hid_t, void *image, size_t length), which makes a copy
		if int32(l.f.setImage.Call(dl.Int(plist), dl.Slice(s.image), dl.Int(len(s.image)))) < 0 {
			failed := l.fail("prepare", "", "a file").(*Error)
			return fmt.Errorf("the image: %s", failed.Reason)
		}
	}
	return nil
}
