package h5

import (
	"errors"
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// storage is what a dataset's options ask for beyond shape, chunks, gzip, shuffle
// and fill value.
type storage struct {
	maxShape   MaxShape
	resizable  bool
	autoChunk  bool
	kind       Layout // "" is contiguous or chunked, as the rest demands
	fillTime   FillTime
	allocTime  AllocTime
	scale      *int // of ScaleOffset
	nbit       bool
	fletcher32 bool
	pipeline   []pipelineFilter
	external   []ExternalFile
	virtual    *VirtualLayout
	float      bool // the elements are floating-point numbers
	access     datasetAccess
	err        error // the first option that cannot be
}

// datasetOption makes a DatasetOption of a function.
type datasetOption func(*layout)

func (o datasetOption) apply(l *layout) { o(l) }

// refuse remembers that an option has a value that cannot be.
func (s *storage) refuse(format string, values ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, values...)
	}
}

// A FillTime says when the fill value is written into new space of a dataset.
type FillTime string

// The times of h5py's fill_time, "ifset", "alloc" and "never".
const (
	FillIfSet   FillTime = "ifset" // when space is allocated, if there is a [Fill]: the default
	FillAtAlloc FillTime = "alloc" // whenever space is allocated
	FillNever   FillTime = "never" // elements that nobody has written hold what happens to be there
)

func (t FillTime) apply(l *layout) { l.storage.fillTime = t }

// H5D_fill_time_t
var fillTimes = []FillTime{FillAtAlloc, FillNever, FillIfSet}

// An AllocTime says when a dataset gets its space in the file.
type AllocTime string

// The times of HDF5. Without one it is late for contiguous datasets and
// incremental for chunked ones; in parallel files always early.
const (
	AllocEarly       AllocTime = "early"       // when the dataset is created
	AllocLate        AllocTime = "late"        // all of it when something is first written
	AllocIncremental AllocTime = "incremental" // each chunk when it is first written
)

func (t AllocTime) apply(l *layout) { l.storage.allocTime = t }

// H5D_alloc_time_t, whose 0 is the default.
var allocTimes = []AllocTime{"", AllocEarly, AllocLate, AllocIncremental}

// A Layout is how the elements of a dataset lie in the file. As an option it asks
// for [Compact] or [Contiguous].
type Layout string

// The layouts of HDF5.
const (
	Compact    Layout = "compact"    // with the description of the dataset, for less than 64 KiB
	Contiguous Layout = "contiguous" // in one piece, or in external files
	Chunked    Layout = "chunked"    // in pieces of equal shape; see [Chunks] and [AutoChunks]
	Virtual    Layout = "virtual"    // in other datasets; see [VirtualLayout]
)

// H5D_layout_t
var layouts = []Layout{Compact, Contiguous, Chunked, Virtual}

func (k Layout) apply(l *layout) {
	switch k {
	case Compact, Contiguous:
		l.storage.kind = k
	case Chunked:
		l.storage.autoChunk = true
	default:
		l.storage.refuse("h5.%s is no layout to ask for here; a virtual dataset is made by CreateVirtualDataset", k)
	}
}

// FillWith is [Fill] for values that a float64 does not hold exactly, such as
// large int64.
func FillWith(value any) DatasetOption { return datasetOption(func(l *layout) { l.fill = value }) }

// needsChunks names the option because of which a dataset cannot be contiguous.
func (s *storage) needsChunks(l *layout) string {
	switch {
	case l.gzip > 0:
		return "h5.Gzip"
	case l.shuffle:
		return "h5.Shuffle"
	case s.fletcher32:
		return "h5.Fletcher32"
	case s.scale != nil:
		return "h5.ScaleOffset"
	case s.nbit:
		return "h5.NBit"
	case len(s.pipeline) > 0:
		return s.pipeline[0].option
	case s.autoChunk:
		return "h5.AutoChunks"
	case s.grows(l.shape) && len(s.external) == 0 && s.virtual == nil:
		return "h5.MaxShape"
	}
	return ""
}

