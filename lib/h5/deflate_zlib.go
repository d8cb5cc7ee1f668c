package h5

import (
	"unsafe"

	"github.com/galago-hpc/galago/internal/dl"
)

// A zipper is the zlib with which HDF5 compresses, if it is one of its own. Unlike
// HDF5's, its functions may be called by several goroutines at a time.
type zipper struct{ compress, uncompress, bound dl.Func }

// find looks the functions up past the guard, which is for one caller at a time.
func (z *zipper) find(lib *dl.Library) {
	for name, f := range map[string]*dl.Func{"compress2": &z.compress, "uncompress": &z.uncompress, "compressBound": &z.bound} {
		if address, err := lib.Symbol(name); err == nil {
			*f = dl.FuncAt(address, name)
		}
	}
}

// Present reports whether there is one.
func (z *zipper) Present() bool {
	return z.compress.Present() && z.uncompress.Present() && z.bound.Present()
}

// pack compresses bytes and appends them to a buffer without content. It reports whether
// it could.
func (z *zipper) pack(buffer, data []byte, level int) ([]byte, bool) {
	n := uint64(z.bound.Call(dl.Int(len(data)))) // uLong compressBound(uLong)
	if uint64(cap(buffer)) < n {
		buffer = make([]byte, n)
	}
	buffer = buffer[:n]
	// int compress2(Bytef *to, uLongf *length, const Bytef *from, uLong length, int level)
	if int32(z.compress.Call(dl.Slice(buffer), dl.Ptr(&n), dl.Slice(data), dl.Int(len(data)), dl.Int(level))) != 0 {
		return nil, false
	}
	return buffer[:n], true
}

// unpack decompresses bytes, and reports whether they fill the buffer.
func (z *zipper) unpack(buffer, data []byte) bool {
	n := uint64(len(buffer))
	// int uncompress(Bytef *to, uLongf *length, const Bytef *from, uLong length)
	return int32(z.uncompress.Call(dl.Slice(buffer), dl.Ptr(&n), dl.Slice(data), dl.Int(len(data)))) == 0 && n == uint64(len(buffer))
}

// shuffleBytes brings the first bytes of all elements together, then the second ones, and
// so on, as the filter of that name does.
func shuffleBytes(to, from []byte, size int) {
	n := len(from) / size
	for k := range size {
		column := to[k*n : (k+1)*n]
		p := unsafe.Pointer(&from[k])
		for i := range column {
			column[i] = *(*byte)(unsafe.Add(p, i*size))
		}
	}
}

// unshuffleBytes undoes it.
func unshuffleBytes(to, from []byte, size int) {
	n := len(from) / size
	for k := range size {
		p := unsafe.Pointer(&to[k])
		for i, b := range from[k*n : (k+1)*n] {
			*(*byte)(unsafe.Add(p, i*size)) = b
		}
	}
}
