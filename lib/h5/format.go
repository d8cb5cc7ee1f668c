package h5

import (
	"errors"
	"fmt"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
)

// A LibVersion names a version of HDF5's file format, as h5py does.
type LibVersion string

// The format versions, oldest first.
const (
	Earliest LibVersion = "earliest"
	V108     LibVersion = "v108"
	V110     LibVersion = "v110"
	V112     LibVersion = "v112"
	V114     LibVersion = "v114"
	V200     LibVersion = "v200"
	Latest   LibVersion = "latest" // the newest that the library knows
)

// libVersions are H5F_libver_t.
var libVersions = []LibVersion{Earliest, V108, V110, V112, V114, V200}

// LibVer bounds the versions of the file format that objects are written in:
// low is the oldest that readers must know (newer ones are smaller, faster and
// needed for SWMR), high the newest that may be written. h5py's libver="latest"
// is LibVer(Latest, Latest). H5Pset_libver_bounds.
func LibVer(low, high LibVersion) Option {
	return option(func(s *settings) {
		for _, v := range []LibVersion{low, high} {
			if v != Latest && !slices.Contains(libVersions, v) {
				s.refuse("%q is not a version for h5.LibVer; there are %v and latest", string(v), libVersions)
			}
		}
		s.access.low, s.access.high = low, high
	})
}

// version turns a name into the library's number for it.
func (l *library) version(v LibVersion) (int, error) {
	newest := l.newestFormat()
	if v == Latest {
		return newest, nil
	}
	n := slices.Index(libVersions, v)
	if n > newest {
		return 0, fmt.Errorf("format %s needs a newer HDF5; this is %s, which knows %s", v, l.info.Version, libVersions[newest])
	}
	return n, nil
}

func (l *library) newestFormat() int {
	switch {
	case l.newer(2, 0):
		return 5
	case l.newer(1, 13):
		return 4
	case l.newer(1, 11):
		return 3
	}
	return 2
}

// newer reports whether the library is of this version or a newer one.
func (l *library) newer(major, minor int) bool {
	var a, b int
	_, _ = fmt.Sscanf(l.info.Version, "%d.%d", &a, &b)
	return a > major || a == major && b >= minor
}

// A Strategy is how a file manages the space that deleted and grown objects
// leave free, as h5py calls it.
type Strategy string

// The strategies.
const (
	FSM       Strategy = "fsm"       // free-space managers and aggregators; the default
	Page      Strategy = "page"      // pages of one size, as [PageBufSize] needs
	Aggregate Strategy = "aggregate" // aggregators alone
	NoReuse   Strategy = "none"      // free space is lost
)

var strategies = []Strategy{FSM, Page, Aggregate, NoReuse} // H5F_fspace_strategy_t

// creation is what holds for a file from its creation on.
type creation struct {
	userBlock  int
	strategy   Strategy
	persist    bool
	threshold  int
	pageSize   int
	trackOrder bool
	trackTimes bool
	asked      string // the first of these options that was given
}

func (c *creation) ask(name string) {
	if c.asked == "" {
		c.asked = name
	}
}

// UserBlock leaves so many bytes free at the beginning of a new file, for data of
// another program: 0, or a power of 2 from 512 on. H5Pset_userblock.
func UserBlock(size int) Option {
	return option(func(s *settings) {
		s.creation.ask("UserBlock")
		if size != 0 && (size < 512 || size&(size-1) != 0) {
			s.refuse("a user block has 0 bytes or a power of 2 from 512 on, not %d", size)
		}
		s.creation.userBlock = size
	})
}

// FsStrategy sets how a new file manages free space. H5Pset_file_space_strategy.
func FsStrategy(strategy Strategy) Option {
	return option(func(s *settings) {
		s.creation.ask("FsStrategy")
		if !slices.Contains(strategies, strategy) {
			s.refuse("%q is not a strategy for h5.FsStrategy; there are %v", string(strategy), strategies)
		}
		s.creation.strategy = strategy
	})
}

