package h5

import (
	"errors"
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
)

// An AccessOption says how an open dataset is used; nothing of it is stored. It goes
// with [Group.OpenDataset], and among the options of CreateDataset.
type AccessOption interface {
	DatasetOption
	applyAccess(*datasetAccess)
}

type datasetAccess struct {
	cache       *ChunkCache
	filePrefix  string
	virtual     string
	view        VirtualView
	gap         int
	anythingSet bool
}

type accessOption func(*datasetAccess)

func (o accessOption) apply(l *layout) { o.applyAccess(&l.storage.access) }

func (o accessOption) applyAccess(a *datasetAccess) {
	o(a)
	a.anythingSet = true
}

// A ChunkCache is the cache of one dataset for its chunks, in place of the one that
// the file's RdccNBytes, RdccNSlots and RdccW0 ask for; a field that is 0 leaves that.
// Bytes is its size, Slots best a prime of 100 times the number of chunks that fit,
// and W0, from 0 to 1, how readily chunks that were read or written whole leave it. A
// dataset that is open already keeps the cache it has. H5Pset_chunk_cache.
type ChunkCache struct {
	Bytes, Slots int
	W0           float64
}

func (c ChunkCache) apply(l *layout)              { c.applyAccess(&l.storage.access) }
func (c ChunkCache) applyAccess(a *datasetAccess) { a.cache, a.anythingSet = &c, true }

// ExternalPrefix is the folder that the names of [External] files begin from;
// "${ORIGIN}" is that of the HDF5 file. h5py's efile_prefix. H5Pset_efile_prefix.
func ExternalPrefix(folder string) AccessOption {
	return accessOption(func(a *datasetAccess) { a.filePrefix = folder })
}

// VirtualPrefix is the folder that the names of a virtual dataset's source files
// begin from. H5Pset_virtual_prefix.
func VirtualPrefix(folder string) AccessOption {
	return accessOption(func(a *datasetAccess) { a.virtual = folder })
}

// A VirtualView says how far a virtual dataset without an end goes: to the first
// place where a source is missing, or to the last that there is.
type VirtualView string

// The views. H5Pset_virtual_view.
const (
	LastAvailable VirtualView = "last available" // the default; what is missing before it has the fill value
	FirstMissing  VirtualView = "first missing"
)

func (v VirtualView) apply(l *layout)              { v.applyAccess(&l.storage.access) }
func (v VirtualView) applyAccess(a *datasetAccess) { a.view, a.anythingSet = v, true }

// VirtualGap is how many source files in a row, of those that a %b stands for, may
// be missing before the rest is not looked for. H5Pset_virtual_printf_gap.
func VirtualGap(files int) AccessOption {
	return accessOption(func(a *datasetAccess) { a.gap = files })
}

// list makes the dataset access property list; 0, the default, if nothing is asked
// for. done closes it.
func (a *datasetAccess) list(l *library) (plist int64, done func(), err error) {
	if !a.anythingSet {
		return 0, func() {}, nil
	}
	plist = int64(l.c.pCreate.Call(dl.Int(l.d.datasetAccess)))
	if plist < 0 {
		return 0, nil, errors.New("H5Pcreate failed")
	}
	done = func() { l.c.pClose.Call(dl.Int(plist)) }
	if err := a.fill(l, plist); err != nil {
		done()
		return 0, nil, err
	}
	return plist, done, nil
}

