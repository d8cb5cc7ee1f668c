package h5

import (
	"fmt"
	"strings"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// creation gives do the creation property list of the dataset. H5Dget_create_plist.
func (d *Dataset) creation(op string, do func(l *library, plist int64) error) error {
	leave, err := d.enter(op, d.path)
	if err != nil {
		return err
	}
	defer leave()
	l := d.file.lib
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return d.fail(op, d.path)
	}
	defer l.c.pClose.Call(dl.Int(plist))
	return do(l, plist)
}

// Layout returns how the elements lie in the file, "" if HDF5 cannot tell.
// H5Pget_layout.
func (d *Dataset) Layout() Layout {
	var k Layout
	_ = d.creation("look at", func(l *library, plist int64) error {
		// H5D_layout_t H5Pget_layout(hid_t)
		if n := int32(l.c.pLayout.Call(dl.Int(plist))); n >= 0 && int(n) < len(layouts) {
			k = layouts[n]
		}
		return nil
	})
	return k
}

// layoutIs compares the layout. The lock is held.
func (d *Dataset) layoutIs(n int32) bool {
	l := d.file.lib
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return false
	}
	defer l.c.pClose.Call(dl.Int(plist))
	return int32(l.c.pLayout.Call(dl.Int(plist))) == n
}

// StorageSize returns how many bytes the elements take in the file, compressed if
// they are; 0 for what has not been written, and for virtual datasets.
// H5Dget_storage_size.
func (d *Dataset) StorageSize() int {
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return 0
	}
	defer leave()
	return int(d.file.call(d.file.lib.d.storageSize, dl.Int(d.id))) // hsize_t H5Dget_storage_size(hid_t)
}

// Offset returns where in the file, in bytes from its beginning, the elements of a
// contiguous dataset are. False says that they are in no one place: the dataset is
// chunked, compact, virtual or external, or nothing has been written.
// H5Dget_offset.
func (d *Dataset) Offset() (int64, bool) {
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return 0, false
	}
	defer leave()
	return d.offset()
}

func (d *Dataset) offset() (int64, bool) {
	// Where a user block comes first, H5Dget_offset adds its size even to the address
	// that stands for none.
	if d.file.call(d.file.lib.d.storageSize, dl.Int(d.id)) == 0 {
		return 0, false
	}
	at := uint64(d.file.call(d.file.lib.d.offset, dl.Int(d.id))) // haddr_t H5Dget_offset(hid_t)
	if at == undefinedAddress {
		return 0, false
	}
	return int64(at), true
}

// NBytes returns how many bytes the elements take in memory, in the type that they
// have in the file.
func (d *Dataset) NBytes() int { return d.Len() * d.elementSize() }

// elementSize returns the bytes of an element in the file.
func (d *Dataset) elementSize() int {
	leave, err := d.enter("look at", d.path)
	if err != nil {
		return 0
	}
	defer leave()
	l := d.file.lib
	t := int64(l.c.dType.Call(dl.Int(d.id)))
	if t < 0 {
		return 0
	}
	defer l.c.tClose.Call(dl.Int(t))
	return int(l.c.tSize.Call(dl.Int(t)))
}

// CompressionRatio returns how many times fewer bytes the elements take in the file
// than uncompressed; 0 if there is nothing in the file. In a chunked dataset of which
// only a part has been written, that part counts.
func (d *Dataset) CompressionRatio() float64 {
	stored := d.StorageSize()
	if stored == 0 {
		return 0
	}
	bytes := d.NBytes()
	if n, err := d.NumChunks(); err == nil {
		chunk := d.elementSize()
		for _, k := range d.chunks {
			chunk *= k
		}
		bytes = n * chunk
	}
	return float64(bytes) / float64(stored)
}

// An AppliedFilter is a filter that the chunks of a dataset pass through.
type AppliedFilter struct {
	ID         int
	Name       string // as it is stored with the dataset
	Optional   bool   // a chunk that it fails on is stored without it
	Parameters []uint32
}

// Filters returns the filters of the dataset, in the order in which they are applied
// when it is written. H5Pget_filter2.
func (d *Dataset) Filters() []AppliedFilter {
	var all []AppliedFilter
	_ = d.creation("look at", func(l *library, plist int64) error {
		all = l.pipelineOf(plist)
		return nil
	})
	return all
}

