package h5

import "github.com/galago-hpc/galago/internal/dl"

// functions are the C functions that this package calls. hid_t is an int64,
// hsize_t a uint64, herr_t and htri_t an int; below zero means failure.
type functions struct {
	open       dl.Func `c:"H5open"`
	dontAtExit dl.Func `c:"H5dont_atexit"`
	libversion dl.Func `c:"H5get_libversion"`
	threadsafe dl.Func `c:"H5is_library_threadsafe,optional"`

	eSetAuto dl.Func `c:"H5Eset_auto2"`
	eWalk    dl.Func `c:"H5Ewalk2"`

	fCreate dl.Func `c:"H5Fcreate"`
	fOpen   dl.Func `c:"H5Fopen"`
	fClose  dl.Func `c:"H5Fclose"`
	fFlush  dl.Func `c:"H5Fflush"`
	fHandle dl.Func `c:"H5Fget_vfd_handle"`

	pCreate       dl.Func `c:"H5Pcreate"`
	pClose        dl.Func `c:"H5Pclose"`
	pCloseDegree  dl.Func `c:"H5Pset_fclose_degree"`
	pFaplMPIO     dl.Func `c:"H5Pset_fapl_mpio,optional"`
	pDxplMPIO     dl.Func `c:"H5Pset_dxpl_mpio,optional"`
	pIntermediate dl.Func `c:"H5Pset_create_intermediate_group"`
	pEncoding     dl.Func `c:"H5Pset_char_encoding"`
	pChunk        dl.Func `c:"H5Pset_chunk"`
	pDeflate      dl.Func `c:"H5Pset_deflate"`
	pShuffle      dl.Func `c:"H5Pset_shuffle"`
	pFill         dl.Func `c:"H5Pset_fill_value"`
	pTimes        dl.Func `c:"H5Pset_obj_track_times"`
	pLayout       dl.Func `c:"H5Pget_layout"`
	pGetChunk     dl.Func `c:"H5Pget_chunk"`
	zAvailable    dl.Func `c:"H5Zfilter_avail"`

	gCreate  dl.Func `c:"H5Gcreate2"`
	gInfo    dl.Func `c:"H5Gget_info"`
	oOpen    dl.Func `c:"H5Oopen"`
	oClose   dl.Func `c:"H5Oclose"`
	oExists  dl.Func `c:"H5Oexists_by_name"`
	iType    dl.Func `c:"H5Iget_type"`
	lExists  dl.Func `c:"H5Lexists"`
	lDelete  dl.Func `c:"H5Ldelete"`
	lIterate dl.Func `c:"H5Literate,optional"`
	// 1.12 renamed H5Literate and left a macro behind.
	lIterate1 dl.Func `c:"H5Literate1,optional"`

	dCreate dl.Func `c:"H5Dcreate2"`
	dSpace  dl.Func `c:"H5Dget_space"`
	dType   dl.Func `c:"H5Dget_type"`
	dPlist  dl.Func `c:"H5Dget_create_plist"`
	dRead   dl.Func `c:"H5Dread"`
	dWrite  dl.Func `c:"H5Dwrite"`

	sCreate    dl.Func `c:"H5Screate"`
	sSimple    dl.Func `c:"H5Screate_simple"`
	sClose     dl.Func `c:"H5Sclose"`
	sClass     dl.Func `c:"H5Sget_simple_extent_type"`
	sNDims     dl.Func `c:"H5Sget_simple_extent_ndims"`
	sDims      dl.Func `c:"H5Sget_simple_extent_dims"`
	sHyperslab dl.Func `c:"H5Sselect_hyperslab"`
	sNone      dl.Func `c:"H5Sselect_none"`
	sElements  dl.Func `c:"H5Sselect_elements"`

	tClass         dl.Func `c:"H5Tget_class"`
	tSize          dl.Func `c:"H5Tget_size,zero"`
	tSign          dl.Func `c:"H5Tget_sign"`
	tOrder         dl.Func `c:"H5Tget_order"`
	tPrecision     dl.Func `c:"H5Tget_precision,zero"`
	tOffset        dl.Func `c:"H5Tget_offset"`
	tFields        dl.Func `c:"H5Tget_fields"`
	tBias          dl.Func `c:"H5Tget_ebias,zero"`
	tNorm          dl.Func `c:"H5Tget_norm"`
	tInpad         dl.Func `c:"H5Tget_inpad"`
	tSuper         dl.Func `c:"H5Tget_super"`
	tVariable      dl.Func `c:"H5Tis_variable_str"`
	tStrpad        dl.Func `c:"H5Tget_strpad"`
	tCset          dl.Func `c:"H5Tget_cset"`
	tTag           dl.Func `c:"H5Tget_tag,zero"`
	tMembers       dl.Func `c:"H5Tget_nmembers"`
	tMemberName    dl.Func `c:"H5Tget_member_name,zero"`
	tMemberOffset  dl.Func `c:"H5Tget_member_offset,zero"`
	tMemberType    dl.Func `c:"H5Tget_member_type"`
	tMemberValue   dl.Func `c:"H5Tget_member_value"`
	tArrayNDims    dl.Func `c:"H5Tget_array_ndims"`
	tArrayDims     dl.Func `c:"H5Tget_array_dims2"`
	tCommitted     dl.Func `c:"H5Tcommitted"`
	tEqual         dl.Func `c:"H5Tequal"`
	tClose         dl.Func `c:"H5Tclose"`
	tCopy          dl.Func `c:"H5Tcopy"`
	tCreate        dl.Func `c:"H5Tcreate"`
	tInsert        dl.Func `c:"H5Tinsert"`
	tSetSize       dl.Func `c:"H5Tset_size"`
	tSetOrder      dl.Func `c:"H5Tset_order"`
	tSetPrecision  dl.Func `c:"H5Tset_precision"`
	tSetOffset     dl.Func `c:"H5Tset_offset"`
	tSetFields     dl.Func `c:"H5Tset_fields"`
	tSetBias       dl.Func `c:"H5Tset_ebias"`
	tSetNorm       dl.Func `c:"H5Tset_norm"`
	tSetInpad      dl.Func `c:"H5Tset_inpad"`
	tSetCset       dl.Func `c:"H5Tset_cset"`
	tSetStrpad     dl.Func `c:"H5Tset_strpad"`
	tSetTag        dl.Func `c:"H5Tset_tag"`
	tEnumCreate    dl.Func `c:"H5Tenum_create"`
	tEnumInsert    dl.Func `c:"H5Tenum_insert"`
	tVlenCreate    dl.Func `c:"H5Tvlen_create"`
	tArrayCreate   dl.Func `c:"H5Tarray_create2"`
	tComplexCreate dl.Func `c:"H5Tcomplex_create,optional"`
	tCommit        dl.Func `c:"H5Tcommit2"`
	vlenReclaim    dl.Func `c:"H5Dvlen_reclaim,optional"`
	tReclaim       dl.Func `c:"H5Treclaim,optional"`
	freeMemory     dl.Func `c:"H5free_memory"`

	rCreate      dl.Func `c:"H5Rcreate"`
	rDereference dl.Func `c:"H5Rdereference2"`
	rRegion      dl.Func `c:"H5Rget_region"`
	iName        dl.Func `c:"H5Iget_name"`

	sSelected   dl.Func `c:"H5Sget_select_npoints"`
	sSelType    dl.Func `c:"H5Sget_select_type"`
	sPointCount dl.Func `c:"H5Sget_select_elem_npoints"`
	sPoints     dl.Func `c:"H5Sget_select_elem_pointlist"`
	sBlockCount dl.Func `c:"H5Sget_select_hyper_nblocks"`
	sBlocks     dl.Func `c:"H5Sget_select_hyper_blocklist"`

	aCreate  dl.Func `c:"H5Acreate2"`
	aOpen    dl.Func `c:"H5Aopen"`
	aClose   dl.Func `c:"H5Aclose"`
	aRead    dl.Func `c:"H5Aread"`
	aWrite   dl.Func `c:"H5Awrite"`
	aExists  dl.Func `c:"H5Aexists"`
	aDelete  dl.Func `c:"H5Adelete"`
	aRename  dl.Func `c:"H5Arename"`
	aType    dl.Func `c:"H5Aget_type"`
	aSpace   dl.Func `c:"H5Aget_space"`
	aIterate dl.Func `c:"H5Aiterate2"`
}

