package h5

import "github.com/galago-hpc/galago/internal/dl"

// A Filter is a way to compress or check chunks.
type Filter struct {
	ID             int    // HDF5's number for it
	Name           string // such as "gzip"
	Encode, Decode bool   // what the library can do with it
}

// knownFilters are those that libraries bring along, and plugins that are often
// installed, with the numbers that The HDF Group has registered.
var knownFilters = []Filter{
	{ID: 1, Name: "gzip"}, {ID: 2, Name: "shuffle"}, {ID: 3, Name: "fletcher32"}, {ID: 4, Name: "szip"}, {ID: 5, Name: "nbit"}, {ID: 6, Name: "scaleoffset"},
	{ID: 307, Name: "bzip2"}, {ID: 32000, Name: "lzf"}, {ID: 32001, Name: "blosc"}, {ID: 32004, Name: "lz4"}, {ID: 32008, Name: "bitshuffle"},
	{ID: 32013, Name: "zfp"}, {ID: 32015, Name: "zstd"}, {ID: 32017, Name: "sz"}, {ID: 32026, Name: "blosc2"},
}

// complete adds what is known about the library, which may look for plugins.
// The lock is held.
func (l *library) complete() LibraryInfo {
	if l.info.Drivers == nil {
		l.info.Filters, l.info.Drivers = l.filters(), l.drivers()
	}
	return l.info
}

// filters asks the library which filters it has.
func (l *library) filters() []Filter {
	var have []Filter
	for _, f := range knownFilters {
		// htri_t H5Zfilter_avail(H5Z_filter_t)
		if int32(l.c.zAvailable.Call(dl.Int(f.ID))) <= 0 {
			continue
		}
		var flags uint32
		const encodes, decodes = 1, 2 // H5Z_FILTER_CONFIG_ENCODE_ENABLED, H5Z_FILTER_CONFIG_DECODE_ENABLED
		// herr_t H5Zget_filter_info(H5Z_filter_t, unsigned *flags)
		if int32(l.f.filterInfo.Call(dl.Int(f.ID), dl.Ptr(&flags))) >= 0 {
			f.Encode, f.Decode = flags&encodes != 0, flags&decodes != 0
		}
		have = append(have, f)
	}
	return have
}

// drivers lists the ways to reach a file.
func (l *library) drivers() []string {
	all := []string{"sec2", "stdio", "core", "split", "family"}
	if l.f.setDirect.Present() {
		all = append(all, "direct")
	}
	if l.c.pFaplMPIO.Present() {
		all = append(all, "mpio")
	}
	return all
}
