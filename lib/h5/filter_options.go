package h5

import (
	"fmt"

	"github.com/galago-hpc/galago/internal/dl"
)

// pipelineFilter is a filter that an option asks for by its number.
type pipelineFilter struct {
	option   string // for messages
	id       int
	optional bool // a chunk that it fails on is stored without it
	values   []uint32
	szip     bool // values are those of H5Pset_szip
}

// Lzf compresses each chunk with LZF, which is faster than gzip and compresses
// less. It is h5py's own filter; other programs need a plugin to read it.
var Lzf DatasetOption = datasetOption(func(l *layout) {
	l.storage.pipeline = append(l.storage.pipeline, pipelineFilter{option: "h5.Lzf", id: filterLZF, optional: true})
})

// The coding methods of [Szip].
const (
	EntropyCoding      = 4  // H5_SZIP_EC_OPTION_MASK, for data that have been processed
	NearestNeighbour   = 32 // H5_SZIP_NN_OPTION_MASK
	defaultSzipMethod  = NearestNeighbour
	defaultBlockPixels = 8
)

// Szip compresses each chunk with szip: the method is [NearestNeighbour] (0 stands
// for it) or [EntropyCoding], pixelsPerBlock even and at most 32 (0 stands for 8).
// Not every build of HDF5 can write it. H5Pset_szip.
func Szip(method, pixelsPerBlock int) DatasetOption {
	return datasetOption(func(l *layout) {
		if method == 0 {
			method = defaultSzipMethod
		}
		if pixelsPerBlock == 0 {
			pixelsPerBlock = defaultBlockPixels
		}
		if method != EntropyCoding && method != NearestNeighbour {
			l.storage.refuse("%d is no method of h5.Szip; use h5.NearestNeighbour or h5.EntropyCoding", method)
		}
		if pixelsPerBlock < 2 || pixelsPerBlock > 32 || pixelsPerBlock%2 != 0 {
			l.storage.refuse("%d pixels a block for h5.Szip: it is an even number, at most 32", pixelsPerBlock)
		}
		l.storage.pipeline = append(l.storage.pipeline, pipelineFilter{option: "h5.Szip", id: filterSzip, szip: true, values: []uint32{uint32(method), uint32(pixelsPerBlock)}})
	})
}

// Plugin passes each chunk through the filter with a number that The HDF Group has
// registered, such as 32015 for zstd, with the parameters that it takes. HDF5 looks
// for it in the folders of HDF5_PLUGIN_PATH. H5Pset_filter.
//
//	h5.Plugin(32015, 3)                      // zstd, level 3
func Plugin(number int, parameters ...uint32) DatasetOption {
	return datasetOption(func(l *layout) {
		if number < 1 || number > 65535 {
			l.storage.refuse("%d is no number of a filter: they go from 1 to 65535", number)
		}
		l.storage.pipeline = append(l.storage.pipeline, pipelineFilter{option: fmt.Sprintf("h5.Plugin(%d)", number), id: number, optional: number == filterLZF, values: parameters})
	})
}

// Fletcher32 stores a checksum with each chunk, so that damage is an error when the
// chunk is read. H5Pset_fletcher32.
var Fletcher32 DatasetOption = datasetOption(func(l *layout) { l.storage.fletcher32 = true })

// ScaleOffset stores integers in n bits each, or in as many as each chunk needs if n
// is 0, and floating-point numbers rounded to n digits after the decimal point
// (before it, if n is negative): it loses what does not fit. H5Pset_scaleoffset.
func ScaleOffset(n int) DatasetOption {
	return datasetOption(func(l *layout) { l.storage.scale = &n })
}

// NBit leaves out the bits that a type does not use, such as those of integers with
// a precision below their size. H5Pset_nbit.
var NBit DatasetOption = datasetOption(func(l *layout) { l.storage.nbit = true })

// checkFilters completes the filters' parameters for elements of a type. Chunk is the
// bytes of a chunk.
func (s *storage) checkFilters(t *Type, chunk int) error {
	size := t.storedSize()
	if s.fletcher32 && t.Variable() {
		return fmt.Errorf("h5.Fletcher32 does not go with %v: what differs in length is not in the chunks; use h5.FixedText, arrays or no checksum", t)
	}
	if s.scale != nil && !s.float && (*s.scale < 0 || *s.scale > 8*size) {
		return fmt.Errorf("h5.ScaleOffset(%d): integers of %d bytes have 0 to %d bits", *s.scale, size, 8*size)
	}
	for i, f := range s.pipeline {
		// HDF5 sets no filter up for elements that it keeps elsewhere.
		if f.id == filterLZF && len(f.values) == 0 && !t.Variable() {
			s.pipeline[i].values = []uint32{lzfFilterVersion, lzfFormatVersion, uint32(chunk)}
		}
		if f.szip && chunk/max(size, 1) < int(f.values[1]) {
			return fmt.Errorf("h5.Szip: a chunk of %d elements is smaller than a block of %d; make the chunks larger or the blocks smaller", chunk/max(size, 1), f.values[1])
		}
	}
	return nil
}

// filtersBefore adds the filters that go before shuffle and gzip.
func (s *storage) filtersBefore(lib *library, plist int64) error {
	if s.nbit {
		if err := lib.addFilter(plist, "h5.NBit", filterNBit, lib.d.setNBit); err != nil { // herr_t H5Pset_nbit(hid_t)
			return err
		}
	}
	if s.scale == nil {
		return nil
	}
	const decimals, integers = 0, 2 // H5Z_SO_FLOAT_DSCALE, H5Z_SO_INT
	kind := integers
	if s.float {
		kind = decimals
	}
	// herr_t H5Pset_scaleoffset(hid_t, H5Z_SO_scale_type_t, int factor)
	return lib.addFilter(plist, "h5.ScaleOffset", filterScaleOffset, lib.d.setScale, dl.Int(kind), dl.Int(*s.scale))
}

// after adds the filters that go after shuffle and gzip.
func (s *storage) after(lib *library, plist int64) error {
	for _, f := range s.pipeline {
		var err error
		if f.szip {
			err = lib.addFilter(plist, f.option, f.id, lib.d.setSzip, dl.Int(f.values[0]), dl.Int(f.values[1])) // herr_t H5Pset_szip(hid_t, unsigned options, unsigned pixels)
		} else {
			flags := 0
			if f.optional {
				flags = filterOptional
			}
			// herr_t H5Pset_filter(hid_t, H5Z_filter_t, unsigned flags, size_t n, const unsigned *values)
			err = lib.addFilter(plist, f.option, f.id, lib.d.setFilter, dl.Int(f.id), dl.Int(flags), dl.Int(len(f.values)), dl.Slice(f.values))
		}
		if err != nil {
			return err
		}
	}
	if s.fletcher32 {
		return lib.addFilter(plist, "h5.Fletcher32", filterFletcher32, lib.d.setFletcher32) // herr_t H5Pset_fletcher32(hid_t)
	}
	return nil
}

// addFilter adds a filter that the library has and can write.
func (l *library) addFilter(plist int64, option string, id int, f dl.Func, args ...dl.Arg) error {
	has, encodes, _ := l.filterState(id)
	switch {
	case !has:
		return fmt.Errorf("%s: %s", option, l.howToGet(id))
	case !encodes:
		return fmt.Errorf("%s: %s can only read what is compressed with %s; use another filter, or another library (%s)", option, l.info.Path, filterName(id), Setting)
	}
	return l.set(plist, option, f, args...)
}
