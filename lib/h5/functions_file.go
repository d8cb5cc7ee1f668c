package h5

import "github.com/galago-hpc/galago/internal/dl"

// fileFunctions are the C functions for files, property lists, links and whole
// objects. Those that some library from 1.10 on lacks are optional.
type fileFunctions struct {
	getAccess      dl.Func `c:"H5Fget_access_plist"`
	getCreate      dl.Func `c:"H5Fget_create_plist"`
	getInfo        dl.Func `c:"H5Fget_info2"`
	getImage       dl.Func `c:"H5Fget_file_image"`
	startSWMR      dl.Func `c:"H5Fstart_swmr_write"`
	datasetRefresh dl.Func `c:"H5Drefresh"`
	datasetFlush   dl.Func `c:"H5Dflush"`
	fileOf         dl.Func `c:"H5Iget_file_id"`
	objectCount    dl.Func `c:"H5Fget_obj_count"`
	objectIDs      dl.Func `c:"H5Fget_obj_ids"`
	decrement      dl.Func `c:"H5Idec_ref"`
	freeSpace      dl.Func `c:"H5Fget_freespace"`
	intent         dl.Func `c:"H5Fget_intent"`

	set           dl.Func `c:"H5Pset"`
	setSec2       dl.Func `c:"H5Pset_fapl_sec2"`
	setStdio      dl.Func `c:"H5Pset_fapl_stdio"`
	setCore       dl.Func `c:"H5Pset_fapl_core"`
	setSplit      dl.Func `c:"H5Pset_fapl_split"`
	setFamily     dl.Func `c:"H5Pset_fapl_family"`
	setDirect     dl.Func `c:"H5Pset_fapl_direct,optional"`
	setImage      dl.Func `c:"H5Pset_file_image"`
	setLibVer     dl.Func `c:"H5Pset_libver_bounds"`
	setAlignment  dl.Func `c:"H5Pset_alignment"`
	setMetaBlock  dl.Func `c:"H5Pset_meta_block_size"`
	setSieve      dl.Func `c:"H5Pset_sieve_buf_size"`
	setPageBuffer dl.Func `c:"H5Pset_page_buffer_size,optional"` // 1.10.1
	setLocking    dl.Func `c:"H5Pset_file_locking,optional"`     // 1.10.7, 1.12.1
	setUserBlock  dl.Func `c:"H5Pset_userblock"`
	setStrategy   dl.Func `c:"H5Pset_file_space_strategy,optional"` // 1.10.1
	setPageSize   dl.Func `c:"H5Pset_file_space_page_size,optional"`
	setLinkOrder  dl.Func `c:"H5Pset_link_creation_order"`
	setAttrOrder  dl.Func `c:"H5Pset_attr_creation_order"`
	getAttrOrder  dl.Func `c:"H5Pget_attr_creation_order"`
	setCopy       dl.Func `c:"H5Pset_copy_object"`

	getCache      dl.Func `c:"H5Pget_cache"`
	getLibVer     dl.Func `c:"H5Pget_libver_bounds"`
	getAlignment  dl.Func `c:"H5Pget_alignment"`
	getMetaBlock  dl.Func `c:"H5Pget_meta_block_size"`
	getSieve      dl.Func `c:"H5Pget_sieve_buf_size"`
	getPageBuffer dl.Func `c:"H5Pget_page_buffer_size,optional"`
	getLocking    dl.Func `c:"H5Pget_file_locking,optional"`
	getUserBlock  dl.Func `c:"H5Pget_userblock"`
	getStrategy   dl.Func `c:"H5Pget_file_space_strategy,optional"`
	getPageSize   dl.Func `c:"H5Pget_file_space_page_size,optional"`
	getLinkOrder  dl.Func `c:"H5Pget_link_creation_order"`

	groupPlist  dl.Func `c:"H5Gget_create_plist"`
	anonymous   dl.Func `c:"H5Gcreate_anon"`
	linkSoft    dl.Func `c:"H5Lcreate_soft"`
	linkOutside dl.Func `c:"H5Lcreate_external"`
	linkObject  dl.Func `c:"H5Olink"`
	linkMove    dl.Func `c:"H5Lmove"`
	linkValue   dl.Func `c:"H5Lget_val"`
	linkInfo    dl.Func `c:"H5Lget_info2,optional"` // 1.12
	linkInfo1   dl.Func `c:"H5Lget_info,optional"`  // 1.10
	copyObject  dl.Func `c:"H5Ocopy"`
	objectInfo3 dl.Func `c:"H5Oget_info_by_name3,optional"` // 1.12
	objectInfo2 dl.Func `c:"H5Oget_info_by_name2,optional"` // 1.10.3
	objectInfo1 dl.Func `c:"H5Oget_info_by_name1,optional"` // 1.8

	filterInfo dl.Func `c:"H5Zget_filter_info"`

	// A double is not for dl.Func; see bind.
	setCache func(plist int64, metadata int32, slots, bytes uintptr, w0 float64) int32
}

// bind looks up the functions, and those that take floating-point numbers.
func (f *fileFunctions) bind(lib *dl.Library) error {
	if err := lib.Fill(f); err != nil {
		return err
	}
	if !f.linkInfo.Present() {
		f.linkInfo = f.linkInfo1
	}
	// herr_t H5Pset_cache(hid_t fapl, int ignored, size_t slots, size_t bytes, double w0)
	return lib.Bind(&f.setCache, "H5Pset_cache")
}

// Values of HDF5's enumerations and macros.
const (
	accSWMRWrite = 0x20 // H5F_ACC_SWMR_WRITE
	accSWMRRead  = 0x40 // H5F_ACC_SWMR_READ

	creationTracked = 1 // H5P_CRT_ORDER_TRACKED
	creationIndexed = 2 // H5P_CRT_ORDER_INDEXED
	indexCreation   = 1 // H5_INDEX_CRT_ORDER

	linkIsHard     = 0  // H5L_TYPE_HARD
	linkIsSoft     = 1  // H5L_TYPE_SOFT
	linkIsExternal = 64 // H5L_TYPE_EXTERNAL

	openedHere = 0x20 | 0x10 | 8 | 4 | 2 // H5F_OBJ_LOCAL, _ATTR, _DATATYPE, _GROUP, _DATASET

	infoBasic = 1 // H5O_INFO_BASIC
	typeGroup = 0 // H5O_TYPE_GROUP
)