// check finds what is wrong with the options for elements of a type, and completes
// them.
func (s *storage) check(l *layout, t *Type) error {
	size := t.storedSize()
	s.float = t.number().Float()
	if s.err != nil {
		return s.err
	}
	if err := s.checkMaxShape(l.shape); err != nil {
		return err
	}
	bytes := size
	for _, n := range l.shape {
		bytes *= n
	}
	option := s.needsChunks(l)
	switch {
	case option != "" && len(l.shape) == 0:
		return fmt.Errorf("a single number cannot be compressed or chunked (%s); give the dataset a shape", option)
	case s.kind != "" && l.chunks != nil:
		return fmt.Errorf("a dataset with h5.Chunks cannot be %s; leave one out", s.kind)
	case s.kind != "" && option != "":
		return fmt.Errorf("a dataset with %s is chunked and cannot be %s; leave one out", option, s.kind)
	case len(s.external) > 0 && (option != "" || l.chunks != nil || s.kind == Compact):
		return errors.New("a dataset in external files is contiguous: leave out chunks, filters and h5.Compact")
	case s.virtual != nil && (option != "" || l.chunks != nil || s.kind != "" || len(s.external) > 0):
		return errors.New("a virtual dataset stores nothing: leave out chunks, filters, layouts and external files")
	case s.kind == Compact && bytes >= 64<<10:
		return fmt.Errorf("%d bytes are too many for h5.Compact, which takes less than 64 KiB", bytes)
	case s.scale != nil && s.nbit:
		return errors.New("h5.ScaleOffset and h5.NBit cannot go together; leave one out")
	}
	if err := s.checkExternal(bytes); err != nil {
		return err
	}
	if option != "" && l.chunks == nil {
		l.chunks = chooseChunks(s.chunkRoom(l.shape), size)
	}
	chunk := size
	for _, n := range l.chunks {
		if n > 0 && chunk > (1<<32-1)/n {
			return fmt.Errorf("chunks %v have 4 GiB or more, which HDF5 does not take; make them smaller", Shape(l.chunks))
		}
		chunk *= n
	}
	return s.checkFilters(t, chunk)
}

// before sets the properties that go before shuffle and gzip.
func (s *storage) before(lib *library, plist int64) error {
	set := func(option string, f dl.Func, args ...dl.Arg) error { return lib.set(plist, option, f, args...) }
	if s.kind != "" {
		// herr_t H5Pset_layout(hid_t, H5D_layout_t)
		if err := set("h5.Compact", lib.d.setLayout, dl.Int(index(layouts, s.kind))); err != nil {
			return err
		}
	}
	if s.fillTime != "" {
		n := index(fillTimes, s.fillTime)
		if n < 0 {
			return fmt.Errorf("%q is no fill time; use h5.FillIfSet, h5.FillAtAlloc or h5.FillNever", s.fillTime)
		}
		if err := set("FillTime", lib.d.setFillTime, dl.Int(n)); err != nil { // herr_t H5Pset_fill_time(hid_t, H5D_fill_time_t)
			return err
		}
	}
	if s.allocTime != "" {
		n := index(allocTimes, s.allocTime)
		if n < 0 {
			return fmt.Errorf("%q is no allocation time; use h5.AllocEarly, h5.AllocLate or h5.AllocIncremental", s.allocTime)
		}
		if err := set("AllocTime", lib.d.setAllocTime, dl.Int(n)); err != nil { // herr_t H5Pset_alloc_time(hid_t, H5D_alloc_time_t)
			return err
		}
	}
	for _, e := range s.external {
		// herr_t H5Pset_external(hid_t, const char *name, off_t offset, hsize_t size)
		if err := set("External", lib.d.setExternal, dl.Str(e.Name), dl.Int(e.Offset), dl.Int(e.size())); err != nil {
			return err
		}
	}
	if s.virtual != nil {
		if err := s.virtual.set(lib, plist); err != nil {
			return err
		}
	}
	return s.filtersBefore(lib, plist)
}

func index[T comparable](all []T, one T) int {
	for i, v := range all {
		if v == one {
			return i
		}
	}
	return -1
}
