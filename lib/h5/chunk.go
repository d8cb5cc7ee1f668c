package h5

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// A Chunk is where a chunk lies.
type Chunk struct {
	Offset     []int  // of its first element in the dataset, one number an axis
	FilterMask uint32 // bit i is set if filter i was left out
	Address    int64  // in the file, in bytes, as HDF5 has it: older versions leave out the user block; -1 if it cannot tell
	Size       int    // in the file, in bytes
}

// chunksOf returns the shape of a dataset's chunks, nil if it has none. It asks first
// what is known at once: a list of all properties, which HDF5 makes a copy of, takes
// a fifth of the time that it takes to open a dataset. The lock is held.
func (l *library) chunksOf(id int64, rank int) Chunks {
	if f := l.d.chunkIndex; f.Present() {
		var index int32
		// herr_t H5Dget_chunk_index_type(hid_t dataset, H5D_chunk_index_t *)
		if int32(f.Call(dl.Int(id), dl.Ptr(&index))) < 0 {
			return nil
		}
	}
	plist := int64(l.c.dPlist.Call(dl.Int(id))) // hid_t H5Dget_create_plist(hid_t)
	if plist < 0 {
		return nil
	}
	defer l.c.pClose.Call(dl.Int(plist))
	if int32(l.c.pLayout.Call(dl.Int(plist))) != layoutChunked { // H5D_layout_t H5Pget_layout(hid_t)
		return nil
	}
	dims := l.lengths[:rank]
	l.c.pGetChunk.Call(dl.Int(plist), dl.Int(rank), dl.Slice(dims)) // int H5Pget_chunk(hid_t, int max_ndims, hsize_t *dims)
	chunks := make(Chunks, rank)
	for i, n := range dims {
		chunks[i] = int(n)
	}
	return chunks
}

// chunkOp begins an operation on chunks: it takes the lock and refuses datasets
// without chunks, and libraries without the function.
func (d *Dataset) chunkOp(op string, f dl.Func, since string) (leave func(), err error) {
	leave, err = d.enter(op, d.path)
	if err != nil {
		return nil, err
	}
	switch {
	case len(d.chunks) == 0:
		err = errors.New("it is not chunked")
	case !f.Present():
		err = fmt.Errorf("needs HDF5 %s or newer; this is %s", since, d.file.lib.info.Version)
	}
	if err != nil {
		leave()
		return nil, d.error(op, d.path, err)
	}
	return leave, nil
}

// NumChunks returns how many chunks have been written. Before HDF5 1.10.5 that is
// found by asking for each. H5Dget_num_chunks.
func (d *Dataset) NumChunks() (int, error) {
	const op = "count the chunks of"
	l := d.file.lib
	if !l.d.chunkCount.Present() {
		return d.countChunks()
	}
	leave, err := d.chunkOp(op, l.d.chunkCount, "1.10.5")
	if err != nil {
		return 0, err
	}
	defer leave()
	space := int64(l.c.dSpace.Call(dl.Int(d.id))) // 1.10 does not take H5S_ALL
	if space < 0 {
		return 0, d.fail(op, d.path)
	}
	defer l.c.sClose.Call(dl.Int(space))
	n, err := d.numChunks(op, space)
	return int(n), err
}

// numChunks counts the chunks. The lock is held.
func (d *Dataset) numChunks(op string, space int64) (uint64, error) {
	var n uint64
	// herr_t H5Dget_num_chunks(hid_t dataset, hid_t space, hsize_t *n)
	if int32(d.file.call(d.file.lib.d.chunkCount, dl.Int(d.id), dl.Int(space), dl.Ptr(&n))) < 0 {
		return 0, d.fail(op, d.path)
	}
	return n, nil
}

// countChunks asks for the chunk at each place.
func (d *Dataset) countChunks() (int, error) {
	all, err := d.ChunksIn()
	if err != nil {
		return 0, err
	}
	n := 0
	for s := range all {
		region, err := s.Resolve(d.extent())
		if err != nil {
			return 0, d.error("count the chunks of", d.path, err)
		}
		at := make([]int, len(region))
		for axis, span := range region {
			at[axis] = span.Start
		}
		c, err := d.ChunkAt(at...)
		if err != nil {
			return 0, err
		}
		if c.Size > 0 {
			n++
		}
	}
	return n, nil
}

// ChunkInfo describes the i-th of the chunks that have been written, in the order
// in which HDF5 keeps them. H5Dget_chunk_info.
func (d *Dataset) ChunkInfo(i int) (Chunk, error) {
	const op = "look at a chunk of"
	l := d.file.lib
	leave, err := d.chunkOp(op, l.d.chunkInfo, "1.10.5")
	if err != nil {
		return Chunk{}, err
	}
	defer leave()
	space := int64(l.c.dSpace.Call(dl.Int(d.id)))
	if space < 0 {
		return Chunk{}, d.fail(op, d.path)
	}
	defer l.c.sClose.Call(dl.Int(space))
	n, err := d.numChunks(op, space)
	if err != nil {
		return Chunk{}, err
	}
	if i < 0 || uint64(i) >= n {
		return Chunk{}, d.error(op, d.path, fmt.Errorf("there is no chunk %d: %d have been written", i, n))
	}
	at := make([]uint64, len(d.extent()))
	var mask uint32
	var address, size uint64
	// herr_t H5Dget_chunk_info(hid_t dataset, hid_t space, hsize_t index, hsize_t *offset, unsigned *mask, haddr_t *addr, hsize_t *size)
	if int32(d.file.call(l.d.chunkInfo, dl.Int(d.id), dl.Int(space), dl.Int(i), dl.Slice(at), dl.Ptr(&mask), dl.Ptr(&address), dl.Ptr(&size))) < 0 {
		return Chunk{}, d.fail(op, d.path)
	}
	return chunkOf(at, mask, address, size), nil
}

