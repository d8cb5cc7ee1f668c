package h5

import "github.com/galago-hpc/galago/internal/dl"

// H5Z_class2_t: int version; H5Z_filter_t id; unsigned encoder_present,
// decoder_present; const char *name; can_apply, set_local, filter.
type filterClass struct {
	version, id      int32
	encodes, decodes uint32
	name             *byte
	mayApply, local  uintptr
	filter           uintptr
}

// lzfName is C memory as far as HDF5 is concerned, which keeps the pointer.
var lzfName = []byte("lzf\x00")

// What h5py's filter stores with a dataset: the version of the filter, that of the
// format, and the size of a chunk in bytes.
const (
	lzfFilterVersion = 4
	lzfFormatVersion = 0x0105
)

// registerLZF gives the library the filter that h5py brings along, in place of a
// plugin. Without it such datasets could not be read; that it failed shows then.
func (l *library) registerLZF() {
	class := &filterClass{version: 1, id: filterLZF, encodes: 1, decodes: 1, name: &lzfName[0]}
	// size_t filter(unsigned flags, size_t count, const unsigned values[], size_t length, size_t *size, void **buffer)
	class.filter = dl.Callback(func(flags, count uintptr, values uintptr, length uintptr, size, buffer *uintptr) uintptr {
		if uint32(flags)&filterReverse == 0 {
			return l.lzfWrite(length, size, buffer)
		}
		chunk := uintptr(0)
		if count >= 3 {
			chunk = uintptr(dl.Read[uint32](values + 8))
		}
		return l.lzfRead(chunk, length, size, buffer)
	})
	l.d.register.Call(dl.Ptr(class)) // herr_t H5Zregister(const void *class)
}

// lzfWrite compresses a chunk; 0, which is a failure, if it does not become
// smaller: HDF5 then stores it as it is, because the filter is optional.
func (l *library) lzfWrite(length uintptr, size, buffer *uintptr) uintptr {
	room := l.chunkMemory(length)
	if room == 0 {
		return 0
	}
	n := lzfEncode(dl.Bytes(room, int(length)), dl.Bytes(*buffer, int(length)))
	if n == 0 {
		l.chunkFree(room)
		return 0
	}
	l.chunkFree(*buffer)
	*buffer, *size = room, length
	return uintptr(n)
}

// lzfRead expands a chunk.
func (l *library) lzfRead(chunk, length uintptr, size, buffer *uintptr) uintptr {
	// The memory has the size of a chunk even if the data, being damaged, do not fill
	// it: HDF5 uses all of it without asking.
	room := chunk
	if room == 0 {
		room = max(*size, length)
	}
	// LZF makes a chunk 88 times smaller at most.
	most := max(length*(lzfCopy/3), room)
	for {
		memory := l.zeroedMemory(room)
		if memory == 0 {
			return 0
		}
		n, full, err := lzfDecode(dl.Bytes(memory, int(room)), dl.Bytes(*buffer, int(length)))
		switch {
		case err == nil && !full:
			l.chunkFree(*buffer)
			*buffer, *size = memory, room
			return uintptr(n)
		case err != nil || room >= most:
			l.chunkFree(memory)
			return 0
		}
		l.chunkFree(memory)
		room = min(2*room, most)
	}
}

// chunkMemory and chunkFree are HDF5's own, with which it handles chunks.

func (l *library) chunkMemory(n uintptr) uintptr {
	return l.d.chunkMemory.Call(dl.Word(n), dl.Bool(false)) // void *H5allocate_memory(size_t, hbool_t clear)
}

func (l *library) zeroedMemory(n uintptr) uintptr {
	return l.d.chunkMemory.Call(dl.Word(n), dl.Bool(true))
}

func (l *library) chunkFree(p uintptr) { l.d.chunkFree.Call(dl.Word(p)) } // herr_t H5free_memory(void *)
