package h5

import "github.com/galago-hpc/galago/internal/dl"

// dataFunctions are the C functions for how datasets are stored: layouts, chunks,
// filters, virtual datasets. Those that some library from 1.10 on lacks are
// optional.
type dataFunctions struct {
	setExtent   dl.Func `c:"H5Dset_extent"`
	offset      dl.Func `c:"H5Dget_offset"`
	storageSize dl.Func `c:"H5Dget_storage_size,zero"`
	getAccess   dl.Func `c:"H5Dget_access_plist"`
	open        dl.Func `c:"H5Dopen2"`

	chunkIndex  dl.Func `c:"H5Dget_chunk_index_type,optional"`    // 1.10.0
	chunkCount  dl.Func `c:"H5Dget_num_chunks,optional"`          // 1.10.5
	chunkInfo   dl.Func `c:"H5Dget_chunk_info,optional"`          // 1.10.5
	chunkAt     dl.Func `c:"H5Dget_chunk_info_by_coord,optional"` // 1.10.5
	chunkSize   dl.Func `c:"H5Dget_chunk_storage_size,optional"`  // 1.10.2
	readChunk   dl.Func `c:"H5Dread_chunk,optional"`              // 1.10.3
	readChunk1  dl.Func `c:"H5Dread_chunk1,optional"`             // 2.0, where H5Dread_chunk is a macro
	writeChunk  dl.Func `c:"H5Dwrite_chunk,optional"`             // 1.10.3
	chunkMemory dl.Func `c:"H5allocate_memory,zero"`
	chunkFree   dl.Func `c:"H5free_memory"`

	chunkOptions  dl.Func `c:"H5Pget_chunk_opts,optional"` // 1.10.0
	setLayout     dl.Func `c:"H5Pset_layout"`
	setFillTime   dl.Func `c:"H5Pset_fill_time"`
	setAllocTime  dl.Func `c:"H5Pset_alloc_time"`
	setFilter     dl.Func `c:"H5Pset_filter"`
	setFletcher32 dl.Func `c:"H5Pset_fletcher32"`
	setSzip       dl.Func `c:"H5Pset_szip"`
	setNBit       dl.Func `c:"H5Pset_nbit"`
	setScale      dl.Func `c:"H5Pset_scaleoffset"`
	setExternal   dl.Func `c:"H5Pset_external"`
	setVirtual    dl.Func `c:"H5Pset_virtual"`
	setFilePrefix dl.Func `c:"H5Pset_efile_prefix,optional"`   // 1.10.0
	getFilePrefix dl.Func `c:"H5Pget_efile_prefix,optional"`   // 1.10.0
	setVirtPrefix dl.Func `c:"H5Pset_virtual_prefix,optional"` // 1.10.2
	setVirtView   dl.Func `c:"H5Pset_virtual_view"`
	setVirtGap    dl.Func `c:"H5Pset_virtual_printf_gap"`

	filterCount   dl.Func `c:"H5Pget_nfilters"`
	filter        dl.Func `c:"H5Pget_filter2"`
	fillDefined   dl.Func `c:"H5Pfill_value_defined"`
	fillValue     dl.Func `c:"H5Pget_fill_value"`
	fillTime      dl.Func `c:"H5Pget_fill_time"`
	allocTime     dl.Func `c:"H5Pget_alloc_time"`
	externalCount dl.Func `c:"H5Pget_external_count"`
	external      dl.Func `c:"H5Pget_external"`
	virtualCount  dl.Func `c:"H5Pget_virtual_count"`
	virtualFile   dl.Func `c:"H5Pget_virtual_filename"`
	virtualName   dl.Func `c:"H5Pget_virtual_dsetname"`
	virtualSpace  dl.Func `c:"H5Pget_virtual_vspace"`
	virtualSource dl.Func `c:"H5Pget_virtual_srcspace"`

	register  dl.Func `c:"H5Zregister"`
	convert   dl.Func `c:"H5Tconvert"`
	selType   dl.Func `c:"H5Sget_select_type"`
	regular   dl.Func `c:"H5Sget_regular_hyperslab"`
	isRegular dl.Func `c:"H5Sis_regular_hyperslab"`

	// Doubles are not for dl.Func; see bind.
	setChunkCache func(plist int64, slots, bytes uintptr, w0 float64) int32
	getChunkCache dl.Func `c:"H5Pget_chunk_cache"`

	datasetAccess int64 // H5P_CLS_DATASET_ACCESS_ID_g
}

// bind looks up the functions, and those that take floating-point numbers.
func (f *dataFunctions) bind(lib *dl.Library) error {
	if err := lib.Fill(f); err != nil {
		return err
	}
	if !f.readChunk.Present() {
		f.readChunk = f.readChunk1
	}
	// herr_t H5Pset_chunk_cache(hid_t dapl, size_t slots, size_t bytes, double w0)
	return lib.Bind(&f.setChunkCache, "H5Pset_chunk_cache")
}

// Values of HDF5's enumerations and macros.
const (
	layoutCompact    = 0 // H5D_COMPACT
	layoutContiguous = 1 // H5D_CONTIGUOUS
	layoutVirtual    = 3 // H5D_VIRTUAL

	filterShuffle     = 2     // H5Z_FILTER_SHUFFLE
	filterFletcher32  = 3     // H5Z_FILTER_FLETCHER32
	filterSzip        = 4     // H5Z_FILTER_SZIP
	filterNBit        = 5     // H5Z_FILTER_NBIT
	filterScaleOffset = 6     // H5Z_FILTER_SCALEOFFSET
	filterLZF         = 32000 // registered for h5py

	filterOptional = 1      // H5Z_FLAG_OPTIONAL
	filterReverse  = 0x0100 // H5Z_FLAG_REVERSE: decode

	undefinedAddress = ^uint64(0) // HADDR_UNDEF
	unlimited        = ^uint64(0) // H5S_UNLIMITED
)