func chunkOf(at []uint64, mask uint32, address, size uint64) Chunk {
	c := Chunk{Offset: make([]int, len(at)), FilterMask: mask, Address: int64(address), Size: int(size)}
	for axis, n := range at {
		c.Offset[axis] = int(n)
	}
	return c
}

// ChunkAt describes the chunk with the element at a place. One that has not been
// written has size 0 and address -1. H5Dget_chunk_info_by_coord; before HDF5 1.10.5
// H5Dget_chunk_storage_size, which tells the size alone.
func (d *Dataset) ChunkAt(index ...int) (Chunk, error) {
	const op = "look at a chunk of"
	l := d.file.lib
	f := l.d.chunkAt
	if !f.Present() {
		f = l.d.chunkSize
	}
	leave, err := d.chunkOp(op, f, "1.10.2")
	if err != nil {
		return Chunk{}, err
	}
	defer leave()
	at, err := d.chunkStart(index)
	if err != nil {
		return Chunk{}, d.error(op, d.path, err)
	}
	var mask uint32
	address, size := undefinedAddress, uint64(0)
	if !l.d.chunkAt.Present() {
		// herr_t H5Dget_chunk_storage_size(hid_t dataset, const hsize_t *offset, hsize_t *size)
		if int32(d.file.call(f, dl.Int(d.id), dl.Slice(at), dl.Ptr(&size))) < 0 {
			return Chunk{}, d.fail(op, d.path)
		}
		return chunkOf(at, 0, address, size), nil
	}
	// herr_t H5Dget_chunk_info_by_coord(hid_t dataset, const hsize_t *offset, unsigned *mask, haddr_t *addr, hsize_t *size)
	if int32(d.file.call(f, dl.Int(d.id), dl.Slice(at), dl.Ptr(&mask), dl.Ptr(&address), dl.Ptr(&size))) < 0 {
		return Chunk{}, d.fail(op, d.path)
	}
	return chunkOf(at, mask, address, size), nil
}

// chunkStart returns the first element of the chunk with the element at a place.
// The lock is held.
func (d *Dataset) chunkStart(index []int) ([]uint64, error) {
	d.renew()
	if len(index) != len(d.extent()) {
		return nil, fmt.Errorf("%d indices for %d axes of shape %v", len(index), len(d.extent()), d.extent())
	}
	at := make([]uint64, len(index))
	for axis, i := range index {
		if i < 0 || i >= d.extent()[axis] {
			return nil, fmt.Errorf("index %d is outside axis %d of length %d in shape %v", i, axis, d.extent()[axis], d.extent())
		}
		at[axis] = uint64(i - i%d.chunks[axis])
	}
	return at, nil
}

// ReadChunk returns the bytes of the chunk with the element at a place as they are in
// the file, compressed if they are, and which filters were left out: bit i of the
// mask for filter i of [Dataset.Filters]. A chunk that has not been written is an
// error. H5Dread_chunk.
func (d *Dataset) ReadChunk(index ...int) (data []byte, filterMask uint32, err error) {
	const op = "read a chunk of"
	l := d.file.lib
	leave, err := d.chunkOp(op, l.d.readChunk, "1.10.3")
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	at, err := d.chunkStart(index)
	if err != nil {
		return nil, 0, d.error(op, d.path, err)
	}
	var size uint64
	if int32(d.file.call(l.d.chunkSize, dl.Int(d.id), dl.Slice(at), dl.Ptr(&size))) < 0 {
		return nil, 0, d.fail(op, d.path)
	}
	if size == 0 {
		return nil, 0, d.error(op, d.path, fmt.Errorf("the chunk at %v has not been written", at))
	}
	data = make([]byte, size)
	// herr_t H5Dread_chunk(hid_t dataset, hid_t dxpl, const hsize_t *offset, uint32_t *filters, void *buffer)
	if int32(d.file.call(l.d.readChunk, dl.Int(d.id), dl.Int(0), dl.Slice(at), dl.Ptr(&filterMask), dl.Slice(data))) < 0 {
		return nil, 0, d.failData(op)
	}
	return data, filterMask, nil
}

