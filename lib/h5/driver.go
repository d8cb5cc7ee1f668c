package h5

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// A driver is how HDF5 reaches the bytes of a file.
type driver struct {
	name string // as h5py calls it
	set  func(l *library, fapl int64) uintptr
	// files returns the files on the disk that the path stands for; nil for one
	// file of that name.
	files func(path string) []string
	// check finds what is wrong with a path.
	check    func(path string) error
	sizeless bool // members of new files have no size
}

// on returns the files on the disk that a path stands for.
func (d *driver) on(path string) []string {
	if d.files == nil {
		return []string{path}
	}
	return d.files(path)
}

// drive makes the option for a driver; a second one is refused.
func drive(d driver) Option {
	return option(func(s *settings) {
		if s.driver.set != nil {
			s.refuse("the options ask for two drivers, %s and %s; leave one out", s.driver.name, d.name)
		}
		s.driver = d
	})
}

// Sec2 is the driver that is used without any option: read and write of the
// system, unbuffered. H5Pset_fapl_sec2.
var Sec2 = drive(driver{name: "sec2", set: func(l *library, fapl int64) uintptr {
	return l.f.setSec2.Call(dl.Int(fapl)) // herr_t H5Pset_fapl_sec2(hid_t fapl)
}})

// Stdio reads and writes through the buffers of C's stdio. H5Pset_fapl_stdio.
var Stdio = drive(driver{name: "stdio", set: func(l *library, fapl int64) uintptr {
	return l.f.setStdio.Call(dl.Int(fapl)) // herr_t H5Pset_fapl_stdio(hid_t fapl)
}})

// Core holds the whole file in memory, which grows by so many bytes at a time
// (0: 64 KiB). With a backing store what was written goes to the file on the disk
// when it is flushed or closed; without, it is lost, and Create touches no disk.
// To begin with bytes of your own, see [InMemory]. H5Pset_fapl_core.
func Core(backingStore bool, increment int) Option {
	return drive(core(backingStore, increment))
}

func core(backingStore bool, increment int) driver {
	if increment <= 0 {
		increment = 64 << 10
	}
	d := driver{name: "core", set: func(l *library, fapl int64) uintptr {
		// herr_t H5Pset_fapl_core(hid_t fapl, size_t increment, hbool_t backing_store)
		return l.f.setCore.Call(dl.Int(fapl), dl.Int(increment), dl.Bool(backingStore))
	}}
	if !backingStore {
		d.name = memoryOnly
	}
	return d
}

// Split keeps structure and data in two files, whose names are the path with
// these endings; "" stands for "-m.h5" and "-r.h5". H5Pset_fapl_split.
func Split(structure, data string) Option {
	if structure == "" {
		structure = "-m.h5"
	}
	if data == "" {
		data = "-r.h5"
	}
	return drive(driver{
		name: "split",
		set: func(l *library, fapl int64) uintptr {
			// herr_t H5Pset_fapl_split(hid_t fapl, const char *meta_ext, hid_t meta_plist, const char *raw_ext, hid_t raw_plist)
			return l.f.setSplit.Call(dl.Int(fapl), dl.Str(structure), dl.Int(0), dl.Str(data), dl.Int(0))
		},
		files: func(path string) []string { return []string{path + structure, path + data} },
		check: func(path string) error {
			// HDF5 hands these to sprintf, with a buffer of 1024 bytes.
			if strings.ContainsAny(structure+data, "%\x00") {
				return errors.New("the endings for h5.Split may not have a % or NUL in them")
			}
			const buffer = 1024
			if len(path)+max(len(structure), len(data)) >= buffer {
				return fmt.Errorf("the path is too long for h5.Split, which takes %d bytes", buffer-1)
			}
			if structure == data {
				return errors.New("the two endings for h5.Split are equal")
			}
			return nil
		},
	})
}

// memberPattern is the one form of directive that a family's path may have.
var memberPattern = regexp.MustCompile(`^[^%]*%0?[0-9]{0,2}d[^%]*$`)

// Family spreads the file over members of so many bytes. The path has a %d (or
// %05d) where the number of the member goes. For a file that exists the size may
// be 0, which stands for the size it has. H5Pset_fapl_family.
func Family(memberSize int64) Option {
	return option(func(s *settings) {
		if memberSize < 0 {
			s.refuse("members of %d bytes for h5.Family", memberSize)
		}
		drive(driver{
			name: "family",
			set: func(l *library, fapl int64) uintptr {
				// herr_t H5Pset_fapl_family(hid_t fapl, hsize_t memb_size, hid_t memb_fapl)
				return l.f.setFamily.Call(dl.Int(fapl), dl.Int(memberSize), dl.Int(0))
			},
			files:    func(path string) []string { return []string{fmt.Sprintf(path, 0)} },
			sizeless: memberSize == 0,
			check: func(path string) error {
				// HDF5 hands the path to snprintf.
				const buffer = 4000
				if !memberPattern.MatchString(path) || len(path) > buffer {
					return fmt.Errorf("the path of an h5.Family needs one %%d for the number of the member, as in \"run-%%05d.h5\"")
				}
				return nil
			},
		}).applyFile(s)
	})
}

// Direct bypasses the system's page cache (O_DIRECT), with buffers aligned to so
// many bytes, blocks of that size and a copy buffer; 0 leaves HDF5's choice. Few
// builds of HDF5 have it. H5Pset_fapl_direct.
func Direct(alignment, blockSize, copyBuffer int) Option {
	return drive(driver{name: "direct", set: func(l *library, fapl int64) uintptr {
		// herr_t H5Pset_fapl_direct(hid_t fapl, size_t alignment, size_t block_size, size_t cbuf_size)
		return l.f.setDirect.Call(dl.Int(fapl), dl.Int(alignment), dl.Int(blockSize), dl.Int(copyBuffer))
	}})
}