// pipelineOf reads the filters of a dataset creation property list.
func (l *library) pipelineOf(plist int64) []AppliedFilter {
	var all []AppliedFilter
	n := int(int32(l.d.filterCount.Call(dl.Int(plist)))) // int H5Pget_nfilters(hid_t)
	for i := range n {
		values := make([]uint32, 32)
		for {
			count := uint64(len(values))
			name := make([]byte, 256)
			var flags, config uint32
			// H5Z_filter_t H5Pget_filter2(hid_t, unsigned index, unsigned *flags, size_t *count, unsigned *values, size_t room, char *name, unsigned *config)
			id := int32(l.d.filter.Call(dl.Int(plist), dl.Int(i), dl.Ptr(&flags), dl.Ptr(&count), dl.Slice(values), dl.Int(len(name)), dl.Slice(name), dl.Ptr(&config)))
			if id < 0 {
				return all
			}
			if count > uint64(len(values)) {
				values = make([]uint32, count)
				continue
			}
			all = append(all, AppliedFilter{ID: int(id), Name: dl.Text(name), Optional: flags&filterOptional != 0, Parameters: values[:count]})
			break
		}
	}
	return all
}

// Compression returns the name of the filter that compresses the chunks and its
// parameter as h5py gives them, "gzip" and 4 for example; "" and 0 if there is none.
// [Dataset.Filters] has the rest.
func (d *Dataset) Compression() (name string, level int) {
	for _, f := range d.Filters() {
		switch f.ID {
		case filterShuffle, filterFletcher32, filterNBit, filterScaleOffset:
			continue
		}
		if len(f.Parameters) > 0 && f.ID != filterLZF {
			level = int(f.Parameters[0])
		}
		return filterName(f.ID), level
	}
	return "", 0
}

// Times returns when the fill value is written and when space is allocated.
// H5Pget_fill_time, H5Pget_alloc_time.
func (d *Dataset) Times() (FillTime, AllocTime, error) {
	var fill FillTime
	var alloc AllocTime
	err := d.creation("look at", func(l *library, plist int64) error {
		var f, a int32
		l.d.fillTime.Call(dl.Int(plist), dl.Ptr(&f))  // herr_t H5Pget_fill_time(hid_t, H5D_fill_time_t *)
		l.d.allocTime.Call(dl.Int(plist), dl.Ptr(&a)) // herr_t H5Pget_alloc_time(hid_t, H5D_alloc_time_t *)
		if f >= 0 && int(f) < len(fillTimes) {
			fill = fillTimes[f]
		}
		if a >= 0 && int(a) < len(allocTimes) {
			alloc = allocTimes[a]
		}
		return nil
	})
	return fill, alloc, err
}

// FillValue returns the value of elements that have not been written, as an array of
// one number of the type of the dataset: 0 if none was given. H5Pget_fill_value.
func (d *Dataset) FillValue() (*nd.Array, error) {
	const op = "get the fill value of"
	if !d.direct {
		return nil, d.error(op, d.path, fmt.Errorf("it does not hold numbers"))
	}
	a := nd.New(d.dtype)
	err := d.creation(op, func(l *library, plist int64) error {
		// herr_t H5Pget_fill_value(hid_t, hid_t type, void *value)
		if int32(l.d.fillValue.Call(dl.Int(plist), dl.Int(l.native[d.dtype]), dl.Slice(a.Bytes()))) < 0 {
			return d.fail(op, d.path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// StorageLine says in a few words how the dataset is stored, such as "chunks (10,
// 100), shuffle, gzip 4, 3.2 times smaller".
func (d *Dataset) StorageLine() string {
	k := d.Layout()
	if k != Chunked {
		return string(k)
	}
	words := []string{"chunks " + d.chunks.String()}
	for _, f := range d.Filters() {
		word := filterName(f.ID)
		if f.ID == filterDeflate && len(f.Parameters) > 0 {
			word += fmt.Sprintf(" %d", f.Parameters[0])
		}
		words = append(words, word)
	}
	if ratio := d.CompressionRatio(); ratio > 0 && len(words) > 1 {
		words = append(words, fmt.Sprintf("%.1f times smaller", ratio))
	}
	return strings.Join(words, ", ")
}
