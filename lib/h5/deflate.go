package h5

import (
	"runtime"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/nd"
)

// HDF5 compresses one chunk after the other. Large parts of datasets that are compressed
// with gzip, after a shuffle or without one, are compressed and decompressed here instead,
// by all processors, with the zlib that HDF5 uses itself; HDF5 writes and reads the
// compressed chunks. Whatever is unusual is left to HDF5.

// A deflated is how a dataset's chunks are compressed.
type deflated struct {
	known   bool // it has been looked up
	usual   bool // with gzip, and what is in the file is as in memory
	level   int
	shuffle bool
	padded  bool // chunks over the edge of the dataset are compressed like others, and filled with zeros
	size    int  // of an element
	bytes   int  // of a chunk
}

var (
	deflateLeast = 1 << 20 // bytes of a transfer from which on it is done here
	chunkLeast   = 4 << 10 // bytes of a chunk
)

// deflateRoom bounds the memory that all processors use together.
const deflateRoom = 256 << 20

// deflate returns how the chunks are compressed. The lock is held.
func (d *Dataset) deflate() *deflated {
	if !d.deflated.known {
		d.deflated = d.findDeflated()
		d.deflated.known = true
	}
	return &d.deflated
}

func (d *Dataset) findDeflated() (f deflated) {
	l := d.file.lib
	if !l.z.Present() || !l.d.writeChunk.Present() || !l.d.readChunk.Present() || !l.d.chunkSize.Present() {
		return f
	}
	t := int64(l.c.dType.Call(dl.Int(d.id)))
	if t < 0 {
		return f
	}
	defer l.c.tClose.Call(dl.Int(t))
	if int32(l.c.tEqual.Call(dl.Int(t), dl.Int(l.native[d.dtype]))) <= 0 {
		return f
	}
	plist := int64(l.c.dPlist.Call(dl.Int(d.id)))
	if plist < 0 {
		return f
	}
	defer l.c.pClose.Call(dl.Int(plist))
	f.size = d.dtype.Size()
	f.bytes = f.size * product(d.chunks)
	filters := l.pipelineOf(plist)
	if len(filters) == 2 && filters[0].ID == filterShuffle {
		f.shuffle, filters = f.size > 1, filters[1:]
	}
	if len(filters) != 1 || filters[0].ID != filterDeflate || len(filters[0].Parameters) != 1 {
		return f
	}
	f.level, f.usual = int(filters[0].Parameters[0]), true
	const userDefined = 2 // H5D_FILL_VALUE_USER_DEFINED
	var fill int32
	var options uint32
	f.padded = int32(l.d.fillDefined.Call(dl.Int(plist), dl.Ptr(&fill))) >= 0 && fill != userDefined &&
		l.d.chunkOptions.Present() && int32(l.d.chunkOptions.Call(dl.Int(plist), dl.Ptr(&options))) >= 0 && options == 0
	return f
}

// inflates reports whether a transfer is done here. The lock is held.
func (d *Dataset) inflates(p plan, write bool) bool {
	if len(d.chunks) == 0 || d.file.parallel || d.file.swmr || p.cut != nil || p.nothing || !d.direct || len(p.raw) < deflateLeast || p.rawType != d.file.lib.native[d.dtype] {
		return false
	}
	f := d.deflate()
	if !f.usual || f.bytes < chunkLeast || f.workers() < 2 {
		return false
	}
	several := false
	for axis, s := range p.region {
		if s.Count > 1 && s.Step != 1 {
			return false
		}
		end, chunk, length := s.Start+s.Count, d.chunks[axis], d.extent()[axis]
		several = several || s.Start/chunk != (end-1)/chunk
		if !write {
			continue
		}
		// Chunks of which a part stays are HDF5's.
		if s.Start%chunk != 0 || end%chunk != 0 && !(end == length && f.padded) {
			return false
		}
	}
	return several
}

// counts returns how many places a region has of each axis.
func counts(region nd.Region) []int {
	counts := make([]int, len(region))
	for axis, s := range region {
		counts[axis] = s.Count
	}
	return counts
}

// workers returns how many processors work at a time.
func (f *deflated) workers() int {
	return min(runtime.GOMAXPROCS(0), deflateRoom/(4*max(f.bytes, 1)))
}

// A chunkPart is a chunk, and the part of it that a region has.
type chunkPart struct {
	start  []int  // the chunk's first element
	within []int  // the first element of the part, within the chunk
	at     []int  // and within the region
	count  []int  // of the part
	data   []byte // compressed, or what is to be decompressed
	failed bool
	done   chan struct{}
}

// chunkParts are the chunks that a region touches, in the order of the file.
func (d *Dataset) chunkParts(region nd.Region) func(yield func(*chunkPart) bool) {
	return func(yield func(*chunkPart) bool) {
		chunks := d.chunks
		rank := len(region)
		first := make([]int, rank)
		for axis, s := range region {
			first[axis] = s.Start / chunks[axis]
		}
		for number := append([]int{}, first...); ; {
			part := &chunkPart{done: make(chan struct{})}
			numbers := make([]int, 4*rank)
			part.start, part.within, part.at, part.count = numbers[:rank], numbers[rank:2*rank], numbers[2*rank:3*rank], numbers[3*rank:]
			for axis, s := range region {
				start := number[axis] * chunks[axis]
				from, to := max(start, s.Start), min(start+chunks[axis], s.Start+s.Count)
				part.start[axis], part.within[axis], part.at[axis], part.count[axis] = start, from-start, from-s.Start, to-from
			}
			if !yield(part) {
				return
			}
			axis := rank - 1
			for ; axis >= 0; axis-- {
				s := region[axis]
				if number[axis]++; number[axis]*chunks[axis] < s.Start+s.Count {
					break
				}
				number[axis] = first[axis]
			}
			if axis < 0 {
				return
			}
		}
	}
}

// copyBox copies a box of elements between arrays of two shapes, from one place to
// another.
func copyBox(to []byte, toShape, toAt []int, from []byte, fromShape, fromAt []int, count []int, size int) {
	// The last axes of which all is copied are one row.
	axis, row := len(count)-1, size
	for ; axis > 0 && count[axis] == toShape[axis] && count[axis] == fromShape[axis]; axis-- {
		row *= count[axis]
	}
	row *= count[axis]
	toStride, fromStride := rowMajor(toShape), rowMajor(fromShape)
	t, f := 0, 0
	for k := range count {
		t += toAt[k] * toStride[k] * size
		f += fromAt[k] * fromStride[k] * size
	}
	index := make([]int, axis)
	for {
		copy(to[t:t+row], from[f:f+row])
		k := axis - 1
		for ; k >= 0; k-- {
			t += toStride[k] * size
			f += fromStride[k] * size
			if index[k]++; index[k] < count[k] {
				break
			}
			t -= count[k] * toStride[k] * size
			f -= count[k] * fromStride[k] * size
			index[k] = 0
		}
		if k < 0 {
			return
		}
	}
}