// Values of HDF5's enumerations and macros that its headers define.
const (
	accReadOnly  = 0 // H5F_ACC_RDONLY
	accReadWrite = 1 // H5F_ACC_RDWR
	accTruncate  = 2 // H5F_ACC_TRUNC
	accExclusive = 4 // H5F_ACC_EXCL

	scopeGlobal = 1 // H5F_SCOPE_GLOBAL
	closeStrong = 3 // H5F_CLOSE_STRONG

	selectPoints     = 1 // H5S_SEL_POINTS
	selectHyperslabs = 2 // H5S_SEL_HYPERSLABS
	selectAll        = 3 // H5S_SEL_ALL

	maxRank = 32 // H5S_MAX_RANK

	spaceScalar = 0 // H5S_SCALAR
	spaceNull   = 2 // H5S_NULL

	layoutChunked = 2 // H5D_CHUNKED
	filterDeflate = 1 // H5Z_FILTER_DEFLATE
	encodingUTF8  = 1 // H5T_CSET_UTF8

	objectGroup   = 2 // H5I_GROUP
	objectDataset = 5 // H5I_DATASET
	objectType    = 3 // H5I_DATATYPE

	indexName      = 0 // H5_INDEX_NAME
	orderIncrement = 0 // H5_ITER_INC

	transferIndependent = 0 // H5FD_MPIO_INDEPENDENT
	transferCollective  = 1 // H5FD_MPIO_COLLECTIVE
)