// FsPersist makes a new file remember its free space after it is closed. It goes
// with [FsStrategy].
var FsPersist Option = option(func(s *settings) {
	s.creation.ask("FsPersist")
	s.creation.persist = true
})

// FsThreshold is the smallest piece of free space that a new file keeps track
// of, in bytes. It goes with [FsStrategy].
func FsThreshold(bytes int) Option {
	return option(func(s *settings) {
		s.creation.ask("FsThreshold")
		if bytes < 0 {
			s.refuse("h5.FsThreshold of %d bytes", bytes)
		}
		s.creation.threshold = bytes
	})
}

// FsPageSize is the size of the pages of a new file, 512 bytes to 1 GiB. It goes
// with FsStrategy(Page). H5Pset_file_space_page_size.
func FsPageSize(bytes int) Option {
	return option(func(s *settings) {
		s.creation.ask("FsPageSize")
		if bytes < 512 || bytes > 1<<30 {
			s.refuse("a page has 512 bytes to 1 GiB, not %d", bytes)
		}
		s.creation.pageSize = bytes
	})
}

// list makes the file creation property list.
func (c *creation) list(l *library) (int64, error) {
	plist := int64(l.c.pCreate.Call(dl.Int(l.fileCreate)))
	if plist < 0 {
		return 0, l.fail("prepare", "", "a file creation property list")
	}
	if err := c.fill(l, plist); err != nil {
		l.c.pClose.Call(dl.Int(plist))
		return 0, err
	}
	return plist, nil
}

func (c *creation) fill(l *library, plist int64) error {
	switch {
	case c.strategy != "":
	case c.persist:
		return errors.New("h5.FsPersist does nothing without h5.FsStrategy")
	case c.threshold > 0:
		return errors.New("h5.FsThreshold does nothing without h5.FsStrategy")
	}
	if c.pageSize > 0 && c.strategy != Page {
		return fmt.Errorf("h5.FsPageSize does nothing without h5.FsStrategy(h5.Page)")
	}
	set := func(what string, f dl.Func, args ...dl.Arg) error { return l.set(plist, what, f, args...) }
	// Without times of day in it the same program writes the same file.
	// herr_t H5Pset_obj_track_times(hid_t, hbool_t)
	if err := set("TrackTimes", l.c.pTimes, dl.Bool(c.trackTimes)); err != nil {
		return err
	}
	if c.userBlock > 0 {
		if err := set("UserBlock", l.f.setUserBlock, dl.Int(c.userBlock)); err != nil { // herr_t H5Pset_userblock(hid_t, hsize_t)
			return err
		}
	}
	if c.strategy != "" {
		// herr_t H5Pset_file_space_strategy(hid_t, H5F_fspace_strategy_t, hbool_t persist, hsize_t threshold)
		if err := set("FsStrategy", l.f.setStrategy, dl.Int(slices.Index(strategies, c.strategy)), dl.Bool(c.persist), dl.Int(max(c.threshold, 1))); err != nil {
			return err
		}
	}
	if c.pageSize > 0 {
		if err := set("FsPageSize", l.f.setPageSize, dl.Int(c.pageSize)); err != nil { // herr_t H5Pset_file_space_page_size(hid_t, hsize_t)
			return err
		}
	}
	if c.trackOrder {
		return l.trackOrder(plist)
	}
	return nil
}

// set calls a function that changes a property list, and says on failure which
// option it was for, and whether the library is too old for it.
func (l *library) set(plist int64, option string, f dl.Func, args ...dl.Arg) error {
	if !f.Present() {
		return fmt.Errorf("h5.%s needs a library with %s; this is HDF5 %s, %s", option, f.Name(), l.info.Version, l.info.Path)
	}
	if int32(f.Call(append([]dl.Arg{dl.Int(plist)}, args...)...)) < 0 {
		failed := l.fail("prepare", "", "a file").(*Error)
		return fmt.Errorf("h5.%s: %s", option, failed.Reason)
	}
	return nil
}
