package h5

import "github.com/galago-hpc/galago/internal/dl"

// Properties are what holds for an open file: what it was created with, and how
// it is open. Each has the name of the option that sets it.
type Properties struct {
	// Stored in the file.
	Superblock  int // version of the first block: 0 to 3
	UserBlock   int // bytes
	FsStrategy  Strategy
	FsPersist   bool
	FsThreshold int // bytes
	FsPageSize  int // bytes
	TrackOrder  bool

	// Of this opening.
	Driver             string
	LibVerLow          LibVersion
	LibVerHigh         LibVersion
	RdccNSlots         int
	RdccNBytes         int
	RdccW0             float64
	AlignmentThreshold int      // bytes
	AlignmentInterval  int      // bytes
	MetaBlockSize      int      // bytes
	SieveBufSize       int      // bytes
	PageBufSize        int      // bytes; 0 is none
	MinMetaKeep        int      // percent
	MinRawKeep         int      // percent
	Locking            LockMode // "" if the library cannot tell
}

// Properties asks HDF5 what holds for the file. H5Fget_create_plist,
// H5Fget_access_plist; collective in a parallel file.
func (f *File) Properties() (Properties, error) {
	const op = "get the properties of"
	leave, err := f.handle.enter(op, "")
	if err != nil {
		return Properties{}, err
	}
	defer leave()
	l := f.lib
	// hid_t H5Fget_access_plist(hid_t file)
	fapl := int64(f.call(l.f.getAccess, dl.Int(f.handle.id)))
	if fapl < 0 {
		return Properties{}, l.fail(op, "", f.handle.path)
	}
	defer f.call(l.c.pClose, dl.Int(fapl))
	// hid_t H5Fget_create_plist(hid_t file)
	fcpl := int64(f.call(l.f.getCreate, dl.Int(f.handle.id)))
	if fcpl < 0 {
		return Properties{}, l.fail(op, "", f.handle.path)
	}
	defer l.c.pClose.Call(dl.Int(fcpl))
	p := Properties{Driver: f.Driver()}
	p.stored(l, fcpl)
	p.used(l, fapl)
	// H5F_info2_t begins with: unsigned superblock version; ...
	var info [32]uint64
	// herr_t H5Fget_info2(hid_t file, H5F_info2_t *info)
	if int32(f.call(l.f.getInfo, dl.Int(f.handle.id), dl.Ptr(&info))) < 0 {
		return Properties{}, l.fail(op, "", f.handle.path)
	}
	p.Superblock = int(uint32(info[0]))
	p.TrackOrder = f.root.ordered()
	return p, nil
}

func (p *Properties) stored(l *library, fcpl int64) {
	list := dl.Int(fcpl)
	var n [2]uint64
	l.f.getUserBlock.Call(list, dl.Ptr(&n[0])) // herr_t H5Pget_userblock(hid_t, hsize_t *)
	p.UserBlock = int(n[0])
	if l.f.getStrategy.Present() {
		var strategy int32
		var persist uint8
		// herr_t H5Pget_file_space_strategy(hid_t, H5F_fspace_strategy_t *, hbool_t *persist, hsize_t *threshold)
		l.f.getStrategy.Call(list, dl.Ptr(&strategy), dl.Ptr(&persist), dl.Ptr(&n[0]))
		l.f.getPageSize.Call(list, dl.Ptr(&n[1])) // herr_t H5Pget_file_space_page_size(hid_t, hsize_t *)
		if int(strategy) >= 0 && int(strategy) < len(strategies) {
			p.FsStrategy = strategies[strategy]
		}
		p.FsPersist, p.FsThreshold, p.FsPageSize = persist != 0, int(n[0]), int(n[1])
	}
}

// storedIn returns what is stored in an open file.
func (l *library) storedIn(id int64) (p Properties) {
	fcpl := int64(l.f.getCreate.Call(dl.Int(id)))
	if fcpl >= 0 {
		p.stored(l, fcpl)
		l.c.pClose.Call(dl.Int(fcpl))
	}
	return p
}

func (p *Properties) used(l *library, fapl int64) {
	list := dl.Int(fapl)
	c := l.chunkCache(fapl)
	p.RdccNSlots, p.RdccNBytes, p.RdccW0 = int(c.slots), int(c.bytes), c.w0
	var low, high int32
	l.f.getLibVer.Call(list, dl.Ptr(&low), dl.Ptr(&high)) // herr_t H5Pget_libver_bounds(hid_t, H5F_libver_t *low, H5F_libver_t *high)
	p.LibVerLow, p.LibVerHigh = versionName(low), versionName(high)
	var n [4]uint64
	l.f.getAlignment.Call(list, dl.Ptr(&n[0]), dl.Ptr(&n[1])) // herr_t H5Pget_alignment(hid_t, hsize_t *threshold, hsize_t *alignment)
	l.f.getMetaBlock.Call(list, dl.Ptr(&n[2]))                // herr_t H5Pget_meta_block_size(hid_t, hsize_t *)
	l.f.getSieve.Call(list, dl.Ptr(&n[3]))                    // herr_t H5Pget_sieve_buf_size(hid_t, size_t *)
	p.AlignmentThreshold, p.AlignmentInterval, p.MetaBlockSize, p.SieveBufSize = int(n[0]), int(n[1]), int(n[2]), int(n[3])
	if l.f.getPageBuffer.Present() {
		var size uint64
		var meta, raw uint32
		l.f.getPageBuffer.Call(list, dl.Ptr(&size), dl.Ptr(&meta), dl.Ptr(&raw)) // herr_t H5Pget_page_buffer_size(hid_t, size_t *, unsigned *meta, unsigned *raw)
		p.PageBufSize, p.MinMetaKeep, p.MinRawKeep = int(size), int(meta), int(raw)
	}
	if l.f.getLocking.Present() {
		var use, lenient uint8
		l.f.getLocking.Call(list, dl.Ptr(&use), dl.Ptr(&lenient)) // herr_t H5Pget_file_locking(hid_t, hbool_t *use, hbool_t *ignore_when_disabled)
		switch {
		case use == 0:
			p.Locking = LockOff
		case lenient != 0:
			p.Locking = LockBestEffort
		default:
			p.Locking = LockOn
		}
	}
}

func versionName(n int32) LibVersion {
	if n < 0 || int(n) >= len(libVersions) {
		return Latest
	}
	return libVersions[n]
}

// LibVer returns the bounds of the format versions that the file is written in.
func (f *File) LibVer() (low, high LibVersion) {
	p, err := f.Properties()
	if err != nil {
		return "", ""
	}
	return p.LibVerLow, p.LibVerHigh
}

// UserBlockSize returns how many bytes at the beginning of the file are not
// HDF5's.
func (f *File) UserBlockSize() int {
	p, _ := f.Properties()
	return p.UserBlock
}