// WriteChunk writes the bytes of the chunk with the element at a place as they are,
// past all filters: they must be what the filters would have made of the elements, but
// for those whose bit in the mask is set. Bytes that are not are an error only when
// they are read. H5Dwrite_chunk.
func (d *Dataset) WriteChunk(data []byte, filterMask uint32, index ...int) error {
	const op = "write a chunk of"
	l := d.file.lib
	leave, err := d.chunkOp(op, l.d.writeChunk, "1.10.3")
	if err != nil {
		return err
	}
	defer leave()
	if !d.file.writable {
		return d.readOnly(op, d.path)
	}
	at, err := d.chunkStart(index)
	if err != nil {
		return d.error(op, d.path, err)
	}
	if err := d.checkChunk(data, filterMask); err != nil {
		return d.error(op, d.path, err)
	}
	if d.file.parallel && d.filtered() {
		// Where the chunk goes is recorded in the structure of the file, which HDF5
		// would change on this rank alone.
		return &Error{Op: op, Object: d.path, File: d.file.path, Reason: "a chunk of a compressed dataset of a parallel file cannot be written by one rank", Advice: "use Write with h5.Collective, on all ranks"}
	}
	// herr_t H5Dwrite_chunk(hid_t dataset, hid_t dxpl, uint32_t filters, const hsize_t *offset, size_t size, const void *data)
	if int32(d.file.call(l.d.writeChunk, dl.Int(d.id), dl.Int(0), dl.Int(filterMask), dl.Slice(at), dl.Int(len(data)), dl.Slice(data))) < 0 {
		return d.fail(op, d.path)
	}
	return nil
}

// filtered reports whether chunks go through filters. The lock is held.
func (d *Dataset) filtered() bool {
	plist := int64(d.file.lib.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return false
	}
	defer d.file.lib.c.pClose.Call(dl.Int(plist))
	return len(d.file.lib.pipelineOf(plist)) > 0
}

// checkChunk refuses a chunk without filters that has not the size of one: HDF5 would
// read beyond it. The lock is held.
func (d *Dataset) checkChunk(data []byte, mask uint32) error {
	if len(data) == 0 {
		return errors.New("there are no bytes")
	}
	l := d.file.lib
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return errors.New("its properties cannot be had")
	}
	defer l.c.pClose.Call(dl.Int(plist))
	filters := l.pipelineOf(plist)
	plain := true
	for i := range filters {
		plain = plain && i < 32 && mask&(1<<i) != 0
	}
	t := int64(l.c.dType.Call(dl.Int(d.id)))
	if t < 0 {
		return errors.New("its type cannot be had")
	}
	defer l.c.tClose.Call(dl.Int(t))
	size := int(l.c.tSize.Call(dl.Int(t)))
	for _, n := range d.chunks {
		size *= n
	}
	if plain && len(data) != size {
		return fmt.Errorf("a chunk has %d bytes without compression, not %d", size, len(data))
	}
	return nil
}

// ChunksIn goes over the chunks that a selection touches, all without one, in
// row-major order: for each the selection of those of its elements that are inside
// the first. The selection is given as for [Dataset.Read], with steps of 1: h5py's
// iter_chunks.
//
//	for chunk := range must(d.ChunksIn("0:1000")) {
//		a := must(d.Read(chunk))
//	}
func (d *Dataset) ChunksIn(selection ...any) (iter.Seq[nd.Selection], error) {
	const op = "go over the chunks of"
	p, err := d.prepare(selection)
	if err != nil {
		return nil, d.error(op, d.path, err)
	}
	if len(d.chunks) == 0 {
		return nil, d.error(op, d.path, errors.New("it is not chunked"))
	}
	if p.cut != nil {
		return nil, d.error(op, d.path, errors.New("the selection has lists, masks or steps backwards; only ranges with a step of 1 are possible"))
	}
	for axis, s := range p.region {
		if s.Step != 1 && s.Count > 1 {
			return nil, d.error(op, d.path, fmt.Errorf("the selection has a step of %d along axis %d; only 1 is possible", s.Step, axis))
		}
	}
	return chunksIn(p.region, slices.Clone(d.chunks)), nil
}

func chunksIn(region nd.Region, chunks Chunks) iter.Seq[nd.Selection] {
	return func(yield func(nd.Selection) bool) {
		at := make([]int, len(region)) // the first element of the present chunk within the region
		for axis, s := range region {
			if s.Count == 0 {
				return
			}
			at[axis] = s.Start
		}
		for {
			selection := make(nd.Selection, len(region))
			for axis, s := range region {
				selection[axis] = nd.R(at[axis], chunkEnd(at[axis], chunks[axis], s))
				if s.Drop {
					selection[axis] = nd.I(at[axis])
				}
			}
			if !yield(selection) {
				return
			}
			axis := len(region) - 1
			for ; axis >= 0; axis-- {
				s := region[axis]
				if at[axis] = chunkEnd(at[axis], chunks[axis], s); at[axis] < s.Start+s.Count {
					break
				}
				at[axis] = s.Start
			}
			if axis < 0 {
				return
			}
		}
	}
}

// chunkEnd returns the end of the chunk around a place, within a span.
func chunkEnd(at, chunk int, s nd.Span) int {
	return min(at-at%chunk+chunk, s.Start+s.Count)
}
