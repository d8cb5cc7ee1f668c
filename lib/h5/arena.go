package h5

import (
	"runtime"
	"unsafe"

	"github.com/galago-hpc/galago/internal/dl"
)

// An arena is memory for the strings and sequences of one write. HDF5 finds them by
// addresses in the buffer of elements, where Go's collector does not look: the
// arena holds them until the write is over, and pins them where they are.
type arena struct {
	blocks [][]byte
	free   []byte
	pinner runtime.Pinner
}

// blockSize is what an arena takes at a time for small things.
const blockSize = 64 << 10

// alloc returns n zeroed bytes, aligned for any type.
func (a *arena) alloc(n int) []byte {
	rounded := (n + 15) &^ 15
	if rounded > len(a.free) {
		block := aligned(max(rounded, blockSize))
		a.blocks = append(a.blocks, block)
		a.pinner.Pin(unsafe.SliceData(block))
		if rounded > blockSize/4 {
			return block[:n:n] // the rest of the last block still serves
		}
		a.free = block
	}
	p := a.free[:n:n]
	a.free = a.free[rounded:]
	return p
}

// release ends the pinning.
func (a *arena) release() {
	a.pinner.Unpin()
	runtime.KeepAlive(a.blocks)
}

// aligned returns n zeroed bytes that begin where any type may. The word after them
// is there for pointers that have walked to the end.
func aligned(n int) []byte {
	if n == 0 {
		return nil
	}
	words := make([]uint64, (n+7)/8+1)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), n)
}

// addressOf is what HDF5 is told where a part of an arena is.
func addressOf(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

// putText stores a string with its NUL and returns its address.
func (a *arena) putText(s string) uintptr {
	b := a.alloc(len(s) + 1)
	copy(b, s)
	return addressOf(b)
}

// at returns C memory as a pointer, nil if there is none.
func at(address uintptr, n int) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(dl.Bytes(address, n)))
}

// cText copies a C string, "" for a null pointer. It reads whole aligned words,
// which never cross into a page that is not there.
func cText(address uintptr) string {
	if address == 0 {
		return ""
	}
	p := address
	for ; p%8 != 0; p++ {
		if dl.Read[byte](p) == 0 {
			return string(dl.Bytes(address, int(p-address)))
		}
	}
	const low, high = 0x0101010101010101, 0x8080808080808080
	for ; ; p += 8 {
		word := dl.Read[uint64](p)
		if (word-low)&^word&high != 0 {
			break
		}
	}
	for dl.Read[byte](p) != 0 {
		p++
	}
	return string(dl.Bytes(address, int(p-address)))
}

// reclaim gives back the strings and sequences that HDF5 has allocated for n
// elements of a buffer.
func (l *library) reclaim(memory int64, buffer []byte, n int) {
	space := l.newSpace([]int{n})
	if space < 0 {
		return
	}
	defer l.c.sClose.Call(dl.Int(space))
	give := l.c.tReclaim
	if !give.Present() {
		give = l.c.vlenReclaim
	}
	if give.Present() {
		// herr_t H5Treclaim(hid_t type, hid_t space, hid_t dxpl, void *buffer)
		// herr_t H5Dvlen_reclaim(the same)
		give.Call(dl.Int(memory), dl.Int(space), dl.Int(0), dl.Slice(buffer))
	}
}
