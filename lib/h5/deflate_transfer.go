package h5

import (
	"sync"

	"github.com/galago-hpc/galago/internal/dl"
	"github.com/galago-hpc/galago/lib/rt"
)

// crew lets workers do something with the parts that are sent to it. close waits until
// they have stopped; what they have not begun is left.
type crew struct {
	parts chan *chunkPart
	quit  chan struct{}
	all   sync.WaitGroup
}

func newCrew(workers int, worker func() func(*chunkPart)) *crew {
	c := &crew{parts: make(chan *chunkPart, workers), quit: make(chan struct{})}
	for range workers {
		c.all.Go(func() {
			do := worker()
			for {
				select {
				case <-c.quit:
					return
				case part := <-c.parts:
					do(part)
					close(part.done)
				}
			}
		})
	}
	return c
}

func (c *crew) close() {
	close(c.quit)
	c.all.Wait()
}

// inTurn sends parts to the crew, and calls done with each when it has been worked on, in
// the same order. It stops when one of the functions says so, and reports whether none
// has.
func (c *crew) inTurn(parts func(func(*chunkPart) bool), send, done func(*chunkPart) bool) bool {
	var waiting []*chunkPart
	finish := func() bool {
		part := waiting[0]
		waiting = waiting[1:]
		<-part.done
		return !part.failed && done(part)
	}
	for part := range parts {
		if len(waiting) == 2*cap(c.parts) && !finish() || !send(part) {
			return false
		}
		c.parts <- part
		waiting = append(waiting, part)
	}
	for len(waiting) > 0 {
		if !finish() {
			return false
		}
	}
	return true
}

// writeDeflated compresses what is written and has HDF5 write the chunks. The lock is
// held.
func (d *Dataset) writeDeflated(op string, p plan) error {
	l, f := d.file.lib, d.deflate()
	shape := counts(p.region)
	var packed sync.Pool
	crew := newCrew(f.workers(), func() func(*chunkPart) {
		chunk, shuffled := make([]byte, f.bytes), make([]byte, f.bytes)
		zero := make([]int, len(shape))
		return func(part *chunkPart) {
			if product(part.count)*f.size < f.bytes {
				clear(chunk)
			}
			copyBox(chunk, d.chunks, zero, p.raw, shape, part.at, part.count, f.size)
			data := chunk
			if f.shuffle {
				shuffleBytes(shuffled, chunk, f.size)
				data = shuffled
			}
			buffer, _ := packed.Get().([]byte)
			var ok bool
			part.data, ok = l.z.pack(buffer, data, f.level)
			part.failed = !ok
		}
	})
	defer crew.close()
	at := make([]uint64, len(shape))
	var failed error
	whole := crew.inTurn(d.chunkParts(p.region), func(*chunkPart) bool { return true }, func(part *chunkPart) bool {
		for axis, i := range part.start {
			at[axis] = uint64(i)
		}
		// herr_t H5Dwrite_chunk(hid_t dataset, hid_t dxpl, uint32_t filters, const hsize_t *offset, size_t size, const void *data)
		if int32(d.file.call(l.d.writeChunk, dl.Int(d.id), dl.Int(0), dl.Int(0), dl.Slice(at), dl.Int(len(part.data)), dl.Slice(part.data))) < 0 {
			failed = d.failData(op)
		}
		packed.Put(part.data)
		return failed == nil
	})
	if !whole && failed == nil {
		// zlib has no memory: HDF5 tries, and says so.
		return d.transferPiece(op, p, true)
	}
	return failed
}

// readDeflated has HDF5 read compressed chunks and decompresses them. It reports whether
// it could; if not, HDF5 reads everything, or says why it cannot. The lock is held.
func (d *Dataset) readDeflated(p plan) bool {
	l, f := d.file.lib, d.deflate()
	shape := counts(p.region)
	most := uint64(l.z.bound.Call(dl.Int(f.bytes)))
	var packed sync.Pool
	crew := newCrew(f.workers(), func() func(*chunkPart) {
		chunk, shuffled := make([]byte, f.bytes), make([]byte, f.bytes)
		return func(part *chunkPart) {
			data := chunk
			if f.shuffle {
				data = shuffled
			}
			if part.failed = !l.z.unpack(data, part.data); part.failed {
				return
			}
			if f.shuffle {
				unshuffleBytes(chunk, shuffled, f.size)
			}
			copyBox(p.raw, shape, part.at, chunk, d.chunks, part.within, part.count, f.size)
		}
	})
	defer crew.close()
	at := make([]uint64, len(shape))
	return crew.inTurn(d.chunkParts(p.region), func(part *chunkPart) bool {
		rt.Check()
		for axis, i := range part.start {
			at[axis] = uint64(i)
		}
		var size uint64
		// herr_t H5Dget_chunk_storage_size(hid_t dataset, const hsize_t *offset, hsize_t *size)
		if int32(d.file.call(l.d.chunkSize, dl.Int(d.id), dl.Slice(at), dl.Ptr(&size))) < 0 || size == 0 || size > most {
			return false
		}
		part.data, _ = packed.Get().([]byte)
		if uint64(cap(part.data)) < size {
			part.data = make([]byte, most)
		}
		part.data = part.data[:size]
		var mask uint32
		// herr_t H5Dread_chunk(hid_t dataset, hid_t dxpl, const hsize_t *offset, uint32_t *filters, void *buffer)
		return int32(d.file.call(l.d.readChunk, dl.Int(d.id), dl.Int(0), dl.Slice(at), dl.Ptr(&mask), dl.Slice(part.data))) >= 0 && mask == 0
	}, func(part *chunkPart) bool {
		packed.Put(part.data)
		return true
	})
}