func (a *datasetAccess) fill(l *library, plist int64) error {
	if c := a.cache; c != nil {
		if c.Bytes < 0 || c.Slots < 0 || !(c.W0 >= 0 && c.W0 <= 1) {
			return fmt.Errorf("a chunk cache of %d bytes, %d slots and W0 %v cannot be", c.Bytes, c.Slots, c.W0)
		}
		const inherit = ^uintptr(0) // H5D_CHUNK_CACHE_NSLOTS_DEFAULT, H5D_CHUNK_CACHE_NBYTES_DEFAULT
		slots, bytes, w0 := inherit, inherit, -1.0
		if c.Slots > 0 {
			slots = uintptr(c.Slots)
		}
		if c.Bytes > 0 {
			bytes = uintptr(c.Bytes)
		}
		if c.W0 > 0 {
			w0 = c.W0
		}
		if l.d.setChunkCache(plist, slots, bytes, w0) < 0 {
			return errors.New("HDF5 refuses the chunk cache")
		}
	}
	for _, prefix := range []string{a.filePrefix, a.virtual} {
		if strings.IndexByte(prefix, 0) >= 0 {
			return fmt.Errorf("the prefix %q has a NUL in it", prefix)
		}
	}
	if a.filePrefix != "" {
		if err := l.set(plist, "ExternalPrefix", l.d.setFilePrefix, dl.Str(a.filePrefix)); err != nil { // herr_t H5Pset_efile_prefix(hid_t, const char *)
			return err
		}
	}
	if a.virtual != "" {
		if err := l.set(plist, "VirtualPrefix", l.d.setVirtPrefix, dl.Str(a.virtual)); err != nil { // herr_t H5Pset_virtual_prefix(hid_t, const char *)
			return err
		}
	}
	if a.view != "" {
		const firstMissing, lastAvailable = 0, 1 // H5D_vds_view_t
		view := lastAvailable
		if a.view == FirstMissing {
			view = firstMissing
		}
		if err := l.set(plist, "VirtualView", l.d.setVirtView, dl.Int(view)); err != nil { // herr_t H5Pset_virtual_view(hid_t, H5D_vds_view_t)
			return err
		}
	}
	if a.gap < 0 {
		return fmt.Errorf("a gap of %d files cannot be", a.gap)
	}
	if a.gap > 0 {
		return l.set(plist, "VirtualGap", l.d.setVirtGap, dl.Int(a.gap)) // herr_t H5Pset_virtual_printf_gap(hid_t, hsize_t)
	}
	return nil
}

// OpenDataset opens a dataset with a chunk cache of its own, or other properties of
// this opening; without options it is [Group.Dataset]. H5Dopen2.
func (g *Group) OpenDataset(name string, options ...AccessOption) (*Dataset, error) {
	const op = "open dataset"
	d, err := g.Dataset(name)
	if err != nil || len(options) == 0 {
		return d, err
	}
	full := g.within(name)
	// HDF5 gives the properties of the first opening to all that follow.
	if err := d.Close(); err != nil {
		return nil, err
	}
	leave, err := g.enter(op, full)
	if err != nil {
		return nil, err
	}
	defer leave()
	var a datasetAccess
	for _, o := range options {
		if o != nil {
			o.applyAccess(&a)
		}
	}
	l := g.file.lib
	plist, done, err := a.list(l)
	if err != nil {
		return nil, g.error(op, full, err)
	}
	defer done()
	d, err = g.datasetAt(op, name, full, plist)
	if d == nil && err == nil {
		err = g.fail(op, full)
	}
	return d, err
}

// ChunkCache returns the chunk cache of the open dataset. H5Dget_access_plist,
// H5Pget_chunk_cache.
func (d *Dataset) ChunkCache() (ChunkCache, error) {
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return ChunkCache{}, err
	}
	defer leave()
	l := d.file.lib
	plist := int64(d.file.call(l.d.getAccess, dl.Int(d.id))) // hid_t H5Dget_access_plist(hid_t)
	if plist < 0 {
		return ChunkCache{}, d.fail("look at", d.path)
	}
	defer l.c.pClose.Call(dl.Int(plist))
	var slots, bytes uint64
	var w0 float64
	// herr_t H5Pget_chunk_cache(hid_t, size_t *slots, size_t *bytes, double *w0)
	if int32(l.d.getChunkCache.Call(dl.Int(plist), dl.Ptr(&slots), dl.Ptr(&bytes), dl.Ptr(&w0))) < 0 {
		return ChunkCache{}, d.fail("look at", d.path)
	}
	return ChunkCache{Bytes: int(bytes), Slots: int(slots), W0: w0}, nil
}
